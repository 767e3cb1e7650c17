"""The registration desk over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate import border
from bordergate.audit import audit
from bordergate.auth import Permission, Resource, Role
from bordergate.border import Moment
from bordergate.http import Door, GateRouter, Page, Paging, audit_routes, reference_routes
from bordergate.http.door import Doorway
from events.words import Direction, RouteCode, Share
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.cabinet import swept
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Plan, Stage, Typed
from services.vehicle_registration.domain.fleet import Driver, Papers, Person
from services.vehicle_registration.queries import (
    CrossingView,
    DriverEntry,
    DriverView,
    RegistrationSummary,
    RegistrationView,
    VehicleView,
)
from services.vehicle_registration.sealing import KeyRing
from services.vehicle_registration.tables import metadata

FILERS = {Role.TRADER, Role.AGENT, Role.CARRIER}
OWNERS = {Role.CARRIER, Role.TRADER}
OFFICERS = {
    Role.GATE_OPERATOR,
    Role.BORDER_GUARD,
    Role.CUSTOMS,
    Role.PLANT_QUARANTINE,
    Role.ANIMAL_QUARANTINE,
    Role.HEALTH,
    Role.FEES,
    Role.TRAFFIC,
    Role.AUDITOR,
    Role.ADMIN,
}
FILE = Permission("vehicle_registration.file", own=FILERS)
SEE_CROSSINGS = Permission("vehicle_registration.see_crossings", own=FILERS | {Role.DRIVER}, every=OFFICERS)
KEEP_FLEET = Permission("vehicle_registration.keep_fleet", own=OWNERS)
SEE_FLEET = Permission("vehicle_registration.see_fleet", own=FILERS, every=OFFICERS)
SEE_DRIVER = Permission("vehicle_registration.see_driver", own=OWNERS, every={Role.BORDER_GUARD})
KEEP_KEYS = Permission("vehicle_registration.keep_keys", every={Role.ADMIN})
LIST_DRIVERS = Permission("vehicle_registration.list_drivers", own=FILERS)

MOST = 500
STAYS: Any = None
Sharers = Annotated[tuple[UUID, ...], Field(max_length=50)]
Looked = Annotated[str | None, Query(min_length=1, max_length=20)]
router = GateRouter()
router.include(audit_routes("vehicle_registration"))
router.include(reference_routes("vehicle_registration", metadata))


class Body(BaseModel):
    """What is sent; nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class NewRegistration(Body):
    """One or many crossings; trader and carrier are the caller's organisation unless named."""

    trader: UUID | None = None
    carrier: UUID | None = None
    agent: UUID | None = None
    crossings: list[Plan] = Field(min_length=1, max_length=MOST)
    submit: bool = False

    def command(self, organisation: UUID, prefix: str) -> commands.FileRegistration:
        """What is asked for an organisation."""
        return commands.FileRegistration(
            trader=self.trader or organisation,
            carrier=self.carrier or organisation,
            agent=self.agent,
            filed_by=organisation,
            plans=self.crossings,
            submit=self.submit,
            prefix=prefix,
        )


class Amendment(Body):
    """New values of what was planned; what is not named stays."""

    route: RouteCode = STAYS
    direction: Direction = STAYS
    window_from: Moment = STAYS
    window_to: Moment = STAYS
    vehicle_id: UUID = STAYS
    trailer: Typed | None = STAYS
    containers: tuple[Typed, ...] = Field(default=STAYS, max_length=4)
    driver_id: UUID | None = STAYS
    declarations: tuple[Typed, ...] = Field(default=STAYS, max_length=50)
    declared_empty: bool = STAYS
    empty_for: UUID | None = STAYS
    two_way: bool = STAYS
    shares: tuple[Share, ...] = Field(default=STAYS, max_length=200)


class Reason(Body):
    """Why."""

    reason: border.Reason = Field(min_length=1, max_length=500)


class Resealing(Body):
    """Whether to seal under a new key, or to go on with the current one."""

    new_key: bool = False


class Resealed(BaseModel):
    """How many were sealed again; fewer than 500 means none is left."""

    resealed: int


class NewVehicle(Papers):
    """A truck, and the organisations that may file crossings with it."""

    shared_with: Sharers = ()


class NewVehicles(Body):
    """Many trucks at once."""

    vehicles: list[NewVehicle] = Field(min_length=1, max_length=MOST)


class VehiclesView(BaseModel):
    """The trucks made known."""

    vehicles: list[VehicleView]


class NewDriver(Person):
    """A driver, and the organisations that may name him in a filing."""

    shared_with: Sharers = ()

    def person(self) -> Person:
        """Who he is."""
        return Person(**self.model_dump(exclude={"shared_with"}))


@router.post("/registrations", permission=FILE, status_code=201, response_model=RegistrationView)
def post_registration(body: NewRegistration, door: Door) -> Response:
    """File 1 to 500 crossings, as drafts or submitted at once."""
    command = body.command(organisation_of(door), door.settings.reference_prefix)

    def work(session: Session) -> RegistrationView:
        filed = commands.file_registration(command, session, door.clock)
        return RegistrationView.of(filed.registration, filed.crossings)

    return door.run(work, status=201)


@router.get("/registrations", permission=SEE_CROSSINGS, response_model=Page[RegistrationSummary])
def get_registrations(door: Door, paging: Paging) -> Response:
    """The registrations the caller may see."""
    return door.look(lambda session: queries.registrations_page(session, paging))


@router.get("/registrations/{registration_id}", permission=SEE_CROSSINGS, response_model=RegistrationView)
def get_registration(registration_id: UUID, door: Door) -> Response:
    """One registration with its crossings."""
    return door.look(lambda session: queries.registration_at(session, registration_id))


@router.post("/registrations/{registration_id}/submit", permission=FILE, response_model=RegistrationView)
def post_submit_registration(registration_id: UUID, door: Door) -> Response:
    """Submit every crossing that is still a draft."""

    def work(session: Session) -> RegistrationView:
        command = commands.SubmitRegistration(registration_id)
        filed = commands.submit_registration(command, session, door.clock)
        door.may(Resource(parties=frozenset(filed.registration.parties)))
        return RegistrationView.of(filed.registration, filed.crossings)

    return door.run(work)


@router.get("/crossings", permission=SEE_CROSSINGS, response_model=Page[CrossingView])
def get_crossings(
    door: Door,
    paging: Paging,
    stage: Stage | None = None,
    route: Annotated[str | None, Query(max_length=20)] = None,
    reference: Annotated[str | None, Query(max_length=40)] = None,
    plate: Looked = None,
    container: Looked = None,
    declaration: Looked = None,
) -> Response:
    """The crossings the caller may see, the newest first; on the routes he is posted to."""
    sought = queries.Sought(stage, door.routes(route), reference, plate, container, declaration)
    return door.look(lambda session: queries.crossings_page(session, paging, sought))


@router.get("/crossings/{crossing_id}", permission=SEE_CROSSINGS, response_model=CrossingView)
def get_crossing(crossing_id: UUID, door: Door) -> Response:
    """One crossing, with all that is wrong with it."""
    return door.look(lambda session: queries.crossing_at(session, crossing_id))


@router.patch("/crossings/{crossing_id}", permission=FILE, response_model=CrossingView)
def patch_crossing(crossing_id: UUID, body: Amendment, door: Door) -> Response:
    """Change what was planned, until the truck is in the queue."""
    changed = {name: getattr(body, name) for name in body.model_fields_set}

    def work(session: Session) -> CrossingView:
        command = commands.AmendCrossing(crossing_id, changed, door.expected)
        return shown(door, commands.amend_crossing(command, session, door.clock))

    return door.run(work)


@router.post("/crossings/{crossing_id}/submit", permission=FILE, response_model=CrossingView)
def post_submit_crossing(crossing_id: UUID, door: Door) -> Response:
    """Submit one draft."""

    def work(session: Session) -> CrossingView:
        command = commands.SubmitCrossing(crossing_id, door.expected)
        return shown(door, commands.submit_crossing(command, session, door.clock))

    return door.run(work)


@router.post("/crossings/{crossing_id}/cancel", permission=FILE, response_model=CrossingView, forms=True)
def post_cancel_crossing(crossing_id: UUID, body: Reason, door: Door) -> Response:
    """Give a crossing up before it queues."""

    def work(session: Session) -> CrossingView:
        command = commands.CancelCrossing(crossing_id, body.reason, door.expected)
        return shown(door, commands.cancel_crossing(command, session, door.clock))

    return door.run(work)


@router.post("/vehicles", permission=KEEP_FLEET, status_code=201, response_model=VehicleView, forms=True)
def post_vehicle(body: NewVehicle, door: Door) -> Response:
    """Make a truck known."""
    return door.run(lambda session: registered(door, [body], session)[0], status=201)


@router.post("/vehicles/batch", permission=KEEP_FLEET, status_code=201, response_model=VehiclesView)
def post_vehicles(body: NewVehicles, door: Door) -> Response:
    """Make many trucks known."""
    return door.run(
        lambda session: VehiclesView(vehicles=registered(door, body.vehicles, session, listed=True)), status=201
    )


@router.get("/vehicles", permission=SEE_FLEET, response_model=Page[VehicleView])
def get_vehicles(door: Door, paging: Paging, plate: Looked = None) -> Response:
    """The trucks the caller may see, by plate."""
    return door.look(lambda session: queries.vehicles_page(session, paging, plate=plate))


@router.get("/vehicles/{vehicle_id}", permission=SEE_FLEET, response_model=VehicleView)
def get_vehicle(vehicle_id: UUID, door: Door) -> Response:
    """One truck."""
    return door.look(lambda session: queries.vehicle_at(session, vehicle_id))


@router.put("/vehicles/{vehicle_id}", permission=KEEP_FLEET, response_model=VehicleView)
def put_vehicle(vehicle_id: UUID, body: NewVehicle, door: Door) -> Response:
    """Correct a truck; its crossings that have not queued follow."""

    def work(session: Session) -> VehicleView:
        door.may(Resource(parties=frozenset({queries.vehicle_at(session, vehicle_id).carrier})))
        command = commands.ChangeVehicle(vehicle_id, body, body.shared_with, door.expected)
        return VehicleView.of(commands.change_vehicle(command, session, door.clock))

    return door.run(work)


@router.post("/drivers", permission=KEEP_FLEET, status_code=201, response_model=DriverEntry, forms=True)
def post_driver(body: NewDriver, door: Door) -> Response:
    """Make a driver known; the answer, which may be kept for a repeated request, does not say who he is."""
    command = commands.RegisterDriver(organisation_of(door), body.person(), body.shared_with)

    return door.run(
        lambda session: DriverEntry.of(commands.register_driver(command, ring_of(door), session, door.clock)),
        status=201,
    )


@router.post("/drivers/reseal", permission=KEEP_KEYS, response_model=Resealed)
def post_reseal(body: Resealing, door: Door) -> Response:
    """Rotate the key of personal data: seal up to 500 drivers again."""
    folder = folder_of(door)
    return door.run(
        lambda session: Resealed(resealed=commands.reseal_drivers(folder, session, new_key=body.new_key)),
    )


@router.get("/drivers", permission=LIST_DRIVERS, response_model=Page[DriverEntry])
def get_drivers(door: Door, paging: Paging) -> Response:
    """The drivers the caller may name; of his own he sees the names, which is audited."""
    ring = ring_of(door)

    def name_of(driver: Driver) -> str | None:
        return ring.open(driver).full_name if driver.carrier == door.caller.organisation else None

    def work(session: Session) -> Page[DriverEntry]:
        page = queries.drivers_page(session, paging, name_of)
        named = [str(entry.id) for entry in page.items if entry.full_name]
        if named:
            audit(session, door.caller, LIST_DRIVERS.name, " ".join(named))
        return page

    return door.look(work)


@router.get("/drivers/{driver_id}", permission=SEE_DRIVER, response_model=DriverView)
def get_driver(driver_id: UUID, door: Door) -> Response:
    """One driver, whole; the look is audited."""

    def work(session: Session) -> DriverView:
        driver = queries.driver_at(session, driver_id)
        door.may(Resource(parties=frozenset({driver.carrier})))
        audit(session, door.caller, SEE_DRIVER.name, driver_id)
        return DriverView.of(driver, ring_of(door).open(driver))

    return door.look(work)


@router.put("/drivers/{driver_id}", permission=KEEP_FLEET, response_model=DriverEntry)
def put_driver(driver_id: UUID, body: NewDriver, door: Door) -> Response:
    """Correct who a driver is."""
    command = commands.ChangeDriver(driver_id, body.person(), body.shared_with, door.expected)

    def work(session: Session) -> DriverEntry:
        door.may(Resource(parties=frozenset({queries.driver_at(session, driver_id).carrier})))
        return DriverEntry.of(commands.change_driver(command, ring_of(door), session))

    return door.run(work)


@router.delete("/drivers/{driver_id}", permission=KEEP_FLEET, status_code=204)
def delete_driver(driver_id: UUID, door: Door) -> Response:
    """Erase a driver; his id then names nobody."""
    scans: list[str] = []

    def work(session: Session) -> None:
        door.may(Resource(parties=frozenset({queries.driver_at(session, driver_id).carrier})))
        scans.extend(commands.forget_driver(driver_id, session, door.clock))

    answer = door.run(work)
    swept(door, scans)
    return answer


def organisation_of(door: Doorway) -> UUID:
    """For whom the caller files; raises NoOrganisation."""
    if door.caller.organisation is None:
        raise refusals.NoOrganisation
    return door.caller.organisation


def ring_of(door: Doorway) -> KeyRing:
    """The keys of personal data of this installation."""
    return KeyRing.read(folder_of(door))


def folder_of(door: Doorway) -> Path:
    """Where the keys lie."""
    return door.settings.var / "keys"


def registered(door: Doorway, trucks: list[NewVehicle], session: Session, *, listed: bool = False) -> list[VehicleView]:
    """Make trucks known for the caller's organisation."""
    papers = [(truck, truck.shared_with) for truck in trucks]
    made = commands.register_vehicles(commands.RegisterVehicles(organisation_of(door), papers, listed), session)
    return [VehicleView.of(vehicle) for vehicle in made]


def shown(door: Doorway, crossing: Any) -> CrossingView:  # noqa: ANN401 - any crossing's shape
    """The crossing in words, if it is one of the caller's."""
    door.may(Resource(parties=frozenset(crossing.parties), route=crossing.filing.route))
    return CrossingView.of(crossing)
