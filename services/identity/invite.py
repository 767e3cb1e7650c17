"""`bordergate invite`: a one-time link for an officer, above all for the first administrator."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.audit import audit, noted, write_audit
from bordergate.auth import Role
from bordergate.clock import Clock, RealClock
from bordergate.runtime import open_gate
from bordergate.service import installed
from bordergate.settings import Settings
from bordergate.transactions import Origin, system
from events.words import OrganisationKind
from services.identity.commands import (
    InvitePerson,
    RegisterOrganisation,
    invitation_for,
    invite,
    register_organisation,
)
from services.identity.domain import Organisation, plain_login
from services.identity.links import invitation_link
from services.identity.repository import organisation_of, person_by_login
from services.identity.tables import organisations

AUTHORITY = {"vi": "Cơ quan quản lý cửa khẩu", "zh": "口岸管理机关", "en": "Gate authority"}


def main(arguments: Sequence[str]) -> int:
    """Print the link."""
    parser = argparse.ArgumentParser(
        prog="bordergate invite", description="A one-time link (24 h) that sets a password."
    )
    parser.add_argument("--role", required=True, type=Role, choices=list(Role), action="append", dest="roles")
    parser.add_argument("--login", help="e-mail address or telephone number; default ROLE@gate.local")
    parser.add_argument("--name", help="how pages greet him; default the role")
    parser.add_argument("--organisation", type=UUID, help="default: the gate's authority, made if there is none")
    parsed = parser.parse_args(arguments)
    settings = Settings.read()
    gate = open_gate(settings, installed(("identity",)), connections=2)
    login = parsed.login or f"{parsed.roles[0].lower()}@gate.local"

    def work(session: Session) -> str:
        organisation = organisation_for(parsed.organisation, session, gate.clock)
        name = parsed.name or parsed.roles[0].capitalize()
        return token_for(login, name, organisation, frozenset(parsed.roles), session, gate.clock)

    token = gate.transactions["identity"].run(work, origin=Origin(system("command-line")), scope="all")
    gate.broker.close()
    print(f"login  {login}\nlink   {invitation_link(settings.origin, token)}")  # noqa: T201 - a command line prints
    return 0


def token_for(
    login: str, name: str, organisation: Organisation, roles: frozenset[Role], session: Session, clock: Clock
) -> str:
    """The token of a new account, or another one for an account that exists."""
    real_now = RealClock().now()
    person = person_by_login(session, plain_login(login))
    if person is None:
        command = InvitePerson(login, name, organisation.id, roles)
        person, token = invite(command, session, clock, real_now)
    else:
        token = invitation_for(person, session, real_now)
    audit(session, None, "identity.invite", person.id)
    write_audit(session, noted(session))
    return token


def organisation_for(organisation_id: UUID | None, session: Session, clock: Clock) -> Organisation:
    """The organisation named, or the gate's authority."""
    if organisation_id:
        return organisation_of(session, organisation_id)
    authority = select(Organisation).where(organisations.c.kind == OrganisationKind.AUTHORITY).limit(1)
    known = session.scalars(authority.order_by(organisations.c.registered_at)).first()
    return known or register_organisation(
        RegisterOrganisation(OrganisationKind.AUTHORITY, AUTHORITY, verified=True), session, clock
    )
