"""A crossing at the registration desk: what is filed of it, its states, and what it states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.errors import Refusal
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingNotReady,
    CrossingReady,
    CrossingSubmitted,
    Filing,
    WarningsChanged,
)
from events.words import Failure, Goods
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.arrival import Arrival
from services.vehicle_registration.domain.customs import asked_of_customs
from services.vehicle_registration.domain.demands import Standing
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.fleet import Country, VehicleType
from services.vehicle_registration.domain.plan import Plan, Truck
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.rules import failures_of, marks_of
from services.vehicle_registration.domain.verdict import Assessment, Verdict


class Stage(StrEnum):
    """Where a crossing stands, as the registration desk knows it."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    NOT_READY = "NOT_READY"
    READY = "READY"
    QUEUED = "QUEUED"
    CALLED = "CALLED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    OVER = "OVER"


class Step(StrEnum):
    """What moves a crossing from stage to stage."""

    SUBMIT = "SUBMIT"
    FIND_READY = "FIND_READY"
    FIND_NOT_READY = "FIND_NOT_READY"
    AMEND = "AMEND"
    CANCEL = "CANCEL"
    EXPIRE = "EXPIRE"
    QUEUE = "QUEUE"
    KEEP_OUT = "KEEP_OUT"
    CALL = "CALL"
    WITHDRAW = "WITHDRAW"
    END = "END"
    REOPEN = "REOPEN"
    EXCHANGE = "EXCHANGE"


def _transitions() -> Mapping[tuple[Stage, Step], Stage]:
    filed = (Stage.SUBMITTED, Stage.NOT_READY, Stage.READY)
    in_queue = (Stage.QUEUED, Stage.CALLED)
    table = {
        (Stage.DRAFT, Step.SUBMIT): Stage.SUBMITTED,
        (Stage.DRAFT, Step.AMEND): Stage.DRAFT,
        (Stage.DRAFT, Step.CANCEL): Stage.CANCELLED,
        (Stage.OVER, Step.REOPEN): Stage.CALLED,
        (Stage.QUEUED, Step.KEEP_OUT): Stage.SUBMITTED,
        (Stage.QUEUED, Step.EXCHANGE): Stage.QUEUED,
        (Stage.QUEUED, Step.FIND_READY): Stage.QUEUED,
        (Stage.QUEUED, Step.FIND_NOT_READY): Stage.QUEUED,
    }
    for stage in filed:
        table[stage, Step.FIND_READY] = Stage.READY
        table[stage, Step.FIND_NOT_READY] = Stage.NOT_READY
        table[stage, Step.AMEND] = Stage.SUBMITTED
        table[stage, Step.CANCEL] = Stage.CANCELLED
        table[stage, Step.EXPIRE] = Stage.EXPIRED
    for stage in filed + in_queue:
        table[stage, Step.QUEUE] = Stage.QUEUED
        table[stage, Step.CALL] = Stage.CALLED
        table[stage, Step.WITHDRAW] = Stage.CANCELLED
        table[stage, Step.END] = Stage.OVER
    return table


TRANSITIONS: Mapping[tuple[Stage, Step], Stage] = _transitions()
ENDED = frozenset({Stage.CANCELLED, Stage.EXPIRED, Stage.OVER})
BEFORE_QUEUE = frozenset({Stage.DRAFT, Stage.SUBMITTED, Stage.NOT_READY, Stage.READY})

FILED = (Stage.SUBMITTED, Stage.NOT_READY, Stage.READY)
ASSESSED = (*FILED, Stage.QUEUED)
"""Filed and not yet called: these are judged anew when law changes."""
MOST_ARRIVALS = 20
"""So many of the times at which a truck was seen to come are kept: the latest, for who comes and goes for ever."""

NOTHING_HEARD = Assessment(failures=(), goods=Goods())
TOLD_WHEN_READY = tuple(name for name in Filing.model_fields if name in CrossingReady.model_fields)
"""What of a filing is stated again with its verdict."""


@dataclass(eq=False)
class Crossing(Aggregate):
    """One truck's whole way through one route, from draft to the queue, and its end."""

    id: UUID
    registration_id: UUID
    reference: str
    filing: Filing
    vin: str | None
    tractor: bool
    parties: list[UUID]
    country: Country | None = None
    vehicle_type: VehicleType | None = None
    stage: Stage = Stage.DRAFT
    submitted_at: datetime | None = None
    assessment: Assessment | None = None
    verdict: Verdict | None = None
    ended_because: str | None = None
    slot: datetime | None = None
    arrivals: list[datetime] | None = None
    version: int = field(default=0)

    @property
    def marks(self) -> tuple[str, ...]:
        """What only one active crossing may bear: its plates and its VIN."""
        return marks_of(self.filing, self.vin)

    @classmethod
    def draft(cls, identity: UUID, filing: Filing, truck: Truck) -> Crossing:
        """A crossing as it is first written down; nobody else hears of it yet."""
        return cls(
            id=identity,
            registration_id=filing.registration_id,
            reference=filing.reference,
            filing=filing,
            vin=truck.vin,
            tractor=truck.tractor,
            parties=[*filing.parties],
            country=truck.country,
            vehicle_type=truck.vehicle_type,
        )

    @property
    def waits_for_customs(self) -> bool:
        """Empty without a declaration, there is nothing customs could say."""
        without = self.filing.declared_empty and not self.filing.declarations
        return self.assessment is None and not without

    def hears(self, step: Step) -> bool:
        """Whether a step changes anything in this stage."""
        return (self.stage, step) in TRANSITIONS

    def submit(self, now: datetime) -> None:
        """File the crossing: from here on it is assessed."""
        self._demand(Step.SUBMIT, refusals.NotADraft)
        if self.filing.window_to <= now:
            raise refusals.WindowOver(field="$.window_to", reference=self.reference)
        self._take(Step.SUBMIT, refusals.NotADraft)
        self.submitted_at = now
        self.record(CrossingSubmitted(crossing_id=self.id, filing=self.filing))

    def amend(self, filing: Filing, truck: Truck) -> None:
        """Change what was filed; a filed crossing is assessed again, and customs too if its declarations changed."""
        self._demand(Step.AMEND, refusals.NoLongerAmendable)
        if filing.empty_for == self.id:
            raise refusals.NothingToReceive(field="$.empty_for")
        if not changes(self.filing, filing) and truck == self._truck:
            return
        self._become(filing, truck, Step.AMEND)

    def exchange(self, filing: Filing, truck: Truck) -> None:
        """Another tractor or another driver keeps the place in the queue, once; its filing says which and why."""
        self._demand(Step.EXCHANGE, refusals.NotInTheQueue)
        if self.filing.exchange is not None:
            raise refusals.AlreadyExchanged(reference=self.reference)
        self._become(filing, truck, Step.EXCHANGE)

    def _become(self, filing: Filing, truck: Truck, step: Step) -> None:
        """Be what is filed now, and be assessed again."""
        changed = changes(self.filing, filing)
        filing = filing.model_copy(update={"revision": self.filing.revision + 1})
        asked_again = asked_of_customs(filing) != asked_of_customs(self.filing)
        self.filing, self.vin, self.tractor = filing, truck.vin, truck.tractor
        self.country, self.vehicle_type = truck.country, truck.vehicle_type
        self.parties = [*filing.parties]
        self.stage = TRANSITIONS[self.stage, step]
        if self.stage is Stage.DRAFT:
            self.version = self.version + 1
            return
        self.verdict = None
        if asked_again:
            self.assessment = None
        self.record(CrossingAmended(crossing_id=self.id, filing=filing, changed=changed or ("vehicle_id",)))

    def hear_customs(self, assessment: Assessment) -> None:
        """Keep what customs said last."""
        if self.stage not in ENDED:
            self.assessment = assessment

    def assess(
        self, taken: Iterable[str] = (), standing: Standing | None = None, plan: RoutePlan | None = None
    ) -> None:
        """State READY or NOT_READY when both halves are known and the verdict is news.

        `taken` are those of its marks that another active crossing bears; `standing` how papers and payer stand, `plan`
        what its route has published.
        """
        if not self.hears(Step.FIND_READY) or self.waits_for_customs:
            return
        verdict = self._judge(frozenset(taken), standing, plan)
        before, self.verdict = self.verdict, verdict
        news = verdict.tells(before)
        self.stage = TRANSITIONS[self.stage, Step.FIND_READY if verdict.ready else Step.FIND_NOT_READY]
        if news:
            self.record(self._ready(verdict) if verdict.ready else self._not_ready(verdict.failures))
        elif before is not None and verdict.failures != before.failures:
            self.record(WarningsChanged(crossing_id=self.id, warnings=verdict.failures))

    def book(self, slot: datetime | None) -> bool:
        """Note when the slot of its truck begins, None when it has none; returns whether that is news."""
        if slot == self.slot:
            return False
        self.slot, self.version = slot, self.version + 1
        return True

    def arrive(self, at: datetime) -> bool:
        """Note that its truck came into a waiting area; returns whether that is news, which late news may be too."""
        known = self.arrivals or []
        latest = sorted({*known, at})[-MOST_ARRIVALS:]
        if latest == known:
            return False
        self.arrivals, self.version = latest, self.version + 1
        return True

    def cancel(self, reason: str) -> None:
        """Give the crossing up before it queues; in the queue it is the ticket that is withdrawn."""
        in_queue = self.stage in (Stage.QUEUED, Stage.CALLED)
        self._take(Step.CANCEL, refusals.WithdrawTheTicket if in_queue else refusals.AlreadyOver)
        self._end_by(reason)

    def withdraw(self, reason: str) -> None:
        """The queue says the place was given up: the crossing will not take place."""
        self._take(Step.WITHDRAW, refusals.AlreadyOver)
        self._end_by(reason)

    def expire(self) -> None:
        """Filed too long ago without joining the queue."""
        self._take(Step.EXPIRE, refusals.AlreadyOver)
        if self.submitted_at is not None:
            self.record(CrossingExpired(crossing_id=self.id, submitted_at=self.submitted_at))

    def follow(self, step: Step) -> None:
        """Note what the queue or the gate stated (QUEUE, KEEP_OUT, CALL, END, REOPEN); nothing is stated again."""
        self._take(step, refusals.AlreadyOver)
        self.version = self.version + 1

    def _end_by(self, reason: str) -> None:
        self.ended_because = reason
        self.record(CrossingCancelled(crossing_id=self.id, reason=reason))

    @property
    def _truck(self) -> Truck:
        return Truck(self.filing.plate, self.vin, self.tractor, self.country, self.vehicle_type)

    def _judge(self, taken: frozenset[str], standing: Standing | None, plan: RoutePlan | None) -> Verdict:
        heard = self.assessment or NOTHING_HEARD
        queued = self.stage not in BEFORE_QUEUE
        arrival = Arrival(self.slot, tuple(self.arrivals or ()), standing.margins if standing else None)
        dossier = Dossier(self.filing, self.vin, self.tractor, taken, standing, plan, heard.goods, queued, arrival)
        return Verdict(failures=(*failures_of(dossier), *heard.failures), goods=heard.goods)

    def _ready(self, verdict: Verdict) -> CrossingReady:
        return CrossingReady(
            crossing_id=self.id,
            **{name: getattr(self.filing, name) for name in TOLD_WHEN_READY},
            goods=verdict.goods,
            empty=self.filing.declared_empty,
            warnings=verdict.failures,
        )

    def _not_ready(self, failures: tuple[Failure, ...]) -> CrossingNotReady:
        return CrossingNotReady(crossing_id=self.id, failures=failures)

    def _demand(self, step: Step, refusal: type[Refusal]) -> None:
        if not self.hears(step):
            raise refusal(reference=self.reference, stage=self.stage)

    def _take(self, step: Step, refusal: type[Refusal]) -> None:
        self._demand(step, refusal)
        self.stage = TRANSITIONS[self.stage, step]


def filed_anew(before: Filing, plan: Plan, truck: Truck) -> Filing:
    """The filing that an amended plan makes of an earlier one."""
    return Filing(**(dict(before) | plan.normal() | {"plate": truck.plate}))


def changes(before: Filing, after: Filing) -> tuple[str, ...]:
    """What differs between two filings, by the names their fields have."""
    return tuple(name for name, value in after if value != getattr(before, name))


@dataclass(eq=False)
class Registration:
    """What a trader or carrier files in advance: one or many crossings; its state is theirs."""

    id: UUID
    trader: UUID
    carrier: UUID
    agent: UUID | None
    filed_by: UUID
    filed_at: datetime
    parties: list[UUID]

    def filing(self, crossing_id: UUID, reference: str, plan: Plan, truck: Truck) -> Filing:
        """What is filed of one of its crossings; the crossing is a party itself, for its driver."""
        return Filing(
            reference=reference,
            registration_id=self.id,
            trader=self.trader,
            carrier=self.carrier,
            parties=(*self.parties, crossing_id),
            plate=truck.plate,
            **plan.normal(),
        )
