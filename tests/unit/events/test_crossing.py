from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.event import Envelope, Event
from bordergate.ids import new_id
from events.crossing import essential, state_of
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import (
    Authority,
    AuthorityLagging,
    CrossingCompleted,
    CrossingReleasable,
    CrossingReleased,
    FactKind,
    FactStated,
    StageTakenBack,
    TruckArriving,
    TruckCheckedIn,
    TruckCrossed,
    TruckInYard,
    TruckRejected,
)
from events.queue_scheduling import (
    CallAnswered,
    CallMissed,
    PromiseExchanged,
    TicketWithdrawn,
    TruckCalled,
    TruckNotQueued,
    TruckQueued,
)
from events.tracking import AreaEntered, AreaKind, AreaLeft
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingNotReady,
    CrossingSubmitted,
    WarningsChanged,
)
from events.words import Channel, CrossingState, Direction, Failure, Goods, TicketClass
from tests.builders.statements import EIGHT, Stream, a_filing, ready

THE_CROSSING = new_id()
FILING = a_filing()


def a_join(**parts: object) -> TruckQueued:
    told = {"ticket_class": TicketClass.P4, "first_come": 12, "promise": 12, "ahead": 11} | parts
    return TruckQueued.model_validate(
        {"crossing_id": THE_CROSSING, "route": "hn-1119", "direction": Direction.EXPORT} | told
    )


def a_call(number: int = 12) -> TruckCalled:
    return TruckCalled(
        crossing_id=THE_CROSSING,
        route="hn-1119",
        direction=Direction.EXPORT,
        number=number,
        valid_until=EIGHT + timedelta(hours=1),
    )


def a_fact(fact_id: UUID | None = None) -> FactStated:
    return FactStated(
        crossing_id=THE_CROSSING,
        fact_id=fact_id or new_id(),
        kind=FactKind.ARRIVAL_CONFIRMED,
        authority=Authority.CUSTOMS,
        at=EIGHT,
    )


def the_stream() -> list[Envelope[Event]]:
    """A truck that misses its first call, comes on the second, and has one authority corrected."""
    stream = Stream()
    id_ = THE_CROSSING
    goods = Goods(hs_chapters=("08",), shelf_life_hours=54)
    for event in (
        CrossingSubmitted(crossing_id=id_, filing=FILING),
        DeclarationsAssessed(crossing_id=id_, failures=(Failure(code="R004", field="$"),), goods=Goods()),
        CrossingNotReady(crossing_id=id_, failures=(Failure(code="R004", field="$"),)),
        CrossingAmended(crossing_id=id_, filing=a_filing(reference=FILING.reference), changed=("declarations",)),
        DeclarationsAssessed(crossing_id=id_, failures=(), goods=goods, channel=Channel.GREEN),
        ready(id_, FILING, goods),
        a_join(),
        a_call(),
        CallMissed(crossing_id=id_, valid_until=EIGHT + timedelta(hours=1)),
        a_join(first_come=30, promise=31, ahead=18, again=True),
        AreaEntered(crossing_id=id_, area="waiting-hn", kind=AreaKind.WAITING),
        a_call(30),
        AreaLeft(crossing_id=id_, area="waiting-hn", kind=AreaKind.WAITING),
        AreaEntered(crossing_id=id_, area="gate-hn", kind=AreaKind.GATE),
        a_fact(),
        TruckArriving(crossing_id=id_, first=Authority.CUSTOMS),
        AuthorityLagging(crossing_id=id_, which=Authority.BORDER_GUARD, since=EIGHT),
        TruckCheckedIn(crossing_id=id_),
        StageTakenBack(crossing_id=id_, stage=CrossingState.CHECKED_IN),
        TruckCheckedIn(crossing_id=id_),
        TruckInYard(crossing_id=id_),
        CrossingReleasable(crossing_id=id_),
        CrossingReleased(crossing_id=id_),
        TruckCrossed(crossing_id=id_),
        CrossingCompleted(crossing_id=id_),
    ):
        stream.state(event)
    return stream.envelopes


STREAM = the_stream()


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (CrossingSubmitted, CrossingState.SUBMITTED),
        (CrossingNotReady, CrossingState.NOT_READY),
        (TruckQueued, CrossingState.QUEUED),
        (TruckCalled, CrossingState.CALLED),
        (CallMissed, CrossingState.NO_SHOW),
        (TruckArriving, CrossingState.ARRIVING),
        (TruckInYard, CrossingState.IN_YARD),
        (CrossingReleased, CrossingState.RELEASED),
        (CrossingCompleted, CrossingState.COMPLETED),
    ],
)
def test_the_state_is_the_last_step_its_owner_stated(event: type[Event], state: CrossingState) -> None:
    place = next(place for place, stated in enumerate(STREAM) if isinstance(stated.data, event))
    assert state_of(STREAM[: place + 1]).state is state


def test_a_call_that_was_answered_in_time_is_no_no_show_however_late_that_is_heard() -> None:
    called = state_of(STREAM).calls[0]
    assert called.missed_at
    assert CrossingState.NO_SHOW in state_of(STREAM).reached
    answer = CallAnswered(crossing_id=THE_CROSSING, called_at=called.called_at, valid_until=called.valid_until)
    last = max(stated.sequence for stated in STREAM if stated.source == "queue_scheduling")
    told = [
        *STREAM,
        replace(next(one for one in STREAM if isinstance(one.data, CallMissed)), data=answer, sequence=last + 1),
    ]
    assert [call.missed_at for call in state_of(told).calls] == [None, None]
    assert CrossingState.NO_SHOW not in state_of(told).reached


def test_a_promise_exchanged_in_a_crisis_is_the_one_that_holds_until_the_next_join() -> None:
    joined = next(one for one in STREAM if isinstance(one.data, TruckQueued))
    later = replace(joined, data=PromiseExchanged(crossing_id=THE_CROSSING, promise=2031), sequence=joined.sequence + 1)
    place = state_of([joined, later]).place
    assert place
    assert place.promise == 2031
    again = replace(joined, sequence=joined.sequence + 2)
    assert state_of([later, again, joined]).place == state_of([joined]).place


def test_nothing_stated_is_no_state() -> None:
    assert state_of([]).state is None


@given(st.permutations(STREAM), st.lists(st.sampled_from(STREAM), max_size=8))
def test_order_and_repetition_make_no_difference(shuffled: list[Envelope[Event]], again: list[Envelope[Event]]) -> None:
    assert state_of([*shuffled, *again]) == state_of(STREAM)


@given(st.permutations(STREAM), st.integers(0, len(STREAM)))
def test_what_is_essential_of_a_part_and_the_rest_fold_to_the_whole(shuffled: list[Envelope[Event]], cut: int) -> None:
    kept = essential(shuffled[:cut])
    assert len(kept) <= cut
    assert state_of([*kept, *shuffled[cut:]]) == state_of(STREAM)


def test_a_stage_taken_back_does_not_stand() -> None:
    upto = next(place for place, stated in enumerate(STREAM) if isinstance(stated.data, StageTakenBack))
    crossing = state_of(STREAM[: upto + 1])
    assert crossing.state is CrossingState.ARRIVING
    assert crossing.checked_in_at is None


def test_each_call_keeps_the_join_it_ended() -> None:
    first, second = state_of(STREAM).calls
    assert first.missed_at is not None
    assert second.missed_at is None
    assert second.queued_at is not None
    assert second.queued_at > first.called_at


def test_the_measures_are_times_between_steps() -> None:
    crossing = state_of(STREAM)
    assert crossing.wait == timedelta(minutes=2)
    assert crossing.approach == timedelta(minutes=8)
    assert crossing.clearance == timedelta(minutes=3)
    assert crossing.yard == timedelta(minutes=3)
    assert crossing.agency_lag == timedelta(minutes=4)
    assert crossing.came_on_call is True


def test_the_moment_it_occurred_counts_not_when_it_was_told() -> None:
    stream = Stream()
    stream.state(TruckArriving(crossing_id=THE_CROSSING, first=Authority.CUSTOMS), occurred=EIGHT)
    assert state_of(stream.envelopes).arriving_at == EIGHT


def test_a_truck_is_in_the_areas_it_has_not_left() -> None:
    assert state_of(STREAM).areas == ("gate-hn",)


def test_a_lag_is_over_with_the_second_confirmation() -> None:
    upto = next(place for place, stated in enumerate(STREAM) if isinstance(stated.data, AuthorityLagging))
    lag = state_of(STREAM[: upto + 1]).lag
    assert lag is not None
    assert lag.which is Authority.BORDER_GUARD
    assert state_of(STREAM[: upto + 2]).lag is None


def test_failures_are_gone_once_it_is_ready() -> None:
    assert [failure.code for failure in state_of(STREAM[:3]).failures] == ["R004"]
    assert state_of(STREAM[:6]).failures == ()


def test_the_last_filing_counts() -> None:
    filing = state_of(STREAM).filing
    assert isinstance(STREAM[3].data, CrossingAmended)
    assert filing == STREAM[3].data.filing


def test_goods_and_channel_are_those_last_stated() -> None:
    crossing = state_of(STREAM)
    assert crossing.channel is Channel.GREEN
    assert crossing.goods is not None
    assert crossing.goods.shelf_life_hours == 54


def test_a_withdrawn_place_leaves_what_registration_says() -> None:
    stream = Stream()
    stream.state(ready(THE_CROSSING, FILING))
    stream.state(a_join())
    stream.state(TicketWithdrawn(crossing_id=THE_CROSSING, reason="hàng chưa về"))
    assert state_of(stream.envelopes).state is CrossingState.READY
    stream.state(CrossingCancelled(crossing_id=THE_CROSSING, reason="hàng chưa về"))
    crossing = state_of(stream.envelopes)
    assert (crossing.state, crossing.ended, crossing.reason) == (CrossingState.CANCELLED, True, "hàng chưa về")


def test_a_truck_that_is_kept_out_after_it_joined_has_no_place_any_more() -> None:
    stream = Stream()
    stream.state(ready(THE_CROSSING, FILING))
    stream.state(a_join())
    clash = Failure(code="R017", field="$.containers")
    stream.state(TruckNotQueued(crossing_id=THE_CROSSING, route="hn-1119", failures=(clash,)))
    crossing = state_of(stream.envelopes)
    assert (crossing.state, crossing.place) == (CrossingState.READY, None)
    assert CrossingState.QUEUED not in crossing.reached
    stream.state(a_join(promise=80, first_come=80))
    again = state_of(stream.envelopes)
    assert again.state is CrossingState.QUEUED
    assert again.place is not None
    assert again.place.promise == 80


def test_a_crossing_that_was_never_ready_expires() -> None:
    stream = Stream()
    stream.state(CrossingSubmitted(crossing_id=THE_CROSSING, filing=FILING))
    stream.state(CrossingExpired(crossing_id=THE_CROSSING, submitted_at=EIGHT))
    assert state_of(stream.envelopes).state is CrossingState.EXPIRED


def test_a_rejected_truck_says_why() -> None:
    stream = Stream()
    stream.state(TruckArriving(crossing_id=THE_CROSSING, first=Authority.CUSTOMS))
    stream.state(TruckRejected(crossing_id=THE_CROSSING, reason="sai biển số"))
    crossing = state_of(stream.envelopes)
    assert (crossing.state, crossing.reason) == (CrossingState.REJECTED, "sai biển số")


def test_an_import_s_crossing_of_the_line_comes_before_the_yard() -> None:
    stream = Stream()
    stream.state(ready(THE_CROSSING, a_filing(Direction.IMPORT)))
    for event in (TruckArriving(crossing_id=THE_CROSSING, first=Authority.CUSTOMS), TruckCheckedIn, TruckCrossed):
        stream.state(event if isinstance(event, Event) else event(crossing_id=THE_CROSSING))
    assert state_of(stream.envelopes).state is CrossingState.CROSSED
    stream.state(TruckInYard(crossing_id=THE_CROSSING))
    assert state_of(stream.envelopes).state is CrossingState.IN_YARD


def test_the_warnings_that_were_told_last_stand_and_move_no_stage() -> None:
    stream, crossing_id = Stream(), new_id()
    stream.state(ready(crossing_id, a_filing()))
    late = Failure(code="R042", field="$.window_from")
    stream.state(WarningsChanged(crossing_id=crossing_id, warnings=(late,)))
    told = state_of(stream.envelopes)
    assert (told.failures, told.state) == ((late,), CrossingState.READY)
    assert state_of(essential(stream.envelopes)) == told
