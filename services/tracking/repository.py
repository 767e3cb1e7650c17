"""Trucks, devices and areas by identity; the feed by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.errors import UniqueViolation
from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bordergate.reference import as_of
from services.tracking.domain import Area, Corridor, Report, Truck
from services.tracking.tables import areas, corridors, devices, latest, numbers, plans, trucks, way_plans, ways
from services.tracking.tables import consents as consented
from services.tracking.ways import Way, WayKind

FEED = ("device_id", "at", "crossing_id", "lon", "lat", "speed_kmh", "course", "altitude_m", "accuracy_m", "received")
HERE = ("crossing_id", "inside", "ended_at", "consented", "route", "near")
KINDS = ("uuid", "timestamptz", "uuid", "float8", "float8", "float4", "float4", "float4", "float4", "timestamptz")


@dataclass(frozen=True)
class Whereabouts:
    """Where a truck was known to be: the areas by code, whether near its route's gate, and when."""

    inside: dict[str, str]
    seen_at: datetime | None
    route: str = ""
    near: bool = False


def truck_of(session: Session, crossing_id: UUID) -> Truck | None:
    """The truck of a crossing, to be changed; None when tracking never heard of it."""
    return session.get(Truck, crossing_id, with_for_update=True)


def trucks_of(session: Session, crossings: Iterable[UUID]) -> list[Truck]:
    """Several trucks at once, to be changed."""
    return list(session.scalars(select(Truck).where(trucks.c.crossing_id.in_(list(crossings)))))


def remember_device(session: Session, values: dict[str, Any]) -> None:
    """A device's present state for a vehicle; an older statement changes nothing."""
    statement = upsert(devices).values(**values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["device_id", "vehicle_id"],
            set_={name: statement.excluded[name] for name in ("hardware_id", "enrolled", "since")},
            where=devices.c.since <= statement.excluded.since,
        )
    )


def whereabouts_of(session: Session, crossings: Iterable[UUID]) -> tuple[dict[UUID, Whereabouts], set[UUID]]:
    """Where the trucks of active crossings are, and which of the crossings have a driver who lets none be taken.

    Held against other writers, in one order, until the commit.
    """
    rows = session.execute(
        select(*(trucks.c[name] for name in HERE), latest.c.at)
        .join_from(trucks, latest, trucks.c.crossing_id == latest.c.crossing_id, isouter=True)
        .where(trucks.c.crossing_id.in_(set(crossings)))
        .order_by(trucks.c.crossing_id)
        .with_for_update(of=trucks)
    ).all()
    refused = {row.crossing_id for row in rows if not row.consented}
    followed = [row for row in rows if row.consented and row.ended_at is None]
    return {row.crossing_id: Whereabouts(row.inside, row.at, row.route, row.near) for row in followed}, refused


def lets_be_followed(session: Session, driver_id: UUID | None) -> bool:
    """Whether a driver lets his truck be followed, which nobody changes until the commit; a driver nobody named does.

    Without a lock of its own the news of a consent and of a crossing could each miss the other.
    """
    if driver_id is None:
        return True
    alone_with(session, driver_id)
    return session.scalar(select(consented.c.driver_id).where(consented.c.driver_id == driver_id)) is not None


def alone_with(session: Session, driver_id: UUID) -> None:
    """Nobody else hears what a driver consents to until the commit."""
    key = func.hashtextextended(f"tracking:{driver_id}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def keep_consent(session: Session, driver_id: UUID) -> None:
    """A driver lets his truck be followed."""
    alone_with(session, driver_id)
    session.execute(upsert(consented).values(driver_id=driver_id).on_conflict_do_nothing())


def drop_consent(session: Session, driver_id: UUID) -> None:
    """A driver no longer lets his truck be followed."""
    alone_with(session, driver_id)
    session.execute(delete(consented).where(consented.c.driver_id == driver_id))


def driven_by(session: Session, driver_id: UUID) -> list[Truck]:
    """The trucks that a driver drives or drove, to be changed."""
    own = select(Truck).where(trucks.c.driver_id == driver_id).order_by(trucks.c.crossing_id)
    return list(session.scalars(own.with_for_update()))


def forget_way(session: Session, truck: Truck) -> None:
    """Forget where a truck is and was on its crossing."""
    forget_latest(session, truck.crossing_id)
    session.connection().exec_driver_sql(
        "DELETE FROM tracking.positions WHERE crossing_id = %s AND device_id IN"
        " (SELECT device_id FROM tracking.devices WHERE vehicle_id = %s)",
        (truck.crossing_id, truck.vehicle_id),
    )


def near_km(session: Session, at: datetime) -> int:
    """Within how many kilometres of its gate a truck counts as near on the day of an instant; 0: none does."""
    value = session.scalar(select(numbers.c.value).where(numbers.c.name == "near_km", as_of(numbers, at)))
    return int(value or 0)


def open_day(session: Session, day: date) -> None:
    """Make the feed's partition of one UTC day, if it is not there."""
    session.execute(select(func.tracking.open_day(day)))


def forget_feed(session: Session, before: datetime) -> None:
    """Forget every position older than this: whole days with their partition, the rest row by row."""
    session.execute(select(func.tracking.close_days(before)))
    session.connection().exec_driver_sql("DELETE FROM tracking.positions WHERE at < %s", (before,))


def copy_feed(session: Session, reports: Sequence[Report]) -> None:
    """Write positions by COPY; only when one of them is there already, by the slower way that skips it."""
    rows = list({(one.device_id, one.position.at): _row(one) for one in reports}.values())
    cursor = session.connection().connection.cursor()
    try:
        cursor.execute("SAVEPOINT feed")
        try:
            _copy(cursor, rows)
        except UniqueViolation:
            cursor.execute("ROLLBACK TO SAVEPOINT feed")
            _insert_feed(cursor, rows)
        cursor.execute("RELEASE SAVEPOINT feed")
    except psycopg.Error as error:
        raise DBAPIError.instance("COPY", None, error, psycopg.Error) from error
    finally:
        cursor.close()


def _copy(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:  # noqa: ANN401 - the driver's cursor
    with cursor.copy(f"COPY tracking.positions ({', '.join(FEED)}) FROM STDIN") as copy:
        copy.set_types(KINDS)
        for row in rows:
            copy.write_row(row)


def _insert_feed(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:  # noqa: ANN401 - the driver's cursor
    arrays = ", ".join(f"%s::{kind}[]" for kind in KINDS)
    cursor.execute(
        f"INSERT INTO tracking.positions ({', '.join(FEED)}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _row(report: Report) -> tuple[Any, ...]:
    at = report.position
    measured = (at.lon, at.lat, at.speed_kmh, at.course, at.altitude_m, at.accuracy_m)
    return (report.device_id, at.at, report.crossing_id, *measured, report.received)


def remember_latest(session: Session, reports: Iterable[Report]) -> None:
    """Each crossing's newest position; an older one changes nothing."""
    newest: dict[UUID, Report] = {}
    for report in sorted(reports, key=lambda one: one.position.at):
        newest[report.crossing_id] = report
    rows = [
        (crossing, one.at, one.lon, one.lat, one.speed_kmh, one.course)
        for crossing, one in sorted((crossing, report.position) for crossing, report in newest.items())
    ]
    if not rows:
        return
    session.connection().exec_driver_sql(
        "INSERT INTO tracking.latest AS known (crossing_id, at, lon, lat, speed_kmh, course) SELECT * FROM"
        " unnest(%s::uuid[], %s::timestamptz[], %s::float8[], %s::float8[], %s::float4[], %s::float4[])"
        " ON CONFLICT (crossing_id) DO UPDATE SET at = excluded.at, lon = excluded.lon, lat = excluded.lat,"
        " speed_kmh = excluded.speed_kmh, course = excluded.course WHERE known.at < excluded.at",
        tuple(list(column) for column in zip(*rows, strict=True)),
    )


def forget_latest(session: Session, crossing_id: UUID) -> None:
    """A crossing that has ended is nowhere any more."""
    session.execute(delete(latest).where(latest.c.crossing_id == crossing_id))


def forget_ended(session: Session, before: datetime) -> None:
    """Trucks whose crossing ended long ago."""
    session.execute(delete(trucks).where(trucks.c.ended_at < before))


def plan_version(session: Session) -> int:
    """The version of the areas in force; 0 before there are any."""
    return session.scalar(select(func.max(plans.c.version))) or 0


def hold_plan(session: Session) -> int:
    """The version of the areas in force, which nobody else changes until the commit."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("tracking.plans"))))
    return plan_version(session)


def plan_is_ours(session: Session) -> bool:
    """Whether the areas in force are only the shipped, illustrative ones, or none at all."""
    return session.scalar(select(func.bool_and(plans.c.illustrative))) is not False


def areas_in_force(session: Session) -> list[Area]:
    """All areas, by code."""
    rows = session.execute(select(areas).order_by(areas.c.code))
    return [Area(row.code, row.kind, row.route, row.outline) for row in rows]


def replace_areas(session: Session, plan: Sequence[Area], version: int, since: datetime, *, illustrative: bool) -> None:
    """Put a new plan of areas in the place of the old one."""
    session.execute(insert(plans).values(version=version, since=since, illustrative=illustrative))
    session.execute(delete(areas))
    rows = [{"code": one.code, "kind": one.kind, "route": one.route, "outline": one.outline} for one in plan]
    if rows:
        session.execute(insert(areas), rows)


def ways_version(session: Session) -> int:
    """The version of the lanes and roads in force; 0 before there are any."""
    return session.scalar(select(func.max(way_plans.c.version))) or 0


def hold_ways(session: Session) -> int:
    """The version of the lanes and roads, which nobody else changes until the commit."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("tracking.way_plans"))))
    return ways_version(session)


def ways_are_ours(session: Session, kind: WayKind) -> bool:
    """Whether those in force are only the shipped, illustrative ones, or none at all."""
    return session.scalar(select(func.bool_and(way_plans.c.illustrative)).where(way_plans.c.kind == kind)) is not False


def ways_in_force(session: Session, kind: WayKind) -> list[Way]:
    """Lanes, or roads, in the order of their file."""
    rows = session.execute(select(ways).where(ways.c.kind == kind).order_by(ways.c.place))
    return [Way(row.kind, tuple(row.steps), row.name, row.route) for row in rows]


def how_many_ways(session: Session, kind: WayKind) -> int:
    """How many lanes, or roads, the last load of them brought."""
    loaded = select(way_plans.c.ways).where(way_plans.c.kind == kind)
    return session.scalar(loaded.order_by(way_plans.c.version.desc()).limit(1)) or 0


def replace_ways(
    session: Session, kind: WayKind, lines: Sequence[Way], version: int, since: datetime, *, illustrative: bool
) -> None:
    """Put other lanes, or other roads, in the place of the old ones."""
    told = {"version": version, "kind": kind, "ways": len(lines), "since": since, "illustrative": illustrative}
    session.execute(insert(way_plans).values(told))
    session.execute(delete(ways).where(ways.c.kind == kind))
    rows = [
        {"kind": kind, "place": place, "name": way.name, "route": way.route, "steps": list(way.steps)}
        for place, way in enumerate(lines)
    ]
    if rows:
        session.execute(insert(ways), rows)


def corridor_at(session: Session, at: datetime) -> Corridor:
    """The corridor as the law has it on that day."""
    return Corridor(list(session.scalars(select(corridors.c.outline).where(as_of(corridors, at)))))


def replace_corridor(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Bring the shipped corridor's rows in."""
    for row in rows:
        statement = upsert(corridors).values(**row)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["code", "valid_from"],
                set_={name: statement.excluded[name] for name in row.keys() - {"code", "valid_from"}},
            )
        )


def days_around(at: datetime, ahead: int) -> list[date]:
    """The UTC days for which positions may come now and soon."""
    first = (at - timedelta(days=1)).date()
    return [first + timedelta(days=days) for days in range(ahead + 2)]
