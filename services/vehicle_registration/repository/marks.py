"""What one crossing has alone: its reference, for ever, and its plates, VIN and driver as long as it is active."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from random import SystemRandom
from uuid import UUID

from sqlalchemy import Delete, Table, Text, Uuid, cast, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from bordergate.border import Reference
from bordergate.border.reference import Draw
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.tables import claims, contenders, drawn_references

UNGUESSABLE = SystemRandom()


def draw_references(session: Session, count: int, prefix: str, on: date, random: Draw = UNGUESSABLE) -> list[str]:
    """References nobody ever had; one that clashes is drawn again."""
    new: list[str] = []
    while len(new) < count:
        drawn = [Reference.draw(prefix, on, random).canonical for _ in range(count - len(new))]
        kept = session.execute(
            insert(drawn_references)
            .from_select(["reference"], select(func.unnest(cast(drawn, ARRAY(Text)))))
            .on_conflict_do_nothing()
            .returning(drawn_references.c.reference)
        )
        new += kept.scalars()
    return new


def claim(session: Session, filed: Iterable[Crossing]) -> dict[UUID, frozenset[str]]:
    """Let each crossing take its marks; returns those another active crossing bears, for which it then waits.

    A mark that is taken is locked until the commit, so that its bearer's end finds who waits for it.
    """
    wanted: dict[str, UUID] = {}
    filed = list(filed)
    for crossing in filed:
        for mark in crossing.marks:
            wanted.setdefault(mark, crossing.id)
    with session.no_autoflush:
        bearers = _claim(session, wanted)
    taken = {
        crossing.id: frozenset(mark for mark in crossing.marks if bearers[mark] != crossing.id) for crossing in filed
    }
    waiting = [{"mark": mark, "crossing_id": identity} for identity, marks in taken.items() for mark in sorted(marks)]
    if waiting:
        with session.no_autoflush:
            session.execute(insert(contenders).on_conflict_do_nothing(), waiting)
    return taken


def _claim(session: Session, wanted: Mapping[str, UUID]) -> dict[str, UUID]:
    marks = sorted(wanted)
    asked = select(
        func.unnest(cast(marks, ARRAY(Text))), func.unnest(cast([wanted[mark] for mark in marks], ARRAY(Uuid)))
    )
    statement = insert(claims).from_select(["mark", "crossing_id"], asked)
    rows = session.execute(
        statement.on_conflict_do_update(
            index_elements=[claims.c.mark], set_={"mark": statement.excluded.mark}
        ).returning(claims.c.mark, claims.c.crossing_id)
    )
    return {row.mark: row.crossing_id for row in rows}


def give_up(session: Session, crossing_ids: Sequence[UUID], keep: Sequence[str] = ()) -> list[UUID]:
    """Free the marks of crossings that ended or changed, but those to keep; returns who waited for them."""

    def given_up(table: Table) -> Delete:
        return delete(table).where(table.c.crossing_id.in_(crossing_ids), table.c.mark.not_in(keep))

    with session.no_autoflush:
        session.execute(given_up(contenders))
        freed = list(session.execute(given_up(claims).returning(claims.c.mark)).scalars())
        if not freed:
            return []
        waiting = delete(contenders).where(contenders.c.mark.in_(freed)).returning(contenders.c.crossing_id)
        return sorted(set(session.execute(waiting).scalars()))
