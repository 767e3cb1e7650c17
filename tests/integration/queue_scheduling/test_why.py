"""Why a truck stands where it stands, when it will be called, and how good such forecasts were."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from bordergate.ids import new_id
from events.gate_operations import TruckCheckedIn
from events.words import Goods
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.forecast.widths import bucket_of
from tests.builders.queue import LYCHEE, TEN, a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border


def why(border: Border, crossing: UUID) -> Any:  # noqa: ANN401 - JSON
    answer = border.operator().get(f"{API}/reasons", params={"crossing_id": str(crossing)})
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()
    return told


def at(told: str) -> datetime:
    return datetime.fromisoformat(told)


def test_a_truck_is_told_who_stands_before_it_by_class(border: Border) -> None:
    first = border.trucks_join(3)
    border.joins(a_ready_crossing(goods=Goods(live_animals=True)))
    (own,) = border.trucks_join(1)
    told = why(border, own)
    assert (told["ahead"], told["ahead_by_class"]) == (4, {"P1": 1, "P4": 3})
    assert (told["promise"], told["number"], told["last_called"], told["at_most"]) == (4, 4, 0, 4)
    assert why(border, first[0])["ahead_by_class"] == {"P1": 1}
    assert told["overrides"] == []


def test_urgent_loads_stand_before_a_standard_truck_until_its_number_is_due(border: Border) -> None:
    urgent = border.trucks_join(6, goods=LYCHEE)
    (own,) = border.trucks_join(1)
    border.opens()
    told = why(border, own)
    assert (told["ahead_by_class"], told["number"], told["at_most"]) == ({"P2": 6}, 7, 7)
    assert border.operator().get(f"{API}/tickets/{own}").json()["ahead"] == 6
    (first,) = [truck for truck in urgent if why(border, truck)["ahead"] == 0]
    assert why(border, first)["number"] > 200
    opening = TEN - timedelta(hours=3)
    assert at(told["forecast"]["p50"]) - opening > timedelta(minutes=10), "six calls come before, at 26 an hour"
    (route,) = [one for one in border.gate.client.get(f"{API}/routes").json() if one["code"] == "hn-1119"]
    (export,) = [one for one in route["queues"] if one["direction"] == "EXPORT"]
    assert at(export["forecast"]["p50"]) >= at(told["forecast"]["p50"]), "whoever comes now has them before him too"
    border.opens(minutes=14)
    assert {call.crossing_id for call in border.calls()} == set(urgent)


def test_calls_out_of_turn_are_told_by_class_and_of_a_day(border: Border) -> None:
    trucks = border.trucks_join(3)
    border.opens(minutes=1)
    answer = border.two_operators().post(f"{API}/tickets/{trucks[2]}/override", json={"reason": "an ambulance"})
    assert answer.status_code == 200
    (told,) = why(border, trucks[1])["overrides"]
    assert (told["ticket_class"], at(told["called_at"])) == ("P4", border.gate.clock.now())
    firm = new_id()
    (other,) = border.trucks_join(1, parties=(firm,))
    (seen,) = border.trader(firm).get(f"{API}/reasons", params={"crossing_id": str(other)}).json()
    assert seen["overrides"] == [told], "whoever waits is told of it, whosever truck it was"
    border.gate.clock.forward(hours=25)
    assert why(border, trucks[1])["overrides"] == []


def test_a_call_out_of_turn_stays_told_when_its_truck_is_called_again(border: Border) -> None:
    trucks = border.trucks_join(3)
    border.opens(minutes=1)
    by_hand = border.two_operators().post(f"{API}/tickets/{trucks[2]}/override", json={"reason": "an ambulance"})
    assert by_hand.status_code == 200
    border.gate.wait(minutes=70)
    assert [(call.crossing_id == trucks[2], call.override) for call in border.calls()].count((True, False)) == 1
    waiting = border.trucks_join(40)[-1]
    assert len(why(border, waiting)["overrides"]) == 1
    (kept,) = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.overrides")
    assert (kept.crossing_id, kept.reason, len(kept.officers)) == (trucks[2], "an ambulance", 2)


def test_nothing_is_foretold_of_a_truck_that_cannot_come(border: Border) -> None:
    (own,) = border.trucks_join(1)
    border.is_not_ready(own)
    assert why(border, own)["forecast"]["p50"] is None


def test_a_forecast_is_a_range_within_the_plan_and_never_a_point(border: Border) -> None:
    trucks = border.trucks_join(60)
    told = why(border, trucks[52])["forecast"]
    opening = TEN - timedelta(hours=3)
    assert at(told["observed_at"]) < opening < at(told["p10"]) < at(told["p50"]) < at(told["p90"])
    assert at(told["p50"]) == opening + timedelta(hours=2)
    assert told["samples"] == 0
    assert at(told["gate_p50"]) - at(told["p50"]) == at(told["gate_p90"]) - at(told["p90"]) == timedelta(minutes=20)


def test_nothing_is_foretold_while_a_route_is_closed_until_further_notice(border: Border) -> None:
    (own,) = border.trucks_join(1)
    closed = {"reason": "flood on the far side"}
    assert border.two_operators().post(f"{API}/routes/hn-1119/close", json=closed).status_code == 200
    assert why(border, own)["forecast"]["p50"] is None
    until = border.gate.clock.now() + timedelta(hours=3)
    assert (
        border.operator().post(f"{API}/routes/hn-1119/pause", json=closed | {"until": until.isoformat()}).status_code
        == 200
    )
    assert at(why(border, own)["forecast"]["p10"]) >= until


def test_forecasts_are_kept_as_they_were_and_held_against_what_came(border: Border) -> None:
    border.trucks_join(30)
    border.opens(minutes=58)
    made = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.forecasts ORDER BY made_at, rank")
    called = [row for row in made if row.called_at]
    assert len(called) >= 20
    assert all(row.called_at > row.made_at for row in called)
    (told,) = border.gate.client.get(f"{API}/forecasts").json()
    assert (told["route"], told["direction"], told["forecasts"]) == ("hn-1119", "EXPORT", len(called))
    assert told["trucks"] == len({row.crossing_id for row in called})
    assert 0 <= told["within"] <= told["by_p90"] <= 1
    learned = border.gate.rows("queue_scheduling", "SELECT sum(samples) AS samples FROM queue_scheduling.widths")
    assert learned[0].samples == len({(row.crossing_id, bucket_of(row.rank, Line.STANDARD)) for row in called})


def test_the_hour_at_the_gate_is_held_against_when_the_truck_was_there(border: Border) -> None:
    trucks = border.trucks_join(30)
    border.opens(minutes=58)
    called = [truck for truck in trucks if border.ticket(truck).called_at]
    border.gate.clock.forward(minutes=10)
    border.hears(*[TruckCheckedIn(crossing_id=truck) for truck in called[-20:]])
    (told,) = border.gate.client.get(f"{API}/forecasts").json()
    assert told["gate_trucks"] == 20
    assert 0 <= told["gate_within"] <= 1
    rows = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.forecasts WHERE gate_at IS NOT NULL")
    assert {row.crossing_id for row in rows} == set(called[-20:])
    assert all(row.called_at < row.gate_at and row.gate_p10 < row.gate_p50 < row.gate_p90 for row in rows)
    journeys = [row.gate_at - row.called_at for row in {row.crossing_id: row for row in rows}.values()]
    ahead = why(border, trucks[-1])["forecast"]
    assert at(ahead["gate_p50"]) - at(ahead["p50"]) == median(journeys), "the way as it was measured"


def test_what_was_reduced_meanwhile_is_learned_from_as_it_was_foreseen(border: Border) -> None:
    until = (TEN - timedelta(hours=1)).isoformat()
    half = {"reason": "one lane", "until": until, "export_per_hour": 13, "import_per_hour": 20}
    assert border.operator().post(f"{API}/routes/hn-1119/reduce", json=half).status_code == 200
    trucks = border.trucks_join(60)
    told = why(border, trucks[45])["forecast"]
    opening = TEN - timedelta(hours=3)
    assert at(told["p50"]) - opening == timedelta(hours=2) + timedelta(hours=19 / 26), (
        "26 by nine o'clock, then 26 an hour"
    )
    border.opens(minutes=50)
    widths = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.widths")
    assert sum(row.samples for row in widths) >= 8
    assert all(abs(row.middle) < 0.25 for row in widths), "the calls came as the reduced plan had said"


def test_who_leaves_otherwise_than_by_a_numbered_call_teaches_nothing(border: Border) -> None:
    firm = new_id()
    trucks = border.trucks_join(3, parties=(firm,))
    border.opens()
    border.gate.wait(minutes=1)
    gone = border.trader(firm).post(
        f"{API}/tickets/{trucks[2]}/withdraw", json={"reason": "sold inland", "accepts": "1"}
    )
    assert gone.status_code == 200, gone.text
    border.gate.wait(minutes=6)
    kept = border.gate.rows(
        "queue_scheduling", "SELECT * FROM queue_scheduling.forecasts WHERE crossing_id = %s", trucks[2]
    )
    assert kept == []


def test_anybody_sees_when_a_truck_would_be_called_that_joined_now(border: Border) -> None:
    border.trucks_join(4, goods=LYCHEE)
    border.trucks_join(60)
    border.opens(minutes=5)
    answer = border.gate.client.get(f"{API}/routes")
    assert answer.headers["access-control-allow-origin"] == "*"
    (route,) = [one for one in answer.json() if one["code"] == "hn-1119"]
    exports = next(one for one in route["queues"] if one["direction"] == "EXPORT")
    (truck,) = border.trucks_join(1)
    foreseen = why(border, truck)["forecast"]
    off = [abs(at(exports["forecast"][name]) - at(foreseen[name])) for name in ("p10", "p50", "p90")]
    assert max(off) <= timedelta(seconds=1), "the second in which the truck joined"
    assert exports["calls_last_hour"] == len(border.calls()) > 0


def test_of_a_route_that_stands_still_nobody_is_told_a_call(border: Border) -> None:
    assert border.operator().post(f"{API}/routes/hn-1119/pause", json={"reason": "fog in the pass"}).is_success
    (route,) = [one for one in border.gate.client.get(f"{API}/routes").json() if one["code"] == "hn-1119"]
    assert {queue["forecast"]["p50"] for queue in route["queues"]} == {None}


def test_the_reasons_are_for_those_who_may_see_the_ticket(border: Border) -> None:
    firm = new_id()
    own, other = border.trucks_join(1, parties=(firm,)) + border.trucks_join(1)
    asked = {"crossing_id": [str(own), str(other), str(new_id())]}
    told = border.trader(firm).get(f"{API}/reasons", params=asked).json()
    assert [one["crossing_id"] for one in told] == [str(own)]
    elsewhere = border.operator(routes=frozenset({"tt-1088"}))
    assert elsewhere.get(f"{API}/reasons", params=asked).json() == []
    assert len(border.operator().get(f"{API}/reasons", params=asked).json()) == 2
    assert border.operator().get(f"{API}/reasons", params={"crossing_id": [str(own)] * 51}).status_code == 422
