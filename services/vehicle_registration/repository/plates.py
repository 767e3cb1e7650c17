"""The rows of the provinces that issue plates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.errors import Wrong
from services.vehicle_registration.domain.demands import day_of
from services.vehicle_registration.domain.plates import PlateCode, code_of, province_problem, province_told
from services.vehicle_registration.tables import plate_provinces as table


def codes_of(session: Session, plates: Iterable[str]) -> list[PlateCode]:
    """All that the law has ever said of the provinces of these plates."""
    named = {code for plate in plates if (code := code_of(plate))}
    if not named:
        return []
    rows = session.execute(
        select(table.c.code, table.c.valid_from, table.c.valid_to, table.c.province).where(table.c.code.in_(named))
    )
    return [PlateCode(row.code, row.valid_from, row.valid_to, row.province) for row in rows]


def problems_of(session: Session, plates: Iterable[str | None], now: datetime) -> list[Wrong | None]:
    """What is wrong today with the province of each of these plates, whose place is not said; with none nothing is."""
    named = [plate or "" for plate in plates]
    rows, today = codes_of(session, named), day_of(now)
    problems = [(province_problem(plate, rows, today), plate) for plate in named]
    return [Wrong(None, code, province_told(plate, rows)) if code else None for code, plate in problems]
