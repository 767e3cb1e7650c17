"""Slots: which hours can be booked, by whom, how many, and what a booking obeys."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.words import TicketClass
from services.queue_scheduling.domain.hours import Hours, midnight
from services.queue_scheduling.domain.ticket import Stage
from services.queue_scheduling.slots.booking import BookingStage, Ending
from services.queue_scheduling.slots.buckets import (
    BOOKABLE,
    absent_share,
    bookable_share,
    booked_part,
    carrier_cap,
    kept_for,
    places_of,
    room_for,
    starts_on,
)
from services.queue_scheduling.slots.draw import Rules, drawn, in_lot_order, seed_hash
from services.queue_scheduling.slots.openings import rules_of
from services.queue_scheduling.slots.refusals import NothingOffered, NotReserved, ReservationOver
from services.queue_scheduling.slots.rules import reasons_against
from tests.builders.queue import TEN
from tests.builders.slots import NOON, TERMS, a_booking, a_bucket, a_wish, entries

HOURS = Hours(7 * 60, 19 * 60, 26, closed=((12 * 60, 13 * 60 + 30),))
SEEDS = st.binary(min_size=32, max_size=32)
A_MINUTE = timedelta(minutes=1)


def test_a_bucket_is_bookable_when_trucks_are_called_in_it() -> None:
    half = replace(TERMS, bucket=timedelta(minutes=30))
    hours = [
        start.astimezone(midnight(TEN).tzinfo).strftime("%H:%M") for start in starts_on(midnight(TEN), HOURS, half)
    ]
    assert (hours[0], hours[-1], len(hours)) == ("07:00", "18:30", 21)
    assert "12:00" not in hours
    assert "13:30" in hours


def test_the_bookable_part_follows_what_was_booked() -> None:
    shares = [bookable_share(booked, 1000, TERMS) for booked in (0, 100, 200, 400, 900)]
    assert shares == [Decimal("0.2"), Decimal("0.2"), Decimal("0.25"), Decimal("0.5"), Decimal("0.6")]
    assert bookable_share(5, 0, TERMS) == Decimal("0.2")


def test_who_does_not_come_is_overbooked_once_there_is_something_to_go_by() -> None:
    assert absent_share(9, 10, TERMS) == 0
    assert absent_share(5, 95, TERMS) == Decimal("0.05")
    assert absent_share(60, 40, TERMS) == Decimal("0.2")
    assert [booked_part(Decimal("0.38"), absent) for absent in (Decimal(0), Decimal("0.05"))] == [
        Decimal("0.38"),
        Decimal("0.4"),
    ]
    assert booked_part(Decimal("0.9"), Decimal("0.2")) == 1


def places_of_a_day(hours: Hours, part: Decimal) -> dict[int, int]:
    return {hour: places_of(hours, midnight(TEN) + hour * timedelta(hours=1), 60, part) for hour in range(24)}


def test_a_queue_of_few_calls_an_hour_has_its_places_spread_over_the_day() -> None:
    few = places_of_a_day(replace(HOURS, per_hour=6), Decimal("0.1"))
    assert [hour for hour, places in few.items() if places] == [8, 10, 11, 15, 16, 18]
    assert set(few.values()) == {0, 1}


@given(st.integers(0, 100), st.decimals(0, 1, places=3))
def test_a_day_has_its_share_of_places_and_no_hour_more_than_its_calls(calls: int, part: Decimal) -> None:
    hours = replace(HOURS, per_hour=2 * calls)
    places = places_of_a_day(hours, part)
    assert sum(places.values()) == int(part * Decimal(hours.calls_between(0, 24 * 60)))
    assert all(0 <= count <= hours.calls_between(60 * hour, 60 * hour + 60) for hour, count in places.items())


def test_a_bucket_of_half_a_call_has_no_place_for_it() -> None:
    hours = replace(HOURS, per_hour=3)
    assert places_of_a_day(hours, Decimal(1))[13] == 1, "it is open from half past one on"


SHARES = st.decimals(0, 1, places=2)


@given(st.integers(0, 60), SHARES, SHARES)
def test_what_is_kept_is_the_nearest_whole_place_and_never_more_than_there_are(
    places: int, standard: Decimal, empty: Decimal
) -> None:
    kept = kept_for(places, {TicketClass.P4: standard, TicketClass.P5: empty})
    assert abs(kept[TicketClass.P4] - standard * places) <= Decimal("0.5")
    assert sum(kept.values()) <= places
    assert sum(kept.values()) == places or abs(kept[TicketClass.P5] - empty * places) <= Decimal("0.5")


def test_a_bucket_of_two_places_keeps_one_for_standard_trucks() -> None:
    assert kept_for(2, TERMS.least) == {TicketClass.P4: 1, TicketClass.P5: 0}


WISHES = st.lists(st.sampled_from(BOOKABLE), max_size=80)


@given(WISHES, st.integers(0, 60))
def test_sales_keep_their_shares_and_never_exceed_the_places(wishes: list[TicketClass], places: int) -> None:
    sold: Counter[TicketClass] = Counter()
    kept = kept_for(places, TERMS.least)
    for wish in wishes:
        if room_for(wish, sold, places, kept):
            sold[wish] += 1
    assert sum(sold.values()) <= places
    for ticket_class, least in kept.items():
        assert sold[ticket_class] >= min(least, wishes.count(ticket_class)), "a kept place was sold to another class"


def test_what_is_kept_flows_down_an_hour_before() -> None:
    bucket = a_bucket(20, p2=12)
    assert bucket.room(TicketClass.P2, TERMS, NOON - timedelta(minutes=61)) == 0
    assert bucket.room(TicketClass.P4, TERMS, NOON - timedelta(minutes=61)) == 7
    assert bucket.room(TicketClass.P2, TERMS, NOON - timedelta(minutes=60)) == 8


def test_places_that_are_taken_stay_and_no_more_are_sold_than_the_capacity_lets() -> None:
    bucket = a_bucket(10, p4=8)
    bucket.measure(7, TEN)
    assert (bucket.places, bucket.room(TicketClass.P4, TERMS, NOON)) == (8, 0)
    bucket.give_back(TicketClass.P4)
    bucket.measure(3, TEN)
    assert (bucket.places, bucket.room(TicketClass.P4, TERMS, NOON)) == (7, 0)
    bucket.measure(13, TEN)
    assert (bucket.places, bucket.room(TicketClass.P4, TERMS, NOON)) == (13, 6)


def test_a_wish_that_nothing_stands_against_is_granted() -> None:
    assert reasons_against(a_wish()) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"ticket_class": None}, ["goods_unknown"]),
        ({"ticket_class": TicketClass.P1}, ["called_ahead"]),
        ({"stage": Stage.CALLED}, ["already_called"]),
        ({"calls": 0.5}, ["no_such_slot"]),
        ({"bucket": replace(a_bucket(), starts=NOON + 5 * A_MINUTE)}, ["no_such_slot"]),
        ({"now": NOON - 10 * A_MINUTE}, ["begun"]),
        ({"now": NOON - timedelta(days=7, minutes=1)}, ["beyond_horizon"]),
        ({"now": NOON - timedelta(days=3), "ticket_class": TicketClass.P5}, ["beyond_horizon"]),
        ({"bucket": a_bucket(20, p4=20)}, ["full"]),
        ({"of_carrier": 2}, ["carrier_full"]),
        ({"booked": True}, ["one_at_a_time"]),
        ({"last": TEN - timedelta(minutes=9)}, ["too_soon"]),
        ({"bucket": a_bucket(4, p4=4), "of_carrier": 2, "booked": True}, ["full", "carrier_full", "one_at_a_time"]),
    ],
)
def test_every_reason_against_a_wish_is_told_at_once(changes: dict[str, Any], codes: list[str]) -> None:
    assert [wrong.code.removeprefix("slots.") for wrong in reasons_against(a_wish(**changes))] == codes


def test_a_vehicle_may_be_booked_again_after_ten_minutes() -> None:
    assert reasons_against(a_wish(last=TEN - timedelta(minutes=10))) == []


def test_when_a_bucket_opens_all_may_enter_its_draw() -> None:
    full = a_bucket(1, p4=1)
    assert reasons_against(a_wish(bucket=full, opening=True, of_carrier=5)) == []
    after = reasons_against(a_wish(bucket=full, of_carrier=5))
    assert [wrong.code for wrong in after] == ["slots.full", "slots.carrier_full"]


def test_nobody_slips_in_while_lots_are_drawn() -> None:
    assert [wrong.code for wrong in reasons_against(a_wish(drawing=True))] == ["slots.being_drawn"]


@given(st.integers(1, 60), SEEDS, st.randoms(use_true_random=False), st.integers(1, 7))
def test_speed_buys_nothing_in_a_draw(count: int, seed: bytes, chance: Any, carriers: int) -> None:  # noqa: ANN401 - a Random
    wanted = entries(count, classes=BOOKABLE, carriers=carriers)
    rules = Rules(12, kept_for(12, TERMS.least), 3)
    winners = drawn(wanted, rules, seed)
    chance.shuffle(wanted)
    assert drawn(wanted, rules, seed) == winners
    sold = Counter(winner.ticket_class for winner in winners)
    of_carrier = Counter(winner.carrier for winner in winners)
    assert sum(sold.values()) <= 12
    assert max(of_carrier.values()) <= 3
    for loser in set(wanted) - set(winners):  # nobody was turned away for whom there still was a place
        fits = room_for(loser.ticket_class, sold, rules.places, rules.kept)
        assert not fits or of_carrier[loser.carrier] == 3


def test_every_entry_has_the_same_chance() -> None:
    wanted = entries(20)
    rules = Rules(5, {}, 20)
    seeds = (number.to_bytes(32, "big") for number in range(2000))
    won = Counter(entry.commitment for seed in seeds for entry in drawn(wanted, rules, seed))
    assert all(abs(won[entry.commitment] - 500) < 4.5 * (2000 * 0.25 * 0.75) ** 0.5 for entry in wanted)


def test_one_more_entry_deals_all_lots_anew() -> None:
    wanted, seed = entries(40), bytes(32)
    before = in_lot_order(wanted[:-1], seed)
    after = [entry for entry in in_lot_order(wanted, seed) if entry in before]
    assert after != before


def test_a_seed_is_told_before_by_its_hash() -> None:
    assert seed_hash(bytes(32)) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"


def test_a_reservation_is_confirmed_in_its_minutes_or_not_at_all() -> None:
    booking = a_booking()
    booking.reserve(TEN + 5 * A_MINUTE)
    with pytest.raises(ReservationOver):
        booking.confirm(booking.things, TEN + 5 * A_MINUTE)
    booking.confirm(booking.things, TEN + 4 * A_MINUTE)
    assert booking.stage is BookingStage.CONFIRMED
    assert [type(one.event).__name__ for one in booking.release()] == ["SlotReserved", "SlotConfirmed"]


def test_an_entry_in_a_draw_becomes_a_slot_by_its_lot_alone() -> None:
    booking = a_booking()
    booking.enter(TEN + 10 * A_MINUTE)
    with pytest.raises(NotReserved):
        booking.confirm(booking.things, TEN)
    assert booking.stage is BookingStage.ENTERED
    booking.win(booking.things, TEN + 10 * A_MINUTE)
    assert booking.stage is BookingStage.CONFIRMED


def test_a_draw_deals_out_only_what_nobody_holds() -> None:
    rules = rules_of(a_bucket(20, p2=3, p4=4), TERMS)
    assert (rules.places, rules.carrier_cap) == (13, 2)
    assert rules.kept == {TicketClass.P4: 5, TicketClass.P5: 1}
    assert rules_of(a_bucket(3, p2=5), TERMS).places == 0


def test_what_is_over_is_not_confirmed() -> None:
    booking = a_booking()
    booking.reserve(TEN + 5 * A_MINUTE)
    booking.end(Ending.GIVEN_UP)
    with pytest.raises(NotReserved):
        booking.confirm(booking.things, TEN)
    assert booking.stage is BookingStage.RELEASED


def test_an_offer_is_taken_or_left() -> None:
    booking = a_booking(stage=BookingStage.CONFIRMED)
    earlier = replace(a_bucket(), starts=NOON - timedelta(hours=1))
    booking.offer(earlier, TEN + 20 * A_MINUTE)
    assert booking.decline() == earlier.starts
    with pytest.raises(NothingOffered):
        booking.decline()
    booking.move_to(earlier)
    assert (booking.starts, booking.offered) == (earlier.starts, None)


def test_a_missed_slot_is_lost_and_one_we_delayed_is_not() -> None:
    late, ours = a_booking(stage=BookingStage.CONFIRMED), a_booking(stage=BookingStage.CONFIRMED)
    late.end(Ending.LATE)
    ours.end(Ending.OURS)
    assert (late.stage, ours.stage) == (BookingStage.LOST, BookingStage.RELEASED)


OTHER = UUID(int=2)


@pytest.mark.parametrize(
    ("things", "keeps"),
    [
        (["PLATE 12C12345", f"VEHICLE {UUID(int=1)}"], True),
        (["PLATE 12C99999", f"VEHICLE {OTHER}"], True),
        (["DRIVER x", "PLATE 12C12345", f"VEHICLE {UUID(int=1)}"], True),
        (["DRIVER x", "PLATE 12C99999", f"VEHICLE {OTHER}"], False),
        (["CONTAINER CSQU3054383", "PLATE 12C12345", f"VEHICLE {UUID(int=1)}"], False),
    ],
)
def test_of_a_confirmed_slot_only_tractor_or_driver_may_change(things: list[str], keeps: bool) -> None:  # noqa: FBT001
    booking = a_booking(stage=BookingStage.CONFIRMED)
    assert booking.take_over("hn-1119/EXPORT", things, OTHER) is keeps


def test_and_only_once() -> None:
    booking = a_booking(stage=BookingStage.CONFIRMED)
    assert booking.take_over("hn-1119/EXPORT", ["PLATE 12C99999", f"VEHICLE {OTHER}"], OTHER)
    assert not booking.take_over("hn-1119/EXPORT", ["PLATE 12C12345", f"VEHICLE {UUID(int=1)}"], UUID(int=1))


def test_a_slot_does_not_move_to_another_route() -> None:
    booking = a_booking(stage=BookingStage.CONFIRMED)
    assert not booking.take_over("tt-1088/EXPORT", booking.things, booking.vehicle_id)


@given(st.integers(0, 400))
def test_a_small_bucket_leaves_two_places_to_each_carrier(places: int) -> None:
    assert carrier_cap(places, TERMS) == max(2, places // 10)
