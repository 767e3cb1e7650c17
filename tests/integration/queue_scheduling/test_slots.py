"""Slots on the real database: booked by a crossing's parties, called in their hour, and told to the public ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid5

import httpx
from sqlalchemy.orm import Session

from bordergate.ids import new_id
from bordergate.timers import start_timer
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import StageTakenBack, TruckRejected
from events.queue_scheduling import TruckCalled, TruckQueued
from events.tracking import AreaEntered, AreaKind
from events.vehicle_registration import CrossingCancelled, CrossingReady, CrossingSubmitted
from events.words import Direction, Goods
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.buckets import BOOKABLE, Bucket
from services.queue_scheduling.slots.deadlines import SlotRound
from tests.builders.queue import DURIAN, FUEL, MACHINES, TEN, a_ready_crossing
from tests.builders.registration import a_filing
from tests.builders.slots import NOON, TERMS, a_bucket
from tests.integration.queue_scheduling.conftest import API, Border

SEVEN = TEN - timedelta(hours=3)
EIGHT, NINE = SEVEN + timedelta(hours=1), SEVEN + timedelta(hours=2)
WEEK = f"{API}/routes/hn-1119/slots/EXPORT"
SAME = ("carrier", "parties", "vehicle_id", "plate", "driver_id")
WHY = {"reason": "the other side is closed"}


def told(answer: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401 - any JSON
    assert answer.status_code == status, answer.text
    return answer.json()


def filed(border: Border, goods: Goods | None = MACHINES, **changes: Any) -> CrossingReady:  # noqa: ANN401 - any field
    """A crossing that is filed, of goods that customs has seen; as it will be once it is ready."""
    crossing = a_ready_crossing(**changes)
    same = {
        name: getattr(crossing, name)
        for name in ("carrier", "parties", "vehicle_id", "plate", "driver_id", "direction")
    }
    filing = a_filing(**same, containers=crossing.containers, window_from=TEN, window_to=TEN + timedelta(hours=12))
    border.hears(CrossingSubmitted(crossing_id=crossing.crossing_id, filing=filing))
    if goods is not None:
        seen = DeclarationsAssessed(crossing_id=crossing.crossing_id, failures=(), goods=goods)
        border.hears(seen, source="customs_declarations")
    return crossing.model_copy(update={"goods": goods or MACHINES})


def asks(border: Border, crossing: CrossingReady, act: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - any JSON
    return border.trader(crossing.parties[0]).post(f"{API}/slots/{crossing.crossing_id}/{act}", json=body)


def reserves(border: Border, crossing: CrossingReady, starts: datetime) -> httpx.Response:
    return asks(border, crossing, "reserve", starts=starts.isoformat())


def holds(border: Border, starts: datetime, **changes: Any) -> CrossingReady:  # noqa: ANN401 - any field
    """A filed crossing with a confirmed slot."""
    crossing = filed(border, **changes)
    told(reserves(border, crossing, starts), 201)
    told(asks(border, crossing, "confirm"))
    return crossing


def comes(border: Border, *holders: CrossingReady) -> None:
    """Ready, and seen in the waiting area."""
    border.joins(*holders)
    for holder in holders:
        seen = AreaEntered(crossing_id=holder.crossing_id, area="hn-waiting", kind=AreaKind.WAITING)
        border.hears(seen, source="tracking")


def slot(border: Border, crossing: CrossingReady) -> Any:  # noqa: ANN401 - any JSON
    return told(border.trader(crossing.parties[0]).get(f"{API}/slots/{crossing.crossing_id}"))


def codes(answer: httpx.Response) -> list[str]:
    return [problem["code"].removeprefix("slots.") for problem in told(answer, 409)["problems"]]


def log_kinds(border: Border) -> list[str]:
    return [leaf.kind.value for leaf in border.log()]


def rounds_of_slots(border: Border) -> None:
    timer = SlotRound(route="hn-1119", direction=Direction.EXPORT)
    border.gate.do("queue_scheduling", lambda session: start_timer(session, timer, due=border.gate.clock.now()))
    border.gate.settle()


def stands_at(border: Border, at: datetime) -> None:
    """It is that late, and all that was due until then is done."""
    border.gate.clock.set(at)
    border.gate.settle()


def called(border: Border, crossing: UUID) -> TruckCalled:
    return next(event for event in border.stated(crossing) if isinstance(event, TruckCalled))


def test_anybody_sees_a_weeks_free_places_and_nobodys_name(border: Border) -> None:
    crossing = holds(border, EIGHT)
    answer = border.gate.client.get(WEEK)
    first, second, *others = told(answer)["slots"]
    assert (first["starts"], first["calls"], first["places"]) == ("2025-07-01T00:00:00Z", 26, 5)
    assert first["free"] == {"P2": 3, "P3": 3, "P4": 5, "P5": 3}
    assert second["free"]["P4"] == 4
    assert (first["opens"], "P5" in others[-1]["free"]) == ({}, False)
    starts, opens = (datetime.fromisoformat(at) for at in (others[-1]["starts"], others[-1]["opens"]["P5"]))
    assert starts - opens == timedelta(days=2)
    assert len(others) == 7 * 12 - 2
    assert str(crossing.carrier) not in answer.text


def test_a_slot_is_reserved_confirmed_and_called_in_its_hour_before_the_live_queue(border: Border) -> None:
    border.trucks_join(3)
    holder = holds(border, EIGHT)
    comes(border, holder)
    queued = next(event for event in border.stated(holder.crossing_id) if isinstance(event, TruckQueued))
    assert (queued.promise, queued.slot) == (None, EIGHT)
    stands_at(border, EIGHT - timedelta(minutes=5))
    stands_at(border, EIGHT - timedelta(minutes=1))
    assert (border.stages(holder.crossing_id), border.queue().called) == (["WAITING"], 3)
    coming = told(border.operator().get(f"{API}/routes/hn-1119/next"))[0]["calls"]
    assert [(call["crossing_id"], call["slot"]) for call in coming] == [
        (str(holder.crossing_id), "2025-07-01T01:00:00Z")
    ], "as the next round will call"
    stands_at(border, EIGHT + timedelta(minutes=2))
    border.trucks_join(2)
    call = called(border, holder.crossing_id)
    assert (call.number, call.extraordinary, call.slot) == (None, False, EIGHT)
    stands_at(border, EIGHT + timedelta(minutes=10))
    assert border.queue().called == 5, "N counts live calls alone"
    assert (border.queue().calls, border.queue().extraordinary) == (3, 0)
    assert slot(border, holder)["stage"] == "USED"
    assert border.kinds(holder.crossing_id) == ["SlotReserved", "SlotConfirmed", "TruckQueued", "TruckCalled"]
    assert border.wrong_in_log() == []


def test_the_hours_capacity_holds_for_slots_and_live_queue_together(border: Border) -> None:
    border.trucks_join(30)
    holders = [holds(border, SEVEN) for _ in range(5)]
    comes(border, *holders)
    border.opens(minutes=59)
    assert border.stages(*[one.crossing_id for one in holders]) == ["CALLED"] * 5
    assert border.queue().called == 21
    assert border.wrong_in_log() == []


def test_every_reason_is_told_and_the_nearest_times_with_room(border: Border) -> None:
    for _ in range(5):
        holds(border, EIGHT)
    late = filed(border, goods=None)
    assert codes(reserves(border, late, EIGHT)) == ["goods_unknown"]
    full = told(reserves(border, filed(border), EIGHT), 409)
    assert [problem["code"] for problem in full["problems"]] == ["slots.full"]
    assert "07:00" in full["problems"][0]["message"]
    assert "09:00" in full["problems"][0]["message"]
    assert codes(reserves(border, filed(border, FUEL), NINE)) == ["called_ahead"]
    assert codes(reserves(border, filed(border), TEN + timedelta(hours=10))) == ["no_such_slot"]
    assert codes(reserves(border, filed(border), TEN + timedelta(days=8))) == ["beyond_horizon"]


def test_one_carrier_has_two_places_of_a_small_bucket(border: Border) -> None:
    carrier = new_id()
    for _ in range(2):
        holds(border, EIGHT, carrier=carrier, parties=(new_id(), carrier))
    third = filed(border, carrier=carrier, parties=(new_id(), carrier))
    assert codes(reserves(border, third, EIGHT)) == ["carrier_full"]
    told(reserves(border, third, NINE), 201)


def test_a_vehicle_has_one_slot_and_no_second_within_ten_minutes(border: Border) -> None:
    vehicle, plate = new_id(), "12C-55555"
    first, second = (filed(border, vehicle_id=vehicle, plate=plate) for _ in range(2))
    told(reserves(border, first, EIGHT), 201)
    assert codes(reserves(border, first, NINE)) == codes(reserves(border, second, NINE)) == ["one_at_a_time"]
    told(asks(border, first, "release"))
    assert codes(reserves(border, second, NINE)) == ["too_soon"]
    border.gate.wait(minutes=10)
    told(reserves(border, second, NINE), 201)


def test_a_reservation_that_nobody_confirms_is_free_after_five_minutes(border: Border) -> None:
    crossing = filed(border)
    told(reserves(border, crossing, EIGHT), 201)
    border.gate.wait(minutes=5)
    assert (slot(border, crossing)["stage"], slot(border, crossing)["cause"]) == ("RELEASED", "NOT_CONFIRMED")
    assert told(border.gate.client.get(WEEK))["slots"][1]["free"]["P4"] == 5
    assert told(asks(border, crossing, "confirm"), 404)["code"] == "slots.no_slot"


def test_asked_twice_it_is_reserved_once(border: Border) -> None:
    crossing = filed(border)
    trader = border.trader(crossing.parties[0])
    asked = {"json": {"starts": EIGHT.isoformat()}, "headers": {"Idempotency-Key": "once"}}
    first, again = (trader.post(f"{API}/slots/{crossing.crossing_id}/reserve", **asked) for _ in range(2))
    assert told(first, 201) == told(again, 201)


def test_nobody_else_books_for_a_crossing(border: Border) -> None:
    crossing = filed(border)
    stranger = border.trader(new_id())
    path = f"{API}/slots/{crossing.crossing_id}"
    assert stranger.post(f"{path}/reserve", json={"starts": EIGHT.isoformat()}).status_code == 403
    assert stranger.get(path).status_code == 404
    assert told(stranger.post(f"{API}/slots/{new_id()}/release", json={}), 404)["code"] == "slots.not_filed"


def test_one_who_waits_by_number_may_take_a_slot_and_give_it_back(border: Border) -> None:
    (first, mine, third) = border.joins(*(a_ready_crossing() for _ in range(3)))
    crossing = a_ready_crossing(mine, parties=tuple(border.ticket(mine).parties))
    told(reserves(border, crossing, EIGHT), 201)
    told(asks(border, crossing, "confirm"))
    ticket = border.ticket(mine)
    assert (ticket.stage, ticket.promise, ticket.slot) == ("WAITING", None, EIGHT)
    assert border.queue().numbered == 2
    told(asks(border, crossing, "release", accepts="0.5"))
    ticket = border.ticket(mine)
    assert (ticket.promise, ticket.slot) == (3, None), "behind those who waited meanwhile"
    assert border.queue().numbered == 3
    assert border.wrong_in_log() == []
    border.opens(minutes=10)
    assert border.stages(first, third, mine) == ["CALLED"] * 3
    assert border.wrong_in_log() == []


def test_a_holder_late_by_his_own_doing_joins_the_live_queue(border: Border) -> None:
    holder = holds(border, SEVEN)
    comes(border, holder)
    border.is_not_ready(holder.crossing_id)
    stands_at(border, SEVEN + timedelta(minutes=30))
    stands_at(border, EIGHT)
    ticket = border.ticket(holder.crossing_id)
    assert (ticket.stage, ticket.promise, ticket.slot) == ("WAITING", 1, None)
    assert (slot(border, holder)["stage"], slot(border, holder)["cause"]) == ("LOST", "LATE")
    assert log_kinds(border)[-2:] == ["LAPSED", "JOINED"]
    assert border.wrong_in_log() == []


def test_a_holder_whom_we_delayed_is_called_ahead_of_all(border: Border) -> None:
    border.trucks_join(5)
    holder = holds(border, SEVEN)
    border.joins(holder)
    told(border.operator().post(f"{API}/routes/hn-1119/pause", json=WHY))
    stands_at(border, SEVEN + timedelta(minutes=30))
    stands_at(border, EIGHT)
    assert border.stages(holder.crossing_id) == ["WAITING"]
    assert slot(border, holder)["cause"] == "OURS"
    told(border.operator().post(f"{API}/routes/hn-1119/reopen"))
    border.gate.wait(minutes=3)
    assert called(border, holder.crossing_id).extraordinary
    assert border.queue().called == 0, "he came first"
    assert border.wrong_in_log() == []


def test_who_never_came_by_has_lost_his_slot(border: Border) -> None:
    holder = holds(border, SEVEN)
    stands_at(border, EIGHT)
    assert (slot(border, holder)["stage"], slot(border, holder)["cause"]) == ("LOST", "LATE")
    assert border.wrong_in_log() == []


def test_earlier_room_is_offered_an_hour_ahead_and_taken(border: Border) -> None:
    takes, leaves = holds(border, TEN), holds(border, TEN)
    comes(border, takes, leaves)
    border.gate.clock.set(SEVEN)
    rounds_of_slots(border)
    assert slot(border, takes)["offered"] == slot(border, leaves)["offered"] == "2025-07-01T01:00:00Z"
    assert told(asks(border, takes, "accept"))["starts"] == "2025-07-01T01:00:00Z"
    assert told(asks(border, leaves, "decline"))["starts"] == "2025-07-01T03:00:00Z"
    assert told(asks(border, leaves, "accept"), 409)["code"] == "slots.nothing_offered"
    border.gate.settle()
    assert border.ticket(takes.crossing_id).slot == EIGHT
    stands_at(border, EIGHT + timedelta(minutes=5))
    assert border.stages(takes.crossing_id, leaves.crossing_id) == ["CALLED", "WAITING"]
    assert border.wrong_in_log() == []


def test_an_offer_that_nobody_takes_runs_out(border: Border) -> None:
    holder = holds(border, TEN)
    border.joins(holder)
    border.gate.clock.set(SEVEN)
    rounds_of_slots(border)
    assert slot(border, holder)["offered"] == "2025-07-01T01:00:00Z"
    border.gate.wait(minutes=20)
    assert slot(border, holder)["offered"] is None
    assert told(border.gate.client.get(WEEK))["slots"][0]["free"]["P4"] == 5


def test_a_cancelled_crossing_leaves_its_place_to_others(border: Border) -> None:
    waits, comes_later = holds(border, EIGHT), holds(border, EIGHT)
    border.joins(waits)
    for crossing in (waits, comes_later):
        border.hears(CrossingCancelled(crossing_id=crossing.crossing_id, reason="sold inland"))
    assert told(border.gate.client.get(WEEK))["slots"][1]["free"]["P4"] == 5
    assert border.kinds(comes_later.crossing_id)[-1] == "SlotEnded"
    assert border.wrong_in_log() == []


def test_a_holder_turned_away_in_error_is_called_before_the_numbers_though_his_slot_is_gone(border: Border) -> None:
    holder = holds(border, NINE)
    border.joins(holder)
    border.trucks_join(3)
    border.hears(TruckRejected(crossing_id=holder.crossing_id, reason="seal broken"), source="gate_operations")
    border.hears(StageTakenBack(crossing_id=holder.crossing_id, stage="REJECTED"), source="gate_operations")
    assert border.stages(holder.crossing_id) == ["WAITING"]
    stands_at(border, SEVEN + timedelta(minutes=5))
    assert border.calls()[0].crossing_id == holder.crossing_id
    assert border.wrong_in_log() == []


def test_another_container_is_another_truck_and_has_no_slot(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder.model_copy(update={"containers": ("CSQU3054383",)}))
    assert border.ticket(holder.crossing_id).promise == 1
    assert border.kinds(holder.crossing_id)[-2:] == ["SlotEnded", "TruckQueued"]
    assert border.wrong_in_log() == []


def test_another_driver_keeps_the_slot(border: Border) -> None:
    holder = holds(border, EIGHT)
    other = uuid5(holder.crossing_id, "another driver")
    border.joins(holder.model_copy(update={"driver_id": other}))
    assert border.ticket(holder.crossing_id).slot == EIGHT


def test_perishables_never_have_to_book(border: Border) -> None:
    (durian,) = border.joins(a_ready_crossing(goods=DURIAN))
    holders = [holds(border, SEVEN) for _ in range(3)]
    border.joins(*holders)
    border.opens(minutes=15)
    assert border.stages(durian) == ["CALLED"]


def test_a_demand_that_was_booked_makes_more_bookable(border: Border) -> None:
    border.gate.do(
        "queue_scheduling",
        lambda session: session.connection().exec_driver_sql(
            "INSERT INTO queue_scheduling.bookings (id, crossing_id, route, direction, queue, starts, minutes,"
            " ticket_class, carrier, parties, vehicle_id, things, reserved_at, stage, drawn, changed, nonce,"
            " version) SELECT gen_random_uuid(), gen_random_uuid(), 'hn-1119', 'EXPORT', 'hn-1119/EXPORT', %s, 60,"
            " 'P4', gen_random_uuid(), '{}', gen_random_uuid(), '{}', %s, 'USED', false, false, '',"
            " 1 FROM generate_series(1, 874)",
            (SEVEN - timedelta(days=1), SEVEN - timedelta(days=2)),
        ),
    )
    assert told(border.gate.client.get(WEEK))["slots"][0]["places"] == int(26 * 0.4 * 1.25)


def test_the_database_takes_a_place_exactly_when_there_is_room(border: Border) -> None:
    dice = Random(7)  # noqa: S311 - the same buckets every time
    for _ in range(150):
        sold = {name: dice.randrange(8) for name in ("p2", "p3", "p4", "p5")}
        bucket, wish = a_bucket(dice.randrange(30), **sold), dice.choice(BOOKABLE)
        now = NOON - timedelta(minutes=dice.choice((30, 90)))
        if dice.random() < 0.1:
            bucket.measured_at = None  # what the route does changed after the room was looked at
        terms = replace(TERMS, least={one: Decimal(dice.randrange(100)) / 100 for one in TERMS.least})
        room = bucket.room(wish, terms, now) if bucket.measured_at else 0

        def takes(session: Session, bucket: Bucket = bucket, wished: Any = (wish, terms, now)) -> bool:  # noqa: ANN401 - class, terms and time
            session.merge(bucket)
            session.flush()
            return rows.take_place(session, bucket, *wished)

        took = border.gate.do("queue_scheduling", takes)
        assert took is bool(room), (bucket.places, sold, wish, now)
