"""A crossing's place in one queue: what it obeys, and what it records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from events.queue_scheduling import (
    CallMissed,
    CallOverridden,
    TicketPassed,
    TicketWithdrawn,
    TruckCalled,
    TruckNotQueued,
    TruckQueued,
)
from events.vehicle_registration import CrossingReady
from events.words import CrossingState, Direction, Failure, Severity, TicketClass
from services.queue_scheduling.dispatch.promise import Promise
from services.queue_scheduling.domain.refusals import NotWaiting


class Stage(StrEnum):
    """Where a ticket stands; REFUSED never joined, ENDED left after its call."""

    WAITING = "WAITING"
    CALLED = "CALLED"
    ARRIVED = "ARRIVED"
    SERVED = "SERVED"
    MISSED = "MISSED"
    WITHDRAWN = "WITHDRAWN"
    ENDED = "ENDED"
    REFUSED = "REFUSED"


MOVES: Mapping[Stage, frozenset[Stage]] = {
    Stage.REFUSED: frozenset({Stage.WAITING, Stage.REFUSED, Stage.WITHDRAWN, Stage.ENDED}),
    Stage.WAITING: frozenset(set(Stage) - {Stage.MISSED}),
    Stage.CALLED: frozenset({Stage.WAITING, Stage.REFUSED, Stage.ARRIVED, Stage.SERVED, Stage.MISSED, Stage.ENDED}),
    Stage.MISSED: frozenset({Stage.WAITING}),
    Stage.ARRIVED: frozenset({Stage.SERVED, Stage.ENDED}),
    Stage.SERVED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.ENDED: frozenset(),
}
"""What a ticket obeys. WAITING → ARRIVED, SERVED: the authorities saw the truck, whatever the queue thought.
WAITING, CALLED → WAITING, REFUSED: before it was seen it became another truck, and stands anew or not at all."""

UNSEEN = frozenset({Stage.WAITING, Stage.CALLED})
Standing = tuple[str, Direction]
"""A queue: its route and direction."""

STATED: Mapping[CrossingState, tuple[Stage, Stage]] = {
    CrossingState.ARRIVING: (Stage.ARRIVED, Stage.CALLED),
    CrossingState.CHECKED_IN: (Stage.SERVED, Stage.ARRIVED),
}
"""Where a stage that the authorities state takes a called ticket, and where it stood before."""

ACTIVE = frozenset({Stage.WAITING, Stage.CALLED, Stage.ARRIVED, Stage.MISSED})


class Cause(StrEnum):
    """Whose doing it is that a truck cannot come."""

    OWN = "OWN"
    OURS = "OURS"


OUR_RULES = frozenset({"R040"})
"""Failures that are the gate's doing: R040, the route is closed in the truck's window."""


def things_of(crossing: CrossingReady) -> list[str]:
    """What of a crossing can be in one queue only (I4): kind and value of each, in order."""
    found = {f"PLATE {crossing.plate}", f"VEHICLE {crossing.vehicle_id}"}
    found |= {f"CONTAINER {container}" for container in crossing.containers}
    if crossing.trailer:
        found.add(f"TRAILER {crossing.trailer}")
    if crossing.driver_id:
        found.add(f"DRIVER {crossing.driver_id}")
    return sorted(found)


def cause_of(failures: Iterable[Failure]) -> Cause:
    """Ours only when nothing of the truck's own is missing."""
    blocking = {failure.code for failure in failures if failure.severity is Severity.BLOCK}
    return Cause.OURS if blocking and blocking <= OUR_RULES else Cause.OWN


@dataclass(eq=False)
class Ticket(Aggregate):
    """A crossing's place in one queue; `passed` waits without a number, `cause` says why it is not ready.

    `things` are what of the truck can be in one queue only (I4).
    """

    crossing_id: UUID
    reference: str
    route: str
    direction: Direction
    ticket_class: TicketClass
    carrier: UUID
    parties: list[UUID]
    plate: str
    things: list[str]
    enqueued_at: datetime
    spoils_at: datetime | None = None
    stage: Stage = Stage.REFUSED
    ready: bool = True
    cause: Cause | None = None
    passed: bool = False
    joined_at: datetime | None = None
    first_come: int | None = None
    promise: int | None = None
    number: int | None = None
    called_at: datetime | None = None
    valid_until: datetime | None = None
    override: bool = False
    ended_from: Stage | None = None
    clashes: list[str] = field(default_factory=list)
    version: int = 0

    @property
    def queue(self) -> Standing:
        """Where it stands."""
        return self.route, self.direction

    def is_of(self, crossing: CrossingReady) -> bool:
        """Whether it is this very truck's, in this queue: identity is frozen from the moment a place is taken."""
        return self.queue == (crossing.route, crossing.direction) and self.things == things_of(crossing)

    def _move(self, stage: Stage) -> None:
        if not self.may_become(stage):
            raise NotWaiting(crossing=self.crossing_id, stage=self.stage)
        self.stage = stage

    def may_become(self, stage: Stage) -> bool:
        """Whether the ticket could go there from where it stands."""
        return stage in MOVES[self.stage]

    def join(self, promise: Promise, now: datetime) -> None:
        """Take a place; again after a missed call, after being passed, or with other goods."""
        again = self.stage is not Stage.REFUSED
        self._move(Stage.WAITING)
        self.joined_at, self.first_come, self.promise = now, promise.first_come, promise.number
        self.passed, self.clashes = False, []
        self.record(
            TruckQueued(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                ticket_class=self.ticket_class,
                first_come=promise.first_come,
                promise=promise.number,
                ahead=promise.ahead,
                again=again,
            ),
            occurred=now,
        )

    def refuse(self, failures: Sequence[Failure]) -> None:
        """No place: something of the truck already stands in a queue."""
        self._move(Stage.REFUSED)
        self.clashes = [failure.code for failure in failures]
        self.record(TruckNotQueued(crossing_id=self.crossing_id, route=self.route, failures=tuple(failures)))

    def call(self, number: int | None, now: datetime, valid: timedelta, *, override: bool = False) -> None:
        """Let the truck come forward."""
        self._move(Stage.CALLED)
        self.number, self.called_at, self.valid_until, self.override = number, now, now + valid, override
        self.record(
            TruckCalled(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                number=number,
                extraordinary=number is None,
                override=override,
                valid_until=self.valid_until,
            ),
            occurred=now,
        )

    def call_by_hand(self, reason: str, officers: tuple[UUID, UUID], now: datetime, valid: timedelta) -> None:
        """Let the truck come forward out of turn; two officers answer for it."""
        self.call(None, now, valid, override=True)
        self.record(
            CallOverridden(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                ticket_class=self.ticket_class,
                reason=reason,
                officers=officers,
            ),
        )

    def pass_over(self, number: int) -> None:
        """Its number was called over while it could not come: it waits on without one."""
        self._move(Stage.WAITING)
        self.passed = True
        self.record(TicketPassed(crossing_id=self.crossing_id, number=number, cause=self.cause or Cause.OWN))

    def miss(self) -> None:
        """The call ran out and the truck was not seen."""
        valid_until = self.valid_until
        self._move(Stage.MISSED)
        if valid_until is None:
            raise AssertionError(f"{self.crossing_id} was called without an end")
        self.record(CallMissed(crossing_id=self.crossing_id, valid_until=valid_until))

    def withdraw(self, reason: str) -> None:
        """Give the place up before a call."""
        self._move(Stage.WITHDRAWN)
        self.record(TicketWithdrawn(crossing_id=self.crossing_id, reason=reason))

    def become(self, stage: Stage) -> None:
        """Follow what the authorities saw; they state it, so nothing is recorded here."""
        self.ended_from = self.stage if stage is Stage.ENDED else None
        self._move(stage)
        self.version += 1

    def take_back(self, stated: CrossingState) -> bool:
        """The authorities did not see that after all: the ticket stands where it stood before; whether it moved."""
        now, before = STATED.get(stated, (Stage.ENDED, self.ended_from))
        if self.stage is not now or before is None or before is Stage.WAITING or self.called_at is None:
            return False
        self.stage, self.ended_from = before, None
        self.version += 1
        return True

    def spoil_at(self, instant: datetime | None) -> None:
        """Customs has heard otherwise of how long the goods last."""
        self.spoils_at = instant
        self.version += 1

    def heed_readiness(self, cause: Cause | None) -> None:
        """Remember whether anything is missing (None: nothing), and whose doing it is."""
        self.ready, self.cause = cause is None, cause
        self.version += 1
