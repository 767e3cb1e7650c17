"""What identity hears: whose a crossing or a vehicle is, who acts for whom, and when a crossing is over, or is not."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bordergate.clock import Clock, RealClock
from bordergate.event import Envelope
from bordergate.inbox import in_batches
from events.crossing import ENDS
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingSubmitted,
    DelegationEnded,
    DelegationGiven,
    VehicleRegistered,
)
from services.identity.commands import (
    end_crossing,
    end_delegation,
    know_crossing,
    know_delegation,
    know_vehicles,
    resume_crossing,
)


def know_filing(heard: Envelope[CrossingSubmitted] | Envelope[CrossingAmended], session: Session, clock: Clock) -> None:
    """A filed crossing's parties may make a link for its driver; it opens nothing to the one who drove it before."""
    know_crossing(heard.data.crossing_id, heard.data.filing, session, RealClock().now())


def know_leave(heard: Envelope[DelegationGiven], session: Session, clock: Clock) -> None:
    """An agent may let in the drivers of those for whom he acts."""
    know_delegation(heard.data, session)


def forget_leave(heard: Envelope[DelegationEnded], session: Session, clock: Clock) -> None:
    """He may no longer."""
    end_delegation(heard.data.delegation_id, session)


def close_links(
    heard: Envelope[CrossingCompleted]
    | Envelope[TruckReturned]
    | Envelope[TruckRejected]
    | Envelope[CrossingCancelled]
    | Envelope[CrossingExpired],
    session: Session,
    clock: Clock,
) -> None:
    """A crossing that is over has nothing to show its driver."""
    end_crossing(heard.data.crossing_id, session)


def open_links_again(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """The crossing is not over after all."""
    if heard.data.stage in ENDS:
        resume_crossing(heard.data.crossing_id, session)


@in_batches
def know_carriers(heard: Sequence[Envelope[VehicleRegistered]], session: Session, clock: Clock) -> None:
    """A carrier may enrol devices for its vehicles; of one told twice the last word holds."""
    know_vehicles({one.data.vehicle_id: one.data.carrier for one in heard}, session)
