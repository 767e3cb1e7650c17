"""`bordergate demo`: accounts of every role in a database that says of itself that all in it is invented."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bordergate.auth import Role
from bordergate.clock import Clock
from bordergate.installation import is_demonstration, mark_demonstration, set_pace
from bordergate.runtime import open_gate
from bordergate.service import installed
from bordergate.settings import Settings
from bordergate.transactions import Origin, system
from events.words import OrganisationKind
from services.identity.commands import RegisterOrganisation, end_sessions, register_organisation
from services.identity.domain import OFFICERS, Organisation, Person
from services.identity.passwords import hashed
from services.identity.repository import person_by_login
from services.identity.tables import organisations

FIRMS: dict[OrganisationKind, tuple[Role, dict[str, str]]] = {
    OrganisationKind.TRADER: (
        Role.TRADER,
        {"vi": "Công ty xuất nhập khẩu mẫu A", "zh": "示例进出口公司 A", "en": "Sample trader A"},
    ),
    OrganisationKind.CUSTOMS_AGENT: (
        Role.AGENT,
        {"vi": "Đại lý hải quan mẫu A", "zh": "示例报关行 A", "en": "Sample customs agent A"},
    ),
    OrganisationKind.CARRIER: (Role.CARRIER, {"vi": "Nhà xe mẫu A", "zh": "示例车队 A", "en": "Sample carrier A"}),
    OrganisationKind.YARD_OPERATOR: (Role.YARD, {"vi": "Bến bãi mẫu A", "zh": "示例货场 A", "en": "Sample yard A"}),
}
AUTHORITY = {"vi": "Cơ quan cửa khẩu mẫu", "zh": "示例口岸机关", "en": "Sample gate authority"}
FASTEST = 120
SECOND = "2"


@dataclass(frozen=True)
class DemoAccount:
    """How to sign in as a role."""

    role: Role
    login: str
    password: str
    organisation: str


class RealGate(Exception):
    """People or organisations live in this database that no demonstration has invented."""


def begin_demonstration(connection: Connection) -> None:
    """Mark a database in which nobody lives yet as a demonstration, for good; needs the owner, raises RealGate."""
    if is_demonstration(connection):
        return
    connection.exec_driver_sql("LOCK TABLE identity.people, identity.organisations IN SHARE MODE")
    connection.exec_driver_sql("SELECT set_config('bordergate.scope', 'all', true)")
    lived_in = "SELECT EXISTS (TABLE identity.people) OR EXISTS (TABLE identity.organisations)"
    if connection.exec_driver_sql(lived_in).scalar_one():
        raise RealGate
    mark_demonstration(connection)


def seed_demo(session: Session, clock: Clock) -> list[DemoAccount]:
    """An account of every role that signs in with a password, and a second gate operator; new passwords each time."""
    accounts = []
    for kind, (role, names) in FIRMS.items():
        firm = _organisation(kind, names, session, clock)
        accounts.append(_account(role, "", firm, session, clock))
    authority = _organisation(OrganisationKind.AUTHORITY, AUTHORITY, session, clock)
    accounts += [_account(role, "", authority, session, clock) for role in sorted(OFFICERS)]
    return [*accounts, _account(Role.GATE_OPERATOR, SECOND, authority, session, clock)]


def main(arguments: Sequence[str]) -> int:
    """Mark the database, make the accounts, print them and keep them in `demo/accounts.json` under BORDERGATE_VAR.

    0 when done, 1 when people of a real gate live here; `--ask` and `--pace` do only what they say.
    """
    asked = _parser().parse_args(arguments)
    settings = Settings.read()
    with create_engine(settings.owner_url, poolclass=NullPool).begin() as connection:
        if asked.ask:
            _say("demonstration" if is_demonstration(connection) else "real")
            return 0
        if asked.pace:
            if not is_demonstration(connection):
                return _refuse_pace()
            set_pace(connection, asked.pace)
            return 0
        try:
            begin_demonstration(connection)
        except RealGate:
            return _refuse()
    accounts = _seeded(settings)
    path = keep(accounts, settings.var / "demo" / "accounts.json")
    for account in accounts:
        _say(f"{account.role:<20} {account.login:<36} {account.password}")
    _say(f"DRIVER needs no account: README says how a crossing's link is made. Kept in {path}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bordergate demo", description="Make this database a demonstration.")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--ask", action="store_true", help="only say whether it is one: `demonstration` or `real`")
    only.add_argument("--pace", type=_pace, help="only let its clock run so many times as fast as the real one (1-120)")
    return parser


def _pace(told: str) -> float:
    speed = float(told)
    if not 1 <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"from 1 to {FASTEST}")
    return speed


def _seeded(settings: Settings) -> list[DemoAccount]:
    gate = open_gate(settings, installed(("identity",)), connections=2)
    try:
        return gate.transactions["identity"].run(
            lambda session: seed_demo(session, gate.clock), origin=Origin(system("command-line")), scope="all"
        )
    finally:
        gate.broker.close()


def _refuse_pace() -> int:
    """A real gate has no other clock than everybody's."""
    _say("error: this database is no demonstration; its clock is the real one.", sys.stderr)
    _say("next:  make a demonstration with deploy/up --demo, in a database of its own (BORDERGATE_VAR)", sys.stderr)
    return 1


def _refuse() -> int:
    """Say why a real gate stays one, and what to do."""
    _say(
        "error: people or organisations of a real gate live in this database; it is not made a demonstration.",
        sys.stderr,
    )
    _say(
        "next:  start the gate with deploy/up, without --demo; a demonstration needs a database of its own"
        " (another BORDERGATE_VAR, or deploy/down --wipe, which removes all data)",
        sys.stderr,
    )
    return 1


def _say(line: str, to: TextIO | None = None) -> None:
    print(line, file=to or sys.stdout)


def keep(accounts: Sequence[DemoAccount], path: Path) -> Path:
    """Write the accounts where only this user reads them."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in accounts], file, indent=1)
    return path


def _organisation(kind: OrganisationKind, names: dict[str, str], session: Session, clock: Clock) -> Organisation:
    known = session.scalars(select(Organisation).where(organisations.c.name_vi == names["vi"])).first()
    return known or register_organisation(RegisterOrganisation(kind, names, verified=True), session, clock)


def _account(role: Role, suffix: str, organisation: Organisation, session: Session, clock: Clock) -> DemoAccount:
    login = f"{role.lower().replace('_', '-')}{suffix}@demo.example"
    password = secrets.token_urlsafe(12)
    person = person_by_login(session, login)
    if person is None:
        name = f"{role.replace('_', ' ').capitalize()} {suffix or 1}"
        person = Person(login, name, organisation, [role], [], clock.now())
        session.add(person)
    person.set_password(hashed(password))
    end_sessions(person.id, session, clock.now())
    return DemoAccount(role, login, password, str(organisation.id))
