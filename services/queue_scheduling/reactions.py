"""What the queue hears: crossings that are ready or no longer, and what the authorities saw at the gate."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from bordergate.inbox import answering, in_batches
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import (
    CrossingCompleted,
    StageTakenBack,
    TruckArriving,
    TruckCheckedIn,
    TruckRejected,
    TruckReturned,
)
from events.streams import CrossingEvent
from events.tracking import AreaEntered, AreaKind, AreaLeft, TruckCameNear, TruckWentAway
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingNotReady,
    CrossingReady,
    CrossingSubmitted,
)
from services.queue_scheduling import commands
from services.queue_scheduling.domain.ticket import Stage, cause_of
from services.queue_scheduling.slots import filing

TurnedAway = TruckRejected | TruckReturned | CrossingCompleted


def note_filing(heard: Envelope[CrossingSubmitted | CrossingAmended], session: Session, clock: Clock) -> None:
    """Whoever has filed a crossing may book a slot for it."""
    filing.note_filing(heard.data.crossing_id, heard.data.filing, session, clock)


def note_goods(heard: Envelope[DeclarationsAssessed], session: Session, clock: Clock) -> None:
    """Customs has seen the goods: the class is known."""
    filing.note_goods(heard.data.crossing_id, heard.data.goods, session, clock)


def lock_queues(session: Session, heard: Sequence[Envelope[CrossingEvent]]) -> None:
    """Whoever decides at several queues in one transaction locks them in one order, before anything else."""
    deciding = [one for one in heard if not isinstance(one.data, AreaEntered | AreaLeft)]
    joining = [one.data for one in deciding if isinstance(one.data, CrossingReady)]
    others = {one.data.crossing_id for one in deciding if not isinstance(one.data, CrossingReady)}
    commands.lock_queues(session, joining, others)


@in_batches
def join_when_ready(heard: Sequence[Envelope[CrossingReady]], session: Session, clock: Clock) -> None:
    """Ready crossings take their places in the order in which they became ready."""
    filing.note_ready([one.data for one in heard], session, clock)
    desks = commands.open_desks(session, [one.data for one in heard], clock)
    for one in sorted(heard, key=lambda envelope: (envelope.time, envelope.data.crossing_id)):
        answering(session, one)
        commands.join_queue(commands.JoinQueue(one.data, one.time), desks)
    commands.start_rounds(desks)


def hold_back_when_not_ready(heard: Envelope[CrossingNotReady], session: Session, clock: Clock) -> None:
    """Something is missing: the truck is not called until it is there."""
    commands.hold_back(heard.data.crossing_id, cause_of(heard.data.failures), session, clock)


def leave_when_cancelled(heard: Envelope[CrossingCancelled], session: Session, clock: Clock) -> None:
    """A cancelled crossing needs no place."""
    filing.give_up(heard.data.crossing_id, session, clock)
    commands.give_up(heard.data.crossing_id, heard.data.reason, session, clock)


def leave_when_expired(heard: Envelope[CrossingExpired], session: Session, clock: Clock) -> None:
    """Nor does one that expired."""
    filing.run_out(heard.data.crossing_id, session, clock)
    commands.give_up(heard.data.crossing_id, "EXPIRED", session, clock)


def note_arrival(heard: Envelope[TruckArriving], session: Session, clock: Clock) -> None:
    """An authority has seen the truck: it is no no-show."""
    commands.follow_to(heard.data.crossing_id, Stage.ARRIVED, heard.happened, session, clock)


def note_service(heard: Envelope[TruckCheckedIn], session: Session, clock: Clock) -> None:
    """Both authorities have: the queue is done with it."""
    commands.follow_to(heard.data.crossing_id, Stage.SERVED, heard.happened, session, clock)


def end_when_turned_away(heard: Envelope[TurnedAway], session: Session, clock: Clock) -> None:
    """Rejected, returned or over: whatever place it still had is free, and where it is nobody asks."""
    commands.follow_to(heard.data.crossing_id, Stage.ENDED, heard.happened, session, clock)
    commands.lose_sight(heard.data.crossing_id, session)


def note_nearness(heard: Envelope[TruckCameNear | TruckWentAway], session: Session, clock: Clock) -> None:
    """A truck that is nearly there is waited for."""
    commands.come_near(heard.data.crossing_id, session, near=isinstance(heard.data, TruckCameNear))


def note_place(heard: Envelope[AreaEntered | AreaLeft], session: Session, clock: Clock) -> None:
    """A truck that stands at the gate has come, whatever the authorities have stated yet; its journey is over."""
    told, entered = heard.data, isinstance(heard.data, AreaEntered)
    if told.kind is AreaKind.GATE:
        commands.stand_at_gate(told.crossing_id, heard.happened if entered else None, session)
    follow = commands.follow_into if entered else commands.follow_out_of
    follow(told.crossing_id, told.kind, heard.happened, session)


def go_back(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """They took it back: the place is as it was before."""
    commands.take_back(heard.data.crossing_id, heard.data.stage, session, clock)
