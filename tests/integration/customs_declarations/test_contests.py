"""Whose a number is when two say that it is theirs: an officer decides, or customs' own system does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, text
from bordergate.ids import new_id
from bordergate.service import Service
from events.words import Channel
from services.customs_declarations.domain.inquiry import Found
from tests.builders.clock import FakeClock
from tests.builders.customs import EXPORT, FULL, TILES, some_papers
from tests.builders.inquiries import Desk, Scripted
from tests.gates import StillGate, a_still_gate
from tests.integration.customs_declarations.conftest import API, Office, a_body

SQUATTER = new_id()
TRUE = some_papers(lines=(replace(TILES, quantity=Decimal(18), unit="TNE"),))
OWN = {"lines": [{"hs_code": "69072100", "weight_kg": 24_000, "quantity": "18", "unit": "TNE"}]}
FALSE = {"lines": [{"hs_code": "69072100", "weight_kg": 24_000, "quantity": "20", "unit": "TNE"}]}


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


def squats(office: Office, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Another firm files under the trader's number."""
    return office.files(by=office.desk(organisation=SQUATTER), **parts)


def stage(office: Office, declaration: dict[str, Any]) -> str:
    told: str = office.desk(Role.CUSTOMS).get(f"{API}/declarations/{declaration['id']}").json()["stage"]
    return told


def test_what_an_officer_or_its_filer_cancels_frees_the_number_for_whose_it_is(office: Office) -> None:
    for role, number in ((Role.CUSTOMS, EXPORT), (None, "308000000002")):
        false = squats(office, number=number)
        crossing = office.submits(number)
        assert office.fails(crossing) == ["R004"]
        refused = office.desk().post(f"{API}/declarations", json=a_body(number))
        assert refused.json()["code"] == "customs_declarations.already_filed"
        filer = office.desk(organisation=SQUATTER) if role is None else office.desk(role)
        assert filer.post(f"{API}/declarations/{false['id']}/cancel", json={"reason": "nhầm số"}).status_code == 200
        own = office.files(number)
        assert (stage(office, false), own["stage"], office.fails(crossing)) == ("CANCELLED", "REGISTERED", [])


def test_who_contests_a_number_has_it_as_soon_as_an_officer_cancels_the_other(office: Office) -> None:
    false, crossing = squats(office), office.submits(EXPORT)
    own = office.files(contest=True)
    assert (own["stage"], office.fails(crossing)) == ("CONTESTED", ["R004"])
    acts = office.desk(organisation=SQUATTER).get(f"{API}/declarations/{false['id']}/history").json()["items"]
    assert [(one["act"], one["by"]) for one in acts] == [("CONTEST", None), ("FILE", str(SQUATTER))]
    assert office.desk(organisation=SQUATTER).get(f"{API}/declarations/{own['id']}").status_code == 404
    again = office.desk().post(f"{API}/declarations", json=a_body(contest=True))
    assert again.json()["code"] == "customs_declarations.already_filed"
    office.does(false, "cancel", reason="số của tổ chức khác")
    assert (stage(office, false), stage(office, own), office.fails(crossing)) == ("CANCELLED", "REGISTERED", [])


def test_an_officer_who_cancels_the_contest_leaves_the_number_where_it_is(office: Office) -> None:
    first = office.files()
    contest = squats(office, contest=True)
    office.does(contest, "cancel", reason="không có căn cứ")
    assert (stage(office, first), stage(office, contest)) == ("REGISTERED", "CANCELLED")


def test_what_nobody_else_holds_is_filed_as_any_and_what_is_cleared_is_not_contested(office: Office) -> None:
    own = office.files(contest=True)
    assert own["stage"] == "REGISTERED"
    office.does(own, "channel", channel="GREEN")
    office.does(own, "clear")
    late = office.desk(organisation=SQUATTER).post(f"{API}/declarations", json=a_body(contest=True))
    assert late.json()["code"] == "customs_declarations.already_filed"


def test_who_names_another_as_trader_neither_fills_that_firms_awaited_number_nor_passes_for_its_owner(
    desk: Desk,
) -> None:
    office, stranger = desk.office, desk.office.desk(organisation=SQUATTER)
    awaited = office.desk().post(f"{API}/declarations/by-number", json={"number": EXPORT}).json()
    refused = stranger.post(f"{API}/declarations", json=a_body(trader=str(office.trader)))
    assert (refused.json()["code"], stage(office, awaited)) == ("customs_declarations.already_filed", "AWAITED")
    contest = squats(office, contest=True, trader=str(office.trader))
    assert (contest["stage"], stage(office, awaited)) == ("CONTESTED", "AWAITED")


def test_customs_own_system_gives_the_number_to_who_declares_what_it_has(desk: Desk) -> None:
    office = desk.office
    false, crossing = squats(office, **FALSE), office.submits(EXPORT)
    own = office.files(contest=True, **OWN)
    desk.asks(Found(TRUE, Channel.GREEN))
    assert (stage(office, false), stage(office, own)) == ("CANCELLED", "CHANNELLED")
    assert office.assessed(crossing)[-1].channel is Channel.GREEN
    assert desk.acts(own) == ["CHANNEL", "TAKE", "CONTEST"]


def test_of_both_or_of_neither_customs_own_system_decides_nothing_and_tells_nobody_what_the_other_declared(
    desk: Desk,
) -> None:
    office = desk.office
    first = squats(office, **OWN)
    contest = office.files(contest=True, **OWN)
    desk.asks(Found(TRUE, Channel.GREEN))
    assert (stage(office, first), stage(office, contest)) == ("REGISTERED", "CONTESTED")
    office.does(contest, "cancel", reason="x")
    contest = office.files(contest=True, **FALSE)
    desk.asks(Found(TRUE, Channel.GREEN))
    inquiry = desk.sees(contest, "/inquiry")
    assert (stage(office, first), inquiry["answer"], inquiry["faults"]) == ("REGISTERED", "CONTRADICTS", [])


def test_who_types_what_customs_has_goes_before_who_stated_the_number_alone(desk: Desk) -> None:
    office = desk.office
    stated = office.desk(organisation=SQUATTER).post(f"{API}/declarations/by-number", json={"number": EXPORT}).json()
    own = office.files(contest=True, **OWN)
    desk.asks(Found(TRUE))
    assert (stage(office, stated), stage(office, own)) == ("CANCELLED", "REGISTERED")
    seen = office.desk(organisation=SQUATTER).get(f"{API}/declarations/{stated['id']}").json()
    assert (seen["lines"], seen["cancelled_because"]) == ([], "customs_declarations.not_its_own")


def test_a_reason_that_was_once_kept_in_words_is_told_as_its_code(desk: Desk, owner_url: str) -> None:
    desk.states()
    desk.asks(Found(some_papers(lines=(FULL,)), cancelled=True))
    office, code = desk.office, "customs_declarations.cancelled_by_customs"
    (declared,) = office.desk().get(f"{API}/declarations").json()["items"]

    def told() -> list[str]:
        seen, acts = (
            office.desk().get(f"{API}/declarations/{declared['id']}{part}").json() for part in ("", "/history")
        )
        return [seen["cancelled_because"], acts["items"][0]["reason"]]

    assert told() == [code, code]
    coded = import_module("services.customs_declarations.migrations.0013_reasons_as_codes")
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        for kept in ("declarations SET cancelled_because = %s", "history SET reason = %s WHERE act = 'CANCEL'"):
            connection.exec_driver_sql(f"UPDATE customs_declarations.{kept}", (coded.WORDS,))
    assert told() == [coded.WORDS, coded.WORDS]
    with engine.begin() as connection:
        connection.exec_driver_sql(coded.OF_DECLARATIONS)
        connection.exec_driver_sql(coded.OF_HISTORY)
    engine.dispose()
    assert told() == [code, code]
    assert len({text(code, language) for language in LANGUAGES}) == 3


def test_what_customs_own_system_has_cancelled_is_filed_by_nobody_again(desk: Desk) -> None:
    desk.states()
    desk.asks(Found(some_papers(lines=(FULL,))))
    desk.asks(Found(some_papers(lines=(FULL,)), cancelled=True))
    answer = desk.office.desk(organisation=SQUATTER).post(f"{API}/declarations", json=a_body(contest=True))
    assert answer.json()["code"] == "customs_declarations.already_filed"
