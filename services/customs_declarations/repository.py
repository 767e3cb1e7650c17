"""Declarations and loads by number and identity, locked; and what they are judged by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Table, delete, func, insert, literal, select, union_all, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.installation import is_demonstration
from bordergate.reference import as_of, in_force, next_change
from events.words import Channel
from services.customs_declarations.domain.declaration import Declaration, Papers, Stage
from services.customs_declarations.domain.goods import Approved, Asked, GoodsNumbers, ShelfLife
from services.customs_declarations.domain.history import Told
from services.customs_declarations.domain.inquiry import Answer, Found, Inquiry, Reply
from services.customs_declarations.domain.lists import Lists, Types
from services.customs_declarations.domain.load import Load
from services.customs_declarations.domain.refusals import UnknownDeclaration
from services.customs_declarations.domain.simulation import Habits
from services.customs_declarations.tables import (
    LAW,
    approved_places,
    countries,
    currencies,
    declarations,
    history,
    hs_codes,
    inquiries,
    judged_goods,
    loads,
    namings,
    numbers,
    package_kinds,
    shelf_lives,
    sources,
    time_critical,
    type_codes,
    un_numbers,
    units,
)


def lock_numbers(session: Session, named: Iterable[str]) -> None:
    """Nobody else files, changes or names these numbers until the commit.

    A declaration and the crossing that names it come on different ways: without the lock each could miss the other.
    """
    session.connection().exec_driver_sql(
        "SELECT pg_advisory_xact_lock(hashtextextended('customs_declarations:' || number, 0))"
        " FROM unnest(%s::text[]) AS number",
        (sorted(set(named)),),
    )


def declaration_of(session: Session, declaration_id: UUID) -> Declaration:
    """The declaration, its number locked; raises UnknownDeclaration."""
    number = session.execute(select(declarations.c.number).where(declarations.c.id == declaration_id)).scalar()
    if number is None:
        raise UnknownDeclaration
    lock_numbers(session, [number])
    return session.get_one(Declaration, declaration_id, with_for_update=True, populate_existing=True)


def declarations_under(session: Session, named: Collection[str]) -> dict[str, Declaration]:
    """The declarations that hold the numbers."""
    if not named:
        return {}
    statement = select(Declaration).where(declarations.c.number.in_(sorted(named)), declarations.c.holds_number)
    found = session.execute(statement, execution_options={"populate_existing": True}).scalars()
    return {declaration.number: declaration for declaration in found}


def contesting(session: Session, number: str) -> list[Declaration]:
    """Those that say a number that another holds is their own, who came first first; the number is locked."""
    statement = select(Declaration).where(declarations.c.number == number, declarations.c.stage == Stage.CONTESTED)
    statement = statement.order_by(declarations.c.id)
    return list(session.execute(statement, execution_options={"populate_existing": True}).scalars())


def asked_for(session: Session, declarant: UUID) -> int:
    """How many numbers wait for a declarant: customs' own system is still asked about them, or he contests them."""
    waits = (declarations.c.stage == Stage.AWAITED) & inquiries.c.ask_at.is_not(None)
    either = declarations.c.declarant == declarant, waits | (declarations.c.stage == Stage.CONTESTED)
    statement = select(func.count()).select_from(declarations.outerjoin(inquiries)).where(*either)
    return session.execute(statement).scalar_one()


def ask_no_more(session: Session, declaration_id: UUID) -> None:
    """Customs' own system need not be asked about a declaration any more."""
    session.execute(update(inquiries).where(inquiries.c.declaration_id == declaration_id).values(ask_at=None))


def due_inquiry(session: Session, real: datetime) -> Inquiry | None:
    """The asking whose turn is longest past, locked; None when none is due, or others have those that are."""
    statement = select(Inquiry).where(inquiries.c.ask_at <= real).order_by(inquiries.c.ask_at).limit(1)
    return session.execute(statement.with_for_update(skip_locked=True)).scalar_one_or_none()


def inquiry_of(session: Session, declaration_id: UUID) -> Inquiry | None:
    """The asking about a declaration, its number locked; None when it was given up."""
    number = session.execute(select(inquiries.c.number).where(inquiries.c.declaration_id == declaration_id)).scalar()
    if number is None:
        return None
    lock_numbers(session, [number])
    return session.get(Inquiry, declaration_id, with_for_update=True, populate_existing=True)


def note_source(session: Session, name: str, told: Reply, at: datetime) -> None:
    """Keep how customs' own system answered last; one that answers is no longer failing."""
    failed = None if isinstance(told, Found) or told.answer is Answer.NOT_KNOWN else told.answer
    row = {"name": name, "failure": failed, "failing_since": at} if failed else {"name": name, "answered_at": at}
    statement = upsert(sources).values(row)
    since = func.coalesce(sources.c.failing_since, at) if failed else None
    kept = {"failure": failed, "failing_since": since} | ({} if failed else {"answered_at": at})
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=kept))


def alone_with(session: Session, crossings: Collection[UUID], naming: Collection[str] = ()) -> None:
    """Nobody else changes what these crossings carry, the numbers they name, or loads that name one of those.

    `naming` are numbers that they are about to name.
    """
    # one order for all: crossings, numbers, loads, each sorted; who files under a number begins at the second
    session.connection().exec_driver_sql(
        "SELECT pg_advisory_xact_lock(hashtextextended('customs_declarations.crossing:' || crossing, 0))"
        " FROM unnest(%s::text[]) AS crossing",
        (sorted(map(str, crossings)),),
    )
    known = select(namings.c.number).where(namings.c.crossing_id.in_(crossings))
    touched = sorted({*naming, *(session.execute(known).scalars() if crossings else ())})
    lock_numbers(session, touched)
    concerned = {*crossings, *_naming(session, touched)}
    own = loads.c.crossing_id
    session.execute(select(own).where(own.in_(concerned)).order_by(own).with_for_update())


def load_of(session: Session, crossing_id: UUID) -> Load | None:
    """What a crossing carries that one is alone with; None when it has never named or owed a declaration."""
    return session.get(Load, crossing_id, populate_existing=True)


def loads_of(session: Session, crossings: Collection[UUID]) -> dict[UUID, Load]:
    """What those of the crossings carry that have ever named or owed a declaration."""
    statement = select(Load).where(loads.c.crossing_id.in_(crossings))
    found = session.execute(statement, execution_options={"populate_existing": True}).scalars()
    return {load.crossing_id: load for load in found}


def loads_naming(session: Session, named: Collection[str], *, locked: bool) -> list[Load]:
    """Loads that name one of the numbers, of crossings not yet over; not locked: also what is gone across."""
    if not named:
        return []
    found = _naming(session, named)
    held = loads.c.active if locked else loads.c.active | loads.c.gone
    statement = select(Load).where(held, loads.c.crossing_id.in_(found)).order_by(loads.c.crossing_id)
    statement = statement.with_for_update() if locked else statement
    return list(session.execute(statement, execution_options={"populate_existing": True}).scalars())


def _naming(session: Session, numbered: Collection[str]) -> list[UUID]:
    """The crossings that name one of the numbers, or did until they were over."""
    statement = select(namings.c.crossing_id).where(namings.c.number.in_(sorted(numbered))).distinct()
    return list(session.execute(statement).scalars())


def keep_names(session: Session, told: Collection[Load]) -> None:
    """Keep which numbers crossings name, where a number finds them."""
    pairs = [(load.crossing_id, number) for load in told for number in dict.fromkeys(load.numbers)]
    session.execute(delete(namings).where(namings.c.crossing_id.in_({load.crossing_id for load in told})))
    if pairs:
        session.execute(insert(namings), [{"number": number, "crossing_id": crossing} for crossing, number in pairs])


def under_way(session: Session, after: UUID, most: int) -> list[tuple[UUID, list[str]]]:
    """Crossings that are not at the gate yet, in the order of their ids after one, with the numbers they name."""
    row = loads.c
    statement = select(row.crossing_id, row.numbers).where(row.active, row.came_on.is_(None), row.crossing_id > after)
    return [tuple(found) for found in session.execute(statement.order_by(row.crossing_id).limit(most))]


def next_law(session: Session, at: datetime) -> datetime | None:
    """When what goods are judged by next changes, if that is known."""
    return next_change(session, LAW, at)


def goods_numbers(session: Session, day: date, declared: Iterable[Papers]) -> GoodsNumbers:
    """What declarations' goods are judged by on a day; of places and types, those that they name."""
    declared = list(declared)
    lines = [line for papers in declared for line in papers.lines]
    named = {code for line in lines for code in (line.planting_area, line.packing_house) if code}
    groups = session.execute(select(shelf_lives.c.prefix, shelf_lives.c.hours).where(in_force(shelf_lives, day)))
    critical = session.execute(select(time_critical.c.prefix).where(in_force(time_critical, day)))
    return GoodsNumbers(
        shelf_lives=tuple(ShelfLife(row.prefix, row.hours) for row in groups),
        time_critical=frozenset(critical.scalars()),
        asked=_asked(session, day),
        approved=_approved(session, named, day) if named else (),
        types=types_among(session, {papers.type_code for papers in declared}, day),
    )


def types_among(session: Session, codes: Collection[str], day: date) -> Types:
    """Those of the codes that are types in force on a day, and those that were before."""
    row = type_codes.c
    begun = select(row.code, row.direction, row.source, row.valid_to).where(
        row.code.in_(sorted(codes)), row.valid_from <= day
    )
    found = session.execute(begun).all() if codes else []
    in_force = {one.code: (one.direction, one.source) for one in found if one.valid_to is None or one.valid_to > day}
    return Types(in_force, {one.code: one.source for one in found if one.code not in in_force})


def _asked(session: Session, day: date) -> tuple[Asked, ...]:
    row = judged_goods.c
    statement = select(row.rule, row.prefix, row.direction, row.partner, row.source, row.illustrative)
    found = session.execute(statement.where(in_force(judged_goods, day)))
    return tuple(Asked(*told) for told in found)


def _approved(session: Session, named: Collection[str], day: date) -> tuple[Approved, ...]:
    row = approved_places.c
    statement = select(row.kind, row.code, row.prefix, row.destination)
    found = session.execute(statement.where(row.code.in_(sorted(named)), in_force(approved_places, day)))
    return tuple(Approved(*told) for told in found)


def lists_for(session: Session, papers: Papers, at: datetime) -> Lists:
    """What of the codes a declaration names is in force at an instant."""
    lines = papers.lines
    named: dict[Table, set[str | None]] = {
        hs_codes: {line.subheading for line in lines},
        un_numbers: {line.un_number for line in lines},
        units: {line.unit for line in lines},
        package_kinds: {line.package_kind for line in lines},
        countries: {papers.destination, *(line.origin for line in lines)},
        currencies: {line.currency for line in lines},
    }
    asked = {table: sorted(code for code in codes if code) for table, codes in named.items()}
    found = _listed(session, {table: codes for table, codes in asked.items() if codes}, at)
    listed = {table.name: frozenset(found.get(table.name, ())) for table in named}
    return Lists(**listed, types=types_among(session, [papers.type_code], at.astimezone(HANOI).date()))


def _listed(session: Session, asked: Mapping[Table, list[str]], at: datetime) -> dict[str, list[str]]:
    """Those of the codes that each list holds, in one statement."""
    parts = []
    for table, codes in asked.items():
        code = table.c.number if table is un_numbers else table.c.code
        parts.append(
            select(literal(table.name).label("list"), code.label("code")).where(code.in_(codes), as_of(table, at))
        )
    if not parts:
        return {}
    found: dict[str, list[str]] = {}
    for row in session.execute(union_all(*parts)):
        found.setdefault(row.list, []).append(row.code)
    return found


def tell(session: Session, declaration_id: UUID, told: Told) -> None:
    """Add an act to a declaration's history."""
    row = {field.name: getattr(told, field.name) for field in fields(Told)}
    session.flush()
    session.execute(insert(history).values(declaration_id=declaration_id, **row))


def last_channel(session: Session, declaration_id: UUID) -> Channel | None:
    """The channel that customs chose last for a declaration, in whichever revision; None before it chose one."""
    chosen = (history.c.declaration_id == declaration_id) & history.c.channel.is_not(None)
    statement = select(history.c.channel).where(chosen).order_by(history.c.id.desc()).limit(1)
    return session.execute(statement).scalar_one_or_none()


def simulated_customs(session: Session, at: datetime) -> Habits | None:
    """How customs is played; None at a real gate, and when it is switched off."""
    if not is_demonstration(session.connection()):
        return None
    rows = session.execute(select(numbers.c.name, numbers.c.value).where(as_of(numbers, at)))
    habits = Habits.of({row.name: row.value for row in rows})
    return habits if habits.on else None
