"""What can be asked of tracking: know a device or a truck, take positions, replace the areas, forget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.errors import Stale
from events.words import Direction
from services.tracking import repository
from services.tracking.domain import (
    KEPT_FOR,
    Area,
    Areas,
    Places,
    Position,
    Report,
    Truck,
    is_near,
    must_be_a_plan,
    steps,
)
from services.tracking.ground import shipped_areas, shipped_corridor
from services.tracking.repository import Whereabouts
from services.tracking.ways import Way, WayKind, shipped_lanes

DAYS_AHEAD = 2
ENDED_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class KnowDevice:
    """A device reports for a vehicle, or no longer does."""

    device_id: UUID
    vehicle_id: UUID
    hardware_id: str
    enrolled: bool
    since: datetime


@dataclass(frozen=True)
class FollowTruck:
    """A crossing is ready: from now on its vehicle's positions count."""

    crossing_id: UUID
    reference: str
    vehicle_id: UUID
    route: str
    direction: Direction
    parties: tuple[UUID, ...]
    ready_at: datetime
    driver_id: UUID | None = None


@dataclass(frozen=True)
class TakePositions:
    """What one poll of the feed gave."""

    reports: Sequence[Report]


@dataclass(frozen=True)
class ReplaceAreas:
    """A new plan of waiting areas, gates and yards, in the place of the version the caller has seen."""

    areas: Sequence[Area]
    expected: int | None = None
    illustrative: bool = False


@dataclass(frozen=True)
class ReplaceWays:
    """Other lanes, or other roads, in the place of those of the version the caller has seen."""

    kind: WayKind
    ways: Sequence[Way]
    expected: int | None = None
    illustrative: bool = False


def know_device(command: KnowDevice, session: Session, clock: Clock) -> None:  # noqa: ARG001 - every command has one shape
    """Remember whom a device speaks for."""
    repository.remember_device(session, vars(command))


def follow_truck(command: FollowTruck, session: Session, clock: Clock) -> None:  # noqa: ARG001 - as above
    """Take positions for a crossing; made ready again, its particulars may have changed."""
    consented = repository.lets_be_followed(session, command.driver_id)
    truck = repository.truck_of(session, command.crossing_id)
    if truck is None:
        session.add(Truck(**{**vars(command), "parties": list(command.parties), "consented": consented}))
        return
    truck.reference, truck.route, truck.direction = command.reference, command.route, command.direction
    truck.parties = list(command.parties)
    if truck.vehicle_id != command.vehicle_id:
        repository.forget_way(session, truck)  # under the vehicle that made it
        truck.haul(command.vehicle_id)
    drive(truck, command.driver_id, session, consented=consented)


def change_driver(crossing_id: UUID, driver_id: UUID | None, session: Session) -> None:
    """Another is to drive a truck that is followed: what the one before consented to is not his."""
    consented = repository.lets_be_followed(session, driver_id)
    truck = repository.truck_of(session, crossing_id)
    if truck is not None:
        drive(truck, driver_id, session, consented=consented)


def drive(truck: Truck, driver_id: UUID | None, session: Session, *, consented: bool) -> None:
    """Somebody drives a truck; one who does not let it be followed leaves no place behind at which it was."""
    truck.drive(driver_id, consented=consented)
    if not consented:
        repository.forget_way(session, truck)


def heed_consent(driver_id: UUID, session: Session) -> None:
    """A driver lets his truck be followed."""
    repository.keep_consent(session, driver_id)
    for truck in repository.driven_by(session, driver_id):
        truck.drive(driver_id, consented=True)


def heed_withdrawal(driver_id: UUID, session: Session) -> None:
    """A driver no longer lets his truck be followed: nothing more is taken, and what was taken is forgotten."""
    repository.drop_consent(session, driver_id)
    for truck in repository.driven_by(session, driver_id):
        drive(truck, driver_id, session, consented=False)


def stop_following(crossing_id: UUID, ended_at: datetime, session: Session) -> None:
    """The crossing has ended, in whichever way: its positions are nobody's business any more."""
    truck = repository.truck_of(session, crossing_id)
    if truck is not None and truck.ended_at is None:
        truck.end(ended_at)
        repository.forget_latest(session, crossing_id)


def follow_again(crossing_id: UUID, session: Session) -> None:
    """The crossing has not ended after all: its positions count again."""
    truck = repository.truck_of(session, crossing_id)
    if truck is not None and truck.ended_at is not None:
        truck.resume()


def take_positions(command: TakePositions, session: Session, areas: Areas) -> None:
    """Write positions to the feed, and say which trucks entered and left which areas, came near or went away.

    Taken again, the same positions change nothing: none is newer than the latest seen.
    """
    known, refused = repository.whereabouts_of(session, (one.crossing_id for one in command.reports))
    reports = [one for one in command.reports if one.crossing_id not in refused]
    repository.copy_feed(session, reports)
    ways: Mapping[UUID, list[tuple[Position, Places]]] = defaultdict(list)
    for report, places in zip(reports, areas.around([one.position for one in reports]), strict=True):
        ways[report.crossing_id].append((report.position, places))
    moved = {crossing: steps(here.inside, here.seen_at, ways[crossing]) for crossing, here in known.items()}
    within_km = repository.near_km(session, max(one.received for one in reports)) if reports else 0
    turned = _turned(known, ways, areas, within_km)
    routes = areas.routes
    for truck in repository.trucks_of(
        session, (crossing for crossing in known if moved[crossing] or crossing in turned)
    ):
        for step in moved[truck.crossing_id]:
            truck.move(step.at, step.places, routes)
        if (at := turned.get(truck.crossing_id)) is not None:
            truck.go_away(at) if truck.near else truck.approach(at, within_km)
    repository.remember_latest(session, [one for one in reports if one.crossing_id in known])


def _turned(
    known: Mapping[UUID, Whereabouts], ways: Mapping[UUID, list[tuple[Position, Places]]], areas: Areas, within_km: int
) -> dict[UUID, datetime]:
    """The trucks that came near their gate or went away from it, and when, by the newest position of each."""
    newest = {crossing: max((one for one, _ in ways[crossing]), key=lambda one: one.at) for crossing in known}
    by_route: dict[str, list[UUID]] = defaultdict(list)
    for crossing, here in known.items():
        if here.seen_at is None or here.seen_at < newest[crossing].at:
            by_route[here.route].append(crossing)
    return {
        crossing: newest[crossing].at
        for route, trucks in by_route.items()
        for crossing, km in zip(trucks, areas.km_to_gate(route, [newest[one] for one in trucks]), strict=True)
        if is_near(km, within_km, was_near=known[crossing].near) is not known[crossing].near
    }


def lay_ground(session: Session, clock: Clock) -> None:
    """Bring in the shipped corridor, and the shipped areas and lanes as long as nobody has replaced them."""
    repository.replace_corridor(session, shipped_corridor())
    if repository.plan_is_ours(session):
        plan = ReplaceAreas(shipped_areas().areas(), illustrative=True)
        if plan.areas != repository.areas_in_force(session):
            replace_areas(plan, session, clock)
    lanes = shipped_lanes(repository.corridor_at(session, clock.now()).ground)
    if repository.ways_are_ours(session, WayKind.LANE) and lanes != repository.ways_in_force(session, WayKind.LANE):
        replace_ways(ReplaceWays(WayKind.LANE, lanes, illustrative=True), session, clock)


def replace_areas(command: ReplaceAreas, session: Session, clock: Clock) -> int:
    """Put another plan in force; returns its version. Raises Stale, and what is wrong with an area."""
    must_be_a_plan(command.areas)
    version = repository.hold_plan(session)
    if command.expected is not None and command.expected != version:
        raise Stale(expected=command.expected, current=version)
    repository.replace_areas(session, command.areas, version + 1, clock.now(), illustrative=command.illustrative)
    return version + 1


def replace_ways(command: ReplaceWays, session: Session, clock: Clock) -> int:
    """Let maps draw other lanes, or other roads; returns the version. Raises Stale."""
    version = repository.hold_ways(session)
    if command.expected is not None and command.expected != version:
        raise Stale(expected=command.expected, current=version)
    repository.replace_ways(
        session, command.kind, command.ways, version + 1, clock.now(), illustrative=command.illustrative
    )
    return version + 1


def keep_feed(session: Session, clock: Clock) -> None:
    """Make the coming days' partitions, and forget what is older than the law allows."""
    now = clock.now()
    for day in repository.days_around(now, DAYS_AHEAD):
        repository.open_day(session, day)
    repository.forget_feed(session, now - KEPT_FOR)
    repository.forget_ended(session, now - ENDED_KEPT_FOR)
