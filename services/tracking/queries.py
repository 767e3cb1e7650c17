"""Looks at where trucks are: the areas in force, the trucks on the move, and what the intake must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from bordergate.geo import size_m2
from events.words import Direction
from services.tracking import repository
from services.tracking.domain import Area, overlaps
from services.tracking.ground import AreaPlan
from services.tracking.tables import devices, latest, trucks
from services.tracking.ways import GRID, Way, WayKind, WaysRead


class AreasInForce(AreaPlan):
    """The plan of areas, with the version that an amendment names in If-Match."""

    version: int


class AreaSize(BaseModel):
    """How large an area is on the ground."""

    code: str
    square_metres: int


class AreasChecked(BaseModel):
    """What a plan would change if it were put in the place of `version`; nothing has changed yet."""

    version: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: int
    sizes: list[AreaSize]
    overlaps: list[tuple[str, str]]


class Point(BaseModel):
    """Longitude, latitude."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class TruckParticulars(BaseModel):
    """A truck on the map; `age_seconds` says how old the position is."""

    crossing_id: UUID
    reference: str
    route: str
    direction: Direction
    at: AwareDatetime
    age_seconds: Annotated[float, Field(ge=0)]
    speed_kmh: float | None
    course: float | None
    inside: list[str]


class TruckFeature(BaseModel):
    """One truck's latest position."""

    type: Literal["Feature"] = "Feature"
    properties: TruckParticulars
    geometry: Point


class TrucksOnTheWay(BaseModel):
    """The latest position of each followed truck of a route, as GeoJSON."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[TruckFeature]


class Marks(BaseModel):
    """Trucks as a map draws them, many in one short message.

    A row is [crossing, reference, longitude, latitude, age in seconds, km/h or null]; `most` says that there are more
    trucks than the message holds.
    """

    rows: list[tuple[UUID, str, float, float, int, int | None]]
    most: bool


class WayShown(BaseModel):
    """A line on the map, as steps [x, y, dx, dy, …] on the grid."""

    steps: list[int]
    name: str
    route: str | None = None


class WaysInForce(BaseModel):
    """The lanes and roads every map draws; `grid` is the step in degrees, `version` what a load names in If-Match."""

    version: int
    grid: float
    lanes: list[WayShown]
    roads: list[WayShown]


class WaysChecked(BaseModel):
    """What a file of lanes or roads holds and would replace; nothing has changed yet.

    `no_lines` and `far_away` count the features left out because they are no lines or lie far from the province.
    """

    version: int
    ways: int
    before: int
    metres: int
    named: int
    no_lines: int
    far_away: int


@dataclass(frozen=True)
class Carrying:
    """Whom a device speaks for: its vehicle's active crossing, if there is one, and whether its driver lets it."""

    device_id: UUID
    crossing_id: UUID | None
    consented: bool = True


def areas_now(session: Session) -> AreasInForce:
    """The areas in force."""
    plan = AreaPlan.read(repository.areas_in_force(session))
    return AreasInForce(features=plan.features, version=repository.plan_version(session))


def areas_in_force(session: Session) -> list[Area]:
    """The same areas, to compare another plan with."""
    return repository.areas_in_force(session)


def plan_checked(session: Session, plan: Sequence[Area]) -> AreasChecked:
    """How a sound plan differs from the areas in force."""
    before = {area.code: area for area in repository.areas_in_force(session)}
    after = {area.code: area for area in plan}
    kept = [code for code in after if code in before]
    changed = sorted(code for code in kept if not before[code].is_as(after[code]))
    return AreasChecked(
        version=repository.plan_version(session),
        added=sorted(after.keys() - before.keys()),
        changed=changed,
        removed=sorted(before.keys() - after.keys()),
        unchanged=len(kept) - len(changed),
        sizes=[AreaSize(code=area.code, square_metres=round(size_m2(area.outline))) for area in plan],
        overlaps=overlaps(plan),
    )


def ways_now(session: Session) -> WaysInForce:
    """The lanes and roads in force."""
    lanes, roads = (
        [_shown(way) for way in repository.ways_in_force(session, kind)] for kind in (WayKind.LANE, WayKind.ROAD)
    )
    return WaysInForce(version=repository.ways_version(session), grid=GRID, lanes=lanes, roads=roads)


def _shown(way: Way) -> WayShown:
    return WayShown(steps=list(way.steps), name=way.name, route=way.route)


def ways_checked(session: Session, kind: WayKind, read: WaysRead) -> WaysChecked:
    """What a load would change."""
    return WaysChecked(
        version=repository.ways_version(session),
        ways=len(read.ways),
        before=repository.how_many_ways(session, kind),
        metres=read.metres,
        named=sum(1 for way in read.ways if way.name),
        no_lines=read.no_lines,
        far_away=read.far_away,
    )


def trucks_on_the_way(session: Session, routes: frozenset[str] | None, now: datetime, most: int) -> TrucksOnTheWay:
    """The latest positions, newest first; None for all routes."""
    rows = _newest(session, routes, most)
    return TrucksOnTheWay(
        features=[
            TruckFeature(
                properties=TruckParticulars(
                    crossing_id=row.crossing_id,
                    reference=row.reference,
                    route=row.route,
                    direction=row.direction,
                    at=row.at,
                    age_seconds=max(0.0, (now - row.at).total_seconds()),
                    speed_kmh=row.speed_kmh,
                    course=row.course,
                    inside=sorted(row.inside),
                ),
                geometry=Point(coordinates=(row.lon, row.lat)),
            )
            for row in rows
        ]
    )


def marks_on_the_map(session: Session, routes: frozenset[str] | None, now: datetime, most: int) -> Marks:
    """The same trucks, as short as a map needs them; places to about a metre."""
    rows = _newest(session, routes, most + 1)
    return Marks(
        rows=[
            (
                row.crossing_id,
                row.reference,
                round(row.lon, 5),
                round(row.lat, 5),
                max(0, int((now - row.at).total_seconds())),
                None if row.speed_kmh is None else round(row.speed_kmh),
            )
            for row in rows[:most]
        ],
        most=len(rows) > most,
    )


def _newest(session: Session, routes: frozenset[str] | None, most: int) -> Sequence[Row[Any]]:
    told = select(trucks, latest).join_from(trucks, latest, trucks.c.crossing_id == latest.c.crossing_id)
    if routes is not None:
        told = told.where(trucks.c.route.in_(routes))
    return session.execute(told.where(trucks.c.ended_at.is_(None)).order_by(latest.c.at.desc()).limit(most)).all()


def roster(session: Session) -> dict[str, Carrying]:
    """Every enrolled device by the name it calls itself, with its vehicle's crossing that became ready last."""
    active = (
        select(trucks.c.vehicle_id, trucks.c.crossing_id, trucks.c.consented)
        .ext(distinct_on(trucks.c.vehicle_id))
        .where(trucks.c.ended_at.is_(None))
        .order_by(trucks.c.vehicle_id, trucks.c.ready_at.desc())
        .subquery()
    )
    rows = session.execute(
        select(devices.c.hardware_id, devices.c.device_id, active.c.crossing_id, active.c.consented)
        .ext(distinct_on(devices.c.hardware_id))
        .join_from(devices, active, devices.c.vehicle_id == active.c.vehicle_id, isouter=True)
        .where(devices.c.enrolled)
        .order_by(devices.c.hardware_id, devices.c.since.desc())
    )
    return {row.hardware_id: Carrying(row.device_id, row.crossing_id, row.consented is not False) for row in rows}
