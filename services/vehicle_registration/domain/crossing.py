"""A crossing at the registration desk: what is filed of it, its states, and what it states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from bordergate.aggregate import Aggregate
from bordergate.border import Moment
from bordergate.border.value import plain
from bordergate.errors import Refusal
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingNotReady,
    CrossingReady,
    CrossingSubmitted,
    Filing,
)
from events.words import Direction, Failure, Goods, Part, RouteCode, Severity, Share
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.demands import Standing
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.fleet import Country, VehicleType
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.rules import failures_of, marks_of


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
    CALL = "CALL"
    WITHDRAW = "WITHDRAW"
    END = "END"
    REOPEN = "REOPEN"


def _transitions() -> Mapping[tuple[Stage, Step], Stage]:
    filed = (Stage.SUBMITTED, Stage.NOT_READY, Stage.READY)
    in_queue = (Stage.QUEUED, Stage.CALLED)
    table = {
        (Stage.DRAFT, Step.SUBMIT): Stage.SUBMITTED,
        (Stage.DRAFT, Step.AMEND): Stage.DRAFT,
        (Stage.DRAFT, Step.CANCEL): Stage.CANCELLED,
        (Stage.OVER, Step.REOPEN): Stage.CALLED,
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

Typed = Annotated[str, Field(min_length=1, max_length=20)]


@dataclass(frozen=True)
class Truck:
    """What a crossing must know of the vehicle it names."""

    plate: str
    vin: str | None = None
    tractor: bool = False
    country: Country | None = None
    vehicle_type: VehicleType | None = None


class Plan(Part):
    """What a trader or carrier states of one crossing."""

    model_config = ConfigDict(extra="forbid")

    route: RouteCode
    direction: Direction
    window_from: Moment
    window_to: Moment
    vehicle_id: UUID
    trailer: Typed | None = None
    containers: tuple[Typed, ...] = Field(default=(), max_length=4)
    driver_id: UUID | None = None
    declarations: tuple[Typed, ...] = Field(default=(), max_length=50)
    declared_empty: bool = False
    empty_for: UUID | None = None
    two_way: bool = False
    shares: tuple[Share, ...] = Field(default=(), max_length=200)

    @classmethod
    def of(cls, filing: Filing, **changed: object) -> Plan:
        """What was planned when the filing was made, with what is changed now; raises pydantic's ValidationError."""
        return cls.model_validate({name: getattr(filing, name) for name in cls.model_fields} | changed)

    def normal(self) -> dict[str, object]:
        """Its fields, with what was typed in its one written form."""
        written = {
            "trailer": plain(self.trailer) or self.trailer if self.trailer else None,
            "containers": tuple(plain(container) for container in self.containers),
            "declarations": tuple(dict.fromkeys(plain(number) for number in self.declarations)),
            "shares": tuple(
                share.model_copy(update={"declaration": plain(share.declaration)}) for share in self.shares
            ),
        }
        return dict(self) | written

    def check(self, at: str) -> None:
        """Refuse what contradicts itself, `at` says where; what the rules judge is left to them."""
        if self.window_to <= self.window_from:
            raise refusals.WindowBackwards(field=f"{at}.window_to")
        if self.empty_for is not None and not self.declared_empty:
            raise refusals.NotEmpty(field=f"{at}.declared_empty")
        if strangers := self.shares_of_nothing():
            raise refusals.ShareOfNothing(field=f"{at}.shares[{strangers[0]}].declaration")

    def shares_of_nothing(self) -> list[int]:
        """Where a part is named of a declaration that the crossing does not name."""
        named = {plain(number) for number in self.declarations}
        return [place for place, share in enumerate(self.shares) if plain(share.declaration) not in named]

    def must_lie_ahead(self, now: datetime, at: str) -> None:
        """Refuse a window that is over: the truck could only come too late."""
        if self.window_to <= now:
            raise refusals.WindowOver(field=f"{at}.window_to")


class Assessment(Part):
    """What customs said of the crossing's declarations."""

    failures: tuple[Failure, ...]
    goods: Goods


class Verdict(Part):
    """What all rules of all owners found together, and the goods they found it of."""

    failures: tuple[Failure, ...]
    goods: Goods

    @property
    def ready(self) -> bool:
        """Nothing blocks; a warning does not."""
        return all(failure.severity is not Severity.BLOCK for failure in self.failures)

    def tells(self, before: Verdict | None) -> bool:
        """Whether this is news to those who heard the verdict before."""
        if before is None or before.ready is not self.ready:
            return True
        return self.goods != before.goods if self.ready else self.failures != before.failures


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
        changed = changes(self.filing, filing)
        if not changed and truck == self._truck:
            return
        asked_again = asked_of_customs(filing) != asked_of_customs(self.filing)
        self.filing, self.vin, self.tractor = filing, truck.vin, truck.tractor
        self.country, self.vehicle_type = truck.country, truck.vehicle_type
        self.parties = [*filing.parties]
        self.stage = TRANSITIONS[self.stage, Step.AMEND]
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
        news = verdict.tells(self.verdict)
        self.verdict = verdict
        self.stage = TRANSITIONS[self.stage, Step.FIND_READY if verdict.ready else Step.FIND_NOT_READY]
        if news:
            self.record(self._ready(verdict) if verdict.ready else self._not_ready(verdict.failures))

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
        """Note what the queue or the gate stated (QUEUE, CALL, END, REOPEN); nothing is stated again."""
        self._take(step, refusals.AlreadyOver)
        self.version = self.version + 1

    def _end_by(self, reason: str) -> None:
        self.ended_because = reason
        self.record(CrossingCancelled(crossing_id=self.id, reason=reason))

    @property
    def _truck(self) -> Truck:
        return Truck(self.filing.plate, self.vin, self.tractor, self.country, self.vehicle_type)

    def _judge(self, taken: frozenset[str], standing: Standing | None, plan: RoutePlan | None) -> Verdict:
        heard = self.assessment or Assessment(failures=(), goods=Goods())
        queued = self.stage not in BEFORE_QUEUE
        dossier = Dossier(self.filing, self.vin, self.tractor, taken, standing, plan, heard.goods, queued)
        return Verdict(failures=(*failures_of(dossier), *heard.failures), goods=heard.goods)

    def _ready(self, verdict: Verdict) -> CrossingReady:
        told = {name: value for name, value in self.filing if name in CrossingReady.model_fields}
        return CrossingReady(
            crossing_id=self.id,
            **told,
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


def asked_of_customs(filing: Filing) -> tuple[object, ...]:
    """What customs assesses of a filing: an answer about anything else is no answer."""
    return filing.declarations, filing.shares, filing.two_way


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
