"""The registration desk over HTTP."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate import border
from bordergate.auth import Permission, Resource, Role
from bordergate.border import Moment
from bordergate.border.at_once import with_faults
from bordergate.http import Door, GateRouter, Page, Paging, audit_routes, reference_routes
from bordergate.http.door import Doorway
from events.words import Direction, RouteCode, Share
from services.vehicle_registration import commands, queries, timers
from services.vehicle_registration.api.acting import acting_for, acting_on, acting_on_registration, by_leave, run_as
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Stage
from services.vehicle_registration.domain.delegation import Act
from services.vehicle_registration.domain.fleet import Papers, faults_of
from services.vehicle_registration.domain.plan import Plan, Typed
from services.vehicle_registration.queries import (
    CrossingView,
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
AMEND = Permission("vehicle_registration.amend", own=FILERS | {Role.DRIVER})
CANCEL = Permission("vehicle_registration.cancel", own=FILERS | {Role.DRIVER})
SEE_CROSSINGS = Permission("vehicle_registration.see_crossings", own=FILERS | {Role.DRIVER}, every=OFFICERS)
KEEP_FLEET = Permission("vehicle_registration.keep_fleet", own=OWNERS)
SEE_FLEET = Permission("vehicle_registration.see_fleet", own=FILERS, every=OFFICERS)
SEE_DRIVER = Permission("vehicle_registration.see_driver", own=OWNERS, every={Role.BORDER_GUARD})

MOST = 500
OF_CROSSING = ("get_crossing", "patch_crossing", "post_submit_crossing", "post_cancel_crossing", "post_amendment")
"""What can be asked of a crossing."""
STAYS: Any = None
Sharers = Annotated[tuple[UUID, ...], Field(max_length=50)]
Looked = Annotated[str | None, Query(min_length=1, max_length=20)]
router = GateRouter()
router.include(audit_routes("vehicle_registration"))
router.include(reference_routes("vehicle_registration", metadata, timers.follow_law))


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

    def command(self, organisation: UUID, prefix: str, acting: commands.Acting | None) -> commands.FileRegistration:
        """What is asked for an organisation, or for another in whose name it acts."""
        return commands.FileRegistration(
            trader=self.trader or organisation,
            carrier=self.carrier or (acting.giver if acting else organisation),
            agent=self.agent or (organisation if acting else None),
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


class NewVehicle(Papers):
    """A truck, and the organisations that may file crossings with it."""

    shared_with: Sharers = ()


class NewVehicles(Body):
    """Many trucks at once."""

    vehicles: list[NewVehicle] = Field(min_length=1, max_length=MOST)

    @model_validator(mode="wrap")
    @classmethod
    def all_at_once(cls, said: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        """A truck whose papers are malformed hides nothing of what is wrong with the others'."""
        try:
            return read(said)
        except ValidationError as malformed:
            places = {one["loc"][1] for one in malformed.errors() if len(one["loc"]) > 1}
            listed = said.get("vehicles") if places and isinstance(said, dict) else ()
            others = [(at, one) for at, one in enumerate(listed or ()) if at not in places]
            faults = [faults_of(NewVehicle.model_validate(one), f"$.vehicles[{at}]") for at, one in others]
            raise with_faults(malformed, chain.from_iterable(faults)) from None


class VehiclesView(BaseModel):
    """The trucks made known."""

    vehicles: list[VehicleView]


@router.post(
    "/registrations",
    permission=FILE,
    status_code=201,
    response_model=RegistrationView,
    leads_to={"get_registration": "id", "post_submit_registration": "id"}
    | dict.fromkeys(OF_CROSSING, "crossings/0/id"),
)
def post_registration(body: NewRegistration, door: Door) -> Response:
    """File 1 to 500 crossings, as drafts or submitted at once."""
    acting = acting_for(door, body.trader)
    command = body.command(organisation_of(door), door.settings.reference_prefix, acting)
    routes = {plan.route for plan in body.crossings}

    def work(session: Session) -> RegistrationView:
        by_leave(door, acting, Act.FILE, session, routes, len(body.crossings))
        filed = commands.file_registration(command, session, door.clock)
        return RegistrationView.of(filed.registration, filed.crossings)

    return run_as(door, acting, work, status=201)


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
    acting = acting_on_registration(door, registration_id)

    def work(session: Session) -> RegistrationView:
        command = commands.SubmitRegistration(registration_id)
        filed = commands.submit_registration(command, session, door.clock)
        door.may(Resource(parties=frozenset(filed.registration.parties)))
        by_leave(door, acting, Act.FILE, session, {one.filing.route for one in filed.crossings}, 0)
        return RegistrationView.of(filed.registration, filed.crossings)

    return run_as(door, acting, work)


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


@router.patch("/crossings/{crossing_id}", permission=AMEND, response_model=CrossingView, versioned=True)
def patch_crossing(crossing_id: UUID, body: Amendment, door: Door) -> Response:
    """Change what was planned, until the truck is in the queue."""
    changed = {name: getattr(body, name) for name in body.model_fields_set}
    acting = acting_on(door, crossing_id)

    def work(session: Session) -> CrossingView:
        by_leave(door, acting, Act.AMEND, session, {body.route} - {None})
        command = commands.AmendCrossing(crossing_id, changed, door.expected)
        return shown(door, commands.amend_crossing(command, session, door.clock))

    return run_as(door, acting, work)


@router.post("/crossings/{crossing_id}/submit", permission=FILE, response_model=CrossingView, versioned=True)
def post_submit_crossing(crossing_id: UUID, door: Door) -> Response:
    """Submit one draft."""
    acting = acting_on(door, crossing_id)

    def work(session: Session) -> CrossingView:
        by_leave(door, acting, Act.FILE, session, count=0)
        command = commands.SubmitCrossing(crossing_id, door.expected)
        return shown(door, commands.submit_crossing(command, session, door.clock))

    return run_as(door, acting, work)


@router.post(
    "/crossings/{crossing_id}/cancel", permission=CANCEL, response_model=CrossingView, forms=True, versioned=True
)
def post_cancel_crossing(crossing_id: UUID, body: Reason, door: Door) -> Response:
    """Give a crossing up before it queues."""
    acting = acting_on(door, crossing_id)

    def work(session: Session) -> CrossingView:
        by_leave(door, acting, Act.CANCEL, session)
        command = commands.CancelCrossing(crossing_id, body.reason, door.expected)
        return shown(door, commands.cancel_crossing(command, session, door.clock))

    return run_as(door, acting, work)


@router.post(
    "/vehicles",
    permission=KEEP_FLEET,
    status_code=201,
    response_model=VehicleView,
    forms=True,
    leads_to=dict.fromkeys(("get_vehicle", "put_vehicle", "post_vehicle_correction"), "id"),
)
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


@router.put("/vehicles/{vehicle_id}", permission=KEEP_FLEET, response_model=VehicleView, versioned=True)
def put_vehicle(vehicle_id: UUID, body: NewVehicle, door: Door) -> Response:
    """Correct a truck; its crossings that have not queued follow."""

    def work(session: Session) -> VehicleView:
        door.may(Resource(parties=frozenset({queries.vehicle_at(session, vehicle_id).carrier})))
        command = commands.ChangeVehicle(vehicle_id, body, body.shared_with, door.expected)
        return VehicleView.of(commands.change_vehicle(command, session, door.clock))

    return door.run(work)


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
