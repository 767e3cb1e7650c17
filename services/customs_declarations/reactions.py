"""What customs_declarations hears: which crossing names which declarations, and when a crossing is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.auth import Role
from bordergate.clock import HANOI, Clock
from bordergate.event import Envelope
from bordergate.inbox import answering, in_batches
from events.crossing import ENDS
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckCheckedIn, TruckRejected, TruckReturned
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingAmended, CrossingCancelled, CrossingExpired, CrossingSubmitted
from events.words import CrossingState
from services.customs_declarations.commands import (
    NameDeclarations,
    end_load,
    name_declarations,
    note_arrival,
    resume_load,
)
from services.customs_declarations.domain.load import AT_BARRIER, Load
from services.customs_declarations.repository import alone_with

Filed = CrossingSubmitted | CrossingAmended
Ending = CrossingCancelled | CrossingExpired | CrossingCompleted | TruckReturned | TruckRejected


def assess_what_they_carry(heard: Sequence[Envelope[Filed]], session: Session, clock: Clock) -> None:
    """Crossings name their declarations, or name others; each assessment answers the filing that brought it about."""
    caused: dict[UUID | str, Envelope[Filed]] = {}
    for one in heard:
        caused |= dict.fromkeys((one.data.crossing_id, *one.data.filing.declarations), one)

    def on_behalf(load: Load) -> None:
        concerns: list[UUID | str] = [load.crossing_id, *load.numbers]
        answering(session, next((caused[one] for one in concerns if one in caused), heard[-1]))

    name_declarations([_named_in(one) for one in heard], session, clock, on_behalf)


def _named_in(heard: Envelope[Filed]) -> NameDeclarations:
    filing = heard.data.filing
    at_barrier = heard.actor.role == Role.GATE_OPERATOR
    return NameDeclarations(
        crossing_id=heard.data.crossing_id,
        numbers=filing.declarations,
        parties=filing.parties,
        direction=filing.direction,
        declared_empty=filing.declared_empty,
        at=heard.time,
        by=AT_BARRIER if at_barrier else heard.actor.acting_for or heard.actor.organisation,
        two_way=filing.two_way,
        shares=filing.shares,
        arrives_on=filing.window_from.astimezone(HANOI).date(),
    )


def free_its_declarations(heard: Envelope[Ending], session: Session, clock: Clock) -> None:
    """The crossing is over; what it carried across is used up, and of what did not go across all is given back."""
    end_load(heard.data.crossing_id, session, clock, carried=isinstance(heard.data, CrossingCompleted))


def judge_as_it_came(heard: Envelope[TruckCheckedIn], session: Session, clock: Clock) -> None:
    """What becomes law while the truck stands at the gate is not asked of it."""
    day = (heard.occurred or heard.time).astimezone(HANOI).date()
    note_arrival(heard.data.crossing_id, day, session)


def take_back(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """The crossing is not over after all, or its truck has not come."""
    if heard.data.stage in ENDS:
        resume_load(heard.data.crossing_id, session, clock)
    elif heard.data.stage is CrossingState.CHECKED_IN:
        note_arrival(heard.data.crossing_id, None, session)


REACTIONS: Mapping[type[CrossingEvent], Callable[[Envelope[Any], Session, Clock], None]] = {
    CrossingCancelled: free_its_declarations,
    CrossingExpired: free_its_declarations,
    CrossingCompleted: free_its_declarations,
    TruckReturned: free_its_declarations,
    TruckRejected: free_its_declarations,
    TruckCheckedIn: judge_as_it_came,
    StageTakenBack: take_back,
}
HEARD: tuple[type[CrossingEvent], ...] = (CrossingSubmitted, CrossingAmended, *REACTIONS)


@in_batches
def follow_crossings(heard: Sequence[Envelope[Any]], session: Session, clock: Clock) -> None:
    """What happened to crossings, in its order, alone from the first to the last with all that they concern."""
    naming = {number for one in heard if _is_filed(one) for number in one.data.filing.declarations}
    alone_with(session, {one.data.crossing_id for one in heard}, naming)
    for filed, group in groupby(heard, _is_filed):
        if filed:
            assess_what_they_carry(list(group), session, clock)
            continue
        for one in group:
            answering(session, one)
            REACTIONS[type(one.data)](one, session, clock)


def _is_filed(heard: Envelope[Any]) -> bool:
    return isinstance(heard.data, CrossingSubmitted | CrossingAmended)
