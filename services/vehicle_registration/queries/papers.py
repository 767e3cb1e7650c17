"""Papers as their carrier and the officers read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session

from bordergate.http.paging import Page, PageRequest, day_of, id_of
from events.words import PaperKind
from services.vehicle_registration import repository
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.fleet import Vehicle, VehicleType
from services.vehicle_registration.domain.papers import Holder, Paper, Particulars
from services.vehicle_registration.tables import papers, validities

Unsealed = Callable[[Paper], Particulars]


class PaperView(BaseModel):
    """A paper; it holds from its first day to its last, both counted, in Hà Nội's time.

    `ends_within` is set once its carrier was reminded that it ends within so many days.
    """

    id: UUID
    holder: UUID
    carrier: UUID
    kind: PaperKind
    paper_number: str | None
    issuer: str | None
    valid_from: date
    valid_to: date
    ends_within: int | None
    scan_type: str | None
    version: int

    @classmethod
    def of(cls, paper: Paper, particulars: Particulars | None = None) -> Self:
        """The paper; of a driver's, number and issuer only when they were opened for the reader."""
        return cls(
            id=paper.id,
            holder=paper.holder,
            carrier=paper.carrier,
            kind=paper.kind,
            paper_number=particulars.paper_number if particulars else paper.paper_number,
            issuer=particulars.issuer if particulars else paper.issuer,
            valid_from=paper.valid_from,
            valid_to=paper.valid_to,
            ends_within=paper.ends_within,
            scan_type=paper.scan_type,
            version=paper.version,
        )


class EndingPaper(BaseModel):
    """A paper that ends soon, or is over, and that no later one replaces: whose it is, and until when it holds."""

    id: UUID
    holder: UUID
    of_driver: bool
    carrier: UUID
    kind: PaperKind
    valid_to: date
    ends_within: int | None


class PapersView(BaseModel):
    """All papers of a vehicle or a driver, of each kind the one that ends last first."""

    papers: list[PaperView]


def vehicle_holder(session: Session, vehicle_id: UUID) -> Holder:
    """Whose a vehicle's papers are; raises UnknownVehicle."""
    vehicle = session.get(Vehicle, vehicle_id)
    if vehicle is None:
        raise refusals.UnknownVehicle
    trailer = vehicle.vehicle_type is VehicleType.TRAILER
    return Holder(vehicle.id, vehicle.carrier, tuple(vehicle.parties), trailer=trailer)


def driver_holder(session: Session, driver_id: UUID) -> Holder:
    """Whose a driver's papers are; raises UnknownDriver."""
    driver = repository.driver_of(session, driver_id)
    return Holder(driver.id, driver.carrier, tuple(driver.parties), driver=True)


def paper_at(session: Session, holder: Holder, paper_id: UUID) -> Paper:
    """One paper of a holder; raises UnknownPaper."""
    paper = session.get(Paper, paper_id)
    if paper is None or paper.holder != holder.id:
        raise refusals.UnknownPaper
    return paper


def ending_page(session: Session, wanted: PageRequest, today: date) -> Page[EndingPaper]:
    """The papers that end soon or are over, and have no successor; the one that ends first comes first."""
    later = validities.alias()
    same = (later.c.holder == papers.c.holder) & (later.c.kind == papers.c.kind)
    renewed = exists().where(same & (later.c.valid_to > papers.c.valid_to))
    needs = papers.c.ends_within.is_not(None) | (papers.c.valid_to < today)
    columns = [papers.c[name] for name in EndingPaper.model_fields]
    statement = select(*columns).where(needs, ~renewed).order_by(papers.c.valid_to, papers.c.id).limit(wanted.rows)
    if wanted.after:
        place = (day_of(wanted.after[0]), id_of(wanted.after[-1]))
        statement = statement.where(tuple_(papers.c.valid_to, papers.c.id) > place)
    rows = session.execute(statement).all()
    return Page[EndingPaper].of(
        rows,
        wanted,
        lambda row: EndingPaper.model_validate(row, from_attributes=True),
        lambda row: [row.valid_to.isoformat(), row.id],
    )


def papers_view(session: Session, holder_id: UUID, unsealed: Unsealed | None = None) -> PapersView:
    """A holder's papers; `unsealed` opens a driver's for who may know him."""
    found = repository.papers_of(session, holder_id)
    return PapersView(papers=[PaperView.of(paper, unsealed(paper) if unsealed else None) for paper in found])
