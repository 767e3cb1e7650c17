"""What the news does to the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.event import Envelope, Event
from events.queue_scheduling import RoutePublished
from events.streams import CrossingEvent
from services.analytics import repository
from services.analytics.domain import Statement, told_by

TOLD = "analytics.told"


def note(session: Session, heard: Iterable[Envelope[CrossingEvent]]) -> None:
    """Remember what was stated; `count` closes the transaction."""
    told: list[Statement] = session.info.setdefault(TOLD, [])
    told.extend(one for envelope in heard if (one := told_by(envelope)) is not None)


def count(session: Session) -> None:
    """Count anew the crossings this transaction heard of."""
    told: Sequence[Statement] = session.info.pop(TOLD, [])
    if told:
        crossings = sorted({UUID(str(one.crossing_id)) for one in told})
        repository.lock(session, crossings)
        before = repository.contributions(session, crossings)
        repository.keep(session, told)
        repository.change(session, before, repository.contributions(session, crossings))


def plan_route(session: Session, published: Envelope[RoutePublished]) -> None:
    """A route's capacity as published, from then on."""
    repository.plan(session, published.data, published.sequence, published.happened)


def begin_anew(session: Session) -> None:
    """Forget everything that the log can tell again."""
    repository.begin_anew(session)


def hear_again(session: Session, heard: Sequence[Envelope[Event]]) -> None:
    """Remember the plans that the log says; what it says of crossings is copied."""
    for envelope in heard:
        if isinstance(envelope.data, RoutePublished):
            plan_route(session, envelope)  # type: ignore[arg-type]  # narrowed by its data


def conclude(session: Session) -> None:
    """Count everything that was heard."""
    repository.sum_up(session)


def checksum(session: Session) -> str:
    """The same for the same read models."""
    return repository.checksum(session)
