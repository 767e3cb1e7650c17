"""Crossings filed as people state them: plates and names instead of ids."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bordergate.auth import Role
from bordergate.http.typed import PREFIX
from tests.integration.vehicle_registration.conftest import API, Border, Firm, queued


def by_hand(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    usual = {
        "route": "hn-1119",
        "direction": "EXPORT",
        "day": "2026-05-05",
        "starts": "08:00",
        "ends": "12:00",
        "plate": "12c 123.45",
        "declared_empty": True,
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def files(firm: Firm, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
    return firm.asking.post(f"{API}/crossings", json=by_hand(**changes))


def registers_driver(firm: Firm, name: str, licence: str, *shared_with: str) -> str:
    body = {"full_name": name, "licence": licence, "shared_with": shared_with}
    return str(firm.asking.post(f"{API}/drivers", json=body).json()["id"])


def wrong_in(answer: httpx.Response) -> set[tuple[str, str]]:
    return {(place["field"], place["code"]) for place in answer.json()["problems"]}


def test_a_truck_is_meant_by_its_plate_and_the_window_is_a_hanoi_day_s(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers("12C-123.45")
    filed = files(firm)
    assert filed.status_code == 201, filed.text
    crossing = filed.json()
    assert (crossing["stage"], crossing["filing"]["vehicle_id"]) == ("READY", truck["id"])
    assert crossing["filing"]["window_from"] == "2026-05-05T01:00:00Z"


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_of_another_century_is_refused(border: Border, day: str) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    filed = files(firm, day=day)
    assert (filed.status_code, filed.json()["field"]) == (422, "$.day")


def test_a_day_that_is_over_is_refused_where_its_form_asks_for_it(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    filed = files(firm, day="2026-05-03")
    assert (filed.status_code, filed.json()["code"]) == (400, "vehicle_registration.window_over")
    assert filed.json()["field"] == "$.window_to"


def test_a_chinese_truck_is_meant_by_the_tail_of_its_plate(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers("桂F12345", country="CN")
    assert files(firm, plate="F·12345").json()["filing"]["vehicle_id"] == truck["id"]


def test_a_trader_files_a_lent_truck_for_its_carrier(border: Border) -> None:
    trader, carrier, stranger = border.firm(Role.TRADER), border.firm(), border.firm(Role.TRADER)
    carrier.registers("12C-123.45", shared_with=(trader.organisation,))
    filing = files(trader).json()["filing"]
    assert (filing["trader"], filing["carrier"]) == (str(trader.organisation), str(carrier.organisation))
    assert wrong_in(files(stranger)) == {("$.plate", "vehicle_registration.no_such_plate")}


def test_a_driver_is_meant_by_his_name_or_his_licence_and_the_look_is_audited(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    driver = registers_driver(firm, "Lái xe A", "B2-0001")
    assert files(firm, driver="lái  XE a").json()["filing"]["driver_id"] == driver
    firm.registers("12C-543.21")
    assert files(firm, plate="12C54321", driver="b2 0001").json()["filing"]["driver_id"] == driver
    sql = "SELECT count(*) FROM vehicle_registration.audit WHERE what = %s AND subject = %s"
    ((looks,),) = border.gate.rows("vehicle_registration", sql, "vehicle_registration.see_driver", driver)
    assert looks == 2


def test_another_firm_s_driver_is_meant_by_his_licence_only(border: Border) -> None:
    trader, carrier = border.firm(Role.TRADER), border.firm()
    carrier.registers("12C-123.45", shared_with=(trader.organisation,))
    driver = registers_driver(carrier, "Lái xe A", "B2-0001", str(trader.organisation))
    assert wrong_in(files(trader, driver="Lái xe A")) == {("$.driver", "vehicle_registration.no_such_driver")}
    assert files(trader, driver="B2-0001").json()["filing"]["driver_id"] == driver


def test_two_drivers_of_one_name_are_told_apart_by_their_licences(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    registers_driver(firm, "Lái xe A", "B2-0001")
    second = registers_driver(firm, "Lái xe A", "B2-0002")
    assert wrong_in(files(firm, driver="Lái xe A")) == {("$.driver", "vehicle_registration.several_drivers")}
    assert files(firm, driver="B2-0002").json()["filing"]["driver_id"] == second


def test_everything_mistyped_is_said_at_once_and_nothing_is_filed(border: Border) -> None:
    firm = border.firm()
    answer = files(
        firm, plate="12C99999", driver="Nobody", trailer="??", containers=["CSQU3054384"], starts="12:00", ends="08:00"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "vehicle_registration.mistyped")
    assert wrong_in(answer) == {
        ("$.plate", "vehicle_registration.no_such_plate"),
        ("$.driver", "vehicle_registration.no_such_driver"),
        ("$.trailer", "R010"),
        ("$.containers", "R014"),
        ("$.ends", "vehicle_registration.window_backwards"),
    }
    assert firm.asking.get(f"{API}/crossings").json()["items"] == []


def test_a_laden_tractor_alone_is_sent_back_to_name_its_load(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45", vehicle_type="VT6", tare_kg=9_000, gross_kg=48_000)
    answer = files(firm, declared_empty=False, declarations=["308000000000"])
    assert wrong_in(answer) == {("$.trailer", "R013")}


def test_a_plain_form_files_a_crossing_and_leads_to_its_file(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    fields = by_hand() | {"declared_empty": "true", "next": "/crossings/{id}?event={event}", "keep": "crossing"}
    answer = firm.asking.post(f"{API}/crossings", data=fields, follow_redirects=False)
    ((crossing,),) = border.gate.rows("vehicle_registration", "SELECT id FROM vehicle_registration.crossings")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/crossings/{crossing}?event={answer.headers['location'][-36:]}"
    assert f'{PREFIX}crossing=""' in answer.headers["set-cookie"]


def test_a_form_sent_twice_files_one_crossing(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    fields = by_hand() | {"declared_empty": "true", "next": "/crossings/{id}", "once": "a-key-of-the-page"}
    first, second = (firm.asking.post(f"{API}/crossings", data=fields, follow_redirects=False) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(firm.asking.get(f"{API}/crossings").json()["items"]) == 1


def test_what_is_mended_by_hand_is_assessed_again_and_keeps_its_driver(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    firm.registers("12C-543.21")
    driver = registers_driver(firm, "Lái xe A", "B2-0001")
    crossing = files(firm, driver="Lái xe A").json()
    amended = firm.asking.post(f"{API}/crossings/{crossing['id']}/amend", json=by_hand(plate="12C-543.21"))
    assert amended.status_code == 200, amended.text
    assert (amended.json()["stage"], amended.json()["filing"]["plate"]) == ("READY", "12C54321")
    assert amended.json()["filing"]["driver_id"] == driver
    border.states(queued(crossing))
    late = firm.asking.post(f"{API}/crossings/{crossing['id']}/amend", json=by_hand())
    assert (late.status_code, late.json()["code"]) == (409, "vehicle_registration.no_longer_amendable")


def test_nobody_mends_another_firm_s_crossing(border: Border) -> None:
    firm, other = border.firm(), border.firm()
    firm.registers("12C-123.45")
    other.registers("12C-543.21")
    crossing = files(firm).json()
    answer = other.asking.post(f"{API}/crossings/{crossing['id']}/amend", json=by_hand(plate="12C-543.21"))
    assert answer.status_code == 404


def test_a_truck_carries_a_part_of_a_declaration_it_names(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    part = {"declaration": "3080 0000 0001", "line": 2, "quantity": "1.5"}
    laden = {"declared_empty": False, "declarations": ["308000000001"], "shares": [part], "two_way": True}
    filed = files(firm, **laden)
    assert filed.status_code == 201, filed.text
    filing = filed.json()["filing"]
    assert filing["shares"] == [{"declaration": "308000000001", "line": 2, "quantity": "1.5"}]
    assert filing["two_way"] is True


def test_a_part_of_a_declaration_that_is_not_named_is_mistyped(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    part = {"declaration": "308000000009", "line": 1, "quantity": 1}
    told = files(firm, declared_empty=False, declarations=["308000000001"], shares=[part])
    assert wrong_in(told) == {("$.shares[0].declaration", "vehicle_registration.share_of_nothing")}


@pytest.mark.parametrize("wrong", [{"quantity": 0}, {"quantity": "1.0000001"}, {"line": 0}, {"line": 201}])
def test_a_part_that_is_none_is_malformed(border: Border, wrong: dict[str, Any]) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    part = {"declaration": "308000000001", "line": 1, "quantity": 1} | wrong
    assert files(firm, declared_empty=False, declarations=["308000000001"], shares=[part]).status_code == 422
