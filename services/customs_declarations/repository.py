"""Declarations and loads by number and identity, locked; and what they are judged by."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from bordergate.installation import is_demonstration
from bordergate.reference import as_of
from services.customs_declarations.domain.declaration import Declaration
from services.customs_declarations.domain.goods import GoodsNumbers, ShelfLife
from services.customs_declarations.domain.load import Load
from services.customs_declarations.domain.refusals import UnknownDeclaration
from services.customs_declarations.domain.simulation import Habits
from services.customs_declarations.tables import declarations, loads, numbers, shelf_lives, time_critical, un_numbers


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
    """Loads of crossings not yet over that name one of the numbers."""
    if not named:
        return []
    wanted = loads.c.numbers.overlap(cast(sorted(named), ARRAY(Text)))
    statement = select(Load).where(loads.c.active, wanted).order_by(loads.c.crossing_id)
    statement = statement.with_for_update() if locked else statement
    return list(session.execute(statement, execution_options={"populate_existing": True}).scalars())


def goods_numbers(session: Session, at: datetime) -> GoodsNumbers:
    """What goods are judged by at an instant."""
    groups = session.execute(select(shelf_lives.c.prefix, shelf_lives.c.hours).where(as_of(shelf_lives, at)))
    critical = session.execute(select(time_critical.c.prefix).where(as_of(time_critical, at)))
    return GoodsNumbers(
        shelf_lives=tuple(ShelfLife(row.prefix, row.hours) for row in groups),
        time_critical=frozenset(critical.scalars()),
    )


def known_un_numbers(session: Session, named: Collection[str], at: datetime) -> frozenset[str]:
    """Those of the UN numbers that exist."""
    if not named:
        return frozenset()
    statement = select(func.array_agg(un_numbers.c.number)).where(
        un_numbers.c.number.in_(sorted(named)), as_of(un_numbers, at)
    )
    return frozenset(session.execute(statement).scalar() or ())


def simulated_customs(session: Session, at: datetime) -> Habits | None:
    """How customs is played; None at a real gate, and when it is switched off."""
    if not is_demonstration(session.connection()):
        return None
    rows = session.execute(select(numbers.c.name, numbers.c.value).where(as_of(numbers, at)))
    habits = Habits.of({row.name: row.value for row in rows})
    return habits if habits.on else None
