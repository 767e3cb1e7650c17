"""What identity hears: whose a crossing or a vehicle is, when a crossing is over, and when it is not after all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from bordergate.inbox import in_batches
from events.crossing import ENDS
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingSubmitted,
    VehicleRegistered,
)
from services.identity.commands import end_crossing, know_crossing, know_vehicles, resume_crossing


def know_filing(heard: Envelope[CrossingSubmitted] | Envelope[CrossingAmended], session: Session, clock: Clock) -> None:
    """A filed crossing's parties may make a link for its driver."""
    know_crossing(heard.data.crossing_id, heard.data.filing.parties, session)


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
