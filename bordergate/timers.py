"""Timers: a deadline is a row, written in the transaction that makes it needed and taken when it is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import TableClause, column, delete, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bordergate import metrics
from bordergate.clock import Clock
from bordergate.event import ActorKind
from bordergate.transactions import Busy, Origin, Transactions, infrastructure, system

TRIES = 3
IDLE = 0.2
LOOPS = 32
"""As many can run a service's timers at once."""

log = logging.getLogger(__name__)


class Timer(BaseModel):
    """A deadline; its fields are its identity, `kind` is `<service>.<deadline>`."""

    model_config = ConfigDict(frozen=True)

    kind: ClassVar[str]


Handler = Callable[[Any, Session, Clock], None]
Before = Callable[[Any, Session], None]


def start_timer(session: Session, timer: Timer, *, due: datetime, or_earlier: bool = False) -> None:
    """Set the deadline, or move it; `or_earlier`: never put off one that stands already."""
    start_timers(session, [timer], due=due, or_earlier=or_earlier)


def start_timers(session: Session, waiting: Iterable[Timer], *, due: datetime, or_earlier: bool = False) -> None:
    """Set one deadline for many, or move it, in one statement."""
    keyed = sorted({(timer.kind, timer.model_dump_json()) for timer in waiting})
    if not keyed:
        return
    session.connection().exec_driver_sql(
        f"INSERT INTO {session.info['service']}.timers AS known (kind, key, due, tries)"
        " SELECT kind, key, %s, 0 FROM unnest(%s::text[], %s::text[]) AS u (kind, key) ON CONFLICT (kind, key)"
        f" DO UPDATE SET due = {'LEAST(known.due, excluded.due)' if or_earlier else 'excluded.due'},"
        " tries = 0, error = NULL",
        (due, [kind for kind, _ in keyed], [key for _, key in keyed]),
    )


def stop_timer(session: Session, timer: Timer) -> None:
    """Forget the deadline; one that fires all the same must find its reason gone.

    One that fires just now is not waited for: it may itself wait for what this transaction has locked.
    """
    timers = timers_of(session)
    here = timers.c.kind == timer.kind, timers.c.key == timer.model_dump_json()
    free = select(timers.c.key).where(*here).with_for_update(skip_locked=True).scalar_subquery()
    session.execute(delete(timers).where(*here, timers.c.key == free))


def timers_of(session: Session) -> TableClause:
    """The service's timers."""
    names = ("kind", "key", "due", "tries", "error")
    return table("timers", *(column(name) for name in names), schema=session.info["service"])


class TimerLoop:
    """Runs one service's due timers, one command in the transaction that takes the row.

    `before` locks what the timer will need, and may wait for it: the timer's own row is still free then, so whoever
    holds what is waited for can move it meanwhile.
    """

    def __init__(
        self,
        transactions: Transactions,
        handlers: Mapping[type[Timer], Handler],
        clock: Clock,
        before: Before | None = None,
    ) -> None:
        self._transactions = transactions
        self._before = before
        self._handlers = {timer.kind: (timer, handler) for timer, handler in handlers.items()}
        self._clock = clock
        self.name = f"{transactions.service}.timers"
        self.waits_for: str | None = None
        self._stop = threading.Event()

    def stop(self) -> None:
        """End after the timer under way."""
        self._stop.set()

    def run(self) -> None:
        """Run due timers until stopped; infrastructure that fails is tried again for ever."""
        backoff = 0.1
        while not self._stop.is_set():
            try:
                ran = self.run_due()
                self.waits_for, backoff = None, 0.1
                self._stop.wait(0 if ran else IDLE)
            except (SQLAlchemyError, Busy) as error:
                self.waits_for = type(error).__name__
                log.warning(
                    "timers wait", extra={"service": self._transactions.service, "reason": type(error).__name__}
                )
                self._stop.wait(backoff)
                backoff = min(backoff * 2, 30)

    def run_due(self) -> int:
        """Run every timer due now, each once, but those that somebody is moving; returns how many."""
        ran, moving = 0, list[str]()
        while not self._stop.is_set() and (it_ran := self._run_one(moving)) is not None:
            ran += it_ran
        return ran

    def _run_one(self, moving: list[str]) -> bool | None:
        """Whether the first due timer ran, or was passed over; None when there is none."""
        taken: list[tuple[str, str]] = []
        origin = Origin(system(f"{self._transactions.service}.timers", ActorKind.TIMER))
        try:
            return self._transactions.run(
                lambda session: self._take(session, taken, moving), origin=origin, scope="all"
            )
        except Exception as error:
            if infrastructure(error) or not taken:
                raise
            self._set_aside(taken[-1], error)
        return True

    def _take(self, session: Session, taken: list[tuple[str, str]], moving: list[str]) -> bool | None:
        here = self._claim(session, moving)
        if here is None:
            return None
        taken.append(here)
        kind, key = here
        known, handler = self._handlers[kind]
        timer = known.model_validate_json(key)
        if self._before is not None:
            self._before(timer, session)
        gone = session.connection().exec_driver_sql(
            f"DELETE FROM {self._transactions.service}.timers WHERE (kind, key) = ("
            f" SELECT kind, key FROM {self._transactions.service}.timers"
            " WHERE kind = %s AND key = %s AND due <= %s FOR UPDATE SKIP LOCKED)",
            (kind, key, self._clock.now()),
        )
        if not gone.rowcount:
            moving.append(kind + key)
            return False
        handler(timer, session, self._clock)
        metrics.TIMERS.labels(kind).inc()
        return True

    def _claim(self, session: Session, moving: list[str]) -> tuple[str, str] | None:
        """The first due timer that no other loop is about to run; its row is not locked, it may still be moved.

        `moving` were met already in this look, each row locked by somebody else.
        """
        found = (
            session.connection()
            .exec_driver_sql(
                f"SELECT kind, key FROM (SELECT kind, key FROM {self._transactions.service}.timers"
                " WHERE due <= %s AND tries < %s AND kind = ANY(%s) AND kind || key <> ALL(%s)"
                " ORDER BY due LIMIT %s) AS due"
                " WHERE pg_try_advisory_xact_lock(hashtextextended(kind || key, 0)) LIMIT 1",
                (self._clock.now(), TRIES, list(self._handlers), moving, LOOPS),
            )
            .first()
        )
        return None if found is None else (found.kind, found.key)

    def _set_aside(self, place: tuple[str, str], error: Exception) -> None:
        kind, key = place
        log.error("timer failed", extra={"timer": kind, "reason": type(error).__name__}, exc_info=error)
        metrics.TIMER_FAILURES.labels(kind).inc()
        self._transactions.run(
            lambda session: session.connection().exec_driver_sql(
                f"UPDATE {self._transactions.service}.timers SET tries = tries + 1, error = %s,"
                " due = due + interval '1 second' WHERE kind = %s AND key = %s",
                (f"{type(error).__name__}: {error}"[:2000], kind, key),
            ),
            origin=Origin(system("timers", ActorKind.TIMER)),
            scope="all",
        )
