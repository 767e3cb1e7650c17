"""One command, one transaction: run it, commit, and only then answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from bordergate.broker import BrokerError
from bordergate.clock import Clock
from bordergate.errors import Unavailable
from bordergate.event import Actor, ActorKind
from bordergate.outbox import capture

T = TypeVar("T")
Scope = Literal["all", "own"]
ATTEMPTS = 3
SERIALISATION_FAILURES = frozenset({"40001", "40P01"})
INFRASTRUCTURE_CLASSES = frozenset({"08", "53", "55", "57", "58", "40"})
ENTER = (
    "SELECT set_config('role', %s, true), set_config('bordergate.organisation', %s, true),"
    " set_config('bordergate.scope', %s, true), set_config('transaction_read_only', %s, true)"
)


class Busy(Unavailable):
    """Others kept changing the same thing."""

    code = "busy"


@dataclass(frozen=True)
class Origin:
    """Who causes what the transaction records, in answer to which event, within which trace."""

    actor: Actor
    causation: UUID | None = None
    traceparent: str | None = None


def system(name: str, kind: ActorKind = ActorKind.SYSTEM) -> Actor:
    """A part of the gate itself as an actor."""
    return Actor(kind=kind, id=name)


class Transactions:
    """Transactions of one service: under its database role, as somebody, within a scope."""

    def __init__(self, engine: Engine, service: str, clock: Clock) -> None:
        self.engine = engine
        self.service = service
        self.clock = clock
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        event.listen(self._sessions, "after_begin", _enter)
        event.listen(self._sessions, "before_flush", capture)

    def run(
        self,
        work: Callable[[Session], T],
        *,
        origin: Origin,
        party: UUID | None = None,
        scope: Scope = "own",
    ) -> T:
        """Do the work and commit; again, at most three times, when others were in the way.

        Raises what the work refuses, and Busy when the third attempt clashed too.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._session(origin, party, scope, writes=True) as session:
                    result = work(session)
                    session.commit()
                    return result
            except (DBAPIError, StaleDataError) as error:
                if not clashed(error):
                    raise
                if attempt == ATTEMPTS:
                    raise Busy(retry_after=1) from error
                time.sleep(random.uniform(0.005, 0.03) * attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError

    def read(
        self,
        work: Callable[[Session], T],
        *,
        party: UUID | None = None,
        scope: Scope = "own",
        one_instant: bool = False,
    ) -> T:
        """Look, in a read-only transaction; `one_instant`: all its statements see the database as the first one did."""
        with self._session(Origin(system("reader")), party, scope, writes=False) as session:
            if one_instant:  # before the first statement, which begins the transaction
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            return work(session)

    def _session(self, origin: Origin, party: UUID | None, scope: Scope, *, writes: bool) -> Session:
        session = self._sessions()
        enter = (f"bordergate_{self.service}", str(party) if party else "", scope, "off" if writes else "on")
        session.info.update(origin=origin, service=self.service, clock=self.clock, captured=[], pending=[], enter=enter)
        return session


def _enter(session: Session, _transaction: Any, connection: Connection) -> None:  # noqa: ANN401 - SQLAlchemy's shape
    """At the start of each transaction, take the service's role and the caller's scope."""
    if not connection.in_nested_transaction():
        connection.exec_driver_sql(ENTER, session.info["enter"])


def clashed(error: Exception) -> bool:
    """Whether two transactions were in each other's way and one may try again."""
    if isinstance(error, StaleDataError):
        return True
    return getattr(getattr(error, "orig", None), "sqlstate", None) in SERIALISATION_FAILURES


def infrastructure(error: BaseException) -> bool:
    """Whether the database or the broker failed, not the thing asked: worth trying again for ever."""
    if isinstance(error, PoolTimeout | BrokerError | Busy):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # nothing came from the server: the connection broke, or the driver refused a value
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return error.connection_invalidated or state[:2] in INFRASTRUCTURE_CLASSES
