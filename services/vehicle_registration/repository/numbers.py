"""The desk's numbers, as law says at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.vehicle_registration.domain.demands import day_of

LONGEST_WINDOW, EXPIRY = "longest_window_hours", "expiry_days"
NUMBER = """\
SELECT value FROM vehicle_registration.numbers
WHERE name = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
"""


def expiry_at(session: Session, at: datetime) -> timedelta:
    """How long a filed crossing may wait to join the queue, as law says at that time."""
    return timedelta(days=number_at(session, EXPIRY, at))


def number_at(session: Session, name: str, at: datetime) -> int:
    """One of the desk's numbers, as law says at that time."""
    day = day_of(at)
    return int(session.connection().exec_driver_sql(NUMBER, (name, day, day)).scalar_one())


def longest_window(session: Session, at: datetime) -> int | None:
    """How many hours a truck's window may have, as law says at that time; None where it says nothing."""
    day = day_of(at)
    asked = (LONGEST_WINDOW, day, day)
    found: int | None = session.connection().exec_driver_sql(NUMBER, asked).scalar()
    return found
