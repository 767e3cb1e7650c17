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
    must_be_a_plan,
    steps,
)
from services.tracking.ground import shipped_areas, shipped_corridor

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


def know_device(command: KnowDevice, session: Session, clock: Clock) -> None:  # noqa: ARG001 - every command has one shape
    """Remember whom a device speaks for."""
    repository.remember_device(session, vars(command))


def follow_truck(command: FollowTruck, session: Session, clock: Clock) -> None:  # noqa: ARG001 - as above
    """Take positions for a crossing; made ready again, its particulars may have changed."""
    truck = repository.truck_of(session, command.crossing_id)
    if truck is None:
        session.add(Truck(**{**vars(command), "parties": list(command.parties)}))
        return
    truck.reference, truck.route, truck.direction = command.reference, command.route, command.direction
    truck.vehicle_id, truck.parties = command.vehicle_id, list(command.parties)


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
    """Write positions to the feed, and say which trucks entered and left which areas.

    Taken again, the same positions change nothing: none is newer than the latest seen.
    """
    reports = command.reports
    known = repository.whereabouts_of(session, (one.crossing_id for one in reports))
    repository.copy_feed(session, reports)
    ways: Mapping[UUID, list[tuple[Position, Places]]] = defaultdict(list)
    for report, places in zip(reports, areas.around([one.position for one in reports]), strict=True):
        ways[report.crossing_id].append((report.position, places))
    moved = {crossing: steps(here.inside, here.seen_at, ways[crossing]) for crossing, here in known.items()}
    for truck in repository.trucks_of(session, (crossing for crossing, found in moved.items() if found)):
        for step in moved[truck.crossing_id]:
            truck.move(step.at, step.places)
    repository.remember_latest(session, [one for one in reports if one.crossing_id in known])


def lay_ground(session: Session, clock: Clock) -> None:
    """Bring in the shipped corridor, and the shipped areas as long as nobody has replaced them."""
    repository.replace_corridor(session, shipped_corridor())
    if repository.plan_is_ours(session):
        plan = ReplaceAreas(shipped_areas().areas(), illustrative=True)
        if plan.areas != repository.areas_in_force(session):
            replace_areas(plan, session, clock)


def replace_areas(command: ReplaceAreas, session: Session, clock: Clock) -> int:
    """Put another plan in force; returns its version. Raises Stale, and what is wrong with an area."""
    must_be_a_plan(command.areas)
    version = repository.hold_plan(session)
    if command.expected is not None and command.expected != version:
        raise Stale(expected=command.expected, current=version)
    repository.replace_areas(session, command.areas, version + 1, clock.now(), illustrative=command.illustrative)
    return version + 1


def keep_feed(session: Session, clock: Clock) -> None:
    """Make the coming days' partitions, and forget what is older than the law allows."""
    now = clock.now()
    for day in repository.days_around(now, DAYS_AHEAD):
        repository.open_day(session, day)
    repository.forget_feed(session, now - KEPT_FOR)
    repository.forget_ended(session, now - ENDED_KEPT_FOR)
