"""What a route does, and whom that affects: reduced, closed, open to those who registered before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.queue_scheduling import CallMissed, RouteStatusChanged
from events.words import Goods
from tests.builders.queue import a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border

ROUTE = f"{API}/routes/hn-1119"
WHY = {"reason": "flood on the far side"}


def told(answer: Any, status: int = 200) -> Any:  # noqa: ANN401 - JSON
    assert answer.status_code == status, answer.text
    return answer.json()


def effect(border: Border, **change: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What a change would do to those who leave the country."""
    sides = told(border.operator().get(f"{ROUTE}/effect", params=change))
    return dict(next(side for side in sides if side["direction"] == "EXPORT"))


def test_a_reduced_route_calls_so_many_an_hour(border: Border) -> None:
    trucks = border.trucks_join(12)
    body = {"reason": "one lane", "export_per_hour": 6, "import_per_hour": 0}
    board = told(border.operator().post(f"{ROUTE}/reduce", json=body))
    assert (board["status"], board["export_per_hour"]) == ("REDUCED", 6)
    border.opens(minutes=59)
    assert [call.crossing_id for call in border.calls()] == trucks[:6]
    leaving = next(queue for queue in board["queues"] if queue["direction"] == "EXPORT")
    assert leaving["capacity"] in (0, 6)
    told(border.operator().post(f"{ROUTE}/reopen"))
    for _ in range(30):
        border.gate.wait(minutes=1)
    assert {call.crossing_id for call in border.calls()} == set(trucks)


def test_only_two_officers_close_a_route(border: Border) -> None:
    border.trucks_join(1)
    assert told(border.operator().post(f"{ROUTE}/close", json=WHY), 403)["code"]
    assert told(border.two_operators().post(f"{ROUTE}/close", json=WHY))["status"] == "CLOSED"
    border.opens(minutes=30)
    assert not border.calls()
    (change,) = [event for event in border.stated("hn-1119") if isinstance(event, RouteStatusChanged)]
    assert (change.status, change.reason) == ("CLOSED", WHY["reason"])


def test_it_is_shown_whom_a_closure_would_affect_before_it_is_made(border: Border) -> None:
    border.trucks_join(40)
    border.joins(
        a_ready_crossing(goods=Goods(hs_chapters=("08",), shelf_life_hours=5)),
        a_ready_crossing(goods=Goods(hs_chapters=("08",), shelf_life_hours=50)),
    )
    border.opens(minutes=5)
    called = len(border.calls())
    assert called
    now = border.gate.clock.now()
    seen = effect(border, status="CLOSED", until=(now + timedelta(hours=6)).isoformat())
    assert (seen["called"], seen["calls_lost"], seen["spoiling"]) == (called, 6 * 26, 1)
    assert sum(seen["waiting"].values()) == 42 - called
    half = effect(
        border, status="REDUCED", export_per_hour=13, import_per_hour=13, until=(now + timedelta(hours=2)).isoformat()
    )
    assert half["calls_lost"] == 26
    assert effect(border, status="PRE_REGISTERED_ONLY")["calls_lost"] == 0
    assert told(border.operator().get(f"{ROUTE}/board"))["status"] == "OPEN"


def test_what_a_change_costs_is_held_against_what_the_route_does_now(border: Border) -> None:
    border.opens(minutes=5)
    now = border.gate.clock.now()
    body = {"reason": "one lane", "export_per_hour": 10, "import_per_hour": 10}
    until = {"until": (now + timedelta(hours=2)).isoformat()}
    told(border.operator().post(f"{ROUTE}/reduce", json=body | until))
    six_hours = (now + timedelta(hours=6)).isoformat()
    assert effect(border, status="CLOSED", until=six_hours)["calls_lost"] == 2 * 10 + 4 * 26
    more = effect(border, status="REDUCED", export_per_hour=20, import_per_hour=20, **until)
    assert more["calls_lost"] == 0, "it lets through more than now"
    assert effect(border, status="OPEN")["calls_lost"] == 0


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"status": "PAUSED", "until": "2025-07-01T06:00:00+07:00"}, 400, "queue_scheduling.pause_is_over"),
        ({"status": "OPEN"}, 409, "queue_scheduling.not_paused"),
        ({"status": "REDUCED", "export_per_hour": 4}, 422, "payload.missing"),
        ({"status": "PAUSED", "export_per_hour": 4}, 422, "payload.unknown_field"),
    ],
)
def test_what_could_not_be_decided_has_no_effect_to_tell(
    border: Border, asked: dict[str, Any], status: int, code: str
) -> None:
    border.opens()
    refused = told(border.operator().get(f"{ROUTE}/effect", params=asked), status)
    assert code in {refused["code"], *(place["code"] for place in refused.get("problems", ()))}


def test_the_effect_is_nobodys_who_does_not_run_the_route(border: Border) -> None:
    asked = {"status": "CLOSED"}
    assert border.operator(routes=frozenset({"tt-1088"})).get(f"{ROUTE}/effect", params=asked).status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("reduce", WHY),
        ("reduce", WHY | {"export_per_hour": -1, "import_per_hour": 4}),
        ("pre-registered-only", {}),
        ("pause", WHY | {"export_per_hour": 4}),
    ],
)
def test_what_is_not_whole_is_refused(border: Border, path: str, body: dict[str, Any]) -> None:
    assert told(border.operator().post(f"{ROUTE}/{path}", json=body), 422)["code"] == "payload.malformed"


def test_who_was_called_while_the_route_stood_still_is_called_again_before_all(border: Border) -> None:
    first, *others = border.trucks_join(3)
    border.opens(minutes=3)
    assert [call.crossing_id for call in border.calls()] == [first]
    told(border.operator().post(f"{ROUTE}/pause", json=WHY))
    border.gate.wait(minutes=70)
    told(border.operator().post(f"{ROUTE}/reopen"))
    border.gate.wait(minutes=1)
    calls = border.calls()
    assert [(call.crossing_id, call.extraordinary) for call in calls[1:2]] == [(first, True)]
    assert {call.crossing_id for call in calls[2:]} <= set(others)
    (missed,) = [event for event in border.stated(first) if isinstance(event, CallMissed)]
    assert missed.cause == "OURS"


def test_who_does_not_come_though_he_could_stands_at_the_end(border: Border) -> None:
    first, *others = border.trucks_join(40)
    border.opens(minutes=3)
    border.gate.wait(minutes=70)
    (missed,) = [event for event in border.stated(first) if isinstance(event, CallMissed)]
    assert missed.cause == "OWN"
    assert border.ticket(first).first_come > len(others)


def test_every_stop_counts_whatever_was_decided_after_it(border: Border) -> None:
    """Two stops within one call, the first by a reduction to nothing: neither alone is half of its validity."""
    first, *_ = border.trucks_join(3)
    border.opens(minutes=3)
    nothing = {"reason": "no lane", "export_per_hour": 0, "import_per_hour": 20}
    for path, body in (("reduce", nothing), ("pause", WHY)):
        told(border.operator().post(f"{ROUTE}/{path}", json=body))
        border.gate.wait(minutes=17)
        told(border.operator().post(f"{ROUTE}/reopen"))
        border.gate.wait(minutes=5)
    told(border.operator().post(f"{ROUTE}/pre-registered-only", json=WHY))
    border.gate.wait(minutes=30)
    (missed,) = [event for event in border.stated(first) if isinstance(event, CallMissed)]
    assert missed.cause == "OURS"
