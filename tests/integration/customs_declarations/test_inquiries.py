"""A declaration by its number alone: awaited, asked for outside of any transaction, caught up exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from bordergate.service import Service
from events.words import Channel
from services.customs_declarations import commands
from services.customs_declarations.domain.inquiry import (
    LENT,
    NOT_KNOWN,
    Answer,
    Found,
    Reply,
    Silence,
)
from services.customs_declarations.queries import source_findings
from services.customs_declarations.source.desk import InquiryDesk
from services.customs_declarations.source.vnaccs import Vnaccs
from services.simulated_vnaccs.world import WRONGS, Mood
from tests.builders.clock import FakeClock
from tests.builders.customs import EXPORT, FULL, TILES, some_papers
from tests.builders.inquiries import Desk, Line, Scripted
from tests.gates import StillGate, a_still_gate, eventually
from tests.integration.customs_declarations.conftest import API, Office, a_body

PAPERS = some_papers(lines=(FULL,))
SILENT, UNREADABLE = Silence(Answer.NO_ANSWER), Silence(Answer.UNREADABLE)


@pytest.fixture
def still_gate(database_url: str, services: list[Service], tmp_path: Path) -> Iterator[StillGate]:
    """Customs, connected to its own system."""
    connected = {"BORDERGATE_CUSTOMS_SOURCE": "http://localhost:9/"}
    with a_still_gate(database_url, services, tmp_path, connected) as gate:
        yield gate


@pytest.fixture
def desk(office: Office) -> Desk:
    real = FakeClock()
    real.set(datetime.now(UTC) + timedelta(minutes=5))
    return Desk(office, Scripted(office.gate), real)


def test_a_number_alone_is_taken_at_once_whatever_customs_does(desk: Desk) -> None:
    told = desk.states()
    assert (told["stage"], told["type_code"], told["lines"], told["direction"]) == ("AWAITED", None, [], "EXPORT")
    assert (told["by_number"], desk.source.asked) == (True, [])
    inquiry = desk.sees(told, "/inquiry")
    assert (inquiry["times"], inquiry["answer"], inquiry["goes_on"]) == (0, None, True)
    assert [one["code"] for one in desk.sees(told, "/failures")["items"]] == ["customs_declarations.awaiting_customs"]


def test_a_crossing_waits_for_customs_and_becomes_ready_by_itself(desk: Desk) -> None:
    declaration, crossing = desk.states(), desk.office.submits(EXPORT)
    assert desk.office.fails(crossing) == ["customs_declarations.awaiting_customs"]
    for silence in (SILENT, UNREADABLE, NOT_KNOWN):
        desk.asks(silence)
        assert desk.office.fails(crossing) == ["customs_declarations.awaiting_customs"]
        assert desk.sees(declaration, "/inquiry")["answer"] == silence.answer
    desk.asks(Found(PAPERS))
    assert desk.office.fails(crossing) == []
    assert desk.office.assessed(crossing)[-1].goods.hs_chapters == ("08",)
    told = desk.sees(declaration)
    assert (told["stage"], told["type_code"], told["lines"][0]["description"]) == (
        "REGISTERED",
        "B11",
        "Sầu riêng tươi",
    )
    assert desk.acts(declaration) == ["FETCH", "AWAIT"]


def test_a_crossing_filed_before_its_number_is_stated_waits_too(desk: Desk) -> None:
    crossing = desk.office.submits(EXPORT)
    assert desk.office.fails(crossing) == ["R004"]
    desk.states()
    assert desk.office.fails(crossing) == ["customs_declarations.awaiting_customs"]


def test_channel_and_clearance_follow_when_customs_decides(desk: Desk) -> None:
    declaration, crossing = desk.states(), desk.office.submits(EXPORT)
    desk.asks(Found(PAPERS))
    desk.asks(Found(PAPERS, Channel.YELLOW, simulated=True))
    assert desk.office.assessed(crossing)[-1].channel is Channel.YELLOW
    desk.asks(Found(PAPERS, Channel.YELLOW, cleared=True, simulated=True))
    last = desk.office.assessed(crossing)[-1]
    assert (last.cleared, last.simulated) == (True, True)
    assert desk.acts(declaration) == ["CLEAR", "CHANNEL", "FETCH", "AWAIT"]
    asked = len(desk.source.asked)
    desk.asks(after=timedelta(days=1))
    assert (len(desk.source.asked), desk.sees(declaration, "/inquiry")["goes_on"]) == (asked, False)


def test_all_at_once_is_taken_at_once(desk: Desk) -> None:
    declaration = desk.states()
    desk.asks(Found(PAPERS, Channel.GREEN, cleared=True))
    assert desk.sees(declaration)["stage"] == "CLEARED"


def test_the_same_answer_again_is_no_news(desk: Desk) -> None:
    declaration, crossing = desk.states(), desk.office.submits(EXPORT)
    for _ in range(4):
        desk.asks(Found(PAPERS, Channel.RED))
    assert desk.acts(declaration) == ["CHANNEL", "FETCH", "AWAIT"]
    assert len(desk.office.assessed(crossing)) == 3


def test_what_customs_cancels_is_cancelled_here(desk: Desk) -> None:
    declaration, crossing = desk.states(), desk.office.submits(EXPORT)
    desk.asks(Found(PAPERS))
    desk.asks(Found(PAPERS, cancelled=True))
    assert (desk.sees(declaration)["stage"], desk.office.fails(crossing)) == ("CANCELLED", ["R004"])


def test_who_ends_between_asking_and_taking_it_down_has_done_nothing_and_it_is_caught_up_once(desk: Desk) -> None:
    class Killed(BaseException):
        """The process is gone."""

    class Dying(Scripted):
        def fetch(self, number: str) -> Reply:
            super().fetch(number)
            raise Killed

    declaration, crossing = desk.states(), desk.office.submits(EXPORT)
    desk.source, dying = Scripted(desk.office.gate, Found(PAPERS)), Dying(desk.office.gate)
    with pytest.raises(Killed):
        InquiryDesk(desk.office.gate.gate, dying, desk.real).step()
    assert desk.worker().step() is False  # the same number is still lent to who is gone
    desk.asks(after=LENT)
    assert (dying.asked, desk.source.asked) == ([EXPORT], [EXPORT])
    assert desk.acts(declaration) == ["FETCH", "AWAIT"]
    assert (desk.office.fails(crossing), len(desk.office.assessed(crossing))) == ([], 2)


def test_two_who_ask_the_same_take_the_answer_once(desk: Desk) -> None:
    declaration = desk.states()
    other = desk.worker()

    class Overtaken(Scripted):
        def fetch(self, number: str) -> Reply:
            if not self.asked:
                self.asked.append(number)
                desk.real.set(desk.real.now() + LENT)
                assert other.step()
            return Found(PAPERS)

    desk.source.says = Found(PAPERS)
    assert InquiryDesk(desk.office.gate.gate, Overtaken(desk.office.gate), desk.real).step()
    assert desk.acts(declaration) == ["FETCH", "AWAIT"]


def test_while_customs_is_silent_an_owner_may_type_what_he_declared(desk: Desk) -> None:
    declaration, crossing = desk.states(), desk.office.submits(EXPORT)
    desk.asks(SILENT)
    typed = desk.office.files()
    assert (typed["id"], typed["stage"]) == (declaration["id"], "REGISTERED")
    assert desk.office.fails(crossing) == []
    desk.asks(Found(PAPERS, Channel.GREEN))
    inquiry = desk.sees(declaration, "/inquiry")
    assert (inquiry["answer"], [(one["field"], one["value"]) for one in inquiry["faults"]]) == (
        "CONTRADICTS",
        [("$.lines[0].quantity", "17500.5"), ("$.lines[0].unit", "KGM")],
    )
    assert (desk.sees(declaration)["channel"], desk.acts(declaration)) == (None, ["FILE", "AWAIT"])
    desk.asks(Found(some_papers(lines=(TILES,)), Channel.GREEN))
    assert desk.sees(declaration)["channel"] is None


def test_what_an_owner_adds_to_a_fetched_declaration_stays_and_customs_decision_still_holds(desk: Desk) -> None:
    bare = some_papers(lines=(TILES,))
    declaration = desk.states()
    desk.asks(Found(bare, Channel.GREEN))
    line = {"hs_code": TILES.hs_code, "weight_kg": 23_000, "packages": 10, "package_kind": "CT"}
    body = {"type_code": "B11", "lines": [line]}
    amended = desk.office.desk().request("PUT", f"{API}/declarations/{declaration['id']}", json=body)
    assert (amended.status_code, amended.json()["channel"]) == (200, None)
    desk.asks(Found(bare, Channel.GREEN))
    told = desk.sees(declaration)
    assert (told["channel"], told["lines"][0]["packages"]) == ("GREEN", 10)


def test_another_firm_cannot_take_a_number_that_somebody_has_stated(desk: Desk) -> None:
    desk.states()
    other = desk.office.desk(organisation=new_id())
    for path, body in (("declarations", a_body()), ("declarations/by-number", {"number": EXPORT})):
        assert other.post(f"{API}/{path}", json=body).json()["code"] == "customs_declarations.already_filed"


def test_a_number_given_up_is_free_for_anybody_and_its_answer_comes_too_late(desk: Desk) -> None:
    declaration = desk.states()
    desk.office.does(declaration, "cancel", Role.TRADER, reason="nhầm số")
    owner = new_id()
    anew = desk.office.files(by=desk.office.desk(organisation=owner))
    assert anew["id"] != declaration["id"]
    desk.asks(Found(PAPERS))
    assert (anew["declarant"], desk.source.asked) == (str(owner), [])


def test_what_customs_says_against_the_rules_is_not_taken(desk: Desk) -> None:
    declaration = desk.states()
    desk.asks(Found(some_papers(type_code="E56")))
    told = desk.sees(declaration, "/inquiry")
    assert (desk.sees(declaration)["stage"], told["answer"]) == ("AWAITED", "CONTRADICTS")
    assert [(one["code"], one["field"], set(one["message"])) for one in told["faults"]] == [
        ("R005", "$.type_code", {"vi", "zh", "en"})
    ]
    desk.asks(Found(PAPERS))
    assert (desk.sees(declaration)["stage"], desk.sees(declaration, "/inquiry")["faults"]) == ("REGISTERED", [])


def test_who_types_and_who_fetches_at_the_same_instant_file_one_declaration(desk: Desk) -> None:
    numbers = [f"30800000{serial:04}" for serial in range(1, 13)]
    made = [desk.states(number)["id"] for number in numbers]
    clock, gate = desk.office.gate.clock, desk.office.gate

    def fetched(place: int) -> None:
        papers = some_papers(numbers[place], lines=(FULL,))
        gate.do(
            "customs_declarations",
            lambda session: commands.take_answer(
                UUID(made[place]), Found(papers), session, clock, clock.now(), "vnaccs"
            ),
        )

    def typed(place: int) -> int:
        body = a_body(numbers[place])
        return desk.office.desk().post(f"{API}/declarations", json=body).status_code

    with ThreadPoolExecutor(8) as threads:
        fetching = [threads.submit(fetched, place) for place in range(len(numbers))]
        typing = [threads.submit(typed, place) for place in range(len(numbers))]
        for one in fetching:
            one.result()
        answers = [one.result() for one in typing]
    assert set(answers) <= {201, 409}
    for id_, answer in zip(made, answers, strict=True):
        acts = desk.acts({"id": id_})
        assert acts == (["FILE", "AWAIT"] if answer == 201 else ["FETCH", "AWAIT"])


def test_officers_see_how_customs_system_stands(desk: Desk) -> None:
    assert desk.stands() == {
        "connected": True,
        "waiting": 0,
        "answered_at": None,
        "failing_since": None,
        "failure": None,
    }
    desk.states()
    desk.asks(SILENT)
    since = desk.stands()["failing_since"]
    desk.office.gate.clock.forward(minutes=5)
    desk.asks(SILENT)
    told = desk.stands()
    assert (told["waiting"], told["failure"], told["failing_since"]) == (1, "NO_ANSWER", since)
    desk.asks(NOT_KNOWN)
    told = desk.stands()
    assert (told["waiting"], told["failure"], told["failing_since"]) == (1, None, None)
    assert told["answered_at"] is not None
    assert desk.office.desk().get(f"{API}/source").status_code == 403


def test_another_firm_learns_nothing_of_what_is_asked(desk: Desk) -> None:
    path = f"{API}/declarations/{desk.states()['id']}/inquiry"
    assert desk.office.desk(organisation=new_id()).get(path).status_code == 404


def test_about_what_was_typed_customs_is_not_asked(desk: Desk) -> None:
    answer = desk.office.desk().get(f"{API}/declarations/{desk.office.files()['id']}/inquiry")
    assert (answer.status_code, answer.json()["code"]) == (404, "customs_declarations.not_asked")


@pytest.mark.parametrize("number", ["208000000001", "3080000000", "abc"])
def test_what_is_no_number_is_refused_at_once(desk: Desk, number: str) -> None:
    answer = desk.office.desk().post(f"{API}/declarations/by-number", json={"number": number})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, "R003")


def test_so_many_numbers_wait_for_one_declarant_and_no_more(desk: Desk) -> None:
    declaration = desk.states()
    copies = (
        "INSERT INTO customs_declarations.declarations (id, number, type_code, direction, declarant, trader, lines,"
        " filed_at, shared_with, parties, stage, simulated, by_number, holds_number, revision, version)"
        " SELECT gen_random_uuid(),"
        " number || n, type_code, direction, declarant, trader, lines, filed_at, shared_with, parties, stage,"
        " simulated, by_number, holds_number, revision, version"
        " FROM customs_declarations.declarations, generate_series(1, 499) n"
    )
    asked = (
        "INSERT INTO customs_declarations.inquiries (declaration_id, number, since, ask_at, times, fruitless, faults)"
        " SELECT id, number, filed_at, filed_at + interval '1 year', 0, 0, '[]' FROM customs_declarations.declarations"
        " WHERE length(number) > 12"
    )
    given_up = "UPDATE customs_declarations.inquiries SET ask_at = NULL WHERE length(number) > 12"
    desk.office.gate.do("customs_declarations", lambda session: session.connection().exec_driver_sql(copies).rowcount)
    desk.office.gate.do("customs_declarations", lambda session: session.connection().exec_driver_sql(asked).rowcount)
    answer = desk.office.desk().post(f"{API}/declarations/by-number", json={"number": "308000000009"})
    assert (answer.status_code, answer.json()["code"]) == (429, "customs_declarations.too_many_awaited")
    desk.asks(Found(PAPERS))
    assert desk.sees(declaration)["stage"] == "REGISTERED"
    desk.states("308000000009")
    full = desk.office.desk().post(f"{API}/declarations/by-number", json={"number": "308000000010"})
    assert (full.status_code, desk.stands()["waiting"]) == (429, 500)
    desk.office.gate.do("customs_declarations", lambda session: session.connection().exec_driver_sql(given_up).rowcount)
    desk.states("308000000010")
    assert desk.stands()["waiting"] == 2


def test_through_all_moods_a_declaration_is_caught_up(desk: Desk, line: Line) -> None:
    declaration, crossing = desk.states(), desk.office.submits(EXPORT)
    with closing(Vnaccs(line.address, altogether=0.5)) as source:
        worker = InquiryDesk(desk.office.gate.gate, source, desk.real)
        for mood in (Mood.UNREACHABLE, Mood.SLOW, Mood.LATE, *[Mood.WRONG] * len(WRONGS)):
            line.vnaccs.mood = mood
            desk.real.set(desk.real.now() + timedelta(minutes=10))
            assert worker.step()
            assert desk.sees(declaration)["stage"] == "AWAITED", mood
    line.vnaccs.mood = Mood.WELL
    desk.real.set(desk.real.now() + timedelta(minutes=10))
    with closing(Vnaccs(line.address)) as source:
        assert InquiryDesk(desk.office.gate.gate, source, desk.real).step()
    told = desk.sees(declaration)
    assert (told["stage"], told["simulated"]) == ("CLEARED", True)
    assert [one for one in desk.office.fails(crossing) if not one.startswith("R02")] == []
    assert desk.acts(declaration) == ["CLEAR", "CHANNEL", "FETCH", "AWAIT"]


def test_nothing_is_asked_for_where_nothing_is_connected(desk: Desk) -> None:
    desk.states()
    nobody = Scripted(desk.office.gate, name="none")
    assert InquiryDesk(desk.office.gate.gate, nobody, desk.real).step() is False
    assert nobody.asked == []


def test_a_desk_that_is_stopped_asks_nobody_any_more(desk: Desk) -> None:
    worker = desk.worker()
    running = Thread(target=worker.run)
    running.start()
    desk.states()
    eventually(lambda: desk.source.asked)
    worker.stop()
    running.join(10)
    assert (running.is_alive(), desk.source.name, worker.waits_for) == (False, "closed", None)


def test_the_doctor_says_how_customs_system_stands_and_what_to_do(desk: Desk) -> None:
    def told(address: str | None = "http://localhost:9/") -> list[tuple[str, bool]]:
        settings = replace(desk.office.gate.gate.settings, customs_source=address)
        return desk.office.gate.look(
            "customs_declarations",
            lambda session: [(what, step is None) for what, step in source_findings(session, settings)],
        )

    assert told() == [("customs' own system: not asked yet, 0 numbers wait", True)]
    desk.states()
    desk.asks(SILENT)
    ((failing, fine),) = told()
    assert (failing.startswith("customs' own system: NO_ANSWER since "), fine) == (True, False)
    assert told(None) == [("customs' own system is not connected, 1 numbers wait", False)]
    desk.asks(Found(PAPERS))
    ((answered, fine),) = told()
    assert (answered.endswith(", 0 numbers wait"), fine) == (True, True)
