"""What the news does to the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from bordergate.event import Envelope, Event
from events.queue_scheduling import RoutePublished
from events.streams import CrossingEvent
from services.analytics import repository
from services.analytics.domain import Classed, Filed, Statement, told_by

TOLD = "analytics.told"


def note(session: Session, heard: Iterable[Envelope[CrossingEvent]]) -> None:
    """Remember what was stated; `count` closes the transaction."""
    told: list[Statement | Filed | Classed] = session.info.setdefault(TOLD, [])
    told.extend(one for envelope in heard for one in told_by(envelope))


def count(session: Session) -> None:
    """Count anew the crossings this transaction heard of."""
    told: Sequence[Statement | Filed | Classed] = session.info.pop(TOLD, [])
    if told:
        repository.keep(session, told)
        repository.contribute(session, sorted({one.crossing_id for one in told}))


def plan_route(session: Session, published: Envelope[RoutePublished]) -> None:
    """A route's capacity as published, from then on."""
    event = published.data
    repository.plan(session, event.route, published.sequence, published.happened, event.hours)


def begin_anew(session: Session) -> None:
    """Forget everything that the log can tell again."""
    repository.begin_anew(session)


def hear_again(session: Session, heard: Sequence[Envelope[Event]]) -> None:
    """Remember what the log says; `conclude` counts it."""
    told: list[Statement | Filed | Classed] = []
    for envelope in heard:
        if isinstance(envelope.data, RoutePublished):
            plan_route(session, envelope)  # type: ignore[arg-type]  # narrowed by its data
        elif isinstance(envelope.data, CrossingEvent):
            told.extend(told_by(envelope))  # type: ignore[arg-type]  # as above
    repository.keep(session, told)


def conclude(session: Session) -> None:
    """Count everything that was remembered."""
    repository.contribute_all(session)


def checksum(session: Session) -> str:
    """The same for the same read models."""
    return repository.checksum(session)
