"""Drivers' consents over HTTP: noted by their carrier, or said by the driver himself on his crossing's page."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.http import Door, GateRouter
from bordergate.http.door import Doorway
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.filing import KEEP_FLEET, OWNERS, Body
from services.vehicle_registration.domain.consents import How, Purpose
from services.vehicle_registration.queries import ConsentsView, ConsentView

SEE_CONSENTS = Permission("vehicle_registration.see_consents", own=OWNERS, every={Role.ADMIN, Role.AUDITOR})
OWN_CONSENTS = Permission("vehicle_registration.own_consents", own={Role.DRIVER})
router = GateRouter()


class Said(Body):
    """For what a driver consents, or does no longer."""

    purpose: Purpose


class SaidToCarrier(Said):
    """The same, and how his carrier knows."""

    how: Literal[How.PAPER, How.SPOKEN]


@router.get("/drivers/{driver_id}/consents", permission=SEE_CONSENTS, response_model=ConsentsView)
def get_consents(driver_id: UUID, door: Door) -> Response:
    """What a driver has consented to, now and before."""

    def look(session: Session) -> ConsentsView:
        _own_driver(door, session, driver_id)
        return queries.consents_of(session, driver_id)

    return door.look(look)


@router.post(
    "/drivers/{driver_id}/consents", permission=KEEP_FLEET, status_code=201, response_model=ConsentView, forms=True
)
def post_consent(driver_id: UUID, body: SaidToCarrier, door: Door) -> Response:
    """Note that a driver consents; saying so again changes nothing."""

    def work(session: Session) -> ConsentView:
        _own_driver(door, session, driver_id)
        return ConsentView.of(commands.give_consent(driver_id, body.purpose, body.how, session, door.clock))

    return door.run(work, status=201)


@router.post("/drivers/{driver_id}/consents/withdraw", permission=KEEP_FLEET, response_model=ConsentView, forms=True)
def post_withdrawal(driver_id: UUID, body: SaidToCarrier, door: Door) -> Response:
    """Note that a driver takes his consent back."""

    def work(session: Session) -> ConsentView:
        _own_driver(door, session, driver_id)
        return ConsentView.of(commands.withdraw_consent(driver_id, body.purpose, body.how, session, door.clock))

    return door.run(work)


@router.get("/crossings/{crossing_id}/consents", permission=OWN_CONSENTS, response_model=ConsentsView)
def get_own_consents(crossing_id: UUID, door: Door) -> Response:
    """What the driver of a crossing has consented to, for himself; nothing is asked where nobody is named."""
    door.may(Resource(crossing=crossing_id))

    def look(session: Session) -> ConsentsView:
        driver = queries.crossing_at(session, crossing_id).filing.driver_id
        return queries.consents_of(session, driver) if driver else ConsentsView(items=[], lacking=[])

    return door.look(look, scope="all")


@router.post(
    "/crossings/{crossing_id}/consents",
    permission=OWN_CONSENTS,
    status_code=201,
    response_model=ConsentView,
    forms=True,
)
def post_own_consent(crossing_id: UUID, body: Said, door: Door) -> Response:
    """The driver of a crossing consents himself."""
    door.may(Resource(crossing=crossing_id))

    def work(session: Session) -> ConsentView:
        driver = commands.driver_on(crossing_id, session)
        return ConsentView.of(commands.give_consent(driver, body.purpose, How.HIMSELF, session, door.clock))

    return door.run(work, status=201, scope="all")


@router.post(
    "/crossings/{crossing_id}/consents/withdraw", permission=OWN_CONSENTS, response_model=ConsentView, forms=True
)
def post_own_withdrawal(crossing_id: UUID, body: Said, door: Door) -> Response:
    """The driver of a crossing takes his consent back."""
    door.may(Resource(crossing=crossing_id))

    def work(session: Session) -> ConsentView:
        driver = commands.driver_on(crossing_id, session)
        return ConsentView.of(commands.withdraw_consent(driver, body.purpose, How.HIMSELF, session, door.clock))

    return door.run(work, scope="all")


def _own_driver(door: Doorway, session: Session, driver_id: UUID) -> None:
    door.may(Resource(parties=frozenset({queries.driver_at(session, driver_id).carrier})))
