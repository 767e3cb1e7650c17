"""What the queue hears: crossings that are ready or no longer, and what the authorities saw at the gate."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from bordergate.inbox import answering, in_batches
from events.gate_operations import (
    CrossingCompleted,
    StageTakenBack,
    TruckArriving,
    TruckCheckedIn,
    TruckRejected,
    TruckReturned,
)
from events.vehicle_registration import CrossingCancelled, CrossingExpired, CrossingNotReady, CrossingReady
from services.queue_scheduling import commands
from services.queue_scheduling.domain.ticket import Stage, cause_of

TurnedAway = TruckRejected | TruckReturned | CrossingCompleted


@in_batches
def join_when_ready(heard: Sequence[Envelope[CrossingReady]], session: Session, clock: Clock) -> None:
    """Ready crossings take their places in the order in which they became ready."""
    desks = commands.open_desks(session, [one.data for one in heard], clock)
    for one in sorted(heard, key=lambda envelope: (envelope.time, envelope.data.crossing_id)):
        answering(session, one)
        commands.join_queue(commands.JoinQueue(one.data, one.time), desks)


def hold_back_when_not_ready(heard: Envelope[CrossingNotReady], session: Session, clock: Clock) -> None:
    """Something is missing: the truck is not called until it is there."""
    commands.hold_back(heard.data.crossing_id, cause_of(heard.data.failures), session, clock)


def leave_when_cancelled(heard: Envelope[CrossingCancelled], session: Session, clock: Clock) -> None:
    """A cancelled crossing needs no place."""
    commands.give_up(heard.data.crossing_id, heard.data.reason, session, clock)


def leave_when_expired(heard: Envelope[CrossingExpired], session: Session, clock: Clock) -> None:
    """Nor does one that expired."""
    commands.give_up(heard.data.crossing_id, "EXPIRED", session, clock)


def note_arrival(heard: Envelope[TruckArriving], session: Session, clock: Clock) -> None:
    """An authority has seen the truck: it is no no-show."""
    commands.follow_to(heard.data.crossing_id, Stage.ARRIVED, session, clock)


def note_service(heard: Envelope[TruckCheckedIn], session: Session, clock: Clock) -> None:
    """Both authorities have: the queue is done with it."""
    commands.follow_to(heard.data.crossing_id, Stage.SERVED, session, clock)


def end_when_turned_away(heard: Envelope[TurnedAway], session: Session, clock: Clock) -> None:
    """Rejected, returned or over: whatever place it still had is free."""
    commands.follow_to(heard.data.crossing_id, Stage.ENDED, session, clock)


def go_back(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """They took it back: the place is as it was before."""
    commands.take_back(heard.data.crossing_id, heard.data.stage, session, clock)
