"""One wait at the gate held against its target; a miss is credited to the carrier, whose truck stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bordergate.aggregate import Aggregate
from events.gate_operations import Authority, MissTakenBack, Target, TargetMissed
from events.words import CrossingState as Stage
from events.words import Direction
from services.gate_operations.domain import CONFIRMING, Reached

MINUTE = timedelta(minutes=1)
OUT: Mapping[Direction, Stage] = {Direction.EXPORT: Stage.CROSSED, Direction.IMPORT: Stage.LEFT_YARD}
"""With which stage a truck, or its goods, have left the yard."""


@dataclass(frozen=True)
class Spent:
    """The time that one side took of a truck, from the moment it could act until it had."""

    target: Target
    whose: Authority
    since: datetime
    until: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return (self.until - self.since) // MINUTE


def spent(direction: Direction, reached: Iterable[Reached]) -> Iterator[Spent]:
    """Agency lag and yard turnaround as far as they are over."""
    known = {one.stage: one for one in reached}
    arriving, checked_in = known.get(Stage.ARRIVING), known.get(Stage.CHECKED_IN)
    if arriving and arriving.first and checked_in:
        (second,) = CONFIRMING - {arriving.first}
        yield Spent(Target.AGENCY_LAG, second, arriving.at, checked_in.at)
    in_yard, out = known.get(Stage.IN_YARD), known.get(OUT[direction])
    if in_yard and out and in_yard.at <= out.at:
        yield Spent(Target.YARD_TURNAROUND, Authority.YARD, in_yard.at, out.at)


@dataclass(eq=False)
class Account(Aggregate):
    """One crossing's wait for one side; `until` is None after the facts have shown that it was none.

    `missed` is whether the target was, and so whether the wait stands to the carrier's credit.
    """

    crossing_id: UUID
    target: Target
    carrier: UUID
    route: str
    parties: list[UUID]
    whose: Authority
    since: datetime
    until: datetime | None = None
    allowed_minutes: int = 0
    missed: bool = False
    version: int = 0

    def hold(self, wait: Spent, allowed_minutes: int) -> None:
        """Hold the wait against its target; said whenever that changes what is owed."""
        before = (self.whose, self.since, self.until, self.allowed_minutes)
        now = (wait.whose, wait.since, wait.until, allowed_minutes)
        if before == now:
            return
        self.whose, self.since, self.until, self.allowed_minutes = now
        if wait.until - wait.since > allowed_minutes * MINUTE:
            self.missed = True
            self.record(self._credited(wait), occurred=wait.until)
        else:
            self._settle()

    def void(self) -> None:
        """There was no such wait after all."""
        self.until = None
        self._settle()

    def _settle(self) -> None:
        if self.missed:
            self.missed = False
            self.record(MissTakenBack(crossing_id=self.crossing_id, target=self.target))
        else:
            self.version += 1

    def _credited(self, wait: Spent) -> TargetMissed:
        return TargetMissed(
            crossing_id=self.crossing_id,
            target=self.target,
            whose=wait.whose,
            route=self.route,
            carrier=self.carrier,
            since=wait.since,
            until=wait.until,
            allowed_minutes=self.allowed_minutes,
        )
