"""Accounts: people are invited, appointed and disabled; machines are registered and revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role, decide
from bordergate.clock import RealClock
from bordergate.http import Door, Doorway, GateRouter, Page, Paging
from events.words import RouteCode
from services.identity.api.organisations import FIRMS, Name, Sought
from services.identity.api.sessions import LONGEST, Strict
from services.identity.commands import (
    InvitePerson,
    RegisterMachine,
    appoint,
    disable_person,
    invitation_for,
    invite,
    register_machine,
)
from services.identity.domain import INVITATION_LASTS, HasPassword
from services.identity.links import invitation_link
from services.identity.queries import (
    MachineView,
    PersonView,
    machines_seen,
    people_found,
    people_seen,
    person_seen,
)
from services.identity.repository import machine_of, person_of

router = GateRouter()

INVITE = Permission("identity.invite", own=FIRMS, every={Role.ADMIN})
SEE_PEOPLE = Permission("identity.see_people", own=FIRMS, every={Role.ADMIN, Role.AUDITOR})
RESET = Permission("identity.reset_password", every={Role.ADMIN})
APPOINT = Permission("identity.appoint", own=FIRMS, every={Role.ADMIN})
MACHINES = Permission("identity.machines", own=FIRMS, every={Role.ADMIN})

Login = Annotated[str, Field(max_length=LONGEST, pattern=r"^(\+?[\d .\-]{8,20}|[^@\s]+@[^@\s]+\.[^@\s]+)$")]
Roles = Annotated[frozenset[Role], Field(min_length=1)]


class NewPerson(Strict):
    """Somebody to invite; `routes` empty means all."""

    login: Login
    name: Name
    organisation: UUID
    roles: Roles
    routes: frozenset[RouteCode] = frozenset()


class Appointment(Strict):
    """What a person does from now on."""

    roles: Roles
    routes: frozenset[RouteCode] = frozenset()


class NewMachine(Strict):
    """A system to register."""

    name: Name
    organisation: UUID
    roles: Roles
    routes: frozenset[RouteCode] = frozenset()


class InvitationView(BaseModel):
    """The one-time link, shown once; hand it to the person."""

    person: UUID
    link: str
    expires: datetime


class ClientView(BaseModel):
    """A machine's client credentials, shown once."""

    client_id: UUID
    client_secret: str


@router.post("/invitations", permission=INVITE, status_code=201, response_model=InvitationView, once=False)
def post_invitation(body: NewPerson, door: Door) -> Response:
    """Invite somebody: the account, and a link that sets its password within a day."""
    door.may(Resource(parties=frozenset({body.organisation})))
    now = RealClock().now()

    def work(session: Session) -> InvitationView:
        command = InvitePerson(body.login, body.name, body.organisation, body.roles, body.routes)
        person, token = invite(command, session, door.clock, now)
        return _invitation(person.id, token, now, door)

    return door.run(work, status=201)


@router.post(
    "/people/{person_id}/invitation", permission=INVITE, status_code=201, response_model=InvitationView, once=False
)
def post_new_invitation(person_id: UUID, door: Door) -> Response:
    """Another link: for a colleague whose first one is over, or from an administrator for who lost his password."""
    now = RealClock().now()

    def work(session: Session) -> InvitationView:
        person = person_of(session, person_id)
        door.may(Resource(parties=frozenset(person.parties)))
        if person.password is not None and not decide(door.caller, RESET).allowed:
            raise HasPassword
        return _invitation(person_id, invitation_for(person, session, now), now, door)

    return door.run(work, status=201)


@router.get("/people", permission=SEE_PEOPLE, response_model=Page[PersonView])
def get_people(page: Paging, door: Door) -> Response:
    """People: all for an administrator, else one's own colleagues."""
    return door.look(lambda session: people_seen(session, door.caller, page))


@router.post("/people/search", permission=SEE_PEOPLE, response_model=list[PersonView], once=False)
def post_search(body: Sought, door: Door) -> Response:
    """People by a part of their name or by their login name: at most fifty, of those the caller may see."""
    return door.look(lambda session: people_found(session, door.caller, body.text))


@router.get("/people/{person_id}", permission=SEE_PEOPLE, response_model=PersonView)
def get_person(person_id: UUID, door: Door) -> Response:
    """One person."""
    return door.look(lambda session: person_seen(session, door.caller, person_id))


@router.put("/people/{person_id}/roles", permission=APPOINT, response_model=PersonView, versioned=True)
def put_roles(person_id: UUID, body: Appointment, door: Door) -> Response:
    """Say what a person does."""

    def work(session: Session) -> PersonView:
        door.may(Resource(parties=frozenset(person_of(session, person_id).parties)))
        return PersonView.of(appoint(person_id, body.roles, body.routes, session, expected=door.expected))

    return door.run(work)


@router.post("/people/{person_id}/disable", permission=APPOINT, response_model=PersonView)
def post_disable(person_id: UUID, door: Door) -> Response:
    """The person no longer signs in; his sessions end."""

    def work(session: Session) -> PersonView:
        door.may(Resource(parties=frozenset(person_of(session, person_id).parties)))
        return PersonView.of(disable_person(person_id, session, RealClock().now()))

    return door.run(work)


@router.post("/machines", permission=MACHINES, status_code=201, response_model=ClientView, once=False)
def post_machine(body: NewMachine, door: Door) -> Response:
    """Register a system; its secret is shown this once."""
    door.may(Resource(parties=frozenset({body.organisation})))

    def work(session: Session) -> ClientView:
        command = RegisterMachine(body.name, body.organisation, body.roles, body.routes)
        machine, secret = register_machine(command, session)
        return ClientView(client_id=machine.id, client_secret=secret)

    return door.run(work, status=201)


@router.get("/machines", permission=MACHINES, response_model=Page[MachineView])
def get_machines(page: Paging, door: Door) -> Response:
    """Machines: all for an administrator, else one's own."""
    return door.look(lambda session: machines_seen(session, page))


@router.post("/machines/{machine_id}/revoke", permission=MACHINES, response_model=MachineView)
def post_revoke_machine(machine_id: UUID, door: Door) -> Response:
    """The machine gets no more tokens."""

    def work(session: Session) -> MachineView:
        machine = machine_of(session, machine_id)
        door.may(Resource(parties=frozenset(machine.parties)))
        machine.revoke()
        return MachineView.of(machine)

    return door.run(work)


def _invitation(person_id: UUID, token: str, now: datetime, door: Doorway) -> InvitationView:
    link = invitation_link(door.settings.origin, token)
    return InvitationView(person=person_id, link=link, expires=now + INVITATION_LASTS)
