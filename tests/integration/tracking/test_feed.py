"""Positions from the log to the table by COPY, and what they mean to the crossing's stream."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bordergate.broker import Record
from bordergate.event import Envelope
from bordergate.ids import new_id
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected
from events.identity import DeviceRevoked
from events.tracking import AreaKind
from events.vehicle_registration import CrossingCancelled
from events.words import CrossingState
from services.tracking.commands import ReplaceAreas, keep_feed, replace_areas
from services.tracking.domain import TOPIC
from services.tracking.feed import Feed
from services.tracking.intake.process import roster_of
from tests.builders.clock import A_MORNING
from tests.builders.news import as_record, enveloped
from tests.builders.tracking import (
    GATE_AT,
    ROAD_AT,
    YARD_AT,
    a_position,
    a_ready_crossing,
    a_report,
    an_area,
    an_enrolled_device,
    records,
)
from tests.gates import StillGate


def a_followed_crossing(gate: StillGate) -> UUID:
    ready = a_ready_crossing(new_id())
    gate.publish(as_record(enveloped(ready)))
    gate.settle()
    return ready.crossing_id


@pytest.fixture
def feed(still_gate: StillGate) -> Feed:
    plan = [an_area(), an_area("yard", AreaKind.YARD, YARD_AT)]
    still_gate.do("tracking", lambda session: replace_areas(ReplaceAreas(plan), session, still_gate.clock))
    return Feed(still_gate.gate)


def stated(gate: StillGate, crossing: UUID) -> list[tuple[str, str, str | None]]:
    """What tracking has put on the crossing's stream: type, area, when."""
    rows = gate.rows(
        "tracking",
        "SELECT headers, convert_from(body, 'UTF8')::jsonb AS body FROM tracking.outbox WHERE key = %s"
        " AND headers->>'ce_type' LIKE '%%.area%%' ORDER BY seq",
        str(crossing),
    )
    return [
        (
            row.headers["ce_type"].rpartition(".v")[0].rpartition(".")[2],
            row.body["area"],
            row.headers["ce_occurred"][11:16],
        )
        for row in rows
    ]


def stored(gate: StillGate) -> int:
    return int(gate.rows("tracking", "SELECT count(*) AS n FROM tracking.positions")[0].n)


def test_a_truck_enters_and_leaves_areas_on_its_crossings_stream(still_gate: StillGate, feed: Feed) -> None:
    crossing = a_followed_crossing(still_gate)
    way = [(ROAD_AT, 0), (GATE_AT, 1), (GATE_AT, 2), (YARD_AT, 3), (ROAD_AT, 4)]
    for place, minute in way:
        feed.take(records(a_report(crossing, a_position(place, minute))))
    assert stated(still_gate, crossing) == [
        ("area_entered", "gate", "01:01"),
        ("area_left", "gate", "01:03"),
        ("area_entered", "yard", "01:03"),
        ("area_left", "yard", "01:04"),
    ]
    assert stored(still_gate) == 5


def test_positions_delivered_twice_take_effect_once(still_gate: StillGate, feed: Feed) -> None:
    crossing = a_followed_crossing(still_gate)
    batch = records(
        *(a_report(crossing, a_position(place, minute)) for minute, place in enumerate([ROAD_AT, GATE_AT, ROAD_AT]))
    )
    feed.take(batch)
    told = stated(still_gate, crossing)
    feed.take(batch)
    feed.take([*batch, *records(a_report(crossing, a_position(YARD_AT, 9)))])
    assert stored(still_gate) == 4
    assert stated(still_gate, crossing) == [*told, ("area_entered", "yard", "01:09")]


def test_a_late_position_is_kept_and_moves_nothing(still_gate: StillGate, feed: Feed) -> None:
    crossing = a_followed_crossing(still_gate)
    feed.take(records(a_report(crossing, a_position(GATE_AT, 5))))
    feed.take(records(a_report(crossing, a_position(YARD_AT, 3))))
    assert stated(still_gate, crossing) == [("area_entered", "gate", "01:05")]
    assert stored(still_gate) == 2
    (here,) = still_gate.rows("tracking", "SELECT lon, at FROM tracking.latest")
    assert (here.lon, here.at) == (GATE_AT[0], A_MORNING + timedelta(minutes=5))


def test_one_poll_may_hold_many_trucks(still_gate: StillGate, feed: Feed) -> None:
    crossings = [a_followed_crossing(still_gate) for _ in range(20)]
    way = [(crossing, place, minute) for minute, place in enumerate([ROAD_AT, GATE_AT]) for crossing in crossings]
    feed.take(records(*(a_report(crossing, a_position(place, minute)) for crossing, place, minute in way)))
    assert all(stated(still_gate, crossing) == [("area_entered", "gate", "01:01")] for crossing in crossings)


def test_a_position_of_a_day_without_a_partition_finds_its_place(still_gate: StillGate, feed: Feed) -> None:
    crossing = a_followed_crossing(still_gate)
    elsewhen = datetime(2026, 9, 1, tzinfo=UTC)
    feed.take(records(a_report(crossing, a_position(at=elsewhen)), a_report(crossing, a_position())))
    assert stored(still_gate) == 2


def test_a_record_that_is_no_position_holds_nobody_up(still_gate: StillGate, feed: Feed) -> None:
    crossing = a_followed_crossing(still_gate)
    feed.take([Record(TOPIC, "x", {}, b"{}"), *records(a_report(crossing, a_position()))])
    assert stored(still_gate) == 1


def test_the_feed_is_kept_for_a_day(still_gate: StillGate, feed: Feed) -> None:
    crossing = a_followed_crossing(still_gate)
    feed.take(records(*(a_report(crossing, a_position(minutes=60 * hour)) for hour in (0, 5, 23))))
    still_gate.clock.forward(hours=26)
    still_gate.do("tracking", lambda session: keep_feed(session, still_gate.clock))
    assert stored(still_gate) == 2
    still_gate.clock.forward(hours=48)
    still_gate.do("tracking", lambda session: keep_feed(session, still_gate.clock))
    days = still_gate.rows(
        "tracking",
        "SELECT right(inhrelid::regclass::text, 8) AS day FROM pg_inherits WHERE inhparent ="
        " 'tracking.positions'::regclass ORDER BY 1",
    )
    assert [row.day for row in days] == ["20260506", "20260507", "20260508", "20260509"]


def test_the_timer_keeps_the_feed_hour_by_hour(still_gate: StillGate) -> None:
    for _ in range(72):
        still_gate.wait(hours=1)
    newest = still_gate.rows(
        "tracking",
        "SELECT max(inhrelid::regclass::text) AS day FROM pg_inherits WHERE inhparent = 'tracking.positions'::regclass",
    )
    assert newest[0].day == "tracking.positions_20260509"


@pytest.mark.parametrize("ending", [CrossingCompleted, CrossingCancelled])
def test_a_crossing_that_has_ended_is_followed_no_longer(still_gate: StillGate, feed: Feed, ending: type) -> None:
    vehicle, crossing = new_id(), new_id()
    reasons = {"reason": "plans changed"} if ending is CrossingCancelled else {}
    still_gate.publish(
        as_record(enveloped(an_enrolled_device("7", vehicle))),
        as_record(enveloped(a_ready_crossing(vehicle, crossing))),
    )
    still_gate.settle()
    feed.take(records(a_report(crossing, a_position())))
    roster = roster_of(still_gate.gate)
    assert roster._read().devices["7"].crossing_id == crossing
    still_gate.publish(as_record(enveloped(ending(crossing_id=crossing, **reasons), source="gate_operations")))
    still_gate.settle()
    assert roster._read().devices["7"].crossing_id is None
    assert still_gate.rows("tracking", "SELECT * FROM tracking.latest") == []
    feed.take(records(a_report(crossing, a_position(YARD_AT, 5))))
    assert stated(still_gate, crossing) == []


@pytest.mark.parametrize(
    ("stage", "followed"),
    [(CrossingState.REJECTED, True), (CrossingState.COMPLETED, True), (CrossingState.CROSSED, False)],
)
def test_a_crossing_whose_end_is_taken_back_is_followed_again(
    still_gate: StillGate,
    feed: Feed,
    stage: CrossingState,
    followed: bool,  # noqa: FBT001 - the parameter is the case
) -> None:
    vehicle, crossing = new_id(), new_id()
    still_gate.publish(
        as_record(enveloped(an_enrolled_device("7", vehicle))),
        as_record(enveloped(a_ready_crossing(vehicle, crossing))),
        as_record(enveloped(TruckRejected(crossing_id=crossing, reason="x"), 1, source="gate_operations")),
        as_record(enveloped(StageTakenBack(crossing_id=crossing, stage=stage), 2, source="gate_operations")),
    )
    still_gate.settle()
    carried = roster_of(still_gate.gate)._read().devices["7"].crossing_id
    assert carried == (crossing if followed else None)
    feed.take(records(a_report(crossing, a_position())))
    assert [area for _, area, _ in stated(still_gate, crossing)] == (["gate"] if followed else [])


def test_a_device_speaks_for_the_vehicle_it_was_enrolled_for_last(still_gate: StillGate) -> None:
    first, second = a_ready_crossing(new_id()), a_ready_crossing(new_id())
    news: list[Envelope] = [
        enveloped(an_enrolled_device("7", first.vehicle_id)),
        enveloped(an_enrolled_device("7", second.vehicle_id), time=A_MORNING + timedelta(hours=1)),
        enveloped(first),
        enveloped(second),
    ]
    still_gate.publish(*(as_record(one) for one in reversed(news)))
    still_gate.settle()
    assert roster_of(still_gate.gate)._read().devices["7"].crossing_id == second.crossing_id


def test_a_revoked_device_is_unknown(still_gate: StillGate) -> None:
    enrolled = an_enrolled_device("7", new_id())
    revoked = DeviceRevoked(vehicle_id=enrolled.vehicle_id, device_id=enrolled.device_id, hardware_id="7")
    still_gate.publish(as_record(enveloped(enrolled)), as_record(enveloped(revoked, 2)))
    still_gate.settle()
    assert roster_of(still_gate.gate)._read().devices == {}


def test_the_shipped_ground_is_in_force_after_the_reference_data(still_gate: StillGate) -> None:
    assert len(still_gate.rows("tracking", "SELECT code FROM tracking.areas")) == 12
    corridor = roster_of(still_gate.gate)._read().corridor
    assert corridor.holds(106.71, 21.97)
    assert not corridor.holds(106.75, 22.10)


def test_a_truck_says_once_that_it_is_near_its_gate_and_once_that_it_went_away(
    still_gate: StillGate, feed: Feed
) -> None:
    crossing = a_followed_crossing(still_gate)
    far, north = (106.1, 21.5), (106.5, 21.65)
    for minute, place in enumerate([far, north, GATE_AT, YARD_AT, far, far]):
        feed.take(records(a_report(crossing, a_position(place, minute))))
    told = still_gate.rows(
        "tracking",
        "SELECT headers->>'ce_type' AS type, headers->>'ce_occurred' AS at FROM tracking.outbox"
        " WHERE key = %s AND headers->>'ce_type' LIKE '%%.truck%%' ORDER BY seq",
        str(crossing),
    )
    assert [(row.type.split(".")[2], row.at[11:16]) for row in told] == [
        ("truck_came_near", "01:01"),
        ("truck_went_away", "01:04"),
    ]
