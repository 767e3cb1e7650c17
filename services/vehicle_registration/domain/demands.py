"""What a crossing must show beside its load: papers that hold when it comes, and a payer who is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

from bordergate.clock import HANOI
from events.vehicle_registration import Filing
from events.words import OrganisationKind, PaperKind, Severity
from services.vehicle_registration.domain.arrival import Margins
from services.vehicle_registration.domain.fleet import Country, VehicleType
from services.vehicle_registration.domain.plates import PlateCode, province_problem

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


class Law:
    """All rows of the law; what is asked of it for one crossing of a list is answered for the next alike."""

    def __init__(self, demands: Iterable[Demand] = ()) -> None:
        self._demands = tuple(demands)
        self._answers: dict[tuple[Matter, tuple[str, str, str], date], Severity | None] = {}

    def lack_of(self, what: Matter, truck: tuple[str, str, str], day: date) -> Severity | None:
        """What it costs such a truck (country, direction, type) on a day; of rows that name as much, the harder."""
        asked = (what, truck, day)
        if asked not in self._answers:
            meant = [demand for demand in self._demands if demand.concerns(*asked)]
            order = list(Lack)
            lack = max(meant, key=lambda row: (row.exactness, order.index(row.lack)), default=None)
            self._answers[asked] = Severity(lack.lack) if lack and lack.lack is not Lack.ALLOWED else None
        return self._answers[asked]


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
class Sanctioned:
    """Until when a vehicle, or a carrier whole, is not called."""

    carrier: UUID
    vehicle: UUID | None
    until: datetime

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A row as JSON has it."""
        vehicle = row["vehicle_id"]
        return cls(UUID(row["carrier"]), UUID(vehicle) if vehicle else None, datetime.fromisoformat(row["until"]))

    @property
    def on(self) -> UUID:
        """Who is not called."""
        return self.vehicle or self.carrier


@dataclass(frozen=True)
class Standing:
    """Beside what was filed: papers, the law, and the payer, as they stand at a moment.

    `trailer` is the trailer that the filing names by its plate, if its carrier has registered it; `plates` are the
    rows of the provinces of its plates, None where they are not looked at; `margins` how early a slot is come to.
    """

    now: datetime
    papers: Sequence[Validity] = ()
    law: Law = field(default_factory=Law)
    payer: Payer | None = None
    country: Country | None = field(default=None)
    vehicle_type: VehicleType | None = field(default=None)
    trailer: UUID | None = None
    plates: Sequence[PlateCode] | None = None
    sanction: Sanctioned | None = None
    margins: Margins | None = None

    def misissued(self, plate: str, filing: Filing) -> bool:
        """Whether no province issues such a plate on the day on which the truck may first come."""
        day = self.days_of(filing)[0]
        return self.plates is not None and province_problem(plate, self.plates, day) is not None

    def lack_of(self, what: Matter, filing: Filing, of: VehicleType | None = None) -> Severity | None:
        """What it costs the crossing not to have it: its truck, or what `of` says, its trailer."""
        truck = (str(self.country or ""), str(filing.direction), str(of or self.vehicle_type or ""))
        return self.law.lack_of(what, truck, self.days_of(filing)[0])

    def days_of(self, filing: Filing) -> tuple[date, date]:
        """The first and last Hà Nội day on which the truck may come: its window, or today once that is over."""
        return _days(self.now, filing.window_from, filing.window_to)

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


@lru_cache(maxsize=1024)
def _days(now: datetime, window_from: datetime, window_to: datetime) -> tuple[date, date]:
    first = max(day_of(window_from), day_of(now))
    return first, max(day_of(window_to - AN_INSTANT), first)


def day_of(moment: datetime) -> date:
    """The Hà Nội day of an instant."""
    return moment.astimezone(HANOI).date()
