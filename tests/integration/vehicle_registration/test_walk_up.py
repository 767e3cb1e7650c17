"""A truck at the barrier without a registration: one form, and it queues as soon as it is ready."""

from __future__ import annotations

from typing import Any

import httpx

from bordergate.auth import Role
from bordergate.ids import new_id
from services.vehicle_registration.commands.walk_up import WALK_UP
from tests.builders.callers import a_caller
from tests.gates import Asking
from tests.integration.vehicle_registration.conftest import API, Border, blocking

PHONE = "+84 911 222 333"


def registers(operator: Asking, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
    usual = {
        "route": "hn-1119",
        "direction": "EXPORT",
        "plate": "12C-777.88",
        "vehicle_type": "VT4",
        "declared_empty": "true",
    }
    told = {name: value for name, value in (usual | changes).items() if value is not None}
    return operator.post(f"{API}/walk-ups", data=told)


def test_an_empty_truck_is_ready_after_one_form_of_five_answers(border: Border) -> None:
    filed = registers(border.officer(Role.GATE_OPERATOR))
    assert filed.status_code == 201, filed.text
    crossing = filed.json()
    assert (crossing["stage"], crossing["filing"]["plate"]) == ("READY", "12C77788")
    assert crossing["filing"]["carrier"] == str(WALK_UP)
    assert border.stated(crossing) == ["crossing_submitted", "crossing_ready"]


def test_a_truck_is_filed_for_the_carrier_whose_plate_it_bears(border: Border) -> None:
    firm, operator = border.firm(), border.officer(Role.GATE_OPERATOR)
    nobodys = registers(operator).json()
    operator.post(f"{API}/crossings/{nobodys['id']}/cancel", json={"reason": "x"})
    truck = firm.registers("12C-777.88")
    again = registers(operator).json()
    assert again["filing"]["vehicle_id"] == truck["id"]
    assert firm.sees(again)["filing"]["carrier"] == str(firm.organisation)
    assert blocking(again) == ["R011"]


def test_a_laden_truck_waits_for_customs_and_what_it_lacks_is_said_at_once(border: Border) -> None:
    operator = border.officer(Role.GATE_OPERATOR)
    laden = {"declared_empty": "false", "declarations[0]": "308000000000"}
    rigid = registers(operator, **laden).json()
    assert rigid["stage"] == "SUBMITTED"
    border.assesses(rigid)
    assert operator.get(f"{API}/crossings/{rigid['id']}").json()["stage"] == "READY"
    tractor = registers(operator, plate="桂F12345", vehicle_type="VT6", direction="IMPORT", **laden).json()
    border.assesses(tractor)
    assert blocking(operator.get(f"{API}/crossings/{tractor['id']}").json()) == ["R013"]
    boxed = registers(operator, plate="桂F54321", vehicle_type="VT6", hauled="CSQU3054383", **laden).json()
    assert boxed["filing"]["containers"] == ["CSQU3054383"]
    trailed = registers(operator, plate="12C-666.66", vehicle_type="VT6", hauled="12R-012.34", **laden).json()
    assert trailed["filing"]["trailer"] == "12R01234"


def test_a_plate_that_cannot_be_one_is_refused_and_nothing_is_kept(border: Border) -> None:
    refused = registers(border.officer(Role.GATE_OPERATOR), plate="12C-1")
    assert (refused.status_code, refused.json()["field"]) == (400, "$.plate")
    assert border.gate.rows("vehicle_registration", "SELECT id FROM vehicle_registration.vehicles") == []


def test_a_drivers_telephone_lies_sealed(border: Border) -> None:
    operator = border.officer(Role.GATE_OPERATOR)
    crossing = registers(operator, phone=PHONE).json()
    driver = crossing["filing"]["driver_id"]
    (row,) = border.gate.rows("vehicle_registration", "SELECT sealed FROM vehicle_registration.drivers")
    border.gate.settle()
    told = bytes(row.sealed) + b"".join(record.body for record in border.heard())
    assert PHONE.encode() not in told
    guard = border.officer(Role.BORDER_GUARD)
    assert guard.get(f"{API}/drivers/{driver}").json()["person"]["phone"] == PHONE


def test_only_an_operator_posted_to_the_route_registers_a_truck_at_its_barrier(border: Border) -> None:
    posted = a_caller(Role.GATE_OPERATOR, organisation=new_id(), routes=frozenset({"tt-1088"}))
    assert registers(border.gate.as_(posted)).status_code == 403
    assert registers(border.gate.as_(posted), route="tt-1088").status_code == 201
    for role in (Role.CUSTOMS, Role.BORDER_GUARD, Role.CARRIER):
        assert registers(border.officer(role)).status_code == 403
