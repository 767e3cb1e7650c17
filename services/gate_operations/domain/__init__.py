"""A crossing at the gate: what the authorities state of it, and the stages that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from bordergate.aggregate import Aggregate
from events.crossing import ENDS, TURNED_AWAY, path_of
from events.gate_operations import (
    Authority,
    AuthorityLagging,
    CrossingCompleted,
    CrossingReleasable,
    CrossingReleased,
    FactKind,
    FactStated,
    PlateRead,
    StageTakenBack,
    TruckArriving,
    TruckCheckedIn,
    TruckCrossed,
    TruckInYard,
    TruckLeftYard,
    TruckRejected,
    TruckReturned,
)
from events.streams import CrossingEvent
from events.words import CrossingState as Stage
from events.words import Direction
from services.gate_operations.domain.plates import PlateReading, last_read
from services.gate_operations.domain.refusals import (
    NothingCorrected,
    NotTheirFact,
    NotTheirs,
    OtherFact,
    OtherReading,
    ReasonMissing,
)

CONFIRMING = frozenset({Authority.BORDER_GUARD, Authority.CUSTOMS})
"""Both must have confirmed the truck before it counts as entered."""

MAY_STATE: Mapping[FactKind, frozenset[Authority]] = {
    FactKind.ARRIVAL_CONFIRMED: CONFIRMING,
    FactKind.ENTERED_YARD: frozenset({Authority.YARD, Authority.GATE_OPERATOR}),
    FactKind.LEFT_YARD: frozenset({Authority.YARD, Authority.GATE_OPERATOR}),
    FactKind.GOODS_RELEASED: frozenset({Authority.CUSTOMS}),
    FactKind.CROSSED_BORDER: frozenset({Authority.BORDER_GUARD}),
    FactKind.LEFT_COUNTRY: frozenset({Authority.BORDER_GUARD}),
    FactKind.WENT_INLAND: CONFIRMING,
    FactKind.TURNED_BACK: CONFIRMING,
    FactKind.REFUSED_ENTRY: CONFIRMING,
    FactKind.STATED_IN_ERROR: frozenset(Authority),
}
"""Who may state what."""

NEED_REASON = frozenset({FactKind.TURNED_BACK, FactKind.REFUSED_ENTRY, FactKind.STATED_IN_ERROR})
AHEAD = timedelta(minutes=5)
"""How far an authority's watch may run ahead of the gate's."""

NEEDED: Mapping[Direction, Mapping[Stage, tuple[FactKind, ...]]] = {
    Direction.EXPORT: {
        Stage.IN_YARD: (FactKind.ENTERED_YARD,),
        Stage.RELEASED: (FactKind.GOODS_RELEASED,),
        Stage.CROSSED: (FactKind.CROSSED_BORDER,),
    },
    Direction.IMPORT: {
        Stage.CROSSED: (FactKind.CROSSED_BORDER,),
        Stage.IN_YARD: (FactKind.ENTERED_YARD,),
        Stage.RELEASED: (FactKind.GOODS_RELEASED,),
        Stage.LEFT_YARD: (FactKind.LEFT_YARD,),
        Stage.COMPLETED: (FactKind.LEFT_COUNTRY, FactKind.WENT_INLAND),
    },
}
"""After check-in, the facts of which one takes a truck to a stage; a stage without any follows from the one before."""

PLAIN: Mapping[Stage, type[CrossingEvent]] = {
    Stage.CHECKED_IN: TruckCheckedIn,
    Stage.IN_YARD: TruckInYard,
    Stage.RELEASABLE: CrossingReleasable,
    Stage.RELEASED: CrossingReleased,
    Stage.CROSSED: TruckCrossed,
    Stage.LEFT_YARD: TruckLeftYard,
    Stage.COMPLETED: CrossingCompleted,
}
"""The events that say nothing but that a stage was reached."""


@dataclass(frozen=True)
class Fact:
    """One observation of an authority: `at` is when it was seen, `corrects` the fact it replaces."""

    id: UUID
    crossing_id: UUID
    kind: FactKind
    authority: Authority
    at: datetime
    corrects: UUID | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.authority not in MAY_STATE[self.kind]:
            raise NotTheirs(kind=self.kind, authority=self.authority)
        if self.kind in NEED_REASON and not (self.reason or "").strip():
            raise ReasonMissing(field="$.reason", kind=self.kind)
        if self.kind is FactKind.STATED_IN_ERROR and self.corrects is None:
            raise NothingCorrected(field="$.corrects")


@dataclass(frozen=True)
class QueueWord:
    """What queue_scheduling said of the truck: it may come (`calls`), or no longer; `sequence` orders its words."""

    sequence: int
    calls: bool
    at: datetime


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that hold, by time and then id.

    One that its own authority has corrected does not; nor does a correction of another authority's fact, nor one that
    only takes back.
    """
    known = {fact.id: fact for fact in facts}
    corrections = {fact.id: known[fact.corrects] for fact in known.values() if fact.corrects in known}
    usurped = {id_ for id_, corrected in corrections.items() if corrected.authority is not known[id_].authority}
    replaced = {corrected.id for id_, corrected in corrections.items() if id_ not in usurped}
    void = {fact.id for fact in known.values() if fact.kind is FactKind.STATED_IN_ERROR} | usurped | replaced
    return sorted((fact for fact in known.values() if fact.id not in void), key=lambda fact: (fact.at, fact.id))


@dataclass(frozen=True)
class Evidence:
    """All the gate knows of one truck, asked as people ask; facts by time, the queue's words in their order."""

    facts: Sequence[Fact]
    words: Sequence[QueueWord]

    @classmethod
    def of(cls, facts: Iterable[Fact], words: Iterable[QueueWord]) -> Evidence:
        """What stands of what was said."""
        return cls(standing(facts), sorted(set(words), key=lambda word: word.sequence))

    def first(self, *kinds: FactKind, by: Authority | None = None) -> Fact | None:
        """The earliest fact of these kinds."""
        return next((fact for fact in self.facts if fact.kind in kinds and by in (None, fact.authority)), None)

    def confirmations(self) -> list[Fact]:
        """The first confirmation of each authority, by time."""
        found = [self.first(FactKind.ARRIVAL_CONFIRMED, by=authority) for authority in CONFIRMING]
        return sorted((fact for fact in found if fact), key=lambda fact: (fact.at, fact.id))

    def on_call(self, seen_at: datetime) -> datetime | None:
        """From when a truck seen at an instant has come on a call: then, or once it is called; None until it is."""
        for place, word in enumerate(self.words):
            over = next((later.at for later in self.words[place:] if not later.calls), None)
            since = max(seen_at, word.at)
            if word.calls and (over is None or since < over):
                return since
        return None


@dataclass(frozen=True)
class Reached:
    """A stage and when it became true, with what its event says besides."""

    stage: Stage
    at: datetime
    first: Authority | None = None
    reason: str | None = None


def stages(direction: Direction, evidence: Evidence) -> list[Reached]:
    """The stages a truck has reached, in their order: each became true when the last of its conditions did."""
    walked = _walked(direction, evidence)
    away = _turned_away(evidence, walked)
    completed = bool(walked) and walked[-1].stage is Stage.COMPLETED
    if away is None or (completed and walked[-1].at <= away.at):
        return walked
    return [*(reached for reached in walked if reached.at <= away.at), away]


def _walked(direction: Direction, evidence: Evidence) -> list[Reached]:
    """The path as far as nothing is missing."""
    walked: list[Reached] = []
    for stage in path_of(direction):
        before = walked[-1].at if walked else None
        reached = _reached(stage, direction, evidence, before)
        if reached is None:
            break
        walked.append(reached)
    return walked


def _reached(stage: Stage, direction: Direction, evidence: Evidence, before: datetime | None) -> Reached | None:
    if stage is Stage.ARRIVING:
        return _arriving(evidence)
    if before is None:
        return None
    if stage is Stage.CHECKED_IN:
        confirmed = evidence.confirmations()
        return Reached(stage, max(before, confirmed[-1].at)) if len(confirmed) == len(CONFIRMING) else None
    needed = NEEDED[direction].get(stage)
    if needed is None:
        return Reached(stage, before)
    fact = evidence.first(*needed)
    return Reached(stage, max(before, fact.at)) if fact else None


def _arriving(evidence: Evidence) -> Reached | None:
    """The first authority to see the truck on a call."""
    for fact in evidence.confirmations():
        since = evidence.on_call(fact.at)
        if since is not None:
            return Reached(Stage.ARRIVING, since, first=fact.authority)
    return None


def _turned_away(evidence: Evidence, walked: Sequence[Reached]) -> Reached | None:
    """Turned away on a call: rejected before check-in, returned after it, whichever word the officer chose."""
    fact = evidence.first(FactKind.TURNED_BACK, FactKind.REFUSED_ENTRY)
    if fact is None:
        return None
    there = bool(walked) and walked[0].at <= fact.at
    at = fact.at if there else evidence.on_call(fact.at)
    if at is None:
        return None
    checked_in = any(reached.stage is Stage.CHECKED_IN and reached.at <= at for reached in walked)
    return Reached(Stage.RETURNED if checked_in else Stage.REJECTED, at, reason=fact.reason)


@dataclass(eq=False)
class Passage(Aggregate):
    """One crossing at the gate; `direction` is None while only facts are known of it.

    `reached` are the stages as last stated, `stage` the furthest of them.
    """

    crossing_id: UUID
    parties: list[UUID]
    direction: Direction | None = None
    route: str | None = None
    reference: str | None = None
    plate: str | None = None
    carrier: UUID | None = None
    trailer: str | None = None
    readings: tuple[PlateReading, ...] = ()
    facts: tuple[Fact, ...] = ()
    words: tuple[QueueWord, ...] = ()
    reached: tuple[Reached, ...] = ()
    stage: Stage | None = None
    stage_at: datetime | None = None
    lag_told: datetime | None = None
    version: int = 0

    def expect_truck(
        self,
        *,
        direction: Direction,
        route: str,
        reference: str,
        plate: str,
        trailer: str | None = None,
        carrier: UUID | None = None,
    ) -> None:
        """Registration has told which truck this is and which way it goes."""
        self.direction, self.route, self.reference = direction, route, reference
        self.plate, self.trailer, self.carrier = plate, trailer, carrier
        self._follow()

    def admit(self, parties: Iterable[UUID]) -> None:
        """Let these see the passage too."""
        self.parties = sorted({*self.parties, *parties})

    def hear(self, word: QueueWord) -> None:
        """The queue has called the truck, or its call is over."""
        self.words = (*self.words, word)
        self._follow()

    def state(self, fact: Fact) -> None:
        """Take an authority's fact, once; raises OtherFact and NotTheirFact."""
        known = {one.id: one for one in self.facts}
        if fact.id in known:
            if known[fact.id] != fact:
                raise OtherFact(fact=fact.id)
            return
        corrected = known.get(fact.corrects) if fact.corrects else None
        if corrected and corrected.authority is not fact.authority:
            raise NotTheirFact(field="$.corrects", authority=corrected.authority)
        self.facts = (*self.facts, fact)
        self.record(_stated(fact), occurred=fact.at)
        self._follow()

    def read_plate(self, reading: PlateReading) -> None:
        """Take what was read of the truck's plate, once and as of when it was first told; raises OtherReading."""
        known = {one.id: one for one in self.readings}
        if reading.id in known:
            if known[reading.id] != replace(reading, at=known[reading.id].at):
                raise OtherReading(reading=reading.id)
            return
        self.readings = (*self.readings, reading)
        self.record(
            PlateRead(
                crossing_id=self.crossing_id,
                reading_id=reading.id,
                plate=reading.plate,
                authority=reading.authority,
                at=reading.at,
                lane=reading.lane,
            ),
            occurred=reading.at,
        )

    @property
    def read(self) -> PlateReading | None:
        """The plate as it was last read."""
        return last_read(self.readings)

    def lagging(self) -> tuple[Authority, datetime] | None:
        """The authority the truck waits for, and since when; None when it waits for neither."""
        if self.stage is not Stage.ARRIVING:
            return None
        arriving = self.reached[0]
        (other,) = CONFIRMING - {arriving.first}
        return other, arriving.at

    def tell_lag(self, now: datetime, limit: timedelta) -> None:
        """Say once that an authority keeps the truck waiting."""
        lag = self.lagging()
        if lag is None or now < lag[1] + limit or self.lag_told == lag[1]:
            return
        self.lag_told = lag[1]
        self.record(AuthorityLagging(crossing_id=self.crossing_id, which=lag[0], since=lag[1]))

    def awaited(self) -> tuple[FactKind, ...]:
        """The facts of which one has to come next."""
        if self.direction is None or self.stage in ENDS:
            return ()
        path = path_of(self.direction)
        following = path[path.index(self.stage) + 1] if self.stage else Stage.ARRIVING
        return NEEDED[self.direction].get(following, (FactKind.ARRIVAL_CONFIRMED,))

    def _follow(self) -> None:
        """State what the facts known now have changed."""
        if self.direction is None:
            return
        reached = tuple(stages(self.direction, Evidence.of(self.facts, self.words)))
        now = {one.stage: one for one in reached}
        before = {one.stage: one for one in self.reached}
        for stage in reversed(before):
            if stage not in now:
                self.record(StageTakenBack(crossing_id=self.crossing_id, stage=stage))
        for stage, one in now.items():
            if before.get(stage) != one:
                self.record(_event(self.crossing_id, one), occurred=one.at)
        self.reached = reached
        self.stage, self.stage_at = (reached[-1].stage, reached[-1].at) if reached else (None, None)


def _stated(fact: Fact) -> FactStated:
    return FactStated(
        crossing_id=fact.crossing_id,
        fact_id=fact.id,
        kind=fact.kind,
        authority=fact.authority,
        at=fact.at,
        corrects=fact.corrects,
        reason=fact.reason,
    )


def _event(crossing_id: UUID, reached: Reached) -> CrossingEvent:
    if reached.stage is Stage.ARRIVING and reached.first:
        return TruckArriving(crossing_id=crossing_id, first=reached.first)
    if reached.stage in TURNED_AWAY:
        turned = TruckReturned if reached.stage is Stage.RETURNED else TruckRejected
        return turned(crossing_id=crossing_id, reason=reached.reason or "")
    return PLAIN[reached.stage](crossing_id=crossing_id)
