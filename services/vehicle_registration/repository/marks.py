"""What one crossing has alone: its reference, for ever, and its plates, VIN and driver as long as it is active."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Delete, Table, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.border import Reference
from bordergate.border.reference import Draw
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.tables import claims, contenders


class Unguessable:
    """Chance that nobody may guess: of signs whose number divides 256, all are as likely."""

    def __init__(self) -> None:
        self._bytes = iter(b"")

    def choice(self, seq: Sequence[str], /) -> str:
        """Any one of the signs, for one byte of the system's own chance."""
        byte = next(self._bytes, None)
        if byte is None:
            self._bytes = iter(os.urandom(AT_ONCE))
            byte = next(self._bytes)
        return seq[byte % len(seq)]


AT_ONCE = 256
"""So many bytes of chance are asked of the system in one call."""
DRAWN = """\
INSERT INTO vehicle_registration.drawn_references (reference) SELECT unnest(%b::text[])
ON CONFLICT DO NOTHING RETURNING reference
"""
CLAIMED = """\
INSERT INTO vehicle_registration.claims (mark, crossing_id) SELECT * FROM unnest(%b::text[], %b::uuid[])
ON CONFLICT (mark) DO UPDATE SET mark = excluded.mark RETURNING mark, crossing_id
"""


def draw_references(session: Session, count: int, prefix: str, on: date, random: Draw | None = None) -> list[str]:
    """References nobody ever had; one that clashes is drawn again."""
    chance, new = random or Unguessable(), list[str]()
    while len(new) < count:
        drawn = [Reference.draw(prefix, on, chance).canonical for _ in range(count - len(new))]
        new += session.connection().exec_driver_sql(DRAWN, (drawn,)).scalars().all()
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
    rows = session.connection().exec_driver_sql(CLAIMED, (marks, [wanted[mark] for mark in marks])).all()
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
