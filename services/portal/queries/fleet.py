"""Vehicles and papers as their pages show them: what holds, what ends soon, what is over, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, exists, select, tuple_
from sqlalchemy.orm import Session

from bordergate.errors import NotFound
from bordergate.http.paging import id_of, parts_of, text_of
from events.words import PaperKind
from services.portal.tables import papers, vehicles

OF_VEHICLES = (PaperKind.TRANSPORT_PERMIT, PaperKind.INSURANCE, PaperKind.INSPECTION)
OF_TRAILERS = (PaperKind.INSURANCE, PaperKind.INSPECTION)
OF_DRIVERS = (PaperKind.LICENCE,)
TRAILER = "TRAILER"


class UnknownVehicle(NotFound):
    """There is no such vehicle, or none of the reader's."""

    code = "portal.unknown_vehicle"


class UnknownPaper(NotFound):
    """There is no such paper, or none of the reader's."""

    code = "portal.unknown_paper"


class PaperState(StrEnum):
    """How a paper stands on a day; REPLACED is one that ends sooner than another of its kind."""

    VALID = "VALID"
    AHEAD = "AHEAD"
    ENDS_SOON = "ENDS_SOON"
    OVER = "OVER"
    REPLACED = "REPLACED"
    MISSING = "MISSING"


URGENCY = (
    PaperState.OVER,
    PaperState.ENDS_SOON,
    PaperState.MISSING,
    PaperState.AHEAD,
    PaperState.VALID,
    PaperState.REPLACED,
)
"""What is looked at first."""


class PaperShown(BaseModel):
    """A paper as its page shows it."""

    paper_id: UUID
    holder: UUID
    of_driver: bool
    kind: PaperKind
    paper_number: str | None
    issuer: str | None
    valid_from: date
    valid_to: date
    ends_within: int | None
    scanned: bool
    version: int


class VehicleShown(BaseModel):
    """A vehicle as its page shows it."""

    vehicle_id: UUID
    plate: str
    country: str
    vehicle_type: str
    axles: int
    tare_kg: int
    gross_kg: int
    version: int | None

    @property
    def kinds(self) -> tuple[PaperKind, ...]:
        """The papers it can have: a trailer has no transport permit."""
        return OF_TRAILERS if self.vehicle_type == TRAILER else OF_VEHICLES


class Line(NamedTuple):
    """One line of a holder's papers: a paper and how it stands, or a kind of which there is none."""

    kind: PaperKind
    state: PaperState
    paper: PaperShown | None


class EndingPaper(NamedTuple):
    """A paper that ends soon or is over, and the plate of its vehicle; a driver's has none."""

    paper: PaperShown
    state: PaperState
    plate: str | None


def lines_of(found: Sequence[PaperShown], kinds: Sequence[PaperKind], today: date) -> list[Line]:
    """A holder's papers by kind, the one that ends last first; a kind without any is missing."""
    lines = []
    for kind in kinds:
        own = sorted((paper for paper in found if paper.kind is kind), key=lambda paper: paper.valid_to, reverse=True)
        lines += [Line(kind, state_of(paper, own, today), paper) for paper in own]
        if not own:
            lines.append(Line(kind, PaperState.MISSING, None))
    return lines


def state_of(paper: PaperShown, own: Sequence[PaperShown], today: date) -> PaperState:
    """How a paper stands among its holder's of the same kind."""
    renewed = any(other.valid_to > paper.valid_to for other in own)
    if today > paper.valid_to:
        return PaperState.REPLACED if renewed else PaperState.OVER
    if paper.valid_from > today:
        return PaperState.AHEAD
    return PaperState.ENDS_SOON if paper.ends_within is not None and not renewed else PaperState.VALID


def worst_of(lines: Sequence[Line]) -> PaperState:
    """What of a holder's papers is looked at first."""
    return min((line.state for line in lines), key=URGENCY.index)


def vehicle_shown(session: Session, vehicle_id: UUID) -> VehicleShown:
    """One vehicle; raises UnknownVehicle."""
    row = session.execute(select(vehicles).where(vehicles.c.vehicle_id == vehicle_id)).one_or_none()
    if row is None:
        raise UnknownVehicle
    return VehicleShown.model_validate(row, from_attributes=True)


def vehicles_shown(session: Session, text: str, after: tuple[Any, ...] | None, rows: int) -> list[VehicleShown]:
    """The reader's vehicles by plate, those whose plate begins with what he looks for."""
    statement = select(vehicles).order_by(vehicles.c.plate, vehicles.c.vehicle_id).limit(rows)
    if bare := "".join(mark for mark in text.upper() if mark.isalnum()):
        statement = statement.where(vehicles.c.plate.startswith(bare, autoescape=True))
    if after:
        plate, last = parts_of(after, 2)
        statement = statement.where(tuple_(vehicles.c.plate, vehicles.c.vehicle_id) > (text_of(plate), id_of(last)))
    return [VehicleShown.model_validate(row, from_attributes=True) for row in session.execute(statement)]


def papers_of(session: Session, holders: Sequence[UUID]) -> dict[UUID, list[PaperShown]]:
    """The papers of vehicles or drivers."""
    found: dict[UUID, list[PaperShown]] = {holder: [] for holder in holders}
    for row in session.execute(select(papers).where(papers.c.holder.in_(holders))):
        found[row.holder].append(_shown(row))
    return found


def paper_shown(session: Session, holder: UUID, paper_id: UUID) -> PaperShown:
    """One paper of a holder; raises UnknownPaper."""
    wanted = papers.c.paper_id == paper_id, papers.c.holder == holder
    row = session.execute(select(papers).where(*wanted)).one_or_none()
    if row is None:
        raise UnknownPaper
    return _shown(row)


def ending(session: Session, today: date, rows: int) -> list[EndingPaper]:
    """The reader's papers that end soon, or are over, and have no successor; the one that ends first comes first."""
    later = papers.alias()
    same = (later.c.holder == papers.c.holder) & (later.c.kind == papers.c.kind)
    renewed = exists().where(same & (later.c.valid_to > papers.c.valid_to))
    needs = papers.c.ends_within.is_not(None) | (papers.c.valid_to < today)
    statement = (
        select(papers, vehicles.c.plate)
        .outerjoin(vehicles, vehicles.c.vehicle_id == papers.c.holder)
        .where(needs, ~renewed)
        .order_by(papers.c.valid_to, papers.c.paper_id)
        .limit(rows)
    )
    found = [(_shown(row), row.plate) for row in session.execute(statement)]
    return [EndingPaper(paper, state_of(paper, (), today), plate) for paper, plate in found]


def _shown(row: Row[Any]) -> PaperShown:
    return PaperShown.model_validate(row, from_attributes=True)
