"""A leaf: one decision about a place, in the one form in which it is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bordergate.errors import Invalid
from bordergate.ledger import NotCanonical, canonical, read_canonical
from events.words import Direction, RouteCode, TicketClass
from services.queue_scheduling.dispatch.book import Line


class MalformedLeaf(Invalid):
    """It is no leaf of a queue's ledger."""

    code = "ledger.malformed_leaf"


class Kind(StrEnum):
    """What was decided."""

    OPENED = "OPENED"
    STANDING = "STANDING"
    JOINED = "JOINED"
    CALLED = "CALLED"
    OVERRIDDEN = "OVERRIDDEN"
    PASSED = "PASSED"
    MISSED = "MISSED"
    EXTENDED = "EXTENDED"
    SUBSTITUTED = "SUBSTITUTED"
    SANCTIONED = "SANCTIONED"
    LIFTED = "LIFTED"
    WITHDRAWN = "WITHDRAWN"
    LEFT = "LEFT"
    EXCHANGED = "EXCHANGED"
    SPOILED = "SPOILED"
    BOOKED = "BOOKED"
    UNBOOKED = "UNBOOKED"
    LAPSED = "LAPSED"
    EXCUSED = "EXCUSED"
    ANNOUNCED = "ANNOUNCED"
    DRAWN = "DRAWN"
    TAKEN_BACK = "TAKEN_BACK"
    ANSWERED = "ANSWERED"
    EMERGENCY = "EMERGENCY"
    CRISIS = "CRISIS"
    TERMS = "TERMS"
    HOURS = "HOURS"
    SEALED = "SEALED"
    UNSEALED = "UNSEALED"


class Leaving(StrEnum):
    """Why a place was left without a call: the truck was seen at the gate, is over, or stands anew; or has a slot."""

    SEEN = "SEEN"
    OVER = "OVER"
    CHANGED = "CHANGED"
    MOVED = "MOVED"
    BOOKED = "BOOKED"


class Regime(StrEnum):
    """What two officers decided of a crisis."""

    DECLARED = "DECLARED"
    LIFTED = "LIFTED"


ALONE = "ALONE"
"""Why dangerous goods were called above their share: nobody who waits by number could come."""

TICKET = frozenset({"ticket_class", "commitment"})
PROMISE = frozenset({"first_come", "promise", "ahead"})
CALL = TICKET | {"hour", "capacity", "valid_until"}
SAYS: Mapping[Kind, tuple[frozenset[str], frozenset[str]]] = {
    Kind.OPENED: (frozenset({"route", "number"}), frozenset()),
    Kind.STANDING: (TICKET, frozenset({"promise", "cause", "valid_until"})),
    Kind.JOINED: (TICKET | {"ready_at"}, PROMISE | {"if_spoiled", "slot"}),
    Kind.CALLED: (CALL, frozenset({"number", "slot", "cause"})),
    Kind.OVERRIDDEN: (CALL, frozenset()),
    Kind.PASSED: (TICKET | {"number", "cause"}, frozenset()),
    Kind.MISSED: (TICKET | {"cause"}, frozenset()),
    Kind.SUBSTITUTED: (TICKET | {"cause"}, frozenset()),
    Kind.SANCTIONED: (TICKET | {"cause", "valid_until"}, frozenset()),
    Kind.LIFTED: (TICKET | {"cause"}, frozenset()),
    Kind.EXTENDED: (TICKET | {"valid_until", "cause"}, frozenset()),
    Kind.WITHDRAWN: (TICKET, frozenset()),
    Kind.LEFT: (TICKET | {"cause"}, frozenset()),
    Kind.EXCHANGED: (frozenset({"line", "number", "to"}), frozenset()),
    Kind.SPOILED: (TICKET | {"promise"}, frozenset()),
    Kind.BOOKED: (TICKET | {"slot", "minutes", "places"}, frozenset()),
    Kind.UNBOOKED: (TICKET | {"slot", "cause"}, frozenset()),
    Kind.LAPSED: (TICKET | {"slot", "cause"}, frozenset()),
    Kind.EXCUSED: (TICKET | {"slot", "cause"}, frozenset()),
    Kind.ANNOUNCED: (frozenset({"slot", "minutes", "digest"}), frozenset()),
    Kind.DRAWN: (frozenset({"slot", "digest"}), frozenset()),
    Kind.TAKEN_BACK: (TICKET, frozenset({"promise", "cause"})),
    Kind.ANSWERED: (TICKET, frozenset()),
    Kind.EMERGENCY: (TICKET | {"cause"}, frozenset()),
    Kind.CRISIS: (frozenset({"cause"}), frozenset()),
    Kind.TERMS: (frozenset({"line", "beta", "m"}), frozenset({"second_beta", "second_m"})),
    Kind.HOURS: (
        frozenset({"day", "opens", "closes", "per_hour", "early", "dangerous"}),
        frozenset({"closed", "fewer"}),
    ),
    Kind.SEALED: (frozenset({"day", "seal"}), frozenset()),
    Kind.UNSEALED: (frozenset({"day", "seed"}), frozenset()),
}
"""What a leaf of each kind says besides kind, direction and time: what it must, and what it may."""

ALWAYS = frozenset({"kind", "direction", "at"})


def to_the_second(moment: datetime) -> datetime:
    """Times in the ledger are in UTC and to the second."""
    return moment.astimezone(UTC).replace(microsecond=0)


Instant = Annotated[AwareDatetime, AfterValidator(to_the_second)]
Number = Annotated[int, Field(ge=0, le=2**62)]
Minute = Annotated[int, Field(ge=0, le=24 * 60)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]?)(\.[0-9]{1,9})?$")]
"""A number with its decimals as it is written, so that everybody reckons with the same one."""


class Leaf(BaseModel):
    """One decision; `docs/ledger.md` says what each kind means.

    `number` is a call's, `promise` and `first_come` are d and A of the receipt, `ahead` is p (QUEUE.md), `if_spoiled`
    the number a perishable's promise may once be exchanged for, `hour` the one whose capacity a call counts against.
    `slot` is when a slot begins, of so many `minutes`, and `places` how many its bucket has; `digest` is the SHA-256
    of a draw's seed before it, and of its record after it.
    `beta` and `m` say how far behind A a line may be promised, `seal` is SHA-256 of the `seed` of a Hà Nội `day`, which
    `opens` and `closes` at these minutes, is `closed` from one to before another, has room for `per_hour` calls (in
    some spans for `fewer`), before an opening for `early` ones, and of each hour's for a share of `dangerous` goods.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Kind
    direction: Direction
    at: Instant
    route: RouteCode | None = None
    ticket_class: Annotated[TicketClass | None, Field(alias="class")] = None
    commitment: Digest | None = None
    number: Number | None = None
    first_come: Number | None = None
    promise: Number | None = None
    if_spoiled: Number | None = None
    ahead: Number | None = None
    ready_at: Instant | None = None
    valid_until: Instant | None = None
    hour: Instant | None = None
    capacity: Number | None = None
    cause: Annotated[str, Field(pattern=r"^[A-Z_]{2,20}$")] | None = None
    line: Line | None = None
    to: Number | None = None
    slot: Instant | None = None
    minutes: Number | None = None
    places: Number | None = None
    digest: Digest | None = None
    beta: Share | None = None
    m: Number | None = None
    second_beta: Share | None = None
    second_m: Number | None = None
    day: date | None = None
    opens: Minute | None = None
    closes: Minute | None = None
    closed: tuple[tuple[Minute, Minute], ...] | None = None
    per_hour: Number | None = None
    fewer: tuple[tuple[Minute, Minute, Number], ...] | None = None
    early: Number | None = None
    dangerous: Share | None = None
    seal: Digest | None = None
    seed: Digest | None = None

    @model_validator(mode="after")
    def _says_what_its_kind_says(self) -> Self:
        must, may = SAYS[self.kind]
        said = {name for name, value in self if value is not None} - ALWAYS
        numbered = said & PROMISE
        twice = "slot" in said and bool(said & (PROMISE | {"number", "if_spoiled"}))
        halves = self.kind is Kind.JOINED and numbered not in (set(), PROMISE)
        if not must <= said <= must | may or halves or twice:
            raise ValueError(f"{self.kind} says {sorted(said)}")
        return self

    def written(self) -> bytes:
        """The leaf's bytes."""
        return canonical(self.model_dump(mode="json", by_alias=True, exclude_none=True))

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """What a leaf says; raises MalformedLeaf."""
        try:
            told: dict[str, Any] = read_canonical(raw)
            leaf = cls.model_validate(told)
        except (NotCanonical, ValidationError) as error:
            raise MalformedLeaf from error
        if leaf.written() != raw:
            raise MalformedLeaf
        return leaf
