"""What customs_declarations hears: which crossing names which declarations, and when a crossing is over."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.auth import Role
from bordergate.clock import Clock
from bordergate.event import Envelope
from events.crossing import ENDS
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.vehicle_registration import CrossingAmended, CrossingCancelled, CrossingExpired, CrossingSubmitted
from services.customs_declarations.commands import NameDeclarations, end_load, name_declarations, resume_load
from services.customs_declarations.domain.load import AT_BARRIER

Ending = CrossingCancelled | CrossingExpired | CrossingCompleted | TruckReturned | TruckRejected


def assess_what_it_carries(
    heard: Envelope[CrossingSubmitted | CrossingAmended], session: Session, clock: Clock
) -> None:
    """A crossing names its declarations, or names others."""
    filing = heard.data.filing
    command = NameDeclarations(
        crossing_id=heard.data.crossing_id,
        numbers=filing.declarations,
        parties=filing.parties,
        direction=filing.direction,
        declared_empty=filing.declared_empty,
        at=heard.time,
        by=AT_BARRIER if heard.actor.role == Role.GATE_OPERATOR else heard.actor.organisation,
        two_way=filing.two_way,
        shares=filing.shares,
    )
    name_declarations(command, session, clock)


def free_its_declarations(heard: Envelope[Ending], session: Session, clock: Clock) -> None:
    """The crossing is over; what it carried of a divided declaration is carried for good."""
    end_load(heard.data.crossing_id, session, clock, carried=isinstance(heard.data, CrossingCompleted))


def bind_its_declarations_again(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """The crossing is not over after all."""
    if heard.data.stage in ENDS:
        resume_load(heard.data.crossing_id, session, clock)
