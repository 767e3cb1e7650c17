"""The queue over HTTP: what the public, the parties and the operators see and do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from events.queue_scheduling import CallOverridden, RouteStatus, RouteStatusChanged, TruckCalled
from events.vehicle_registration import CrossingCancelled
from tests.builders.callers import a_caller
from tests.builders.queue import DURIAN, a_ready_crossing
from tests.gates import Asking
from tests.integration.queue_scheduling.conftest import API, Border

WHY = {"reason": "medicine for the hospital"}


def told(answer: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401 - any JSON
    assert answer.status_code == status, answer.text
    return answer.json()


def test_anybody_sees_the_routes_but_no_plate(border: Border) -> None:
    crossing = a_ready_crossing()
    border.joins(crossing, a_ready_crossing(goods=DURIAN))
    border.trucks_join(11)
    border.opens()
    answer = border.gate.client.get(f"{API}/routes")
    routes = {route["code"]: route for route in told(answer)}
    assert list(routes) == ["cm-1223", "cn-1104", "hn-1119", "tt-1088"]
    freight = routes["hn-1119"]
    assert (freight["gate"], freight["status"]) == ("Hữu Nghị", "OPEN")
    leaving = next(queue for queue in freight["queues"] if queue["direction"] == "EXPORT")
    assert leaving.pop("forecast")["p50"]
    assert leaving == {
        "direction": "EXPORT",
        "number": 0,
        "waiting": {"P2": None, "P4": 10},
        "capacity": 26,
        "calls_last_hour": 0,
    }, "of eleven and one nobody can find the one"
    assert crossing.plate not in answer.text


def test_a_party_sees_its_receipt_and_what_it_holds_now(border: Border) -> None:
    trader = new_id()
    first, second = border.trucks_join(2)
    (mine,) = border.trucks_join(1, parties=(trader,))
    view = told(border.trader(trader).get(f"{API}/tickets/{mine}"))
    assert (view["first_come"], view["promise"], view["number"], view["ahead"]) == (3, 3, 3, 2)
    told(border.operator().post(f"{API}/routes/hn-1119/pause", json={"reason": "fog"}))
    border.is_not_ready(first)
    border.hears(CrossingCancelled(crossing_id=second, reason="other plans"))
    view = told(border.trader(trader).get(f"{API}/tickets/{mine}"))
    assert (view["promise"], view["number"], view["ahead"]) == (3, 2, 1)


def test_nobody_else_knows_of_a_ticket(border: Border) -> None:
    (crossing,) = border.trucks_join(1)
    stranger = border.trader(new_id())
    assert told(stranger.get(f"{API}/tickets/{crossing}"), 404)["code"] == "queue_scheduling.no_ticket"
    assert told(stranger.post(f"{API}/tickets/{crossing}/withdraw", json=WHY), 404)
    assert told(border.operator().get(f"{API}/tickets/{new_id()}"), 404)


def test_the_driver_sees_the_one_crossing_of_his_link(border: Border) -> None:
    mine, other = border.trucks_join(2)
    driver = border.gate.as_(a_caller(Role.DRIVER, crossing=mine))
    assert told(driver.get(f"{API}/tickets/{mine}"))["stage"] == "WAITING"
    assert driver.get(f"{API}/tickets/{other}").status_code in {403, 404}


def test_the_trader_withdraws_a_place_freely_before_its_call_and_not_after(border: Border) -> None:
    trader = new_id()
    mine, other = border.trucks_join(2, parties=(trader,))
    asking = border.trader(trader)
    view = told(asking.post(f"{API}/tickets/{other}/withdraw", json={"reason": "sold inland"}))
    assert (view["stage"], view["number"]) == ("WITHDRAWN", None)
    assert border.kinds(other) == ["TruckQueued", "TicketWithdrawn"]
    border.opens(minutes=3)
    refused = told(asking.post(f"{API}/tickets/{mine}/withdraw", json=WHY), 409)
    assert (refused["code"], refused["problems"][0]["code"]) == (
        "queue_scheduling.costs_more",
        "queue_scheduling.cancel_called",
    )


def test_a_version_looked_at_before_is_stale(border: Border) -> None:
    trader = new_id()
    (mine,) = border.trucks_join(1, parties=(trader,))
    asking = border.trader(trader)
    answer = asking.post(f"{API}/tickets/{mine}/withdraw", json=WHY, headers={"If-Match": '"99"'})
    assert told(answer, 412)["code"] == "stale"
    assert border.stages(mine) == ["WAITING"]


def override(border: Border, crossing: UUID, asking: Asking | None = None) -> httpx.Response:
    return (asking or border.two_operators()).post(f"{API}/tickets/{crossing}/override", json=WHY)


def test_two_officers_call_a_truck_out_of_turn(border: Border) -> None:
    first, second = border.trucks_join(2)
    border.opens()
    view = told(override(border, second))
    assert (view["stage"], view["override"], view["call_number"]) == ("CALLED", True, None)
    called, why = border.stated(second)[1:]
    assert isinstance(called, TruckCalled)
    assert isinstance(why, CallOverridden)
    assert (called.number, called.extraordinary, called.override) == (None, True, True)
    assert why.reason == WHY["reason"]
    assert len(set(why.officers)) == 2
    queue = border.queue()
    assert (queue.called, queue.overrides, queue.extraordinary, queue.calls) == (0, 1, 1, 1)
    assert border.stages(first) == ["WAITING"]


def test_one_officer_alone_calls_nobody_out_of_turn(border: Border) -> None:
    (crossing,) = border.trucks_join(1)
    border.opens()
    assert told(override(border, crossing, border.operator()), 403)["code"] == "auth.second_needed"
    assert border.stages(crossing) == ["WAITING"]


def test_no_override_without_capacity(border: Border) -> None:
    crossings = border.trucks_join(1)
    assert told(override(border, crossings[0]), 409)["code"] == "queue_scheduling.not_open"
    border.trucks_join(30)
    border.opens(minutes=59)
    waiting = next(one for one in border.trucks_join(1))
    assert told(override(border, waiting), 409)["code"] == "queue_scheduling.hour_full"
    assert border.queue().calls == 26


def test_a_truck_that_cannot_come_is_not_called_by_hand(border: Border) -> None:
    (crossing,) = border.trucks_join(1)
    border.opens()
    border.is_not_ready(crossing)
    assert told(override(border, crossing), 409)["code"] == "queue_scheduling.not_callable"


def test_a_paused_route_calls_nobody_and_keeps_the_order(border: Border) -> None:
    trucks = border.trucks_join(3)
    operator = border.operator()
    board = told(operator.post(f"{API}/routes/hn-1119/pause", json={"reason": "the far side is closed"}))
    assert (board["status"], board["reason"]) == ("PAUSED", "the far side is closed")
    border.opens(minutes=30)
    assert not border.calls()
    assert told(override(border, trucks[2]), 409)["code"] == "queue_scheduling.not_open"
    assert told(operator.post(f"{API}/routes/hn-1119/reopen"))["status"] == "OPEN"
    border.gate.wait(minutes=1)
    assert [call.crossing_id for call in border.calls()] == trucks
    changes = [event for event in border.stated("hn-1119") if isinstance(event, RouteStatusChanged)]
    assert [change.status for change in changes] == [RouteStatus.PAUSED, RouteStatus.OPEN]


def test_a_pause_with_an_end_ends_by_itself(border: Border) -> None:
    border.trucks_join(1)
    border.opens()
    until = border.gate.clock.now() + timedelta(minutes=20)
    body = {"reason": "shift change", "until": until.isoformat()}
    told(border.operator().post(f"{API}/routes/hn-1119/pause", json=body))
    border.gate.wait(minutes=19)
    assert not border.calls()
    border.gate.wait(minutes=1)
    assert len(border.calls()) == 1
    assert told(border.gate.client.get(f"{API}/routes"))[2]["status"] == "OPEN"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("hn-1119/reopen", None, 409, "queue_scheduling.not_paused"),
        ("xx-0000/reopen", None, 404, "queue_scheduling.unknown_route"),
        ("hn-1119/pause", {"reason": "late", "until": "2020-01-01T00:00:00Z"}, 400, "queue_scheduling.pause_is_over"),
        ("hn-1119/pause", {"reason": "x"}, 422, "payload.malformed"),
    ],
)
def test_what_makes_no_sense_is_refused_in_three_languages(
    border: Border, path: str, body: dict[str, str] | None, status: int, code: str
) -> None:
    problem = told(border.operator().post(f"{API}/routes/{path}", json=body), status)
    assert problem["code"] == code
    assert set(problem["messages"]) == {"vi", "zh", "en"}


def test_an_officer_posted_to_another_route_runs_his_own_only(border: Border) -> None:
    operator = border.operator(routes=frozenset({"tt-1088"}))
    assert operator.post(f"{API}/routes/hn-1119/pause", json=WHY).status_code == 403
    assert operator.get(f"{API}/routes/hn-1119/board").status_code == 403
    assert operator.post(f"{API}/routes/tt-1088/pause", json=WHY).status_code == 200


def test_the_board_shows_the_next_by_number_and_those_on_their_way(border: Border) -> None:
    trucks = border.trucks_join(4)
    empties = border.trucks_join(1, empty=True)
    border.is_not_ready(trucks[3])
    border.opens(minutes=3)
    board = told(border.operator().get(f"{API}/routes/hn-1119/board"))
    leaving = next(queue for queue in board["queues"] if queue["direction"] == "EXPORT")
    assert [row["crossing_id"] for row in leaving["next"]] == [str(one) for one in (*trucks[1:], *empties)]
    assert [row["number"] for row in leaving["next"]] == [2, 3, 4, 67]
    assert [row["ready"] for row in leaving["next"]] == [True, True, False, True]
    assert [row["crossing_id"] for row in leaving["called"]] == [str(trucks[0])]
    assert (leaving["capacity"], leaving["calls"], leaving["not_ready"], leaving["number"]) == (26, 1, 1, 1)
    assert leaving["waiting"] == {"P4": 3, "P5": 1}


def test_a_trader_sees_no_board_and_pauses_nothing(border: Border) -> None:
    asking = border.trader(new_id())
    assert asking.get(f"{API}/routes/hn-1119/board").status_code == 403
    assert asking.post(f"{API}/routes/hn-1119/pause", json=WHY).status_code == 403
