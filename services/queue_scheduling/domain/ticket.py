"""A crossing's place in one queue: what it obeys, and what it records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.ledger import commitment
from events.queue_scheduling import (
    CallAnswered,
    CallExtended,
    CallMissed,
    CallOverridden,
    EmergencyDeclared,
    EmergencyPaper,
    IdentityChanged,
    PromiseExchanged,
    TicketPassed,
    TicketWithdrawn,
    TruckCalled,
    TruckNotQueued,
    TruckQueued,
)
from events.vehicle_registration import CrossingReady, Filing
from events.words import CrossingState, Direction, Failure, Severity, TicketClass
from services.queue_scheduling.dispatch.promise import Promise
from services.queue_scheduling.domain.arrival import AT_THE_GATE
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
    Stage.MISSED: frozenset({Stage.WAITING, Stage.WITHDRAWN}),
    Stage.ARRIVED: frozenset({Stage.SERVED, Stage.ENDED}),
    Stage.SERVED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.ENDED: frozenset(),
}
"""What a ticket obeys; what the authorities take back is not in it.

WAITING → ARRIVED, SERVED: the authorities saw the truck, whatever the queue thought.
WAITING, CALLED → WAITING, REFUSED: before it was seen it became another truck, and stands anew or not at all.
"""

TRACTOR, THE_DRIVER = frozenset({"PLATE", "VEHICLE"}), frozenset({"DRIVER"})
"""What a change of tractor, or of driver, changes of the things of a truck."""
UNSEEN = frozenset({Stage.WAITING, Stage.CALLED})
Standing = tuple[str, Direction]
"""A queue: its route and direction."""

STATED: Mapping[CrossingState, Stage] = {
    CrossingState.ARRIVING: Stage.ARRIVED,
    CrossingState.CHECKED_IN: Stage.SERVED,
}
"""Where a stage that the authorities state takes a ticket; every other they state ends it."""

ACTIVE = frozenset({Stage.WAITING, Stage.CALLED, Stage.ARRIVED, Stage.MISSED})


class Cause(StrEnum):
    """Whose doing it is that a truck cannot come."""

    OWN = "OWN"
    OURS = "OURS"


OUR_RULES = frozenset({"R040"})
"""Failures that are the gate's doing: R040, the route is closed in the truck's window."""


def things_of(crossing: CrossingReady | Filing) -> list[str]:
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

    `things` are what of the truck can be in one queue only (I4). `nonce` opens what the public ledger says of it, whose
    `entry` is the leaf of its last joining. `seen_from` and `ended_from` are where it stood before the authorities saw
    it or turned it away; `owed` is the number it was promised before they did so in error; `missed_from` and
    `missed_until` are the validity of the last call that nobody was seen to follow.
    `excused_there` says that a call was missed while it stood at the gate, which excuses it once.
    `slot` is when the slot begins that it waits for, without a number, or was called in.
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
    second: int | None = None
    number: int | None = None
    called_at: datetime | None = None
    valid_until: datetime | None = None
    override: bool = False
    seen_from: Stage | None = None
    prolonged: bool = False
    exchanged: bool = False
    ended_from: Stage | None = None
    owed: int | None = None
    missed_from: datetime | None = None
    missed_until: datetime | None = None
    emergency: bool = False
    nonce: bytes | None = field(default=None, repr=False)
    entry: int | None = None
    slot: datetime | None = None
    excused_there: bool = False
    clashes: list[str] = field(default_factory=list)
    version: int = 0

    @property
    def queue(self) -> Standing:
        """Where it stands."""
        return self.route, self.direction

    @property
    def vehicle(self) -> UUID:
        """The vehicle that stands there."""
        return next(UUID(thing.removeprefix("VEHICLE ")) for thing in self.things if thing.startswith("VEHICLE "))

    @property
    def commitment(self) -> str:
        """What names it in the public ledger, to nobody who does not hold the nonce."""
        if self.nonce is None:
            raise AssertionError(f"{self.crossing_id} has committed to nothing")
        return commitment(self.nonce, self.crossing_id.bytes).hex()

    def is_of(self, crossing: CrossingReady) -> bool:
        """Whether it is this very truck's, in this queue: identity is frozen from the moment a place is taken."""
        return self.queue == (crossing.route, crossing.direction) and self.things == things_of(crossing)

    def is_kept_by(self, crossing: CrossingReady) -> bool:
        """Whether another tractor or driver of the same carrier may stand in its place: once, with nothing else."""
        same = self.queue == (crossing.route, crossing.direction) and self.carrier == crossing.carrier
        kinds = {thing.split(" ", 1)[0] for thing in set(self.things) ^ set(things_of(crossing))}
        one = kinds <= TRACTOR or kinds <= THE_DRIVER
        return same and one and crossing.exchange is not None and not self.exchanged and self.stage in UNSEEN

    def exchange(self, crossing: CrossingReady, what: str, share: Decimal, because: str) -> None:
        """Another tractor or driver stands in its place from now on."""
        self.things, self.plate, self.exchanged = things_of(crossing), crossing.plate, True
        self.record(IdentityChanged(crossing_id=self.crossing_id, what=what, share=share, because=because))

    def _move(self, stage: Stage) -> None:
        if not self.may_become(stage):
            raise NotWaiting(crossing=self.crossing_id, stage=self.stage)
        self.stage = stage

    def may_become(self, stage: Stage) -> bool:
        """Whether the ticket could go there from where it stands."""
        return stage in MOVES[self.stage]

    def join(self, promise: Promise, now: datetime, *, slot: datetime | None = None) -> None:
        """Take a place; again after a missed call, after being passed, or with other goods."""
        again = self.stage is not Stage.REFUSED
        self._move(Stage.WAITING)
        self.joined_at, self.first_come, self.promise = now, promise.first_come, promise.number
        self.second = promise.second
        self.passed, self.owed, self.clashes, self.slot = False, None, [], slot
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
                slot=slot,
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
        self.prolonged = False
        self.record(
            TruckCalled(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                number=number,
                extraordinary=number is None and (override or self.slot is None),
                override=override,
                valid_until=self.valid_until,
                slot=None if override else self.slot,
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

    def fall_back(self, number: int) -> None:
        """In a crisis, nothing of it being left to save: it waits for its receipt's second number, or one before it."""
        self.promise, self.second = number, None
        self.record(PromiseExchanged(crossing_id=self.crossing_id, promise=number))

    def pass_over(self, number: int) -> None:
        """Its number was called over while it could not come: it waits on without one."""
        self._move(Stage.WAITING)
        self.passed = True
        self.record(TicketPassed(crossing_id=self.crossing_id, number=number, cause=self.cause or Cause.OWN))

    def wait_for(self, until: datetime, because: str) -> None:
        """The truck is on its way: its call stays valid a little longer, once."""
        self.valid_until, self.prolonged = until, True
        self.record(CallExtended(crossing_id=self.crossing_id, valid_until=until, because=because))

    def resume(self, stood: timedelta) -> None:
        """For so long its call could not be followed, because of what was stated in error: that is added to it."""
        if self.valid_until is None or self.stage is not Stage.CALLED:
            raise AssertionError(f"{self.crossing_id} has no call")
        self.valid_until += stood
        because = "queue_scheduling.stated_in_error"
        self.record(CallExtended(crossing_id=self.crossing_id, valid_until=self.valid_until, because=because))

    def extend(self, hours: int, share: Decimal, because: str) -> None:
        """The call stays valid for as many hours longer as its holder asked for."""
        if self.valid_until is None or self.stage is not Stage.CALLED:
            raise AssertionError(f"{self.crossing_id} has no call")
        self.valid_until += timedelta(hours=hours)
        told = {"valid_until": self.valid_until, "because": because, "hours": hours, "share": share}
        self.record(CallExtended(crossing_id=self.crossing_id, **told))

    def miss(self, cause: Cause, because: str | None = None) -> None:
        """The call ran out and the truck was not seen; by whose doing, and which rule says so if it was ours."""
        valid_until = self.valid_until
        self._move(Stage.MISSED)
        if valid_until is None:
            raise AssertionError(f"{self.crossing_id} was called without an end")
        self.missed_from, self.missed_until = self.called_at, valid_until
        self.excused_there = self.excused_there or because == AT_THE_GATE
        self.record(CallMissed(crossing_id=self.crossing_id, valid_until=valid_until, cause=cause, because=because))

    def answered(self, seen_at: datetime) -> datetime | None:
        """The truck was seen at an instant: when the call was that it was said to have missed, if that was in time."""
        since, until = self.missed_from, self.missed_until
        if since is None or until is None or not since <= seen_at <= until:
            return None
        self.missed_from = self.missed_until = None
        self.record(CallAnswered(crossing_id=self.crossing_id, called_at=since, valid_until=until), occurred=seen_at)
        return since

    def declare_emergency(self, paper: EmergencyPaper, officers: tuple[UUID, UUID]) -> None:
        """A written order lets it go before all others; two officers answer for that."""
        self.emergency, self.ticket_class = True, TicketClass.P0
        self.record(
            EmergencyDeclared(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                paper=paper,
                officers=officers,
            )
        )

    def withdraw(self, reason: str, share: Decimal = Decimal(0), because: str | None = None) -> None:
        """Give the place up, or a call that was missed; `share` of the fee is owed, by which rule."""
        self._move(Stage.WITHDRAWN)
        self.record(TicketWithdrawn(crossing_id=self.crossing_id, reason=reason, share=share, because=because))

    def become(self, stage: Stage) -> None:
        """Follow what the authorities saw; they state it, so nothing is recorded here."""
        if stage is Stage.ENDED:
            self.ended_from = self.stage
        elif self.stage in UNSEEN:
            self.seen_from = self.stage
        self._move(stage)
        self.version += 1

    def take_back(self, stated: CrossingState) -> bool:
        """The authorities did not see that after all: the ticket stands where it stood before; whether it moved."""
        now = STATED.get(stated, Stage.ENDED)
        before = {
            Stage.ARRIVED: self.seen_from or Stage.CALLED,
            Stage.SERVED: Stage.ARRIVED,
            Stage.ENDED: self.ended_from,
        }[now]
        if self.stage is not now or before is None or (before is Stage.CALLED and self.called_at is None):
            return False
        self.stage = before
        self.version += 1
        return True

    def owe(self, number: int) -> None:
        """It is called by this number at the latest, whatever it holds now."""
        self.owed = number

    def spoil_at(self, instant: datetime | None) -> None:
        """Customs has heard otherwise of how long the goods last."""
        self.spoils_at = instant
        self.version += 1

    def heed_readiness(self, cause: Cause | None) -> None:
        """Remember whether anything is missing (None: nothing), and whose doing it is.

        Of one who was passed it stays whose doing that was: what is missing later gives him no other right.
        """
        self.ready = cause is None
        if cause is None or not self.passed:
            self.cause = cause
        self.version += 1
