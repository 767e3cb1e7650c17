"""What is demanded of trucks, drivers and payers: warned of, or stopped; judged again when it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from bordergate.auth import Role
from events.identity import OrganisationRegistered, OrganisationVerified
from events.words import OrganisationKind
from tests.builders.registration import MORNING
from tests.integration.vehicle_registration.conftest import API, Border, Firm, a_body, queued
from tests.integration.vehicle_registration.test_papers import a_driver_of, a_licence, hands_in


def lacks(firm: Firm, crossing: dict[str, Any]) -> list[tuple[str, str]]:
    return [(failure["code"], failure["severity"]) for failure in firm.sees(crossing)["failures"]]


def put_in_force(border: Border, what: str, lack: str) -> None:
    with border.gate.gate.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL ROLE bordergate_vehicle_registration")
        statement = "UPDATE vehicle_registration.demands SET lack = %s WHERE what = %s"
        assert connection.exec_driver_sql(statement, (lack, what)).rowcount == 1


def test_missing_papers_are_warned_of_and_the_truck_may_queue(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers(), driver_id=a_driver_of(firm)["id"])
    assert crossing["stage"] == "READY"
    assert lacks(firm, crossing) == [("R015", "WARN"), ("R016", "WARN"), ("R016", "WARN"), ("R060", "WARN")]
    (permit, *_) = firm.sees(crossing)["failures"]
    assert set(permit["hint"]) == {"vi", "zh", "en"}


def test_an_expired_paper_stops_the_truck_until_it_is_renewed(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    crossing = firm.crossing(truck)
    old = hands_in(firm, "vehicles", truck, kind="INSPECTION", valid_from="2025-01-01", valid_to="2026-05-03")
    assert firm.sees(crossing)["stage"] == "NOT_READY"
    assert ("R016", "BLOCK") in lacks(firm, crossing)
    hands_in(firm, "vehicles", truck, kind="INSPECTION", valid_from="2026-05-04")
    assert firm.sees(crossing)["stage"] == "READY"
    path = f"{API}/vehicles/{truck['id']}/papers/{old['id']}"
    firm.asking.post(f"{path}/correct", json={"valid_to": "2027-05-03"})
    stated = ["crossing_submitted", "crossing_ready", "crossing_not_ready", "crossing_ready"]
    assert border.stated(crossing) == stated


def test_taking_a_papers_successor_away_stops_the_truck_again(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    hands_in(firm, "vehicles", truck, valid_from="2025-01-01", valid_to="2026-05-03")
    new = hands_in(firm, "vehicles", truck, valid_from="2026-05-04")
    crossing = firm.crossing(truck)
    assert crossing["stage"] == "READY"
    firm.asking.post(f"{API}/vehicles/{truck['id']}/papers/{new['id']}/end", json={})
    assert firm.sees(crossing)["stage"] == "NOT_READY"


def test_a_truck_that_waits_in_the_queue_is_judged_again_when_its_paper_runs_out(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    hands_in(firm, "vehicles", truck, valid_to="2026-05-05")
    crossing = firm.crossing(truck)
    border.states(queued(crossing))
    assert firm.sees(crossing)["stage"] == "QUEUED"
    border.gate.clock.set(MORNING + timedelta(days=1))
    border.gate.settle()
    assert ("R015", "BLOCK") not in lacks(firm, crossing)
    border.gate.clock.set(MORNING + timedelta(days=2))
    border.gate.settle()
    assert ("R015", "BLOCK") in lacks(firm, crossing)
    assert border.stated(crossing)[-1] == "crossing_not_ready"
    hands_in(firm, "vehicles", truck, valid_from="2026-05-06")
    assert border.stated(crossing)[-1] == "crossing_ready"


def test_the_province_switches_a_demand_on(border: Border) -> None:
    firm = border.firm()
    put_in_force(border, "INSURANCE", "BLOCK")
    truck = firm.registers()
    crossing = firm.crossing(truck)
    assert crossing["stage"] == "NOT_READY"
    hands_in(firm, "vehicles", truck, kind="INSURANCE")
    assert firm.sees(crossing)["stage"] == "READY"


def test_a_crossing_is_judged_alike_by_who_does_not_see_the_papers(border: Border) -> None:
    carrier, trader = border.firm(), border.firm(Role.TRADER)
    truck = carrier.registers()
    for kind in ("TRANSPORT_PERMIT", "INSURANCE", "INSPECTION"):
        hands_in(carrier, "vehicles", truck, kind=kind)
    put_in_force(border, "INSURANCE", "BLOCK")
    draft = carrier.files(a_body(truck), submit=False, trader=str(trader.organisation)).json()["crossings"][0]
    filed = trader.asking.post(f"{API}/crossings/{draft['id']}/submit")
    assert (filed.json()["stage"], filed.json()["failures"]) == ("READY", [])
    assert trader.asking.get(f"{API}/vehicles/{truck['id']}/papers").status_code == 404


def test_a_driver_named_twice_waits_for_the_first_crossings_end(border: Border) -> None:
    firm = border.firm()
    driver = a_driver_of(firm)
    a_licence(firm, driver)
    first = firm.crossing(firm.registers(), driver_id=driver["id"])
    second = firm.crossing(firm.registers("12C-543.21"), driver_id=driver["id"])
    assert (first["stage"], second["stage"]) == ("READY", "NOT_READY")
    assert ("R061", "BLOCK") in lacks(firm, second)
    firm.cancels(first)
    border.gate.settle()
    assert firm.sees(second)["stage"] == "READY"


def test_a_payer_is_judged_by_what_identity_states_before_or_after_the_filing(border: Border) -> None:
    firm = border.firm()
    put_in_force(border, "VERIFIED_PAYER", "BLOCK")
    told = OrganisationRegistered(organisation_id=firm.organisation, kind=OrganisationKind.TRADER, tax_code_sound=False)
    crossing = firm.crossing(firm.registers())
    assert crossing["stage"] == "READY"
    border.states(told, times=2)
    assert firm.sees(crossing)["stage"] == "NOT_READY"
    assert {("R030", "WARN"), ("R031", "BLOCK")} <= set(lacks(firm, crossing))
    late = firm.crossing(firm.registers("12C-543.21"))
    assert late["stage"] == "NOT_READY"
    border.states(OrganisationVerified(organisation_id=firm.organisation))
    assert [firm.sees(one)["stage"] for one in (crossing, late)] == ["READY", "READY"]


def test_no_tax_number_is_known_to_the_desk(border: Border) -> None:
    firm = border.firm()
    border.states(OrganisationRegistered(organisation_id=firm.organisation, kind=OrganisationKind.TRADER))
    (row,) = border.gate.rows("vehicle_registration", "SELECT * FROM vehicle_registration.organisations")
    assert dict(row._mapping) == {
        "id": UUID(str(firm.organisation)),
        "kind": "TRADER",
        "verified": False,
        "tax_code_sound": None,
    }


def test_a_demand_put_in_force_stops_who_is_filed_already_from_the_day_it_holds(border: Border) -> None:
    admin = border.officer(Role.ADMIN)
    firms = [border.firm(), border.firm(), border.firm()]
    trucks = [firm.registers(f"12C-000.0{place}") for place, firm in enumerate(firms)]
    hands_in(firms[0], "vehicles", trucks[0], kind="INSURANCE")
    today = [firm.crossing(truck) for firm, truck in zip(firms[:2], trucks, strict=False)]
    later = firms[2].crossing(trucks[2], window_from=MORNING + timedelta(days=1), window_to=MORNING + timedelta(days=2))
    for since, stopped in ((MORNING + timedelta(days=1), [later]), (MORNING, [today[1], later])):
        row = {"what": "INSURANCE", "country": "ANY", "direction": "EXPORT", "vehicle_type": "ANY", "lack": "BLOCK"}
        row |= {"valid_from": since.date().isoformat(), "source": "a decree", "valid_to": ""}
        row |= {"valid_to": "2026-05-05"} if since == MORNING else {}
        seen = admin.get(f"{API}/reference/demands").json()["seen"]
        answer = admin.post(f"{API}/reference/demands/activate", json={"rows": [row], "seen": seen})
        assert answer.status_code == 200, answer.text
        border.gate.wait(minutes=1)
        stages = {one["id"]: firm.sees(one)["stage"] for firm, one in zip(firms, [*today, later], strict=True)}
        assert [id_ for id_, stage in stages.items() if stage == "NOT_READY"] == [one["id"] for one in stopped]
    assert border.stated(today[0]) == ["crossing_submitted", "crossing_ready"]
    assert border.stated(later) == ["crossing_submitted", "crossing_ready", "crossing_not_ready"]
