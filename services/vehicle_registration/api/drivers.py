"""A carrier's drivers over HTTP: made known, listed, opened for few, erased."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audit
from bordergate.auth import Permission, Resource
from bordergate.http import Door, GateRouter, Page, Paging
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.cabinet import swept
from services.vehicle_registration.api.filing import FILERS, KEEP_FLEET, SEE_DRIVER, Sharers, organisation_of, ring_of
from services.vehicle_registration.domain.fleet import Driver, Person
from services.vehicle_registration.queries import DriverEntry, DriverView

LIST_DRIVERS = Permission("vehicle_registration.list_drivers", own=FILERS)
router = GateRouter()


class NewDriver(Person):
    """A driver, and the organisations that may name him in a filing."""

    shared_with: Sharers = ()

    def person(self) -> Person:
        """Who he is."""
        return Person(**self.model_dump(exclude={"shared_with"}))


@router.post(
    "/drivers",
    permission=KEEP_FLEET,
    status_code=201,
    response_model=DriverEntry,
    forms=True,
    leads_to=dict.fromkeys(("get_driver", "put_driver", "post_driver_correction", "delete_driver"), "id"),
)
def post_driver(body: NewDriver, door: Door) -> Response:
    """Make a driver known; the answer, which may be kept for a repeated request, does not say who he is."""
    command = commands.RegisterDriver(organisation_of(door), body.person(), body.shared_with)

    return door.run(
        lambda session: DriverEntry.of(commands.register_driver(command, ring_of(door), session, door.clock)),
        status=201,
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
    """One driver, whole, his telephone only for his carrier unless he lets himself be called; the look is audited."""

    def work(session: Session) -> DriverView:
        driver = queries.driver_at(session, driver_id)
        door.may(Resource(parties=frozenset({driver.carrier})))
        audit(session, door.caller, SEE_DRIVER.name, driver_id)
        person = ring_of(door).open(driver)
        if door.caller.organisation != driver.carrier and not queries.may_be_called(session, driver_id):
            person = person.model_copy(update={"phone": None})
        return DriverView.of(driver, person)

    return door.look(work)


@router.put("/drivers/{driver_id}", permission=KEEP_FLEET, response_model=DriverEntry, versioned=True)
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
