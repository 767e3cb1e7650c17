"""Looks at declarations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, field_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.history import Change
from bordergate.http.paging import Page, PageRequest, id_of
from bordergate.i18n import LANGUAGES, hint, texts
from bordergate.settings import Settings
from events.words import Channel, Direction, Failure, Severity
from services.customs_declarations.domain.declaration import Act, Declaration, Papers, Stage
from services.customs_declarations.domain.inquiry import Answer, Inquiry, Standing
from services.customs_declarations.domain.load import allotment
from services.customs_declarations.domain.refusals import NotAsked, NotDeclared, UnknownDeclaration
from services.customs_declarations.domain.rules import Filed, Judged, broken_by, lacking
from services.customs_declarations.domain.split import declared, left_of
from services.customs_declarations.repository import goods_numbers, lists_for, loads_naming
from services.customs_declarations.tables import declarations, history, inquiries, loads, sources

MOST_ACTS = 500
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
    """A declaration; `simulated` when an adapter stood in for the authority.

    `cancelled_because` is what who cancelled it wrote, or the code of what customs' own system says.

    `by_number` says that customs' own system is asked about it: its number alone was stated, or is contested. While it
    is AWAITED it has no type and no lines.
    """

    id: UUID
    number: str
    type_code: str | None
    direction: Direction
    destination: str | None
    declarant: UUID
    trader: UUID
    shared_with: list[UUID]
    stage: Stage
    channel: Channel | None
    simulated: bool
    by_number: bool
    revision: int
    cancelled_because: str | None
    filed_at: datetime
    lines: list[LineView]
    version: int

    @field_validator("type_code", mode="before")
    @classmethod
    def _not_known_yet(cls, code: str) -> str | None:
        return code or None

    @classmethod
    def of(cls, declaration: Declaration) -> Self:
        """The declaration as it stands."""
        return cls.model_validate(declaration, from_attributes=True)


class InquiryView(BaseModel):
    """Since when customs' own system is asked, how often it was, and when and how it answered last.

    `faults` are the rules that its last answer broke; `goes_on` is false once it is no longer asked: it has decided
    all, or did not know the number for too long.
    """

    since: datetime
    times: int
    asked_at: datetime | None
    answer: Answer | None
    faults: list[FailureView]
    goes_on: bool


class StandingView(BaseModel):
    """How customs' own system stands: when it last answered; since when, and how, it fails; how many numbers wait."""

    connected: bool
    waiting: int
    answered_at: datetime | None
    failing_since: datetime | None
    failure: Answer | None

    @classmethod
    def of(cls, standing: Standing, *, connected: bool) -> Self:
        """As it stands, where one is connected."""
        return cls(
            connected=connected,
            waiting=standing.waiting,
            answered_at=standing.answered_at,
            failing_since=standing.failing_since,
            failure=standing.failure,
        )


class ActView(BaseModel):
    """One act: when, what, by which organisation in which role; `changes` are an amendment's, by line and field.

    `reason` is what somebody wrote, or the code of what customs' own system says.
    """

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


def papers_of(session: Session, declaration_id: UUID) -> Papers:
    """What a declaration says; raises UnknownDeclaration, and NotDeclared while only its number is stated."""
    declaration = session.get(Declaration, declaration_id)
    if declaration is None:
        raise UnknownDeclaration
    if not declaration.is_declared:
        raise NotDeclared
    return declaration.papers


def inquiry_view(session: Session, declaration_id: UUID) -> InquiryView:
    """How customs is asked about a declaration; raises UnknownDeclaration, and NotAsked of one that was typed."""
    owners_of(session, declaration_id)
    inquiry = session.get(Inquiry, declaration_id)
    if inquiry is None:
        raise NotAsked
    return InquiryView(
        since=inquiry.since,
        times=inquiry.times,
        asked_at=inquiry.asked_at,
        answer=inquiry.answer,
        faults=[FailureView.of(fault) for fault in inquiry.faults],
        goes_on=inquiry.ask_at is not None,
    )


def standing_of(session: Session) -> Standing:
    """How customs' own system answered last, and how many numbers wait for it."""
    asked = declarations.join(inquiries), declarations.c.stage == Stage.AWAITED, inquiries.c.ask_at.is_not(None)
    waiting = select(func.count()).select_from(asked[0]).where(*asked[1:])
    told = session.execute(select(sources).order_by(sources.c.answered_at.desc().nulls_last()).limit(1)).one_or_none()
    count = session.execute(waiting).scalar_one()
    if told is None:
        return Standing(count)
    return Standing(count, told.answered_at, told.failing_since, told.failure)


def source_findings(session: Session, settings: Settings) -> Iterator[tuple[str, str | None]]:
    """What an operator must know of customs' own system."""
    standing = standing_of(session)
    if settings.customs_source is None:
        step = "set BORDERGATE_CUSTOMS_SOURCE, or let declarants type what waits" if standing.waiting else None
        yield f"customs' own system is not connected, {standing.waiting} numbers wait", step
    elif standing.failure is not None:
        step = "see that customs' system answers; it is asked again by itself, and nobody's filing waits for it"
        yield f"customs' own system: {standing.failure} since {standing.failing_since:%F %H:%M}", step
    else:
        last = f"answered {standing.answered_at:%F %H:%M}" if standing.answered_at else "not asked yet"
        yield f"customs' own system: {last}, {standing.waiting} numbers wait", None


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
    if declaration.stage is Stage.AWAITED:
        awaited = Failure(code="customs_declarations.awaiting_customs", field="$", value=declaration.number)
        return FailuresView(on=at.astimezone(HANOI).date(), items=[FailureView.of(awaited)])
    papers = declaration.papers
    broken = broken_by(Filed(papers, lists_for(session, papers, at)))
    day = at.astimezone(HANOI).date()
    missing = lacking(Judged(papers, goods_numbers(session, day, [papers])))
    told = [FailureView.of(failure) for failure in (*broken, *missing)]
    return FailuresView(on=day, items=told)


def split_of(session: Session, declaration_id: UUID) -> SplitView:
    """How much of each line is on crossings, or carried across by ones that are over; raises UnknownDeclaration."""
    declaration = session.get(Declaration, declaration_id)
    if declaration is None:
        raise UnknownDeclaration
    naming = loads_naming(session, [declaration.number], locked=False)
    gone = [load.took(declaration) for load in naming]
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
        statement = statement.where(declarations.c.number.in_(named), declarations.c.holds_number)
    if wanted.after:
        last = id_of(wanted.after[0])
        statement = statement.where(own < last if which.latest else own > last)
    rows = session.execute(statement).scalars().all()
    return Page[DeclarationView].of(rows, wanted, DeclarationView.of, lambda row: (row.id,))
