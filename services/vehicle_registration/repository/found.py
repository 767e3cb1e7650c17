"""Crossings by a part of any number on them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

BEARING = "SELECT * FROM vehicle_registration.crossings_bearing(%s, %s::text[], %s::uuid, %s)"
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "%_\\"})
"""What means something else in a pattern."""


def crossings_bearing(
    session: Session, part: str, routes: Collection[str] | None = None, before: UUID | None = None, most: int = 1000
) -> list[UUID]:
    """The ids of filed crossings that bear a part of a number, the newest first; whether they are seen, rows say."""
    asked = (f"%{part.translate(SIGNS)}%", None if routes is None else list(routes), before, most)
    return list(session.connection().exec_driver_sql(BEARING, asked).scalars())
