"""What may be forgotten: answers kept for repetition, events heard long ago."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bordergate.transactions import Origin, Transactions, system

EVERY_SECONDS = 600
FORGET = (
    "DELETE FROM {schema}.inbox WHERE received_at < clock_timestamp() - interval '30 days'",
    "DELETE FROM {schema}.idempotency WHERE created_at < clock_timestamp() - interval '24 hours'",
)
log = logging.getLogger(__name__)


class Housekeeping:
    """Forgets, service by service, in real time."""

    def __init__(self, transactions: list[Transactions]) -> None:
        self._transactions = transactions
        self.name = "housekeeping"
        self.waits_for: str | None = None
        self._stop = threading.Event()

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def run(self) -> None:
        """Forget every ten minutes until stopped."""
        while not self._stop.wait(EVERY_SECONDS):
            for transactions in self._transactions:
                try:
                    forget(transactions)
                except SQLAlchemyError as error:
                    log.warning(
                        "nothing forgotten", extra={"service": transactions.service, "reason": type(error).__name__}
                    )


def forget(transactions: Transactions) -> None:
    """Forget what is over in one service."""

    def work(session: Session) -> None:
        for statement in FORGET:
            session.connection().exec_driver_sql(statement.format(schema=transactions.service))

    transactions.run(work, origin=Origin(system("housekeeping")), scope="all")
