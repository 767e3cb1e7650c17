"""What a ticket obeys, and the class computed from the goods."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bordergate.ids import new_id
from events.queue_scheduling import RouteStatus, TruckCalled
from events.words import CrossingState, Direction, Failure, Goods, Severity, TicketClass
from services.queue_scheduling.dispatch.promise import Promise
from services.queue_scheduling.domain.refusals import NotPaused, NotWaiting, PauseIsOver
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
    ticket.miss()
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


def test_a_pause_with_an_end_is_over_at_its_end() -> None:
    route = Route("hn-1119")
    route.pause("fog", TEN + HOUR, TEN)
    assert route.is_paused(TEN)
    assert not route.is_paused(TEN + HOUR)
    assert route.shown(TEN + HOUR)[0] is RouteStatus.OPEN
    with pytest.raises(PauseIsOver):
        route.pause("fog", TEN, TEN)


def test_only_a_paused_route_is_opened_again() -> None:
    with pytest.raises(NotPaused):
        Route("hn-1119").reopen()


def test_a_truck_turned_away_while_it_waited_again_gets_no_place_back() -> None:
    ticket = a_ticket()
    ticket.join(Promise(turn=1, ahead=0, first_come=1, number=1), TEN)
    ticket.call(1, TEN, HOUR)
    ticket.miss()
    ticket.join(Promise(turn=2, ahead=0, first_come=2, number=2), TEN + HOUR)
    ticket.become(Stage.ENDED)
    assert not ticket.take_back(CrossingState.REJECTED)
    assert ticket.stage is Stage.ENDED


def test_the_things_of_a_truck_are_all_that_can_be_in_one_queue_only() -> None:
    crossing = a_ready_crossing(trailer="12R-00001", containers=("MSKU1234565",))
    assert {thing.split(" ", 1)[0] for thing in things_of(crossing)} == set(CLASH_RULES)
