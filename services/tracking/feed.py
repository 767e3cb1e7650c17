"""The feed's consumer: positions from the log to the table, and what they mean to the outbox."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bordergate import metrics
from bordergate.broker import BrokerError, Record
from bordergate.runtime import Gate
from bordergate.transactions import Origin, Transactions, infrastructure, system
from services.tracking import repository
from services.tracking.commands import TakePositions, take_positions
from services.tracking.domain import TOPIC, Areas, Report

AT_ONCE = 2_000
CONSUMER = "tracking.positions"
NO_PARTITION = "23514"
log = logging.getLogger(__name__)


class Ground:
    """The areas as this process knows them, read again when another plan is in force."""

    def __init__(self) -> None:
        self._version = -1
        self._areas = Areas(())

    def areas(self, session: Session) -> Areas:
        """The areas in force."""
        version = repository.plan_version(session)
        if version != self._version:
            self._areas = Areas(repository.areas_in_force(session))
            self._version = version
        return self._areas


class Feed:
    """Takes what one poll gave in one transaction, then commits the offset; what is taken twice changes nothing."""

    def __init__(self, gate: Gate) -> None:
        self.name = CONSUMER
        self._transactions: Transactions = gate.transactions["tracking"]
        self._broker = gate.broker
        self._ground = Ground()
        self._origin = Origin(system(CONSUMER))
        self.waits_for: str | None = None
        self._stop = threading.Event()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stop.set()

    def run(self) -> None:
        """Listen until stopped; infrastructure that fails is tried again for ever."""
        while not self._stop.is_set():
            try:
                self._listen()
            except BrokerError as error:
                self._wait_for(error, 1)

    def _listen(self) -> None:
        subscription = self._broker.subscribe(CONSUMER, TOPIC)
        try:
            while not self._stop.is_set():
                records = subscription.poll(0.5, AT_ONCE)
                self.waits_for = None
                if records and self._take_for_ever(records):
                    subscription.commit()
        finally:
            subscription.close()

    def _take_for_ever(self, records: Sequence[Record]) -> bool:
        backoff = 0.1
        while not self._stop.is_set():
            try:
                self.take(records)
            except Exception as error:
                if not infrastructure(error):
                    raise
                self._wait_for(error, backoff)
                backoff = min(backoff * 2, 30)
            else:
                return True
        return False

    def _wait_for(self, error: Exception, seconds: float) -> None:
        self.waits_for = type(error).__name__
        log.warning("feed waits", extra={"reason": self.waits_for})
        self._stop.wait(seconds)

    def take(self, records: Sequence[Record]) -> None:
        """Take positions; one that cannot be taken is counted and left out, for a feed has nothing to wait for."""
        reports = [report for record in records if (report := _report(record)) is not None]
        try:
            self._write(reports)
        except Exception as error:
            if infrastructure(error):
                raise
            for report in reports:
                self._write_alone(report)

    def _write_alone(self, report: Report) -> None:
        try:
            self._write([report])
        except Exception as error:
            if infrastructure(error):
                raise
            metrics.POSITIONS.labels("failed").inc()
            log.exception("position left out", extra={"consumer": CONSUMER})

    def _write(self, reports: Sequence[Report]) -> None:
        try:
            self._write_once(reports)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != NO_PARTITION:
                raise
            self._transactions.run(lambda session: _open_days(session, reports), origin=self._origin, scope="all")
            self._write_once(reports)
        metrics.POSITIONS_STORED.inc(len(reports))

    def _write_once(self, reports: Sequence[Report]) -> None:
        def work(session: Session) -> None:
            take_positions(TakePositions(reports), session, self._ground.areas(session))

        self._transactions.run(work, origin=self._origin, scope="all")


def _report(record: Record) -> Report | None:
    try:
        return Report.model_validate_json(record.body)
    except ValidationError:
        metrics.POSITIONS.labels("unreadable").inc()
        return None


def _open_days(session: Session, reports: Sequence[Report]) -> None:
    for day in sorted({report.position.at.date() for report in reports}):
        repository.open_day(session, day)
