"""The queue's deadlines, and what is done when they come."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import Timer, start_timer
from services.queue_scheduling import commands, repository
from services.queue_scheduling.domain.deadlines import (
    CallRound,
    ChangeEnds,
    Foresight,
    NoShow,
    OfferAgain,
    PlanChanges,
    SanctionEnds,
    SeedTurns,
    TreesDue,
)
from services.queue_scheduling.sanctions.commands import serve_out
from services.queue_scheduling.slots.deadlines import BucketEnds, DrawDue, HoldersDue, OfferEnds, RoomChanged, SlotRound

AT_A_QUEUE = CallRound | SeedTurns | BucketEnds | HoldersDue | DrawDue | SlotRound | RoomChanged


def lock_queue(timer: Timer, session: Session) -> None:
    """Wait for the queues at which a deadline decides: only then is its own row taken, which others may move till then.

    A deadline that came again whenever somebody had the queue would not come at all while many join.
    """
    if isinstance(timer, AT_A_QUEUE):
        repository.lock_queue(session, timer.route, timer.direction)
    elif isinstance(timer, NoShow | OfferAgain | OfferEnds):
        commands.lock_queues(session, (), {timer.crossing_id})
    elif isinstance(timer, ChangeEnds):
        repository.lock_route(session, timer.route)
    elif isinstance(timer, PlanChanges):
        repository.lock_all(session)


def miss_call(timer: NoShow, session: Session, clock: Clock) -> None:
    """A called truck that did not come loses its call."""
    commands.miss_call(timer.crossing_id, session, clock)


def call_next(timer: CallRound, session: Session, clock: Clock) -> None:
    """The trucks that are due are called."""
    commands.call_round(timer.route, timer.direction, session, clock)


def foresee(timer: Foresight, session: Session, clock: Clock) -> None:
    """What is to come is told anew."""
    commands.foresee_calls(timer.route, timer.direction, session, clock)


def grow_trees(timer: TreesDue, session: Session, clock: Clock) -> None:
    """What forecasts are read from is learned anew; it takes seconds, in which nobody waits for it."""
    commands.grow_trees(timer.route, timer.direction, session, clock)


def offer_again(timer: OfferAgain, session: Session, clock: Clock) -> None:
    """A refused crossing may join."""
    commands.offer_again(timer.crossing_id, session, clock)


def end_change(timer: ChangeEnds, session: Session, clock: Clock) -> None:
    """What was decided of a route has come to its end."""
    commands.end_change(timer.route, session, clock)


def turn_seeds(timer: SeedTurns, session: Session, clock: Clock) -> None:
    """Another day's seed decides between equals."""
    commands.turn_seeds(timer.route, timer.direction, session, clock)


def change_plan(timer: PlanChanges, session: Session, clock: Clock) -> None:
    """Other routes or hours hold from today on."""
    follow_plan(session, clock)


def end_sanction(timer: SanctionEnds, session: Session, clock: Clock) -> None:
    """A sanction has been served."""
    serve_out(timer.sanction_id, session, clock)


def follow_plan(session: Session, clock: Clock) -> None:
    """Publish the routes as they are planned today, and again on the day the plan next changes."""
    commands.publish_routes(session, clock)
    if due := repository.next_change_of_plan(session, clock.now()):
        start_timer(session, PlanChanges(), due=due)
