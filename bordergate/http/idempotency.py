"""Asked twice, done once: the answer is kept under the caller's key, in the transaction that made it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bordergate.errors import Conflict, Invalid

HEADER = "Idempotency-Key"
REPLAYED = "Bordergate-Replayed"
LONGEST = 200


class KeyReused(Conflict):
    """The key stands for another request."""

    code = "idempotency.key_reused"


class BadKey(Invalid):
    """The key cannot be one."""

    code = "idempotency.bad_key"


@dataclass(frozen=True)
class Once:
    """A request that must take effect once: whose, under which key, and what it was."""

    caller: str
    key: str
    request: bytes

    def begin(self, session: Session) -> Response | None:
        """Take the key before anything else; returns the answer given before, if one was.

        Another transaction with the same key waits here until the first has ended.
        """
        taken = session.connection().exec_driver_sql(
            f"INSERT INTO {session.info['service']}.idempotency (caller, key, request_hash, created_at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING key",
            (self.caller, self.key, self.request, datetime.now(UTC)),
        )
        return None if taken.first() else self._before(session)

    def keep(self, session: Session, status: int, headers: dict[str, str], body: bytes) -> None:
        """Remember the answer for the next time."""
        session.connection().exec_driver_sql(
            f"UPDATE {session.info['service']}.idempotency SET status = %s, headers = %s::jsonb, body = %s"
            " WHERE caller = %s AND key = %s",
            (status, json.dumps(headers), body, self.caller, self.key),
        )

    def _before(self, session: Session) -> Response:
        kept = self._row(session)
        if bytes(kept["request_hash"]) != self.request or kept["status"] is None:
            raise KeyReused
        return Response(bytes(kept["body"]), kept["status"], kept["headers"] | {REPLAYED: "true"})

    def _row(self, session: Session) -> RowMapping:
        found = session.connection().exec_driver_sql(
            f"SELECT request_hash, status, headers, body FROM {session.info['service']}.idempotency"
            " WHERE caller = %s AND key = %s",
            (self.caller, self.key),
        )
        return found.mappings().one()


async def once(request: Request, caller: str) -> Once | None:
    """What the request's Idempotency-Key, or its form's field `once`, asks for; None without one; raises BadKey."""
    form = getattr(request.state, "form", None)
    key = request.headers.get(HEADER)
    if key is None and form:
        key = form.get("once")
    if key is None:
        return None
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise BadKey
    told = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    told.update(await request.body())
    return Once(caller, key, told.digest())
