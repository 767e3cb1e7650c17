"""Looks at declarations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.http.paging import Page, PageRequest, id_of
from bordergate.i18n import LANGUAGES, Language, hint, texts
from bordergate.i18n.formats import shown_country, shown_currency
from bordergate.reference import as_of
from events.words import Channel, Direction, Failure, Severity
from services.customs_declarations.domain.declaration import Act, Declaration, Stage
from services.customs_declarations.domain.history import Change
from services.customs_declarations.domain.load import allotment
from services.customs_declarations.domain.refusals import UnknownDeclaration
from services.customs_declarations.domain.rules import Filed, Judged, broken_by, lacking
from services.customs_declarations.domain.split import declared, left_of
from services.customs_declarations.repository import goods_numbers, lists_for, loads_naming
from services.customs_declarations.tables import declarations, history, loads

MOST_ACTS, MOST_CODES = 500, 300
WEIGHED = "KGM"
"""In what a line is divided that declares no quantity."""


class LineView(BaseModel):
    """One kind of goods, in the words of `Line`."""

    hs_code: str
    weight_kg: int
    un_number: str | None
    quantity: Decimal | None
    unit: str | None
    description: str | None
    origin: str | None
    net_kg: int | None
    value: Decimal | None
    currency: str | None
    packages: int | None
    package_kind: str | None
    coldest_c: Decimal | None
    warmest_c: Decimal | None
    planting_area: str | None
    packing_house: str | None
    phytosanitary: str | None


class DeclarationView(BaseModel):
    """A declaration; `simulated` when an adapter stood in for the authority."""

    id: UUID
    number: str
    type_code: str
    direction: Direction
    destination: str | None
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


class ActView(BaseModel):
    """One act: when, what, by which organisation in which role; `changes` are an amendment's, by line and field."""

    at: datetime
    act: Act
    revision: int
    by: UUID | None
    role: str | None
    simulated: bool
    channel: Channel | None
    reason: str | None
    changes: list[Change]


class HistoryView(BaseModel):
    """What became of a declaration, the latest first."""

    items: list[ActView]


class FailureView(BaseModel):
    """A rule that failed, in words: what is wrong or lacking, and what to do about it."""

    code: str
    severity: Severity
    field: str
    value: Any = None
    message: dict[str, str]
    hint: dict[str, str]
    source: str | None

    @classmethod
    def of(cls, failure: Failure) -> Self:
        """The failure with its texts in all languages."""
        hints = {language: hint(failure.code, language, value=failure.value) for language in LANGUAGES}
        return cls(
            **dict(failure),
            message=texts(failure.code, value=failure.value),
            hint={language: told for language, told in hints.items() if told},
        )


class FailuresView(BaseModel):
    """Everything wrong with a declaration, and everything its goods still lack, by the tables of one day."""

    on: date
    items: list[FailureView]


class DividedView(BaseModel):
    """A line by its number: how much is declared, how much of it crossings hold, how much is left."""

    line: int
    declared: Decimal
    held: Decimal
    left: Decimal
    unit: str


class SplitView(BaseModel):
    """How a declaration is divided among crossings, line by line."""

    items: list[DividedView]


class CodeView(BaseModel):
    """A code and what it is called."""

    code: str
    name: str


class ListView(BaseModel):
    """A list, by code; `more` when it holds more than is told here."""

    items: list[CodeView]
    more: bool


@dataclass(frozen=True)
class Filter:
    """Which declarations are looked for."""

    number: str | None = None
    stage: Stage | None = None
    direction: Direction | None = None
    crossing: UUID | None = None
    begins: str | None = None
    latest: bool = False


def declaration_view(session: Session, declaration_id: UUID) -> DeclarationView:
    """One declaration; raises UnknownDeclaration."""
    declaration = session.get(Declaration, declaration_id)
    if declaration is None:
        raise UnknownDeclaration
    return DeclarationView.of(declaration)


def history_of(session: Session, declaration_id: UUID) -> HistoryView:
    """What became of a declaration; raises UnknownDeclaration."""
    owners_of(session, declaration_id)
    statement = select(history).where(history.c.declaration_id == declaration_id).order_by(history.c.id.desc())
    rows = session.execute(statement.limit(MOST_ACTS)).all()
    return HistoryView(items=[ActView.model_validate(row, from_attributes=True) for row in rows])


def failures_of(session: Session, declaration_id: UUID, at: datetime) -> FailuresView:
    """What the rules say of a declaration by the tables of a day; raises UnknownDeclaration."""
    declaration = session.get(Declaration, declaration_id)
    if declaration is None:
        raise UnknownDeclaration
    papers = declaration.papers
    broken = broken_by(Filed(papers, lists_for(session, papers, at)))
    missing = lacking(Judged(papers, goods_numbers(session, at, papers.lines)))
    told = [FailureView.of(failure) for failure in (*broken, *missing)]
    return FailuresView(on=at.astimezone(HANOI).date(), items=told)


def split_of(session: Session, declaration_id: UUID) -> SplitView:
    """How much of each line is on crossings, or carried across by ones that are over; raises UnknownDeclaration."""
    declaration = session.get(Declaration, declaration_id)
    if declaration is None:
        raise UnknownDeclaration
    naming = loads_naming(session, [declaration.number], locked=False)
    gone = [load.held(declaration.number) for load in naming if load.gone]
    there_is = declared(declaration.lines)
    left = left_of(there_is, [*gone, *allotment(declaration, naming).values()])
    return SplitView(
        items=[
            DividedView(
                line=place,
                declared=there_is[place],
                held=there_is[place] - left[place],
                left=left[place],
                unit=WEIGHED if line.quantity is None else line.unit or "",
            )
            for place, line in enumerate(declaration.lines, start=1)
        ]
    )


def list_of(session: Session, table: Table, text: str, at: datetime, language: Language) -> ListView:
    """What of a list is in force, or of that what begins with a text or is called so."""
    named = table.c.get("description", table.c.get(f"name_{language}"))
    columns = (table.c.code,) if named is None else (table.c.code, named.label("name"))
    rows = session.execute(select(*columns).where(as_of(table, at)).order_by(table.c.code)).all()
    called = {"countries": shown_country, "currencies": shown_currency}.get(table.name)
    codes = [CodeView(code=row.code, name=called(row.code, language) if called else row.name) for row in rows]
    sought = text.strip().casefold()
    found = [one for one in codes if one.code.casefold().startswith(sought) or sought in one.name.casefold()]
    return ListView(items=found[:MOST_CODES], more=len(found) > MOST_CODES)


def owners_of(session: Session, declaration_id: UUID) -> frozenset[UUID]:
    """Who may change the declaration; raises UnknownDeclaration."""
    statement = select(declarations.c.declarant, declarations.c.trader).where(declarations.c.id == declaration_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise UnknownDeclaration
    return frozenset({row.declarant, row.trader})


def declarations_matching(session: Session, wanted: PageRequest, which: Filter) -> Page[DeclarationView]:
    """Declarations in the order they were filed, or the latest first."""
    own = declarations.c.id
    statement = select(Declaration).order_by(own.desc() if which.latest else own).limit(wanted.rows)
    if which.begins:
        statement = statement.where(declarations.c.number.startswith(which.begins, autoescape=True))
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
        last = id_of(wanted.after[0])
        statement = statement.where(own < last if which.latest else own > last)
    rows = session.execute(statement).scalars().all()
    return Page[DeclarationView].of(rows, wanted, DeclarationView.of, lambda row: (row.id,))
