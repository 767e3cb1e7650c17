"""Organisations and people in identity, made through its own commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.auth import Caller, Role
from bordergate.border import TaxCode
from events.words import OrganisationKind
from services.identity.commands import (
    InvitePerson,
    RegisterOrganisation,
    accept_invitation,
    invite,
    register_organisation,
)
from services.identity.passwords import hashed
from tests.builders.callers import a_caller
from tests.gates import Desk

PASSWORD = "a long enough password"
NAMES = {"vi": "Nhà xe mẫu B", "zh": "示例车队 B", "en": "Sample carrier B"}


@dataclass(frozen=True)
class Account:
    """A person who can sign in."""

    id: UUID
    login: str
    organisation: UUID
    password: str = PASSWORD

    @property
    def credentials(self) -> dict[str, str]:
        """What he types."""
        return {"login": self.login, "password": self.password}


def an_organisation(gate: Desk, kind: OrganisationKind = OrganisationKind.CARRIER, tax_code: str | None = None) -> UUID:
    """A registered organisation."""
    command = RegisterOrganisation(kind, NAMES, TaxCode.parse(tax_code) if tax_code else None)
    found: UUID = gate.do("identity", lambda session: register_organisation(command, session, gate.gate.clock).id)
    return found


def an_account(
    gate: Desk,
    login: str = "lai@nha-xe.example",
    role: Role = Role.CARRIER,
    organisation: UUID | None = None,
) -> Account:
    """A person with a password."""
    kind = OrganisationKind.CARRIER if role is Role.CARRIER else OrganisationKind.AUTHORITY
    firm = organisation or an_organisation(gate, kind)

    def work(session: Session) -> UUID:
        command = InvitePerson(login, "Người A", firm, frozenset({role}))
        person, token = invite(command, session, gate.gate.clock, datetime.now(UTC))
        session.flush()
        accept_invitation(token, hashed(PASSWORD), session, datetime.now(UTC))
        return person.id

    return Account(gate.do("identity", work), login, firm)


def an_admin() -> Caller:
    """An administrator of the gate."""
    return a_caller(Role.ADMIN)
