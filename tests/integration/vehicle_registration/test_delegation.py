"""A firm lets an agent, or a driver, act for it: within limits, counted, audited, and only as long as it likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from events.identity import OrganisationRegistered
from events.words import OrganisationKind
from tests.builders.callers import a_driver
from tests.gates import Asking
from tests.integration.vehicle_registration.conftest import API, Border, Firm, a_body
from tests.integration.vehicle_registration.test_by_hand import by_hand, files, registers_driver, wrong_in
from tests.integration.vehicle_registration.test_history import history


@dataclass
class Two:
    """A trader with a truck, and an agent that files for others."""

    border: Border
    trader: Firm
    agent: Firm

    def lets(self, **limits: Any) -> httpx.Response:  # noqa: ANN401 - any limit
        usual = {"agent": str(self.agent.organisation), "acts": ["FILE", "AMEND", "CANCEL"], "last_day": "2026-05-31"}
        body = {name: value for name, value in (usual | limits).items() if value is not None}
        return self.trader.asking.post(f"{API}/delegations", json=body)

    def agent_files(self, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
        return files(self.agent, **({"trader": str(self.trader.organisation)} | changes))


@pytest.fixture
def two(border: Border) -> Two:
    trader, agent = border.firm(Role.TRADER), border.firm(Role.AGENT)
    for firm, kind in ((trader, OrganisationKind.TRADER), (agent, OrganisationKind.CUSTOMS_AGENT)):
        border.states(OrganisationRegistered(organisation_id=firm.organisation, kind=kind, verified=True))
    trader.registers("12C-123.45")
    return Two(border, trader, agent)


def code(answer: httpx.Response) -> str:
    return str(answer.json()["code"]).removeprefix("vehicle_registration.")


def test_an_agent_files_for_who_let_him_with_his_truck_and_his_driver(two: Two) -> None:
    registers_driver(two.trader, "Lái xe A", "B2-0001")
    assert two.lets().status_code == 201
    filed = two.agent_files(driver="Lái xe A")
    assert filed.status_code == 201, filed.text
    crossing = filed.json()
    trader, agent = str(two.trader.organisation), str(two.agent.organisation)
    assert (crossing["filing"]["trader"], crossing["filing"]["carrier"]) == (trader, trader)
    assert {trader, agent} <= set(crossing["filing"]["parties"])
    registration = two.agent.asking.get(f"{API}/registrations/{crossing['registration_id']}").json()
    assert (registration["agent"], registration["filed_by"]) == (agent, agent)
    assert two.agent.sees(crossing)["reference"] == two.trader.sees(crossing)["reference"]


def test_who_was_not_let_files_for_nobody(two: Two) -> None:
    told = two.agent_files()
    assert (told.status_code, code(told), told.json()["field"]) == (403, "not_delegated", "$.trader")
    assert code(files(two.agent)) == "name_the_trader"
    other = two.border.firm(Role.TRADER)
    assert files(other, trader=str(two.trader.organisation)).status_code == 403
    ((denied,),) = two.border.gate.rows(
        "vehicle_registration",
        "SELECT count(*) FROM vehicle_registration.audit WHERE what = %s AND decision = 'denied'",
        "vehicle_registration.file",
    )
    assert denied == 2


def test_the_agent_sees_nothing_of_the_firm_but_what_he_files(two: Two) -> None:
    two.lets()
    own = files(two.trader).json()
    assert two.agent.asking.get(f"{API}/crossings/{own['id']}").status_code == 404
    assert two.agent.asking.get(f"{API}/vehicles").json()["items"] == []
    assert two.agent.cancels(own).status_code == 404


@pytest.mark.parametrize(
    ("limits", "asked", "refused"),
    [
        ({"acts": ["AMEND"]}, {}, "act_not_delegated"),
        ({"routes": ["tt-1088"]}, {}, "route_not_delegated"),
        ({"routes": ["hn-1119"]}, {}, None),
    ],
)
def test_a_limit_is_kept_and_told_by_name(
    two: Two, limits: dict[str, Any], asked: dict[str, Any], refused: str | None
) -> None:
    two.lets(**limits)
    answer = two.agent_files(**asked)
    assert (code(answer) if refused else None) == refused
    assert answer.status_code == (403 if refused else 201)


def test_only_so_many_crossings_are_filed_and_a_repeated_request_counts_once(two: Two) -> None:
    two.lets(most=1)
    body, path = by_hand(trader=str(two.trader.organisation)), f"{API}/crossings"
    first, again = (two.agent.asking.post(path, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    two.trader.registers("12C-543.21")
    more = two.agent_files(plate="12C-543.21")
    assert (more.status_code, code(more)) == (403, "crossings_used_up")
    assert "1" in more.json()["messages"]["zh"]
    (leave,) = two.trader.asking.get(f"{API}/delegations").json()["items"]
    assert (leave["used"], leave["most"]) == (1, 1)


def test_many_at_once_count_as_many(two: Two) -> None:
    two.lets(most=2)
    vehicles = [two.trader.registers(plate) for plate in ("12C-000.01", "12C-000.02", "12C-000.03")]
    trader = str(two.trader.organisation)
    three = two.agent.files(*[a_body(one) for one in vehicles], trader=trader)
    assert code(three) == "crossings_used_up"
    two_of_them = two.agent.files(*[a_body(one) for one in vehicles[:2]], trader=trader)
    assert two_of_them.status_code == 201, two_of_them.text
    assert {one["filing"]["carrier"] for one in two_of_them.json()["crossings"]} == {trader}


def test_an_agent_amends_and_gives_up_what_he_filed_only_while_he_is_let(two: Two) -> None:
    leave = two.lets().json()
    crossing = two.agent_files().json()
    assert two.agent.amends(crossing, two_way=True).status_code == 200
    ended = two.trader.asking.post(f"{API}/delegations/{leave['id']}/end", json={"version": 3})
    assert (ended.status_code, ended.json()["in_force"]) == (200, False)
    assert code(two.agent.amends(crossing, two_way=False)) == "delegation_over"
    assert code(two.agent.cancels(crossing)) == "delegation_over"
    assert two.trader.cancels(crossing).status_code == 200
    assert two.agent.sees(crossing)["stage"] == "CANCELLED"


def test_the_history_and_the_events_say_in_whose_name(two: Two) -> None:
    two.lets()
    crossing = two.agent_files().json()
    two.agent.amends(crossing, two_way=True)
    amended, _ = history(two.trader, crossing)
    assert (amended["by"], amended["acting_for"]) == (str(two.agent.organisation), str(two.trader.organisation))
    two.border.gate.settle()
    own = [record for record in two.border.heard() if record.key == crossing["id"]]
    assert all(str(two.trader.organisation) in record.headers["ce_actor"] for record in own)


def test_every_use_is_audited(two: Two) -> None:
    leave = two.lets().json()
    crossing = two.agent_files().json()
    two.agent.amends(crossing, two_way=True)
    two.agent.cancels(crossing)
    sql = "SELECT organisation FROM vehicle_registration.audit WHERE what = %s AND subject = %s"
    used = two.border.gate.rows("vehicle_registration", sql, "vehicle_registration.act_for", leave["id"])
    assert [row.organisation for row in used] == [two.agent.organisation] * 3


def test_an_agent_moves_a_crossing_to_no_route_that_is_not_his(two: Two) -> None:
    two.lets(routes=["hn-1119"])
    crossing = two.agent_files().json()
    assert code(two.agent.amends(crossing, route="tt-1088")) == "route_not_delegated"


def test_what_was_given_is_seen_by_both_ended_by_either_and_by_nobody_else(two: Two) -> None:
    leave = two.lets().json()
    stranger = two.border.firm(Role.TRADER)
    path = f"{API}/delegations/{leave['id']}/end"
    assert stranger.asking.get(f"{API}/delegations").json()["items"] == []
    assert stranger.asking.post(path, json={}).status_code == 404
    held = two.agent.asking.get(f"{API}/delegations", params={"held": True, "in_force": True}).json()["items"]
    assert [one["giver"] for one in held] == [str(two.trader.organisation)]
    assert two.agent.asking.post(path, json={"version": 9}).status_code == 412
    assert two.agent.asking.post(path, json={}).status_code == 200
    assert code(two.trader.asking.post(path, json={})) == "delegation_already_ended"
    assert two.agent.asking.get(f"{API}/delegations", params={"in_force": True}).json()["items"] == []


def test_a_leave_ends_by_itself_after_its_last_day(two: Two) -> None:
    two.lets(last_day="2026-05-04")
    two.border.gate.wait(hours=24)
    assert code(two.agent_files(day="2026-05-06")) == "delegation_over"


@pytest.mark.parametrize(
    ("limits", "refused", "status"),
    [
        ({"agent": str(new_id())}, "unknown_delegate", 400),
        ({"agent": None}, "unknown_delegate", 400),
        ({"agent": None, "driver_id": str(new_id()), "acts": ["AMEND"]}, "unknown_delegate", 400),
        ({"last_day": "2026-05-03"}, "delegation_over_already", 400),
        ({"acts": []}, None, 422),
        ({"most": 0}, None, 422),
        ({"routes": ["nowhere"]}, None, 422),
        ({"value": 5}, None, 422),
    ],
)
def test_what_lets_nobody_do_anything_is_refused(
    two: Two, limits: dict[str, Any], refused: str | None, status: int
) -> None:
    answer = two.lets(**limits)
    assert answer.status_code == status, answer.text
    assert refused is None or code(answer) == refused


def test_nobody_lets_itself_act_and_no_agent_lets_others(two: Two) -> None:
    assert code(two.lets(agent=str(two.trader.organisation))) == "unknown_delegate"
    body = {"agent": str(two.trader.organisation), "acts": ["FILE"], "last_day": "2026-05-31"}
    assert two.agent.asking.post(f"{API}/delegations", json=body).status_code == 403


def driver_of(two: Two, crossing: dict[str, Any]) -> Asking:
    return two.border.gate.as_(a_driver(UUID(crossing["id"])))


def test_a_driver_who_is_let_changes_and_gives_up_his_own_crossing(two: Two) -> None:
    driver = registers_driver(two.trader, "Lái xe A", "B2-0001")
    crossing = files(two.trader, driver="Lái xe A").json()
    path = f"{API}/crossings/{crossing['id']}"
    asking = driver_of(two, crossing)
    refused = asking.request("PATCH", path, json={"trailer": "12R-001.21"})
    assert (refused.status_code, code(refused)) == (403, "not_delegated")
    assert two.lets(agent=None, driver_id=driver, acts=["AMEND"]).status_code == 201
    amended = asking.request("PATCH", path, json={"trailer": "12R-001.21"})
    assert amended.status_code == 200, amended.text
    assert amended.json()["filing"]["trailer"] == "12R00121"
    assert code(asking.post(f"{path}/cancel", json={"reason": "no"})) == "act_not_delegated"
    two.trader.registers("12C-543.21")
    other = files(two.trader, plate="12C-543.21").json()
    assert asking.request("PATCH", f"{API}/crossings/{other['id']}", json={"two_way": True}).status_code == 404


def test_a_carrier_that_names_its_customer_in_good_faith_needs_no_leave(border: Border) -> None:
    carrier, trader = border.firm(), border.firm(Role.TRADER)
    filed = carrier.files(a_body(carrier.registers()), trader=str(trader.organisation))
    assert filed.status_code == 201, filed.text
    (crossing,) = filed.json()["crossings"]
    assert trader.cancels(crossing).status_code == 200


def test_an_agent_copies_what_he_filed_by_the_same_leave(two: Two) -> None:
    two.lets(most=2)
    crossing = two.agent_files().json()
    two.agent.cancels(crossing)
    window = {name: crossing["filing"][name] for name in ("window_from", "window_to")}
    copies = [two.agent.asking.post(f"{API}/crossings/{crossing['id']}/copy", json=window) for _ in range(2)]
    assert [answer.status_code for answer in copies] == [201, 403]
    assert copies[0].json()["filing"]["trader"] == str(two.trader.organisation)


def test_an_agent_who_is_let_still_names_only_what_the_firm_may(two: Two) -> None:
    two.lets()
    stranger = two.border.firm()
    stranger.registers("12C-999.99")
    assert wrong_in(two.agent_files(plate="12C-999.99")) == {("$.plate", "vehicle_registration.no_such_plate")}


def test_an_agent_who_names_nobody_files_nothing_by_no_door(two: Two) -> None:
    truck = two.trader.registers("12C-543.21", shared_with=[two.agent.organisation])
    own = two.agent.files(a_body(truck), carrier=str(two.trader.organisation))
    assert (own.status_code, code(own), own.json()["field"]) == (400, "name_the_trader", "$.trader")
    listed = two.agent.asking.post(f"{API}/uploads", json={"lines": [{"route": "hn-1119"}]})
    assert (listed.status_code, code(listed)) == (403, "only_own_lists")
    assert two.border.gate.rows("vehicle_registration", "SELECT 1 FROM vehicle_registration.uploads") == []


def test_a_leave_is_told_to_who_decides_by_it_and_so_is_its_end(two: Two) -> None:
    leave = two.lets(routes=["hn-1119"]).json()
    two.trader.asking.post(f"{API}/delegations/{leave['id']}/end", json={})
    two.border.gate.settle()
    told = [record for record in two.border.heard("bordergate.organisations") if leave["id"].encode() in record.body]
    assert [record.headers["ce_type"].split(".")[2] for record in told] == ["delegation_given", "delegation_ended"]
    assert {record.key for record in told} == {str(two.trader.organisation)}
    assert b'"last_day":"2026-05-31"' in told[0].body
