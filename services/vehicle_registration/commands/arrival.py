"""When a truck should come, and when it came: what the queue and the trackers say of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.vehicle_registration import repository
from services.vehicle_registration.commands.filing import assess
from services.vehicle_registration.domain.crossing import Crossing, Step


def note_slot(crossing_id: UUID, slot: datetime | None, session: Session, clock: Clock) -> None:
    """The queue has given a truck a slot, another one, or none."""
    crossing = repository.crossing_if_known(session, crossing_id)
    if crossing is not None and crossing.book(slot):
        _judge(crossing, session, clock)


def note_arrival(crossing_id: UUID, at: datetime, route: str | None, session: Session, clock: Clock) -> None:
    """A truck came into a waiting area; into another route's it comes only because it passes there."""
    crossing = repository.crossing_if_known(session, crossing_id)
    if crossing is None or route not in (None, crossing.filing.route):
        return
    if crossing.arrive(at):
        _judge(crossing, session, clock)


def _judge(crossing: Crossing, session: Session, clock: Clock) -> None:
    if crossing.hears(Step.FIND_READY):
        assess([crossing], session, clock.now())
