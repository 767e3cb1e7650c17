"""What a crossing must show beside its load: papers that hold when it comes, and a payer who is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from bordergate.clock import HANOI
from events.vehicle_registration import Filing
from events.words import OrganisationKind, PaperKind, Severity
from services.vehicle_registration.domain.fleet import Country, VehicleType

ANY = "ANY"
AN_INSTANT = timedelta(microseconds=1)


class Matter(StrEnum):
    """What can be demanded: a paper, the payer's tax code, or that the payer was verified."""

    TRANSPORT_PERMIT = "TRANSPORT_PERMIT"
    INSURANCE = "INSURANCE"
    INSPECTION = "INSPECTION"
    LICENCE = "LICENCE"
    TAX_CODE = "TAX_CODE"
    VERIFIED_PAYER = "VERIFIED_PAYER"


class Lack(StrEnum):
    """What it costs when it is not there: nothing, a warning, or the way into the queue."""

    ALLOWED = "ALLOWED"
    WARN = "WARN"
    BLOCK = "BLOCK"


@dataclass(frozen=True)
class Demand:
    """A row of the law: what is demanded of which trucks, in force from one day until before another."""

    what: Matter
    lack: Lack
    valid_from: date
    valid_to: date | None = None
    country: str = ANY
    direction: str = ANY
    vehicle_type: str = ANY

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A row as JSON has it."""
        ends = row["valid_to"]
        return cls(
            what=Matter(row["what"]),
            lack=Lack(row["lack"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(ends) if ends else None,
            country=row["country"],
            direction=row["direction"],
            vehicle_type=row["vehicle_type"],
        )

    def concerns(self, what: Matter, truck: tuple[str, str, str], day: date) -> bool:
        """Whether it speaks of this matter, truck (country, direction, type) and day."""
        own = (self.country, self.direction, self.vehicle_type)
        meant = all(said in (ANY, is_) for said, is_ in zip(own, truck, strict=True))
        in_force = self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
        return self.what is what and meant and in_force

    @property
    def exactness(self) -> int:
        """How much of the truck it names: the row that names most speaks."""
        return sum(said != ANY for said in (self.country, self.direction, self.vehicle_type))


@dataclass(frozen=True)
class Validity:
    """From when to when, both days counted, a vehicle or a driver has a paper."""

    holder: UUID
    kind: PaperKind
    valid_from: date
    valid_to: date

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A row as JSON has it."""
        days = (date.fromisoformat(row[name]) for name in ("valid_from", "valid_to"))
        return cls(UUID(row["holder"]), PaperKind(row["kind"]), *days)


@dataclass(frozen=True)
class Payer:
    """What identity says of who pays; `tax_code_sound` is None for one registered before it said so."""

    kind: OrganisationKind
    verified: bool
    tax_code_sound: bool | None = None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A row as JSON has it."""
        return cls(OrganisationKind(row["kind"]), row["verified"], row["tax_code_sound"])


@dataclass(frozen=True)
class Standing:
    """Beside what was filed: papers, the law's demands, and the payer, as they stand at a moment."""

    now: datetime
    papers: Sequence[Validity] = ()
    demands: Sequence[Demand] = ()
    payer: Payer | None = None
    country: Country | None = field(default=None)
    vehicle_type: VehicleType | None = field(default=None)

    def lack_of(self, what: Matter, filing: Filing) -> Severity | None:
        """What it costs the crossing not to have it; of rows that name as much, the harder speaks."""
        truck = (str(self.country or ""), str(filing.direction), str(self.vehicle_type or ""))
        day = self.days_of(filing)[0]
        meant = [demand for demand in self.demands if demand.concerns(what, truck, day)]
        order = list(Lack)
        lack = max(meant, key=lambda row: (row.exactness, order.index(row.lack)), default=None)
        return Severity(lack.lack) if lack and lack.lack is not Lack.ALLOWED else None

    def days_of(self, filing: Filing) -> tuple[date, date]:
        """The first and last Hà Nội day on which the truck may come: its window, or today once that is over."""
        today = day_of(self.now)
        first = max(day_of(filing.window_from), today)
        return first, max(day_of(filing.window_to - AN_INSTANT), first)

    def papers_of(self, holder: UUID, kind: PaperKind) -> list[Validity]:
        """The papers of a kind that a vehicle or a driver has."""
        return [paper for paper in self.papers if paper.holder == holder and paper.kind is kind]


def holds(papers: Sequence[Validity], first: date, last: date) -> bool:
    """Whether papers hold on every day from the first to the last, one after another if need be."""
    reached = first
    for paper in sorted(papers, key=lambda paper: paper.valid_from):
        if paper.valid_from <= reached <= paper.valid_to:
            reached = paper.valid_to + timedelta(days=1)
    return reached > last


def day_of(moment: datetime) -> date:
    """The Hà Nội day of an instant."""
    return moment.astimezone(HANOI).date()
