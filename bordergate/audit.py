"""The audit: who did or looked at what, in the transaction that did it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.auth import Caller, Role
from bordergate.logs import trace_id

Verdict = Literal["allowed", "denied"]

WAITING = "audited"


@dataclass(frozen=True)
class Audited:
    """One line of the audit, to be written with the rest of its transaction."""

    at: datetime
    caller: str
    organisation: UUID | None
    role: str | None
    what: str
    subject: str | None
    decision: Verdict
    request: str


def audit(
    session: Session, caller: Caller | None, what: str, subject: object = None, decision: Verdict = "allowed"
) -> None:
    """Note who did what to whom; also each look at personal data."""
    role = min(caller.roles, default=None) if caller else None
    line = audited(session.info["clock"].now(), caller, role, what, subject=subject, decision=decision)
    session.info.setdefault(WAITING, []).append(line)


def audited(
    at: datetime, caller: Caller | None, role: Role | None, what: str, *, subject: object, decision: Verdict
) -> Audited:
    """The line for somebody; nobody signed in is `public`."""
    return Audited(
        at=at,
        caller=str(caller.id) if caller else "public",
        organisation=caller.organisation if caller else None,
        role=role,
        what=what,
        subject=None if subject is None else str(subject),
        decision=decision,
        request=trace_id(),
    )


def noted(session: Session) -> list[Audited]:
    """The lines noted so far; they leave the session."""
    lines: list[Audited] = session.info.pop(WAITING, [])
    return lines


def write_audit(session: Session, lines: list[Audited]) -> None:
    """Write lines to the service's own audit, in one statement."""
    if not lines:
        return
    one = "(%s, %s, %s, %s, %s, %s, %s, %s)"
    values = ", ".join([one] * len(lines))
    told = tuple(
        part
        for line in lines
        for part in (
            line.at,
            line.caller,
            line.organisation,
            line.role,
            line.what,
            line.subject,
            line.decision,
            line.request,
        )
    )
    columns = "at, caller, organisation, role, what, subject, decision, request"
    session.connection().exec_driver_sql(
        f"INSERT INTO {session.info['service']}.audit ({columns}) VALUES {values}", told
    )
