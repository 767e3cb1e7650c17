"""A service's desk without a database: its routes behind the real edge and door, its statements only noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from bordergate.http import GateRouter, api_for
from bordergate.settings import Settings
from bordergate.transactions import Origin, Transactions
from tests.builders.callers import Issuer
from tests.builders.clock import FakeClock


@dataclass
class NotingSession:
    """Takes statements and notes them."""

    info: dict[str, Any]
    statements: list[tuple[str, Any]]

    def connection(self) -> NotingSession:
        """Itself: it takes the statements too."""
        return self

    def exec_driver_sql(self, statement: str, values: Any = None) -> None:  # noqa: ANN401 - any parameters
        """Note the statement."""
        self.statements.append((statement, values))

    def flush(self) -> None:
        """Nothing waits."""


@dataclass
class NotingTransactions:
    """Runs work at once and notes as whom."""

    clock: FakeClock
    statements: list[tuple[str, Any]] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    seen_as: list[tuple[UUID | None, str]] = field(default_factory=list)

    def run(self, work: Callable[[Session], Any], *, origin: Origin, party: UUID | None, scope: str) -> Any:  # noqa: ANN401 - the work's answer
        """Do the work."""
        self.origins.append(origin)
        return self.read(work, party=party, scope=scope)

    def read(
        self,
        work: Callable[[Session], Any],
        *,
        party: UUID | None,
        scope: str,
        one_instant: bool = False,  # noqa: ARG002 - one at a time, it is always one instant
    ) -> Any:  # noqa: ANN401 - the work's answer
        """Look."""
        self.seen_as.append((party, scope))
        session = NotingSession({"service": "desk", "clock": self.clock}, self.statements)
        return work(cast("Session", session))


@dataclass
class PaperDesk:
    """What a test holds of the desk."""

    client: TestClient
    issuer: Issuer
    transactions: NotingTransactions


def a_desk(router: GateRouter, folder: Path) -> PaperDesk:
    """The router's routes as a service called desk."""
    clock = FakeClock()
    transactions = NotingTransactions(clock)
    issuer = Issuer(folder / "keys")
    app = api_for(
        "desk",
        router,
        cast("Transactions", transactions),
        clock,
        verifier=issuer.verifier(),
        settings=Settings(var=folder),
    )
    return PaperDesk(TestClient(app, base_url="http://localhost:8080"), issuer, transactions)
