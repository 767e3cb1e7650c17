"""Declarations and loads by number and identity, locked; and what they are judged by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, Text, cast, insert, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from bordergate.installation import is_demonstration
from bordergate.reference import as_of
from services.customs_declarations.domain.declaration import Declaration, Papers
from services.customs_declarations.domain.goods import Approved, Asked, GoodsNumbers, Line, ShelfLife
from services.customs_declarations.domain.history import Told
from services.customs_declarations.domain.lists import Lists
from services.customs_declarations.domain.load import Load
from services.customs_declarations.domain.refusals import UnknownDeclaration
from services.customs_declarations.domain.simulation import Habits
from services.customs_declarations.tables import (
    approved_places,
    countries,
    currencies,
    declarations,
    history,
    hs_codes,
    judged_goods,
    loads,
    numbers,
    package_kinds,
    shelf_lives,
    time_critical,
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
    """The filed ones among the numbers."""
    if not named:
        return {}
    statement = select(Declaration).where(declarations.c.number.in_(sorted(named)))
    found = session.execute(statement, execution_options={"populate_existing": True}).scalars()
    return {declaration.number: declaration for declaration in found}


def load_of(session: Session, crossing_id: UUID) -> Load | None:
    """What the crossing carries, locked; None when it has never named or owed a declaration."""
    return session.get(Load, crossing_id, with_for_update=True, populate_existing=True)


def loads_naming(session: Session, named: Collection[str], *, locked: bool) -> list[Load]:
    """Loads that name one of the numbers, of crossings not yet over; not locked: also what is gone across."""
    if not named:
        return []
    wanted = loads.c.numbers.overlap(cast(sorted(named), ARRAY(Text)))
    held = loads.c.active if locked else loads.c.active | loads.c.gone
    statement = select(Load).where(held, wanted).order_by(loads.c.crossing_id)
    statement = statement.with_for_update() if locked else statement
    return list(session.execute(statement, execution_options={"populate_existing": True}).scalars())


def goods_numbers(session: Session, at: datetime, lines: Iterable[Line]) -> GoodsNumbers:
    """What goods are judged by at an instant; of the places they may come from, those that lines name."""
    named = {code for line in lines for code in (line.planting_area, line.packing_house) if code}
    groups = session.execute(select(shelf_lives.c.prefix, shelf_lives.c.hours).where(as_of(shelf_lives, at)))
    critical = session.execute(select(time_critical.c.prefix).where(as_of(time_critical, at)))
    return GoodsNumbers(
        shelf_lives=tuple(ShelfLife(row.prefix, row.hours) for row in groups),
        time_critical=frozenset(critical.scalars()),
        asked=_asked(session, at),
        approved=_approved(session, named, at) if named else (),
    )


def _asked(session: Session, at: datetime) -> tuple[Asked, ...]:
    row = judged_goods.c
    statement = select(row.rule, row.prefix, row.direction, row.partner, row.source, row.illustrative)
    found = session.execute(statement.where(as_of(judged_goods, at)))
    return tuple(Asked(*told) for told in found)


def _approved(session: Session, named: Collection[str], at: datetime) -> tuple[Approved, ...]:
    row = approved_places.c
    statement = select(row.kind, row.code, row.prefix, row.destination)
    found = session.execute(statement.where(row.code.in_(sorted(named)), as_of(approved_places, at)))
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
    found = _in_force(session, {table: codes for table, codes in asked.items() if codes}, at)
    return Lists(**{table.name: frozenset(found.get(table.name, ())) for table in named})


def _in_force(session: Session, asked: Mapping[Table, list[str]], at: datetime) -> dict[str, list[str]]:
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


def simulated_customs(session: Session, at: datetime) -> Habits | None:
    """How customs is played; None at a real gate, and when it is switched off."""
    if not is_demonstration(session.connection()):
        return None
    rows = session.execute(select(numbers.c.name, numbers.c.value).where(as_of(numbers, at)))
    habits = Habits.of({row.name: row.value for row in rows})
    return habits if habits.on else None
