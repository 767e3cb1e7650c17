"""A truck that stands at the barrier without a registration: filed by the operator, in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.border import ChinesePlate, ContainerNumber, Plate
from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.words import Direction
from services.vehicle_registration import repository
from services.vehicle_registration.commands.consents import give_consent
from services.vehicle_registration.commands.filing import FileRegistration, file_registration
from services.vehicle_registration.commands.fleet import (
    RegisterDriver,
    RegisterVehicles,
    register_driver,
    register_vehicles,
)
from services.vehicle_registration.domain.consents import How, Purpose
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.domain.deadlines import ForgetTelephone
from services.vehicle_registration.domain.fleet import Country, Papers, Person, Vehicle, VehicleType
from services.vehicle_registration.domain.plan import Plan
from services.vehicle_registration.domain.refusals import NotATruck, PreRegisteredOnly, WhoseTruck
from services.vehicle_registration.sealing import KeyRing

WALK_UP = UUID("00000000-0000-4000-8000-000000000001")
"""The carrier of trucks whose carrier nobody knows: an id that names nobody."""
UNNAMED = "–"


@dataclass(frozen=True)
class WalkUp:
    """What an operator sees of a truck at the barrier; `hauled` is its trailer's plate or its container."""

    route: str
    direction: Direction
    plate: str
    vehicle_type: VehicleType
    country: Country | None
    hauled: str | None
    declarations: tuple[str, ...]
    declared_empty: bool
    phone: str | None
    carrier: UUID | Literal["none"] | None = None


def register_walk_up(
    asked: WalkUp, operators: UUID | None, ring: KeyRing, session: Session, clock: Clock, prefix: str
) -> Crossing:
    """File the truck for the carrier that somebody at the barrier says; it joins the queue as soon as it is ready."""
    if asked.vehicle_type is VehicleType.TRAILER:
        raise NotATruck(field="$.vehicle_type")
    now = clock.now()
    route = repository.plans_of(session, [asked.route]).get(asked.route)
    if route is not None and not route.takes_walk_ups(now):
        raise PreRegisteredOnly(field="$.route", route=asked.route)
    vehicle = truck_said(asked, session) or unknown_truck(asked, session, clock)
    hours = repository.number_at(session, "walk_up_hours", now)
    boxed = asked.hauled is not None and not ContainerNumber.read(asked.hauled).blocked
    plan = Plan(
        route=asked.route,
        direction=asked.direction,
        window_from=now,
        window_to=now + timedelta(hours=hours),
        vehicle_id=vehicle.id,
        trailer=None if boxed else asked.hauled,
        containers=(asked.hauled,) if boxed and asked.hauled else (),
        driver_id=reachable_driver(asked.phone, vehicle, ring, session, clock) if asked.phone else None,
        declarations=asked.declarations,
        declared_empty=asked.declared_empty,
    )
    filed = FileRegistration(
        trader=vehicle.carrier,
        carrier=vehicle.carrier,
        agent=None,
        filed_by=operators or vehicle.carrier,
        plans=[plan],
        submit=True,
        prefix=prefix,
    )
    (crossing,) = file_registration(filed, session, clock).crossings
    if plan.driver_id:
        repository.driver_of(session, plan.driver_id).only_for = crossing.id
        longest = repository.number_at(session, "walk_up_phone_days", now)
        start_timer(session, ForgetTelephone(driver_id=plan.driver_id), due=now + timedelta(days=longest))
    return crossing


def truck_said(asked: WalkUp, session: Session) -> Vehicle | None:
    """The truck as somebody says whose it is; None for one that no firm has registered. Raises WhoseTruck.

    Who once registered a plate need not own the truck that bears it now: no firm is charged because of a plate.
    """
    borne = repository.trucks_at_barrier(session, asked.plate)
    nobodys = borne.pop(WALK_UP, None)
    if asked.carrier == "none" or not borne:
        return nobodys
    truck = borne.get(asked.carrier) if asked.carrier else None
    if truck is None:
        raise WhoseTruck([*borne])
    return truck


def unknown_truck(asked: WalkUp, session: Session, clock: Clock) -> Vehicle:
    """A truck nobody has registered, as an ordinary one of its type; its plate says whose it is."""
    axles, tare, gross = repository.usual_truck(session, asked.vehicle_type, clock.now())
    chinese = Plate.national(asked.plate) is ChinesePlate
    papers = Papers(
        plate=asked.plate,
        country=asked.country or (Country.CN if chinese else Country.VN),
        vehicle_type=asked.vehicle_type,
        axles=axles,
        tare_kg=tare,
        gross_kg=gross,
    )
    (vehicle,) = register_vehicles(RegisterVehicles(WALK_UP, [(papers, ())]), session)
    return vehicle


def reachable_driver(phone: str, vehicle: Vehicle, ring: KeyRing, session: Session, clock: Clock) -> UUID:
    """A driver of whom nothing is known but his telephone, sealed as any driver; he gives it to be called."""
    person = Person(full_name=UNNAMED, phone=phone)
    driver = register_driver(RegisterDriver(vehicle.carrier, person, ()), ring, session, clock)
    session.flush()
    give_consent(driver.id, Purpose.CONTACT, How.SPOKEN, session, clock)
    return driver.id
