"""What one installation is: a demonstration or not, and the pace of a demonstration's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from bordergate.clock import Clock, Pace, RealClock, ScaledClock, pace_at
from bordergate.errors import Conflict, Invalid

SLOWEST, FASTEST = 0.1, 240.0


class NotADemonstration(Conflict):
    """Only a demonstration's clock can be set, and only a demonstration be driven by a simulated day."""

    code = "installation.not_a_demonstration"


class BadPace(Invalid):
    """A speed outside what the gate can follow."""

    code = "installation.bad_pace"


def clock_for(kind: str, engine: Engine) -> Clock:
    """The clock the settings ask for; raises NotADemonstration when a real gate's clock is to be scaled."""
    if kind == "real":
        return RealClock()
    with engine.connect() as connection:
        if not is_demonstration(connection):
            raise NotADemonstration
    return ScaledClock(lambda: read_paces(engine))


def is_demonstration(connection: Connection) -> bool:
    """Whether everything in this database is invented."""
    return bool(connection.exec_driver_sql("SELECT demonstration FROM bordergate.installation").scalar())


def mark_demonstration(connection: Connection) -> None:
    """From now on this database is a demonstration; needs the owner."""
    connection.exec_driver_sql("UPDATE bordergate.installation SET demonstration = true")


def read_paces(engine: Engine) -> Sequence[Pace]:
    """The paces that are in force or will be."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT speed, real_at, domain_at FROM bordergate.paces ORDER BY real_at DESC LIMIT 8"
        )
        return [Pace(row.speed, row.real_at, row.domain_at) for row in rows]


def set_pace(connection: Connection, speed: float, domain_at: datetime | None = None) -> Pace:
    """Let the demonstration's clock run at another speed, three seconds ahead so that all switch at one instant.

    `domain_at` moves the clock besides, for the start of a simulated day; without it time is continuous.
    Raises BadPace and NotADemonstration.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise BadPace(field="$.speed", slowest=SLOWEST, fastest=FASTEST)
    if not is_demonstration(connection):
        raise NotADemonstration
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('bordergate.paces'))")
    rows = connection.exec_driver_sql("SELECT speed, real_at, domain_at FROM bordergate.paces").all()
    known = [Pace(row.speed, row.real_at, row.domain_at) for row in rows]
    real_at = max([datetime.now(UTC) + ScaledClock.LEAD, *(pace.real_at for pace in known)])
    before = pace_at(known, real_at)
    pace = Pace(speed, real_at, domain_at or (before.at(real_at) if before else real_at))
    connection.exec_driver_sql("SELECT bordergate.add_pace(%s, %s, %s)", (pace.speed, pace.real_at, pace.domain_at))
    return pace
