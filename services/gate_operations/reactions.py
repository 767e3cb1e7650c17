"""What the gate hears: which trucks may come, and when the queue calls them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from events.queue_scheduling import CallMissed, TicketWithdrawn, TruckCalled
from events.vehicle_registration import CrossingReady
from services.gate_operations.commands import ExpectTruck, expect_truck, hear_queue
from services.gate_operations.domain import QueueWord


def know_the_truck(heard: Envelope[CrossingReady], session: Session, clock: Clock) -> None:
    """Which truck it is, and which way it goes."""
    told = heard.data
    truck = told.plate, told.carrier, told.trailer
    command = ExpectTruck(told.crossing_id, told.direction, told.route, told.reference, *truck, told.parties)
    expect_truck(command, session)


def let_it_come(heard: Envelope[TruckCalled], session: Session, clock: Clock) -> None:
    """A called truck may arrive."""
    hear_queue(heard.data.crossing_id, QueueWord(heard.sequence, calls=True, at=heard.happened), session)


def let_it_wait(heard: Envelope[CallMissed | TicketWithdrawn], session: Session, clock: Clock) -> None:
    """The call is over; who comes now waits for the next one."""
    hear_queue(heard.data.crossing_id, QueueWord(heard.sequence, calls=False, at=heard.happened), session)
