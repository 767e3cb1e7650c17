"""Another tractor or driver for a truck in the queue: once, of the same carrier, with its reason, agreed to."""

from __future__ import annotations

from typing import Any

import httpx

from bordergate.auth import Role
from tests.integration.vehicle_registration.conftest import API, Border, Firm, queued
from tests.integration.vehicle_registration.test_by_hand import registers_driver, wrong_in

BROKEN = {"reason": "gearbox broke at Km 12", "agreed": True}


def exchanges(firm: Firm, crossing: dict[str, Any], **asked: Any) -> httpx.Response:  # noqa: ANN401 - any field
    return firm.asking.post(f"{API}/crossings/{crossing['id']}/exchange", json=BROKEN | asked)


def test_a_truck_in_the_queue_gets_one_other_tractor_and_frees_the_plate_it_bore(border: Border) -> None:
    firm = border.firm()
    first, second = firm.registers("12C-111.11"), firm.registers("12C-222.22")
    crossing = firm.crossing(first)
    assert exchanges(firm, crossing, plate="12C-222.22").json()["code"] == "vehicle_registration.exchange_not_queued"
    border.states(queued(crossing))
    unagreed = exchanges(firm, crossing, plate="12C-222.22", agreed=False)
    assert unagreed.json()["code"] == "vehicle_registration.exchange_unagreed"
    done = exchanges(firm, crossing, plate="12c 222 22")
    assert done.status_code == 200, done.text
    filing = done.json()["filing"]
    assert (filing["vehicle_id"], filing["exchange"]["what"]) == (second["id"], "TRACTOR")
    assert filing["exchange"]["reason"] == BROKEN["reason"]
    assert border.stated(crossing)[-2:] == ["crossing_amended", "crossing_ready"]
    assert firm.crossing(first)["stage"] == "READY"
    again = exchanges(firm, crossing, plate="12C-111.11")
    assert (again.status_code, again.json()["code"]) == (409, "vehicle_registration.exchanged_already")


def test_a_change_that_would_leave_the_truck_unready_is_not_made_and_not_used_up(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers("12C-111.11"))
    busy = firm.crossing(firm.registers("12C-222.22"))
    firm.registers("12C-333.33")
    border.states(queued(crossing))
    refused = exchanges(firm, crossing, plate="12C-222.22")
    assert (refused.status_code, refused.json()["code"]) == (409, "vehicle_registration.exchange_not_ready")
    assert [one["field"] for one in refused.json()["problems"]] == ["$.plate"]
    assert (firm.sees(crossing)["filing"]["exchange"], firm.sees(busy)["stage"]) == (None, "READY")
    assert border.stated(crossing)[-1] == "crossing_ready"
    assert exchanges(firm, crossing, plate="12C-333.33").status_code == 200


def test_a_place_does_not_pass_to_another_carriers_tractor_or_driver(border: Border) -> None:
    firm, other = border.firm(), border.firm(Role.CARRIER)
    crossing = firm.crossing(firm.registers("12C-111.11"))
    other.registers("12C-222.22", shared_with=[firm.organisation])
    registers_driver(other, "Trần Văn Bình", "240123456789", str(firm.organisation))
    border.states(queued(crossing))
    foreign = "vehicle_registration.exchange_other_carrier"
    assert wrong_in(exchanges(firm, crossing, plate="12C-222.22")) == {("$.plate", foreign)}
    assert wrong_in(exchanges(firm, crossing, driver="240123456789")) == {("$.driver", foreign)}
    unknown = exchanges(firm, crossing, plate="12C-999.99")
    assert wrong_in(unknown) == {("$.plate", "vehicle_registration.no_such_plate")}
    for both in ({}, {"plate": "12C-222.22", "driver": "240123456789"}):
        assert exchanges(firm, crossing, **both).json()["code"] == "vehicle_registration.exchange_one"


def test_another_driver_takes_the_wheel_and_no_event_says_who(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers("12C-111.11"))
    driver = registers_driver(firm, "Nguyễn Văn An", "240123456789")
    border.states(queued(crossing))
    done = exchanges(firm, crossing, driver="nguyễn văn an")
    assert done.status_code == 200, done.text
    assert (done.json()["filing"]["driver_id"], done.json()["filing"]["exchange"]["what"]) == (driver, "DRIVER")
    assert not [record for record in border.heard() if "nguyễn" in record.body.decode().lower()]
