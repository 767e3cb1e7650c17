"""What can be asked of the registration desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bordergate.clock import HANOI, Clock
from bordergate.errors import Stale
from bordergate.ids import new_id
from bordergate.timers import start_timer
from services.vehicle_registration import repository
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import (
    Assessment,
    Crossing,
    Plan,
    Registration,
    Stage,
    Step,
    Truck,
    filed_anew,
)
from services.vehicle_registration.domain.deadlines import AssessAgain, Expiry
from services.vehicle_registration.domain.fleet import Driver, Papers, Person, Vehicle, sharers
from services.vehicle_registration.repository import Desk
from services.vehicle_registration.sealing import KeyRing, rotate

WINDOW = frozenset({"window_from", "window_to"})


@dataclass(frozen=True)
class FileRegistration:
    """A trader, agent or carrier files one or many crossings, and submits them at once if he wishes."""

    trader: UUID
    carrier: UUID
    agent: UUID | None
    filed_by: UUID
    plans: Sequence[Plan]
    submit: bool
    prefix: str


@dataclass(frozen=True)
class Filed:
    """A registration with its crossings."""

    registration: Registration
    crossings: list[Crossing]


@dataclass(frozen=True)
class SubmitRegistration:
    """All crossings of a registration that are still drafts are filed."""

    registration_id: UUID


@dataclass(frozen=True)
class SubmitCrossing:
    """One draft is filed."""

    crossing_id: UUID
    expected: int | None = None


@dataclass(frozen=True)
class AmendCrossing:
    """What was planned changes; `changed` holds the new values of a plan's fields."""

    crossing_id: UUID
    changed: Mapping[str, Any]
    expected: int | None = None


@dataclass(frozen=True)
class CancelCrossing:
    """A crossing is given up before it queues."""

    crossing_id: UUID
    reason: str
    expected: int | None = None


@dataclass(frozen=True)
class HearCustoms:
    """Customs has said what a crossing's declarations mean."""

    crossing_id: UUID
    assessment: Assessment
    numbers: tuple[str, ...] | None


@dataclass(frozen=True)
class Follow:
    """The queue or the gate has moved the truck on."""

    crossing_id: UUID
    step: Step


@dataclass(frozen=True)
class Withdraw:
    """The queue says that a truck's place was given up."""

    crossing_id: UUID
    reason: str


@dataclass(frozen=True)
class RegisterVehicles:
    """A carrier makes trucks known, and to whom he lends them for filing."""

    carrier: UUID
    vehicles: Sequence[tuple[Papers, tuple[UUID, ...]]]


@dataclass(frozen=True)
class ChangeVehicle:
    """A truck's papers were wrong or have changed, or it is lent to others."""

    vehicle_id: UUID
    papers: Papers
    shared_with: tuple[UUID, ...]
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


def file_registration(command: FileRegistration, session: Session, clock: Clock) -> Filed:
    """Write a registration and its crossings down, each under a reference of its own."""
    now = clock.now()
    desk = repository.desk_of(session, command.carrier, command.plans)
    trucks = [checked(plan, desk, f"$.crossings[{place}]", now) for place, plan in enumerate(command.plans)]
    parties = [command.trader, command.carrier, command.agent, command.filed_by]
    registration = Registration(
        id=new_id(),
        trader=command.trader,
        carrier=command.carrier,
        agent=command.agent,
        filed_by=command.filed_by,
        filed_at=now,
        parties=list(dict.fromkeys(party for party in parties if party)),
    )
    session.add(registration)
    session.flush()
    day = now.astimezone(HANOI).date()
    references = repository.draw_references(session, len(command.plans), command.prefix, day)
    filed = [
        drafted(registration, reference, plan, truck)
        for reference, plan, truck in zip(references, command.plans, trucks, strict=True)
    ]
    if command.submit:
        submit(filed, session, now)
    session.add_all(filed)
    return Filed(registration, filed)


def drafted(registration: Registration, reference: str, plan: Plan, truck: Truck) -> Crossing:
    """A new crossing of a registration."""
    identity = new_id()
    return Crossing.draft(identity, registration.filing(identity, reference, plan, truck), truck)


def checked(plan: Plan, desk: Desk, at: str, now: datetime | None) -> Truck:
    """The truck a plan names; refuses a plan that contradicts itself or names what it may not, `at` says where.

    `now` is None when the plan's window was accepted before and has not been changed.
    """
    plan.check(at)
    if now is not None:
        plan.must_lie_ahead(now, at)
    truck = desk.trucks.get(plan.vehicle_id)
    if truck is None:
        raise refusals.VehicleNotAvailable(field=f"{at}.vehicle_id")
    if plan.driver_id and plan.driver_id not in desk.drivers:
        raise refusals.DriverNotAvailable(field=f"{at}.driver_id")
    return truck


def submit_registration(command: SubmitRegistration, session: Session, clock: Clock) -> Filed:
    """File what is still a draft."""
    registration = repository.registration_of(session, command.registration_id)
    drafts = repository.drafts_of(session, command.registration_id)
    if not drafts:
        raise refusals.NothingToSubmit
    submit(drafts, session, clock.now())
    return Filed(registration, drafts)


def submit_crossing(command: SubmitCrossing, session: Session, clock: Clock) -> Crossing:
    """File one draft."""
    crossing = repository.crossing_of(session, command.crossing_id)
    crossing.expect(command.expected)
    submit([crossing], session, clock.now())
    return crossing


def submit(drafts: Sequence[Crossing], session: Session, now: datetime) -> None:
    """File drafts of one registration together: they are assessed, and expire together."""
    for crossing in drafts:
        crossing.submit(now)
    assess(drafts, session)
    expiry = Expiry(registration_id=drafts[0].registration_id, submitted_at=now)
    start_timer(session, expiry, due=now + repository.expiry_at(session, now))


def assess(crossings: Sequence[Crossing], session: Session) -> None:
    """Let the rules look at crossings, and at who bears their plates."""
    taken = repository.claim(session, crossings)
    for crossing in crossings:
        crossing.assess(taken[crossing.id])


def amend_crossing(command: AmendCrossing, session: Session, clock: Clock) -> Crossing:
    """Change what was planned; a filed crossing is assessed again."""
    crossing = repository.crossing_of(session, command.crossing_id)
    crossing.expect(command.expected)
    plan = Plan.of(crossing.filing, **command.changed)
    desk = repository.desk_of(session, crossing.filing.carrier, [plan])
    truck = checked(plan, desk, "$", clock.now() if WINDOW & command.changed.keys() else None)
    crossing.amend(filed_anew(crossing.filing, plan, truck), truck)
    assess_changed([crossing], session, clock)
    return crossing


def assess_changed(crossings: Iterable[Crossing], session: Session, clock: Clock) -> None:
    """Assess filed crossings whose marks may have changed; what they no longer bear is free for others."""
    filed = [crossing for crossing in crossings if crossing.stage is not Stage.DRAFT]
    for crossing in filed:
        set_free(repository.give_up(session, [crossing.id], keep=crossing.marks), session, clock)
    if filed:
        assess(filed, session)


def cancel_crossing(command: CancelCrossing, session: Session, clock: Clock) -> Crossing:
    """Give a crossing up before it queues."""
    crossing = repository.crossing_of(session, command.crossing_id)
    crossing.expect(command.expected)
    crossing.cancel(command.reason)
    end([crossing], session, clock)
    return crossing


def end(crossings: Sequence[Crossing], session: Session, clock: Clock) -> None:
    """What ended crossings bore may be borne by others, who are assessed again."""
    set_free(repository.give_up(session, [crossing.id for crossing in crossings]), session, clock)


def set_free(waited: Iterable[UUID], session: Session, clock: Clock) -> None:
    """Crossings that waited for a mark are assessed again, by a timer: they may be another organisation's."""
    for crossing_id in waited:
        start_timer(session, AssessAgain(crossing_id=crossing_id), due=clock.now())


def assess_again(crossing_id: UUID, session: Session) -> None:
    """A mark the crossing waited for is free; the first who waited takes it."""
    crossing = repository.crossing_if_known(session, crossing_id)
    if crossing is not None and crossing.hears(Step.FIND_READY):
        assess([crossing], session)


def hear_customs(command: HearCustoms, session: Session, _clock: Clock) -> None:
    """Keep what customs said, and assess anew; an answer about declarations since changed is no answer."""
    crossing = repository.crossing_if_known(session, command.crossing_id)
    if crossing is None or command.numbers not in (None, crossing.filing.declarations):
        return
    crossing.hear_customs(command.assessment)
    if crossing.hears(Step.FIND_READY):
        assess([crossing], session)


def follow(command: Follow, session: Session, clock: Clock) -> None:
    """Note that the truck queues, is called or has ended its way; one who rejoins the queue is assessed anew."""
    crossing = repository.crossing_if_known(session, command.crossing_id)
    if crossing is None or not crossing.hears(command.step):
        return
    crossing.follow(command.step)
    if command.step is Step.END:
        end([crossing], session, clock)
    elif command.step is Step.REOPEN:
        repository.claim(session, [crossing])
    elif command.step is Step.QUEUE:
        assess([crossing], session)


def withdraw(command: Withdraw, session: Session, clock: Clock) -> None:
    """A place was given up, and with it the crossing."""
    crossing = repository.crossing_if_known(session, command.crossing_id)
    if crossing is None or not crossing.hears(Step.WITHDRAW):
        return
    crossing.withdraw(command.reason)
    end([crossing], session, clock)


def expire(registration_id: UUID, submitted_at: datetime, session: Session, clock: Clock) -> None:
    """Crossings that never joined the queue have had their time."""
    late = repository.filed_together(session, registration_id, submitted_at)
    for crossing in late:
        crossing.expire()
    if late:
        end(late, session, clock)


def register_vehicles(command: RegisterVehicles, session: Session) -> list[Vehicle]:
    """Make trucks known; a carrier registers a plate once."""
    vehicles = [
        Vehicle.register(new_id(), command.carrier, papers, shared_with) for papers, shared_with in command.vehicles
    ]
    session.add_all(vehicles)
    flush_vehicles(session)
    return vehicles


def change_vehicle(command: ChangeVehicle, session: Session, clock: Clock) -> Vehicle:
    """Correct a truck; its crossings that have not queued are filed anew with it."""
    vehicle = repository.vehicle_of(session, command.vehicle_id)
    vehicle.expect(command.expected)
    vehicle.change(command.papers, command.shared_with)
    flush_vehicles(session)
    truck = Truck(vehicle.plate, vehicle.vin, tractor=vehicle.tractor)
    waiting = repository.before_queue_of(session, vehicle.id)
    seen = [crossing.version for crossing in waiting]
    for crossing in waiting:
        crossing.amend(filed_anew(crossing.filing, Plan.of(crossing.filing), truck), truck)
    changed = [crossing for crossing, version in zip(waiting, seen, strict=True) if crossing.version != version]
    assess_changed(changed, session, clock)
    return vehicle


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
    return driver


def forget_driver(driver_id: UUID, session: Session) -> None:
    """Erase a driver; his id then names nobody."""
    session.delete(repository.driver_of(session, driver_id))


def reseal_drivers(folder: Path, session: Session, *, new_key: bool, most: int = 500) -> int:
    """Seal persons under the current key, or a new one, who are sealed under another; returns how many."""
    repository.alone_with_keys(session)
    ring = rotate(folder) if new_key else KeyRing.read(folder)
    drivers = repository.sealed_otherwise(session, ring.current, most)
    for driver in drivers:
        driver.reseal(ring.seal(ring.open(driver), driver.id), ring.current)
    return len(drivers)
