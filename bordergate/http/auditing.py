"""Each service's audit, to be searched: who did or looked at what, when, and whether he was let."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import BigInteger, DateTime, Row, Select, column, select, table
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import Verdict, audit
from bordergate.auth import Permission, Role
from bordergate.http.door import Door
from bordergate.http.paging import Page, PageRequest, Paging
from bordergate.http.router import GateRouter

NAMES = ("caller", "organisation", "role", "what", "subject", "decision", "request")
Said = Annotated[str | None, Field(max_length=100)]


class AuditLine(BaseModel):
    """One line: ids of people and things, never names."""

    id: int
    at: datetime
    caller: str
    organisation: UUID | None
    role: str | None
    what: str
    subject: str | None
    decision: str
    request: str | None


class Sought(BaseModel):
    """Which lines are wanted; what is not said does not matter."""

    caller: Said = None
    subject: Said = None
    what: Said = None
    decision: Verdict | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


def audit_routes(service: str, prefix: str = "") -> GateRouter:
    """A service's `GET /audit`, for auditors and administrators; who looks is audited too."""
    see = Permission(f"{service}.see_audit", every={Role.AUDITOR, Role.ADMIN})
    router = GateRouter()

    def get_audit(door: Door, paging: Paging, sought: Annotated[Sought, Query()]) -> Response:
        """Lines of this service's audit, the latest first."""

        def look(session: Session) -> Page[AuditLine]:
            audit(session, door.caller, see.name, sought.caller or sought.subject)
            rows = lines_of(session, service, sought, paging)
            return Page[AuditLine].of(rows, paging, as_line, lambda row: (row.id,))

        return door.look(look)

    router.get(f"{prefix}/audit", permission=see, response_model=Page[AuditLine])(get_audit)
    return router


def lines_of(session: Session, service: str, sought: Sought, wanted: PageRequest) -> Sequence[Row[Any]]:
    """The wanted lines and one more, the latest first."""
    lines = table(
        "audit",
        column("id", BigInteger),
        column("at", DateTime(timezone=True)),
        *(column(name) for name in NAMES),
        schema=service,
    )
    query: Select[Any] = select(lines)
    for name in ("caller", "subject", "what", "decision"):
        if (value := getattr(sought, name)) is not None:
            query = query.where(lines.c[name] == value)
    if sought.since:
        query = query.where(lines.c.at >= sought.since)
    if sought.until:
        query = query.where(lines.c.at < sought.until)
    if wanted.after:
        query = query.where(lines.c.id < int(wanted.after[0]))
    return session.execute(query.order_by(lines.c.id.desc()).limit(wanted.rows)).all()


def as_line(row: Row[Any]) -> AuditLine:
    """A row as it is shown."""
    return AuditLine.model_validate(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
