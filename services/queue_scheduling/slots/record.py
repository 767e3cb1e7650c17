"""A draw's record as it is published, read strictly: it says what a draw says, and nothing else."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bordergate.errors import Invalid
from bordergate.ledger import NotCanonical, read_canonical
from events.words import Direction, RouteCode, TicketClass
from services.queue_scheduling.ledger.leaf import Digest, Number, Share
from services.queue_scheduling.slots.buckets import kept_for, most_of
from services.queue_scheduling.slots.draw import Entry, Rules
from services.queue_scheduling.slots.openings import instant


class MalformedDraw(Invalid):
    """It is no record of a draw that was made."""

    code = "lottery.malformed"


def _as_published(told: str) -> str:
    if instant(datetime.fromisoformat(told)) != told:
        raise ValueError(f"{told} is not how an instant is published")
    return told


Instant = Annotated[str, AfterValidator(_as_published)]
STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


class Announced(BaseModel):
    """What is public of a draw before it."""

    model_config = STRICT

    route: RouteCode
    direction: Direction
    slot: Instant
    minutes: Number
    opens: Instant
    closes: Instant
    seed_hash: Digest

    @model_validator(mode="after")
    def _is_collected_for_before_it_begins(self) -> Self:
        if not self.opens < self.closes <= self.slot:
            raise ValueError(f"it opens {self.opens}, closes {self.closes} and begins {self.slot}")
        return self

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """What was published; raises MalformedDraw."""
        try:
            read_canonical(raw)
            return cls.model_validate_json(raw)
        except (NotCanonical, ValueError) as error:
            raise MalformedDraw from error


class Entered(BaseModel):
    """An entry of a draw."""

    model_config = STRICT

    commitment: Digest
    ticket_class: Annotated[TicketClass, Field(alias="class")]
    carrier: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Record(Announced):
    """What is public of a draw after it: all that draws it again.

    Of its `places` a share (`least`) is `kept` for a class, and one carrier may have another of them (`carrier_cap`):
    `carrier_share`, and at least `carrier_least`.
    """

    seed: Digest
    places: Number
    least: dict[TicketClass, Share]
    kept: dict[TicketClass, Number]
    carrier_share: Share
    carrier_least: Number
    carrier_cap: Number
    entries: list[Entered]
    won: list[Digest]

    @model_validator(mode="after")
    def _is_dealt_out_by_its_own_rules(self) -> Self:
        kept = kept_for(self.places, {one: Decimal(share) for one, share in self.least.items()})
        most = most_of(self.places, Decimal(self.carrier_share), self.carrier_least)
        if (kept, most) != (self.kept, self.carrier_cap):
            raise ValueError(f"of {self.places} places its rules keep {kept} and give a carrier {most}")
        return self

    @property
    def rules(self) -> Rules:
        """What is drawn for."""
        return Rules(self.places, self.kept, self.carrier_cap)

    def drawn_for(self) -> list[Entry]:
        """Its entries."""
        return [Entry(one.commitment, one.ticket_class, one.carrier) for one in self.entries]
