"""A truck at the barrier without a registration: one form, and it queues as soon as it is ready."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import create_engine

from bordergate.auth import Role
from bordergate.ids import new_id
from events.gate_operations import TruckReturned
from services.vehicle_registration.commands.walk_up import WALK_UP
from tests.builders.callers import a_caller
from tests.gates import Asking
from tests.integration.vehicle_registration.conftest import API, Border, blocking, queued
from tests.integration.vehicle_registration.test_by_hand import files, registers_driver

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


def test_whose_a_truck_is_somebody_says_and_no_firm_is_attached_because_of_a_plate(border: Border) -> None:
    firm, stranger, operator = border.firm(), border.firm(), border.officer(Role.GATE_OPERATOR)
    truck = firm.registers("12C-777.88")
    stranger.registers("12C-777.88")
    asked = registers(operator)
    assert (asked.status_code, asked.json()["code"], asked.json()["field"]) == (
        409,
        "vehicle_registration.whose_truck",
        "$.carrier",
    )
    elsewhere = registers(operator, carrier=str(new_id()))
    assert elsewhere.json()["code"] == "vehicle_registration.whose_truck"
    unborne = registers(operator, plate="12C-777.99", carrier=str(new_id())).json()
    assert unborne["filing"]["carrier"] == str(WALK_UP)
    nobodys = registers(operator, carrier="none").json()
    assert nobodys["filing"]["carrier"] == nobodys["filing"]["trader"] == str(WALK_UP)
    assert stranger.asking.get(f"{API}/crossings").json()["items"] == []
    said = registers(operator, carrier=str(firm.organisation)).json()
    assert said["filing"]["vehicle_id"] == truck["id"]
    assert firm.sees(said)["filing"]["carrier"] == str(firm.organisation)
    assert blocking(said) == ["R011"]


def test_a_truck_that_nobody_has_registered_is_asked_for_no_carrier_the_second_time_either(border: Border) -> None:
    operator = border.officer(Role.GATE_OPERATOR)
    first, second = registers(operator).json(), registers(operator).json()
    assert first["filing"]["vehicle_id"] == second["filing"]["vehicle_id"]


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


def test_a_telephone_is_forgotten_when_its_crossing_ends(border: Border) -> None:
    firm, operator, guard = border.firm(), border.officer(Role.GATE_OPERATOR), border.officer(Role.BORDER_GUARD)
    firm.registers("12C-777.88")
    crossing = registers(operator, phone=PHONE, carrier=str(firm.organisation)).json()
    driver = f"{API}/drivers/{crossing['filing']['driver_id']}"
    assert firm.asking.get(f"{API}/drivers").json()["items"] == []
    border.states(queued(crossing), TruckReturned(crossing_id=UUID(crossing["id"]), reason="x"))
    border.gate.wait(hours=1)
    assert guard.get(driver).status_code == 404
    assert border.gate.rows("vehicle_registration", "SELECT * FROM vehicle_registration.consents") == []


def test_a_telephone_is_forgotten_after_its_days_though_the_crossing_goes_on(border: Border) -> None:
    operator, guard = border.officer(Role.GATE_OPERATOR), border.officer(Role.BORDER_GUARD)
    crossing = registers(operator, phone=PHONE).json()
    border.states(queued(crossing))
    driver = f"{API}/drivers/{crossing['filing']['driver_id']}"
    border.gate.wait(hours=24 * 30 - 1)
    assert guard.get(driver).status_code == 200
    border.gate.wait(hours=1)
    assert guard.get(driver).status_code == 404
    assert operator.get(f"{API}/crossings/{crossing['id']}").json()["stage"] == "QUEUED"


@pytest.mark.parametrize("over", [False, True])
def test_telephones_given_before_such_were_forgotten_are_found_and_forgotten_and_no_other_driver_is(
    border: Border, owner_url: str, *, over: bool
) -> None:
    firm, operator, guard = border.firm(), border.officer(Role.GATE_OPERATOR), border.officer(Role.BORDER_GUARD)
    firm.registers("12C-777.88")
    own = registers_driver(firm, "Nguyễn Văn An", "240123456789")
    firm.registers("12C-111.11")
    assert files(firm, plate="12C-111.11", driver="240123456789").status_code == 201
    said, nobodys = (
        registers(operator, phone=PHONE, plate=plate, **carrier).json()
        for plate, carrier in (("12C-777.88", {"carrier": str(firm.organisation)}), ("12C-999.88", {}))
    )
    older = import_module("services.vehicle_registration.migrations.0020_older_telephones")
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE vehicle_registration.drivers SET only_for = NULL")
        connection.exec_driver_sql("DELETE FROM vehicle_registration.timers WHERE kind LIKE '%%telephone'")
        if over:
            connection.exec_driver_sql("UPDATE vehicle_registration.crossings SET stage = 'OVER'")
        connection.exec_driver_sql(older.MARK)
        connection.exec_driver_sql(older.START)
    engine.dispose()
    border.gate.wait(hours=1 if over else 24 * 30)
    drivers = [said["filing"]["driver_id"], nobodys["filing"]["driver_id"], own]
    assert [guard.get(f"{API}/drivers/{one}").status_code for one in drivers] == [404, 404, 200]


def test_only_an_operator_posted_to_the_route_registers_a_truck_at_its_barrier(border: Border) -> None:
    posted = a_caller(Role.GATE_OPERATOR, organisation=new_id(), routes=frozenset({"tt-1088"}))
    assert registers(border.gate.as_(posted)).status_code == 403
    assert registers(border.gate.as_(posted), route="tt-1088").status_code == 201
    for role in (Role.CUSTOMS, Role.BORDER_GUARD, Role.CARRIER):
        assert registers(border.officer(role)).status_code == 403
