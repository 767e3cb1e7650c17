"""Crossings found by a part of anything that stands on the truck or its papers; never by who drives it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bordergate.border.value import plain
from bordergate.http.paging import Page, PageRequest, id_of
from events.words import Direction
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Stage
from services.vehicle_registration.repository.found import crossings_bearing
from services.vehicle_registration.tables import crossings

SHORTEST = 3
"""With less, half of all crossings are found, and no index helps to find them."""


class MatchView(BaseModel):
    """What the text is a part of."""

    field: str
    value: str


class FoundView(BaseModel):
    """A crossing that was found, and by what."""

    id: UUID
    reference: str
    route: str
    direction: Direction
    plate: str
    stage: Stage
    window_from: datetime
    window_to: datetime
    submitted_at: datetime | None
    matched: list[MatchView]

    @classmethod
    def of(cls, row: Row[Any], text: str) -> Self:
        """The crossing, from its row."""
        filing = row.filing
        return cls(
            id=row.id,
            reference=row.reference,
            route=filing.route,
            direction=filing.direction,
            plate=filing.plate,
            stage=row.stage,
            window_from=filing.window_from,
            window_to=filing.window_to,
            submitted_at=row.submitted_at,
            matched=[MatchView(field=field, value=value) for field, value in _borne(row) if text in plain(value)],
        )


def crossings_found(
    session: Session, wanted: PageRequest, typed: str, routes: frozenset[str] | None
) -> Page[FoundView]:
    """Filed crossings that bear the text in any of their numbers, the newest first; raises TooShort."""
    text = plain(typed)
    if len(text) < SHORTEST:
        raise refusals.TooShort(field="query.text", least=SHORTEST)
    before = id_of(wanted.after[0]) if wanted.after else None
    found = crossings_bearing(session, text, routes, before, wanted.rows)
    columns = (crossings.c[name] for name in ("id", "reference", "filing", "stage", "vin", "submitted_at"))
    statement = select(*columns).where(crossings.c.id.in_(found)).order_by(crossings.c.id.desc())
    rows = session.execute(statement).all()
    return Page[FoundView].of(rows, wanted, lambda row: FoundView.of(row, text), lambda row: [row.id])


def _borne(row: Row[Any]) -> Iterator[tuple[str, str]]:
    """All by which a crossing can be found, in the order of its form."""
    filing = row.filing
    yield "reference", row.reference
    yield "plate", filing.plate
    if filing.trailer:
        yield "trailer", filing.trailer
    yield from (("containers", container) for container in filing.containers)
    yield from (("declarations", number) for number in filing.declarations)
    if row.vin:
        yield "vin", row.vin
