"""A carrier's trucks and drivers: made known, corrected, forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.errors import Refusal, Stale
from bordergate.ids import new_id
from services.vehicle_registration import repository
from services.vehicle_registration.commands.consents import forget_consents
from services.vehicle_registration.commands.filing import assess, assess_changed
from services.vehicle_registration.commands.history import tell_amended
from services.vehicle_registration.commands.papers import reseal_papers, withdraw
from services.vehicle_registration.commands.uploads import reseal_names
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Crossing, filed_anew
from services.vehicle_registration.domain.fleet import (
    Driver,
    Papers,
    Person,
    Vehicle,
    VehicleType,
    faults_of,
    plate_of,
    refuse_all,
    sharers,
)
from services.vehicle_registration.domain.history import Act
from services.vehicle_registration.domain.plan import Plan, Truck
from services.vehicle_registration.repository.plates import problems_of
from services.vehicle_registration.repository.trailers import hauling, keep_trailer
from services.vehicle_registration.sealing import KeyRing, rotate


@dataclass(frozen=True)
class RegisterVehicles:
    """A carrier makes trucks known, and to whom he lends them for filing; `listed` when he sent a list."""

    carrier: UUID
    vehicles: Sequence[tuple[Papers, tuple[UUID, ...]]]
    listed: bool = False

    def places(self) -> list[str]:
        """Where each truck stands in what was sent."""
        return [f"$.vehicles[{place}]" if self.listed else "$" for place in range(len(self.vehicles))]


@dataclass(frozen=True)
class ChangeVehicle:
    """A truck's papers were wrong or have changed, or it is lent to others."""

    vehicle_id: UUID
    papers: Papers
    shared_with: tuple[UUID, ...]
    expected: int | None = None


@dataclass(frozen=True)
class CorrectVehicle:
    """A part of what a truck's papers say was wrong; `changed` holds the new values."""

    vehicle_id: UUID
    changed: Mapping[str, Any]
    expected: int | None = None


@dataclass(frozen=True)
class RegisterDriver:
    """A carrier makes a driver known."""

    carrier: UUID
    person: Person
    shared_with: tuple[UUID, ...]


@dataclass(frozen=True)
class ChangeDriver:
    """Who a driver is was wrong or has changed."""

    driver_id: UUID
    person: Person
    shared_with: tuple[UUID, ...]
    expected: int | None = None


@dataclass(frozen=True)
class CorrectDriver:
    """A part of who a driver is was wrong; `changed` holds the new values."""

    driver_id: UUID
    changed: Mapping[str, Any]
    expected: int | None = None


def register_vehicles(command: RegisterVehicles, session: Session) -> list[Vehicle]:
    """Make trucks known; a carrier registers a plate once. All that is wrong with all of them is refused at once."""
    described = [papers for papers, _ in command.vehicles]
    vehicles = trucks_of(command, misissued(described, command.places(), session, session.info["clock"]))
    if command.listed:  # of one truck the table itself says it
        refuse_all(plates_twice(command, session), refusals.PlatesKnown)
    session.add_all(vehicles)
    flush_vehicles(session)
    for vehicle in vehicles:
        if vehicle.vehicle_type is VehicleType.TRAILER:
            keep_trailer(session, vehicle)
    return vehicles


def misissued(papers: Sequence[Papers], places: Sequence[str], session: Session, clock: Clock) -> list[Refusal]:
    """Plates of provinces that issue none today, each at its place."""
    found = problems_of(session, [one.plate for one in papers], clock.now())
    return [
        refusals.NoSuchProvince(wrong._replace(field=f"{place}.plate"))
        for wrong, place in zip(found, places, strict=True)
        if wrong
    ]


def trucks_of(command: RegisterVehicles, unissued: Sequence[Refusal]) -> list[Vehicle]:
    """The trucks of these papers; when one cannot be, all that is wrong with all papers is refused."""
    try:
        trucks = [Vehicle.register(new_id(), command.carrier, *described) for described in command.vehicles]
    except Refusal:
        places = zip(command.vehicles, command.places(), strict=True)
        refuse_all([*(fault for (papers, _), place in places for fault in faults_of(papers, place)), *unissued])
        raise
    refuse_all(unissued)
    return trucks


def plates_twice(command: RegisterVehicles, session: Session) -> list[Refusal]:
    """Plates the carrier has registered before, or names twice."""
    plates = [plate_of(papers) for papers, _ in command.vehicles]
    known = repository.plates_known(session, command.carrier, plates)
    named = set(known)
    found: list[Refusal] = []
    for plate, place in zip(plates, command.places(), strict=True):
        if plate in named:
            found.append(refusals.PlateKnown(field=f"{place}.plate"))
        named.add(plate)
    return found


def change_vehicle(command: ChangeVehicle, session: Session, clock: Clock) -> Vehicle:
    """Correct a truck; its crossings that have not queued are filed anew with it."""
    refuse_all([*faults_of(command.papers, "$"), *misissued([command.papers], ["$"], session, clock)])
    vehicle = repository.vehicle_of(session, command.vehicle_id)
    vehicle.expect(command.expected)
    hauled = hauling(session, vehicle.id)
    vehicle.change(command.papers, command.shared_with)
    flush_vehicles(session)
    repository.share_papers(session, vehicle.id, vehicle.parties)
    keep_trailer(session, vehicle)
    truck = Truck(vehicle.plate, vehicle.vin, vehicle.tractor, vehicle.country, vehicle.vehicle_type)
    waiting = repository.before_queue_of(session, vehicle.id)
    filed = [(crossing, crossing.filing) for crossing in waiting]
    for crossing in waiting:
        crossing.amend(filed_anew(crossing.filing, Plan.of(crossing.filing), truck), truck)
    changed = [(crossing, before) for crossing, before in filed if crossing.filing is not before]
    tell_amended(changed, Act.CORRECT_VEHICLE, session, clock)
    assess_changed([crossing for crossing, _ in changed], session, clock)
    assess_hauled({crossing.id: crossing for crossing in (*hauled, *hauling(session, vehicle.id))}, session, clock)
    return vehicle


def assess_hauled(hauling_it: Mapping[UUID, Crossing], session: Session, clock: Clock) -> None:
    """A trailer bears another plate: the crossings that named it by the one before, or by this one, are judged anew."""
    if hauling_it:
        assess([hauling_it[crossing_id] for crossing_id in sorted(hauling_it)], session, clock.now())


def correct_vehicle(command: CorrectVehicle, session: Session, clock: Clock) -> Vehicle:
    """Correct a part of a truck; the rest stays, and with whom it is shared."""
    vehicle = repository.vehicle_of(session, command.vehicle_id)
    papers = Papers.model_validate({**dict(vehicle.papers()), **command.changed})
    change = ChangeVehicle(vehicle.id, papers, tuple(vehicle.parties), command.expected)
    return change_vehicle(change, session, clock)


def flush_vehicles(session: Session) -> None:
    """Write vehicles; refuses a plate the carrier has registered before."""
    try:
        session.flush()
    except IntegrityError as error:
        raise refusals.PlateKnown(field="$.plate") from error


def register_driver(command: RegisterDriver, ring: KeyRing, session: Session, clock: Clock) -> Driver:
    """Make a driver known; who he is lies sealed."""
    command.person.check()
    identity = new_id()
    driver = Driver(
        id=identity,
        carrier=command.carrier,
        parties=sharers(command.carrier, command.shared_with),
        sealed=ring.seal(command.person, identity),
        key_id=ring.current,
        registered_at=clock.now(),
    )
    session.add(driver)
    return driver


def change_driver(command: ChangeDriver, ring: KeyRing, session: Session) -> Driver:
    """Correct who a driver is."""
    command.person.check()
    driver = repository.driver_of(session, command.driver_id)
    if command.expected not in (None, driver.version):
        raise Stale(expected=command.expected, current=driver.version)
    driver.replace(ring.seal(command.person, driver.id), ring.current, command.shared_with)
    repository.share_papers(session, driver.id, driver.parties)
    return driver


def correct_driver(command: CorrectDriver, ring: KeyRing, session: Session) -> Driver:
    """Correct a part of who a driver is; the rest stays, and with whom he is shared."""
    driver = repository.driver_of(session, command.driver_id)
    person = Person.model_validate({**dict(ring.open(driver)), **command.changed})
    return change_driver(ChangeDriver(driver.id, person, tuple(driver.parties), command.expected), ring, session)


def forget_driver(driver_id: UUID, session: Session, clock: Clock) -> list[str]:
    """Erase a driver and his papers, his id then names nobody; returns the scans they had."""
    driver = repository.driver_of(session, driver_id)
    papers = repository.papers_of(session, driver_id)
    for paper in papers:
        withdraw(paper, session, clock)
    forget_consents(driver_id, session, clock)
    session.delete(driver)
    return [paper.scan for paper in papers if paper.scan]


def forget_telephone(driver_id: UUID, session: Session, clock: Clock) -> None:
    """Forget who gave no more than his telephone; one whom his carrier has named since stays."""
    driver = repository.driver_if_known(session, driver_id)
    if driver is not None and driver.only_for is not None:
        forget_driver(driver_id, session, clock)


def reseal_drivers(folder: Path, session: Session, *, new_key: bool, most: int = 500) -> int:
    """Seal persons, their papers and their names in lists under the current key, or a new one; returns how many."""
    repository.alone_with_keys(session)
    ring = rotate(folder) if new_key else KeyRing.read(folder)
    drivers = repository.sealed_otherwise(session, ring.current, most)
    for driver in drivers:
        driver.reseal(ring.seal(ring.open(driver), driver.id), ring.current)
    resealed = len(drivers)
    resealed += reseal_papers(ring, session, most - resealed)
    return resealed + reseal_names(ring, session, most - resealed)
