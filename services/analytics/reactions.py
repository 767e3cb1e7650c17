"""What analytics listens to: whatever some measure begins or ends with, and the routes' plans."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from bordergate.inbox import in_batches
from events.queue_scheduling import RoutePublished
from events.streams import CrossingEvent
from services.analytics import commands


@in_batches
def take_note(heard: Sequence[Envelope[CrossingEvent]], session: Session, clock: Clock) -> None:
    """Statements about crossings move them from cell to cell."""
    commands.note(session, heard)


def follow_the_plan(heard: Envelope[RoutePublished], session: Session, clock: Clock) -> None:
    """What a route could take is what its calls are held against."""
    commands.plan_route(session, heard)
