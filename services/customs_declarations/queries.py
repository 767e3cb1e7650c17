"""Looks at declarations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bordergate.http.paging import Page, PageRequest, id_of
from events.words import Channel, Direction
from services.customs_declarations.domain.declaration import Declaration, Stage
from services.customs_declarations.domain.refusals import UnknownDeclaration
from services.customs_declarations.tables import declarations, loads


class LineView(BaseModel):
    """One kind of goods."""

    hs_code: str
    weight_kg: int
    un_number: str | None
    quantity: Decimal | None
    unit: str | None


class DeclarationView(BaseModel):
    """A declaration; `simulated` when an adapter stood in for the authority."""

    id: UUID
    number: str
    type_code: str
    direction: Direction
    declarant: UUID
    trader: UUID
    shared_with: list[UUID]
    stage: Stage
    channel: Channel | None
    simulated: bool
    revision: int
    cancelled_because: str | None
    filed_at: datetime
    lines: list[LineView]
    version: int

    @classmethod
    def of(cls, declaration: Declaration) -> Self:
        """The declaration as it stands."""
        return cls.model_validate(declaration, from_attributes=True)


@dataclass(frozen=True)
class Filter:
    """Which declarations are looked for."""

    number: str | None = None
    stage: Stage | None = None
    direction: Direction | None = None
    crossing: UUID | None = None


def declaration_view(session: Session, declaration_id: UUID) -> DeclarationView:
    """One declaration; raises UnknownDeclaration."""
    declaration = session.get(Declaration, declaration_id)
    if declaration is None:
        raise UnknownDeclaration
    return DeclarationView.of(declaration)


def owners_of(session: Session, declaration_id: UUID) -> frozenset[UUID]:
    """Who may change the declaration; raises UnknownDeclaration."""
    statement = select(declarations.c.declarant, declarations.c.trader).where(declarations.c.id == declaration_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise UnknownDeclaration
    return frozenset({row.declarant, row.trader})


def declarations_matching(session: Session, wanted: PageRequest, which: Filter) -> Page[DeclarationView]:
    """Declarations in the order they were filed."""
    statement = select(Declaration).order_by(declarations.c.id).limit(wanted.rows)
    if which.number:
        statement = statement.where(declarations.c.number == which.number)
    if which.stage:
        statement = statement.where(declarations.c.stage == which.stage)
    if which.direction:
        statement = statement.where(declarations.c.direction == which.direction)
    if which.crossing:
        named = select(func.unnest(loads.c.numbers)).where(loads.c.crossing_id == which.crossing)
        statement = statement.where(declarations.c.number.in_(named))
    if wanted.after:
        statement = statement.where(declarations.c.id > id_of(wanted.after[0]))
    rows = session.execute(statement).scalars().all()
    return Page[DeclarationView].of(rows, wanted, DeclarationView.of, lambda row: (row.id,))
