"""The queue alone: what other services state comes from the tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bordergate.auth import Role
from bordergate.broker import Record
from bordergate.event import Event
from bordergate.ids import new_id
from bordergate.service import Service
from events.queue_scheduling import (
    AbsenceExcused,
    CallAnswered,
    CallExtended,
    CallMissed,
    CallOverridden,
    CrisisDeclared,
    CrisisLifted,
    EmergencyDeclared,
    IdentityChanged,
    PresenceStated,
    PromiseExchanged,
    RoutePublished,
    RouteStatusChanged,
    SlotConfirmed,
    SlotEnded,
    SlotOffered,
    SlotReserved,
    SlotStruck,
    TicketPassed,
    TicketWithdrawn,
    TruckCalled,
    TruckNotQueued,
    TruckQueued,
)
from events.streams import CROSSINGS, ROUTES
from events.vehicle_registration import CrossingNotReady, CrossingReady
from events.words import Failure
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.leaf import Leaf
from services.queue_scheduling.ledger.sequencer import Sequencer
from services.queue_scheduling.service import service
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.queue import TEN, a_ready_crossing
from tests.gates import Asking, StillGate

A_FIFTH = (
    "UPDATE queue_scheduling.parameters SET value = CASE name WHEN 'slot_share_least' THEN 0.2 ELSE 0.6 END"
    " WHERE name IN ('slot_share_least', 'slot_share_most')"
)
STATED: dict[str, type[Event]] = {
    event.type(): event
    for event in (
        RoutePublished,
        RouteStatusChanged,
        TruckQueued,
        TruckNotQueued,
        TruckCalled,
        CallOverridden,
        CallExtended,
        IdentityChanged,
        TicketPassed,
        CallMissed,
        CallAnswered,
        EmergencyDeclared,
        PromiseExchanged,
        CrisisDeclared,
        CrisisLifted,
        TicketWithdrawn,
        SlotReserved,
        SlotConfirmed,
        SlotOffered,
        SlotStruck,
        SlotEnded,
        PresenceStated,
        AbsenceExcused,
    )
}
API = "/api/queue-scheduling"


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Only the queue."""
    return [service]


@dataclass
class Border:
    """The queue, and the world around it."""

    gate: StillGate
    sequence: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def hears(self, *events: Event, times: int = 1, source: str = "vehicle_registration") -> None:
        """Other services state events at this moment, in this order, each so many times."""
        for event in events:
            envelope = enveloped(event, next(self.sequence), source=source, time=self.gate.clock.now())
            self.gate.publish(*[as_record(envelope)] * times)
        self.gate.settle()

    def joins(self, *crossings: CrossingReady) -> list[UUID]:
        """Crossings become ready a second apart."""
        for crossing in crossings:
            self.gate.clock.forward(seconds=1)
            envelope = enveloped(
                crossing, next(self.sequence), source="vehicle_registration", time=self.gate.clock.now()
            )
            self.gate.publish(as_record(envelope))
        self.gate.settle()
        return [crossing.crossing_id for crossing in crossings]

    def trucks_join(self, count: int, **changes: Any) -> list[UUID]:  # noqa: ANN401 - any field
        return self.joins(*[a_ready_crossing(**changes) for _ in range(count)])

    def is_not_ready(self, crossing_id: UUID, code: str = "R020") -> None:
        failure = Failure(code=code, field="$.goods")
        self.hears(CrossingNotReady(crossing_id=crossing_id, failures=(failure,)))

    def stated(self, crossing_id: object) -> list[Event]:
        """What the queue has stated of a crossing or a route, in order."""
        records = [record for record in self.heard() if record.key == str(crossing_id)]
        return [STATED[record.headers["ce_type"]].model_validate_json(record.body) for record in records]

    def heard(self) -> list[Record]:
        """Everything the queue has stated; in order for each key."""
        self.gate.settle()
        found: list[Record] = []
        for topic in (CROSSINGS, ROUTES):
            listener = self.gate.broker.subscribe(f"test-{new_id()}", topic)
            while records := listener.poll(0, 1000):
                found += records
            listener.close()
        return [record for record in found if record.headers["ce_source"] == "/services/queue_scheduling"]

    def kinds(self, crossing_id: object) -> list[str]:
        return [type(event).__name__ for event in self.stated(crossing_id)]

    def calls(self) -> list[TruckCalled]:
        """All calls ever made, by minute; of one minute the extraordinary first, then by number."""
        wanted = [record for record in self.heard() if record.headers["ce_type"] == TruckCalled.type()]
        told = [(r.headers["ce_time"], TruckCalled.model_validate_json(r.body)) for r in wanted]
        return [call for _, call in sorted(told, key=lambda one: (one[0], one[1].number or 0))]

    def ticket(self, crossing_id: UUID) -> Any:  # noqa: ANN401 - a row
        (row,) = self.gate.rows(
            "queue_scheduling", "SELECT * FROM queue_scheduling.tickets WHERE crossing_id = %s", crossing_id
        )
        return row

    def stages(self, *crossings: UUID) -> list[str]:
        return [self.ticket(crossing).stage for crossing in crossings]

    def queue(self, key: str = "hn-1119/EXPORT") -> Any:  # noqa: ANN401 - a row
        (row,) = self.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.queues WHERE key = %s", key)
        return row

    def log(self, route: str = "hn-1119") -> list[Leaf]:
        """Everything in a route's public log."""
        sequencer = Sequencer(self.gate.gate)
        while sequencer.step():
            pass
        wanted = "SELECT leaf FROM queue_scheduling.leaves WHERE route = %s ORDER BY index"
        return [Leaf.read(bytes(row.leaf)) for row in self.gate.rows("queue_scheduling", wanted, route)]

    def wrong_in_log(self, route: str = "hn-1119") -> list[str]:
        """What anybody's check of it finds."""
        check = LogCheck(route)
        return [finding.code for leaf in self.log(route) for finding in check.read(leaf)]

    def operator(self, *roles: Role, **changes: Any) -> Asking:  # noqa: ANN401 - any field
        return self.gate.as_(a_caller(*(roles or (Role.GATE_OPERATOR,)), organisation=new_id(), **changes))

    def two_operators(self) -> Asking:
        first, second = (a_caller(Role.GATE_OPERATOR, organisation=new_id()) for _ in range(2))
        return self.gate.as_(first, second)

    def trader(self, organisation: UUID, *roles: Role) -> Asking:
        return self.gate.as_(a_caller(*(roles or (Role.TRADER,)), organisation=organisation))

    def history_begins(self, at: str, queue: str = "%") -> None:
        """From then on the calls of one queue, or of all, are kept."""
        sql = "UPDATE queue_scheduling.queues SET kept_since = %s WHERE key LIKE %s"
        self.gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(sql, (at, queue)))

    def closes_for_the_night(self) -> None:
        """It is three in the morning: nobody is called."""
        self.gate.clock.set(TEN - timedelta(hours=7))

    def opens(self, minutes: int = 0) -> None:
        """Seven in the morning and so many minutes, the rounds in between made."""
        self.gate.clock.set(TEN - timedelta(hours=3))
        self.gate.settle()
        for _ in range(minutes):
            self.gate.wait(minutes=1)


@pytest.fixture
def border(still_gate: StillGate) -> Border:
    """Hữu Nghị before it opens, on a Tuesday; a fifth of its calls can be booked, so that an hour has some places."""
    border = Border(still_gate)
    still_gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(A_FIFTH))
    border.closes_for_the_night()
    border.history_begins("2025-07-01T00:00+07:00")
    return border
