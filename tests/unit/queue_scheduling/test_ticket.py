"""What a ticket obeys, and the class computed from the goods."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bordergate.ids import new_id
from events.queue_scheduling import TruckCalled
from events.vehicle_registration import Exchange, Exchanged
from events.words import CrossingState, Direction, Failure, Goods, Severity, TicketClass
from services.queue_scheduling.dispatch.promise import Promise
from services.queue_scheduling.domain.refusals import NotWaiting
from services.queue_scheduling.domain.route import Route
from services.queue_scheduling.domain.terms import class_of
from services.queue_scheduling.domain.ticket import MOVES, Cause, Stage, Ticket, cause_of, things_of
from services.queue_scheduling.repository import CLASH_RULES
from tests.builders.queue import DURIAN, FUEL, MACHINES, PHONES, RELIEF, TEN, a_ready_crossing

CHAPTERS = frozenset({"02", "03", "04", "06", "07", "08"})
HOUR = timedelta(hours=1)


def a_ticket(stage: Stage = Stage.REFUSED) -> Ticket:
    return Ticket(
        crossing_id=new_id(),
        reference="LSG-250701-00000-0",
        route="hn-1119",
        direction=Direction.EXPORT,
        ticket_class=TicketClass.P4,
        carrier=new_id(),
        parties=[],
        plate="12C-12345",
        things=["PLATE 12C-12345"],
        enqueued_at=TEN,
        stage=stage,
    )


def names(ticket: Ticket | Route) -> list[str]:
    return [type(recorded.event).__name__ for recorded in ticket.release()]


@pytest.mark.parametrize(
    ("goods", "empty", "expected"),
    [
        (RELIEF, False, TicketClass.P0),
        (FUEL, False, TicketClass.P1),
        (Goods(live_animals=True), False, TicketClass.P1),
        (DURIAN, False, TicketClass.P2),
        (Goods(hs_chapters=("08",)), False, TicketClass.P4),
        (Goods(hs_chapters=("84",), shelf_life_hours=20), False, TicketClass.P4),
        (PHONES, False, TicketClass.P3),
        (MACHINES, False, TicketClass.P4),
        (Goods(), True, TicketClass.P5),
    ],
)
def test_the_class_follows_from_the_goods_and_a_group_that_spoils(
    goods: Goods, *, empty: bool, expected: TicketClass
) -> None:
    assert class_of(goods, CHAPTERS, empty=empty) is expected


def test_a_truck_joins_is_called_missed_and_joins_again() -> None:
    ticket = a_ticket()
    ticket.join(Promise(turn=1, ahead=0, first_come=1, number=1), TEN)
    ticket.call(1, TEN, HOUR)
    ticket.miss(Cause.OWN)
    ticket.join(Promise(turn=2, ahead=0, first_come=2, number=2), TEN + HOUR)
    assert names(ticket) == ["TruckQueued", "TruckCalled", "CallMissed", "TruckQueued"]
    assert (ticket.promise, ticket.stage) == (2, Stage.WAITING)


def test_an_override_is_an_extraordinary_call_and_an_event_of_its_own() -> None:
    ticket = a_ticket(Stage.WAITING)
    ticket.call_by_hand("medicine", (new_id(), new_id()), TEN, HOUR)
    called, _ = (recorded.event for recorded in ticket.release())
    assert isinstance(called, TruckCalled)
    assert (called.number, called.extraordinary, called.override) == (None, True, True)


@pytest.mark.parametrize("stage", [stage for stage in Stage if Stage.CALLED not in MOVES[stage]])
def test_only_a_waiting_truck_is_called(stage: Stage) -> None:
    ticket = a_ticket(stage)
    with pytest.raises(NotWaiting):
        ticket.call(1, TEN, HOUR)
    assert names(ticket) == []


@pytest.mark.parametrize("stage", [stage for stage in Stage if Stage.WITHDRAWN not in MOVES[stage]])
def test_only_a_waiting_or_refused_truck_withdraws(stage: Stage) -> None:
    with pytest.raises(NotWaiting):
        a_ticket(stage).withdraw("sold inland")


def test_the_cause_is_ours_only_when_nothing_of_the_trucks_own_is_missing() -> None:
    closed, goods = Failure(code="R040", field="$.route"), Failure(code="R020", field="$.goods")
    warning = goods.model_copy(update={"severity": Severity.WARN})
    assert cause_of([closed]) is cause_of([closed, warning]) is Cause.OURS
    assert cause_of([closed, goods]) is cause_of([]) is Cause.OWN


@pytest.mark.parametrize("whose", Cause)
def test_whose_doing_a_pass_was_is_not_changed_by_what_is_missing_later(whose: Cause) -> None:
    ticket = a_ticket()
    ticket.join(Promise(turn=1, ahead=0, first_come=1, number=1), TEN)
    ticket.heed_readiness(whose)
    ticket.pass_over(1)
    for later in Cause:
        ticket.heed_readiness(later)
        assert ticket.cause is whose
    ticket.heed_readiness(None)
    assert ticket.ready
    assert ticket.cause is None


@pytest.mark.parametrize(
    ("seen", "taken_back"), [(Stage.ARRIVED, CrossingState.ARRIVING), (Stage.ENDED, CrossingState.REJECTED)]
)
def test_a_truck_seen_or_turned_away_in_error_while_it_waited_again_waits_and_is_not_called(
    seen: Stage, taken_back: CrossingState
) -> None:
    ticket = a_ticket()
    ticket.join(Promise(turn=1, ahead=0, first_come=1, number=1), TEN)
    ticket.call(1, TEN, HOUR)
    ticket.miss(Cause.OWN)
    ticket.join(Promise(turn=2, ahead=0, first_come=2, number=2), TEN + HOUR)
    ticket.become(seen)
    assert ticket.take_back(taken_back)
    assert ticket.stage is Stage.WAITING


def test_a_truck_is_where_it_was_after_all_that_was_stated_is_taken_back() -> None:
    ticket = a_ticket()
    ticket.join(Promise(turn=1, ahead=0, first_come=1, number=1), TEN)
    ticket.become(Stage.SERVED)
    assert [ticket.take_back(state) for state in (CrossingState.CHECKED_IN, CrossingState.ARRIVING)] == [True, True]
    assert ticket.stage is Stage.WAITING


@pytest.mark.parametrize(("minutes", "in_time"), [(-1, False), (0, True), (60, True), (61, False)])
def test_a_missed_call_was_answered_when_the_truck_was_seen_while_it_was_valid(minutes: int, in_time: bool) -> None:  # noqa: FBT001
    ticket = a_ticket()
    ticket.join(Promise(turn=1, ahead=0, first_come=1, number=1), TEN)
    ticket.call(1, TEN, HOUR)
    seen = TEN + timedelta(minutes=minutes)
    assert not ticket.answered(seen), "nobody said yet that it was missed"
    ticket.miss(Cause.OWN)
    ticket.join(Promise(turn=2, ahead=0, first_come=2, number=2), TEN + HOUR)
    assert ticket.answered(seen) == (TEN if in_time else None)
    assert not ticket.answered(seen), "it is said once"
    assert ("CallAnswered" in names(ticket)) is in_time


OTHER_TRACTOR: dict[str, Any] = {"vehicle_id": new_id(), "plate": "12C-22222"}
OTHER_DRIVER: dict[str, Any] = {"driver_id": new_id()}


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        (OTHER_TRACTOR, True),
        (OTHER_DRIVER, True),
        (OTHER_TRACTOR | OTHER_DRIVER, False),
        (OTHER_TRACTOR | {"exchange": None}, False),
        (OTHER_TRACTOR | {"carrier": new_id()}, False),
        (OTHER_TRACTOR | {"route": "tt-1088"}, False),
        ({"trailer": "12R-00001"}, False),
        ({"containers": ("MSKU1234565",)}, False),
    ],
)
def test_a_place_is_kept_by_another_tractor_or_another_driver_of_the_same_carrier_once(
    other: dict[str, Any], *, kept: bool
) -> None:
    before = a_ready_crossing()
    ticket = a_ticket(Stage.WAITING)
    ticket.carrier, ticket.things = before.carrier, things_of(before)
    why = Exchange(what=Exchanged.TRACTOR, reason="gearbox", at=TEN)
    after = before.model_copy(update={"exchange": why} | other)
    assert ticket.is_kept_by(after) is kept
    if kept:
        ticket.exchange(after, why.what, Decimal(0), "queue_scheduling.exchanged_early")
        assert ticket.is_of(after)
        assert names(ticket) == ["IdentityChanged"]
        assert not ticket.is_kept_by(before.model_copy(update={"exchange": why}))


def test_the_things_of_a_truck_are_all_that_can_be_in_one_queue_only() -> None:
    crossing = a_ready_crossing(trailer="12R-00001", containers=("MSKU1234565",))
    assert {thing.split(" ", 1)[0] for thing in things_of(crossing)} == set(CLASH_RULES)
