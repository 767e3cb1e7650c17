"""The registration desk over HTTP, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import event

from bordergate.auth import Role
from bordergate.border import Reference
from bordergate.ids import new_id
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.queue_scheduling import TicketWithdrawn, TruckCalled
from events.words import Direction, Share
from services.vehicle_registration import repository
from tests.builders.callers import a_caller, a_driver
from tests.builders.registration import DURIAN, MORNING, UNKNOWN_DECLARATION
from tests.integration.vehicle_registration.conftest import API, Border, a_body, blocking, laden, queued

VIN = "LZZ5ELNDXJW000001"


def test_an_empty_crossing_is_ready_as_soon_as_it_is_submitted(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    assert crossing["stage"] == "READY"
    assert Reference.parse(crossing["reference"], "LSG").day.isoformat() == "2026-05-04"
    assert border.stated(crossing) == ["crossing_submitted", "crossing_ready"]


def test_a_draft_is_nobody_elses_news_until_it_is_submitted(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers(), submit=False)
    assert (crossing["stage"], border.stated(crossing)) == ("DRAFT", [])
    answer = firm.asking.post(f"{API}/registrations/{crossing['registration_id']}/submit")
    assert answer.json()["crossings"][0]["stage"] == "READY"
    again = firm.asking.post(f"{API}/registrations/{crossing['registration_id']}/submit")
    assert (again.status_code, again.json()["code"]) == (409, "vehicle_registration.nothing_to_submit")
    alone = firm.crossing(firm.registers("12C-543.21"), submit=False)
    assert firm.asking.post(f"{API}/crossings/{alone['id']}/submit").json()["stage"] == "READY"


def test_a_laden_crossing_is_ready_when_customs_has_answered_even_twice(border: Border) -> None:
    firm = border.firm()
    filed = firm.files(laden(firm.registers()))
    (crossing,) = filed.json()["crossings"]
    assert crossing["stage"] == "SUBMITTED"
    border.assesses(crossing, times=2)
    assert firm.sees(crossing)["stage"] == "READY"
    assert border.stated(crossing) == ["crossing_submitted", "crossing_ready"]


def test_all_that_is_wrong_is_told_at_once_in_three_languages_with_what_to_do(border: Border) -> None:
    firm = border.firm()
    tractor = firm.registers(vehicle_type="VT6", tare_kg=9_000, gross_kg=48_000)
    filed = firm.files(laden(tractor, containers=("CSQU3054384",), trailer="12RX00121"))
    (crossing,) = filed.json()["crossings"]
    border.assesses(crossing, UNKNOWN_DECLARATION)
    seen = firm.sees(crossing)
    assert seen["stage"] == "NOT_READY"
    assert blocking(seen) == ["R010", "R014", "R004"]
    wrong = seen["failures"][1]
    assert "CSQU3054384" in wrong["message"]["vi"]
    assert set(wrong["hint"]) == {"vi", "zh", "en"}


def test_an_answer_about_parts_since_amended_is_no_answer(border: Border) -> None:
    firm = border.firm()
    (crossing,) = firm.files(laden(firm.registers())).json()["crossings"]
    numbers = crossing["filing"]["declarations"]
    border.assesses(crossing, numbers=numbers)
    assert firm.sees(crossing)["stage"] == "READY"
    firm.amends(crossing, shares=[{"declaration": numbers[0], "line": 1, "quantity": 5}])
    border.assesses(crossing, numbers=numbers)
    assert firm.sees(crossing)["stage"] == "SUBMITTED"
    border.assesses(crossing, numbers=numbers, shares=[Share(declaration=numbers[0], line=1, quantity=Decimal(5))])
    assert firm.sees(crossing)["stage"] == "READY"
    foreign = firm.amends(crossing, declarations=[])
    assert foreign.json()["code"] == "vehicle_registration.share_of_nothing"


def test_an_answer_about_declarations_since_amended_is_no_answer(border: Border) -> None:
    firm = border.firm()
    (crossing,) = firm.files(laden(firm.registers())).json()["crossings"]
    firm.amends(crossing, declarations=["308000000001"])
    border.assesses(crossing, numbers=["308000000000"])
    assert firm.sees(crossing)["stage"] == "SUBMITTED"
    border.assesses(crossing, numbers=["308000000001"])
    assert firm.sees(crossing)["stage"] == "READY"


def test_a_late_answer_for_the_other_direction_makes_no_truck_ready(border: Border) -> None:
    firm = border.firm()
    (crossing,) = firm.files(laden(firm.registers())).json()["crossings"]
    numbers = crossing["filing"]["declarations"]
    firm.amends(crossing, direction="IMPORT")
    border.assesses(crossing, numbers=numbers, direction=Direction.EXPORT)
    assert firm.sees(crossing)["stage"] == "SUBMITTED"
    border.assesses(crossing, numbers=numbers, direction=Direction.IMPORT)
    assert firm.sees(crossing)["stage"] == "READY"


def test_a_plate_already_active_waits_until_the_other_crossing_ends(border: Border) -> None:
    first, second = border.firm(), border.firm()
    ahead = first.crossing(first.registers("桂F12345", country="CN"))
    behind = second.crossing(second.registers("F12345", country="CN"))
    assert behind["stage"] == "NOT_READY"
    assert blocking(behind) == ["R011"]
    assert first.cancels(ahead).status_code == 200
    border.gate.settle()
    assert second.sees(behind)["stage"] == "READY"
    assert border.stated(behind) == ["crossing_submitted", "crossing_not_ready", "crossing_ready"]


def test_the_same_truck_under_another_plate_is_found_by_its_vin(border: Border) -> None:
    first, second = border.firm(), border.firm()
    first.crossing(first.registers(vin=VIN))
    behind = second.crossing(second.registers("12C-543.21", vin=VIN))
    assert blocking(behind) == ["R012"]


@pytest.mark.parametrize("end", [CrossingCompleted, TruckReturned, TruckRejected])
def test_the_end_of_a_way_frees_the_plate_however_it_is_repeated(border: Border, end: type) -> None:
    firm = border.firm()
    vehicle = firm.registers()
    crossing = firm.crossing(vehicle)
    behind = firm.crossing(vehicle)
    told = end(crossing_id=UUID(crossing["id"]), **({} if end is CrossingCompleted else {"reason": "brakes"}))
    border.states(queued(crossing), told, times=2)
    assert firm.sees(crossing)["stage"] == "OVER"
    assert firm.sees(behind)["stage"] == "READY"


def test_an_end_stated_in_error_gives_the_plate_back(border: Border) -> None:
    firm = border.firm()
    vehicle = firm.registers()
    crossing = firm.crossing(vehicle)
    told = UUID(crossing["id"])
    border.states(queued(crossing), TruckReturned(crossing_id=told, reason="another truck"))
    border.states(StageTakenBack(crossing_id=told, stage="RETURNED"))
    assert firm.sees(crossing)["stage"] == "CALLED"
    behind = firm.crossing(vehicle)
    assert set(blocking(behind)) == {"R011"}


def test_an_amended_crossing_frees_the_plate_it_no_longer_bears(border: Border) -> None:
    firm = border.firm()
    one, other = firm.registers(), firm.registers("12C-543.21")
    crossing, behind = firm.crossing(one), firm.crossing(one)
    answer = firm.amends(crossing, vehicle_id=other["id"])
    assert (answer.json()["stage"], answer.json()["filing"]["plate"]) == ("READY", "12C54321")
    border.gate.settle()
    assert firm.sees(behind)["stage"] == "READY"


def test_in_the_queue_a_crossing_is_neither_amended_nor_cancelled_until_its_ticket_is_withdrawn(
    border: Border,
) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    border.states(queued(crossing))
    assert firm.amends(crossing, trailer="12R01234").json()["code"] == "vehicle_registration.no_longer_amendable"
    refused = firm.cancels(crossing)
    assert (refused.status_code, refused.json()["code"]) == (409, "vehicle_registration.withdraw_the_ticket")
    assert "ticket" in refused.json()["messages"]["en"]
    border.states(TicketWithdrawn(crossing_id=UUID(crossing["id"]), reason="other plans"), times=2)
    seen = firm.sees(crossing)
    assert (seen["stage"], seen["ended_because"]) == ("CANCELLED", "other plans")
    assert border.stated(crossing)[-1] == "crossing_cancelled"


def test_customs_may_take_a_waiting_trucks_readiness_away_and_give_it_back(border: Border) -> None:
    firm = border.firm()
    (crossing,) = firm.files(laden(firm.registers())).json()["crossings"]
    border.assesses(crossing)
    border.states(queued(crossing))
    border.assesses(crossing, UNKNOWN_DECLARATION)
    border.assesses(crossing)
    assert firm.sees(crossing)["stage"] == "QUEUED"
    assert border.stated(crossing) == ["crossing_submitted", "crossing_ready", "crossing_not_ready", "crossing_ready"]


def test_a_called_truck_that_rejoins_the_queue_is_assessed_anew(border: Border) -> None:
    firm = border.firm()
    (crossing,) = firm.files(laden(firm.registers())).json()["crossings"]
    border.assesses(crossing)
    called = TruckCalled(
        crossing_id=UUID(crossing["id"]),
        route="hn-1119",
        direction=Direction.EXPORT,
        number=1,
        valid_until=MORNING,
    )
    border.states(queued(crossing), called)
    border.assesses(crossing, UNKNOWN_DECLARATION)
    assert border.stated(crossing) == ["crossing_submitted", "crossing_ready"]
    border.states(queued(crossing, again=True))
    assert border.stated(crossing)[-1] == "crossing_not_ready"


def test_a_crossing_that_never_joins_the_queue_expires_after_fifteen_days(border: Border) -> None:
    firm = border.firm()
    vehicle = firm.registers()
    (late,) = firm.files(laden(vehicle)).json()["crossings"]
    behind = firm.crossing(vehicle)
    border.gate.wait(hours=15 * 24 - 0.1)
    assert firm.sees(late)["stage"] == "SUBMITTED"
    border.gate.clock.forward(hours=0.1)
    border.gate.settle()
    assert firm.sees(late)["stage"] == "EXPIRED"
    assert border.stated(late)[-1] == "crossing_expired"
    assert firm.sees(behind)["stage"] == "EXPIRED"


def test_a_queued_crossing_does_not_expire(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    border.states(queued(crossing))
    border.gate.wait(hours=16 * 24)
    assert firm.sees(crossing)["stage"] == "QUEUED"


def test_who_looked_at_an_older_version_is_told_and_changes_nothing(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    stale = firm.amends(crossing, version=crossing["version"] - 1, trailer="12R01234")
    assert (stale.status_code, stale.headers["etag"]) == (412, f'"{crossing["version"]}"')
    assert firm.amends(crossing, version=crossing["version"], trailer="12R01234").status_code == 200


@pytest.mark.parametrize("changes", [{"route": None}, {"window_to": "2026-05-04T10:00:00"}, {"colour": "red"}])
def test_a_malformed_amendment_is_refused_as_such(border: Border, changes: dict[str, object]) -> None:
    firm = border.firm()
    assert firm.amends(firm.crossing(firm.registers()), **changes).status_code == 422


def test_a_trailer_is_taken_off_by_naming_none(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers(), trailer="12R01234")
    assert firm.amends(crossing, trailer=None).json()["filing"]["trailer"] is None


def test_a_trader_files_with_a_truck_its_carrier_has_lent_and_with_no_other(border: Border) -> None:
    trader, carrier = border.firm(Role.TRADER), border.firm()
    lent = carrier.registers(shared_with=(trader.organisation,))
    own = carrier.registers("12C-543.21")
    good = trader.files(a_body(lent), carrier=str(carrier.organisation))
    bad = trader.files(a_body(lent), a_body(own), carrier=str(carrier.organisation))
    assert good.status_code == 201
    assert bad.status_code == 400
    assert bad.json()["field"] == "$.crossings[1].vehicle_id"
    (crossing,) = good.json()["crossings"]
    assert carrier.sees(crossing)["filing"]["trader"] == str(trader.organisation)


def test_a_crossing_is_seen_by_its_parties_its_driver_and_officers_and_by_nobody_else(border: Border) -> None:
    firm, stranger = border.firm(), border.firm()
    crossing = firm.crossing(firm.registers())
    path = f"{API}/crossings/{crossing['id']}"
    assert border.officer(Role.BORDER_GUARD).get(path).status_code == 200
    assert border.gate.as_(a_driver(UUID(crossing["id"]))).get(path).status_code == 200
    assert border.gate.as_(a_driver(new_id())).get(path).status_code == 404
    assert border.officer(Role.ANALYST).get(path).status_code == 403
    assert stranger.asking.get(path).status_code == 404
    assert stranger.cancels(crossing).status_code == 404
    assert stranger.asking.get(f"{API}/registrations/{crossing['registration_id']}").status_code == 404
    assert stranger.asking.get(f"{API}/crossings").json()["items"] == []


def test_an_officer_posted_to_routes_is_shown_the_crossings_of_his_routes(border: Border) -> None:
    firm = border.firm()
    here = firm.crossing(firm.registers())
    firm.crossing(firm.registers("12C-543.21"), route="tt-1088")
    posted = border.gate.as_(a_caller(Role.BORDER_GUARD, routes=frozenset({"hn-1119"})))
    assert [one["id"] for one in posted.get(f"{API}/crossings").json()["items"]] == [here["id"]]
    assert posted.get(f"{API}/crossings", params={"route": "tt-1088"}).status_code == 403
    assert len(border.officer(Role.BORDER_GUARD).get(f"{API}/crossings").json()["items"]) == 2


def test_five_hundred_crossings_are_filed_at_once_and_read_in_pages(border: Border) -> None:
    firm = border.firm()
    trucks = [papers | {"plate": f"12C{number:05d}"} for number in range(500) for papers in [TRUCK]]
    made = firm.asking.post(f"{API}/vehicles/batch", json={"vehicles": trucks}).json()["vehicles"]
    filed = firm.files(*(a_body(vehicle) for vehicle in made))
    assert {crossing["stage"] for crossing in filed.json()["crossings"]} == {"READY"}
    assert len({crossing["reference"] for crossing in filed.json()["crossings"]}) == 500
    seen, cursor = 0, None
    while True:
        page = firm.asking.get(
            f"{API}/crossings", params={"limit": 200} | ({"cursor": cursor} if cursor else {})
        ).json()
        seen += len(page["items"])
        if not (cursor := page["next"]):
            break
    assert seen == 500
    assert firm.asking.get(f"{API}/registrations").json()["items"][0]["stages"] == {"READY": 500}
    assert firm.asking.get(f"{API}/crossings", params={"cursor": "WyJ4Il0"}).status_code == 400


TRUCK = {"country": "VN", "vehicle_type": "VT4", "axles": 2, "tare_kg": 7_000, "gross_kg": 15_000}


@pytest.mark.parametrize("count", [1, 100])
def test_filing_takes_as_many_statements_for_a_hundred_as_for_one(border: Border, count: int) -> None:
    firm = border.firm()
    trucks = [TRUCK | {"plate": f"12C{number:05d}"} for number in range(count)]
    made = firm.asking.post(f"{API}/vehicles/batch", json={"vehicles": trucks}).json()["vehicles"]
    statements: list[str] = []

    def note(*told: object) -> None:
        statements.append(str(told[2]).split("\n", 1)[0][:70])

    event.listen(border.gate.gate.engine, "before_cursor_execute", note)
    assert firm.files(*(a_body(vehicle) for vehicle in made)).status_code == 201
    own = [
        line for line in statements if not any(word in line for word in ("set_config", "counters", "outbox", "audit"))
    ]
    assert len(own) <= 9, own
    assert len(statements) <= 13, statements


def test_two_who_file_one_plate_at_the_same_moment_get_one_place(border: Border) -> None:
    firms = [border.firm() for _ in range(4)]
    trucks = [firm.registers() for firm in firms]
    with ThreadPoolExecutor(4) as pool:
        filed = list(pool.map(lambda pair: pair[0].crossing(pair[1]), zip(firms, trucks, strict=True)))
    assert sorted(crossing["stage"] for crossing in filed) == ["NOT_READY"] * 3 + ["READY"]
    (first,) = [crossing for crossing in filed if crossing["stage"] == "READY"]
    firms[filed.index(first)].cancels(first)
    border.gate.settle()
    stages = [firm.sees(crossing)["stage"] for firm, crossing in zip(firms, filed, strict=True)]
    assert sorted(stages) == ["CANCELLED", "NOT_READY", "NOT_READY", "READY"]


def test_a_reference_that_was_drawn_before_is_drawn_again(border: Border) -> None:
    day = datetime(2026, 5, 4, tzinfo=UTC).date()

    def draw(seed: int, count: int) -> list[str]:
        return list(
            border.gate.do(
                "vehicle_registration",
                lambda session: repository.draw_references(session, count, "LSG", day, Random(seed)),  # noqa: S311 - the same draw twice is what is wanted
            )
        )

    assert len({*draw(1, 3), *draw(1, 5), *draw(1, 1)}) == 9


def test_a_truck_corrected_by_its_carrier_is_filed_anew(border: Border) -> None:
    firm = border.firm()
    vehicle = firm.registers()
    crossing = firm.crossing(vehicle)
    body = TRUCK | {"plate": "12C-543.21"}
    assert firm.asking.put(f"{API}/vehicles/{vehicle['id']}", json=body).status_code == 200
    assert firm.sees(crossing)["filing"]["plate"] == "12C54321"
    assert border.stated(crossing)[2:] == ["crossing_amended", "crossing_ready"]
    behind = border.firm()
    assert behind.crossing(behind.registers())["stage"] == "READY"


def test_a_carrier_registers_a_plate_once(border: Border) -> None:
    firm = border.firm()
    firm.registers()
    again = firm.asking.post(f"{API}/vehicles", json=TRUCK | {"plate": "12C12345"})
    assert (again.status_code, again.json()["code"]) == (409, "vehicle_registration.plate_known")
    assert firm.asking.get(f"{API}/vehicles", params={"plate": "12C12345"}).json()["items"][0]["axles"] == 2


def test_asked_twice_under_one_key_is_filed_once(border: Border) -> None:
    firm = border.firm()
    body = {"crossings": [a_body(firm.registers())], "submit": True}
    key = {"Idempotency-Key": "one"}
    first, second = (firm.asking.post(f"{API}/registrations", json=body, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert len(firm.asking.get(f"{API}/crossings").json()["items"]) == 1


def test_goods_reach_the_queue_as_customs_stated_them(border: Border) -> None:
    firm = border.firm()
    (crossing,) = firm.files(laden(firm.registers())).json()["crossings"]
    border.assesses(crossing, goods=DURIAN)
    border.gate.settle()
    ready = [record for record in border.heard() if record.headers["ce_type"].endswith("crossing_ready.v1")]
    assert b'"shelf_life_hours":54.0' in ready[-1].body
