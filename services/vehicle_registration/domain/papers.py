"""Papers with a validity: a vehicle's transport permit, insurance and inspection, and a driver's licence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from bordergate import border
from bordergate.aggregate import Aggregate
from bordergate.border import Day
from bordergate.clock import HANOI
from events.vehicle_registration import (
    DriverPaperEnded,
    DriverPaperEndsSoon,
    DriverPaperKept,
    DriverPaperScanned,
    VehiclePaperEnded,
    VehiclePaperEndsSoon,
    VehiclePaperKept,
    VehiclePaperScanned,
)
from events.words import PaperKind, Part
from services.vehicle_registration.domain import refusals

OF_VEHICLES = frozenset({PaperKind.TRANSPORT_PERMIT, PaperKind.INSURANCE, PaperKind.INSPECTION})
OF_TRAILERS = frozenset({PaperKind.INSURANCE, PaperKind.INSPECTION})
OF_DRIVERS = frozenset({PaperKind.LICENCE})
A_DAY = timedelta(days=1)
Number = Annotated[str, Field(min_length=1, max_length=40)]
Issuer = Annotated[border.Reason, Field(min_length=1, max_length=120)]


class PaperTerms(Part):
    """What a paper says: its kind, its number, who issued it, and its first and last day."""

    model_config = ConfigDict(extra="forbid")

    kind: PaperKind
    paper_number: Number
    issuer: Issuer
    valid_from: Day
    valid_to: Day

    def check(self, kinds: frozenset[PaperKind]) -> None:
        """Refuse a paper of the wrong holder, or one that ends before it begins."""
        if self.kind not in kinds:
            raise refusals.NotThisHoldersPaper(field="$.kind")
        if self.valid_to < self.valid_from:
            raise refusals.ValidityBackwards(field="$.valid_to")


class Particulars(Part):
    """Of a driver's paper what lies sealed with him: its number, who issued it, and the key that opens its scan."""

    paper_number: str
    issuer: str
    scan_key: str | None = None

    def __repr__(self) -> str:
        """Never shown in logs."""
        return "Particulars(personal)"

    __str__ = __repr__


@dataclass(frozen=True)
class Holder:
    """Whose a paper is: a vehicle's, a trailer's or a driver's, of a carrier; the parties may see that it is there."""

    id: UUID
    carrier: UUID
    parties: tuple[UUID, ...]
    driver: bool = False
    trailer: bool = False

    @property
    def kinds(self) -> frozenset[PaperKind]:
        """The papers it can have."""
        return OF_DRIVERS if self.driver else OF_TRAILERS if self.trailer else OF_VEHICLES


@dataclass(eq=False)
class Paper(Aggregate):
    """One paper of a vehicle or a driver; of a driver's, number and issuer lie in `sealed` only."""

    id: UUID
    holder: UUID
    of_driver: bool
    carrier: UUID
    parties: list[UUID]
    kind: PaperKind
    valid_from: date
    valid_to: date
    paper_number: str | None = None
    issuer: str | None = None
    sealed: bytes | None = None
    key_id: str | None = None
    ends_within: int | None = None
    scan: str | None = None
    scan_type: str | None = None
    version: int = field(default=0)

    @classmethod
    def of_vehicle(cls, identity: UUID, holder: Holder, terms: PaperTerms) -> Paper:
        """A vehicle's paper, as it was handed in."""
        paper = cls._blank(identity, holder, terms)
        paper.correct(terms)
        return paper

    @classmethod
    def sealed_for(cls, identity: UUID, holder: Holder, terms: PaperTerms, sealed: bytes, key_id: str) -> Paper:
        """A driver's paper, as it was handed in; only its kind and its days lie open."""
        paper = cls._blank(identity, holder, terms)
        paper.correct_sealed(terms, sealed, key_id)
        return paper

    @classmethod
    def _blank(cls, identity: UUID, holder: Holder, terms: PaperTerms) -> Paper:
        return cls(
            id=identity,
            holder=holder.id,
            of_driver=holder.driver,
            carrier=holder.carrier,
            parties=[*holder.parties],
            kind=terms.kind,
            valid_from=terms.valid_from,
            valid_to=terms.valid_to,
        )

    @property
    def runs_out_at(self) -> datetime:
        """The first moment at which it no longer holds."""
        return midnight(self.valid_to + A_DAY)

    def correct(self, terms: PaperTerms) -> None:
        """Say anew what a vehicle's paper says."""
        self._take(terms)
        self.paper_number, self.issuer = terms.paper_number, terms.issuer
        told = {"paper_id": self.id, "version": self.version + 1, "carrier": self.carrier}
        self.record(VehiclePaperKept(vehicle_id=self.holder, **told, **dict(terms)))

    def correct_sealed(self, terms: PaperTerms, sealed: bytes, key_id: str) -> None:
        """Say anew what a driver's paper says."""
        self._take(terms)
        self.sealed, self.key_id = sealed, key_id
        told = {"paper_id": self.id, "version": self.version + 1, "carrier": self.carrier, "kind": self.kind}
        days = {"valid_from": self.valid_from, "valid_to": self.valid_to}
        self.record(DriverPaperKept(driver_id=self.holder, **told, **days))

    def attach(self, scan: str, scan_type: str) -> None:
        """A scan shows it; one attached before is no longer its own."""
        self.scan, self.scan_type = scan, scan_type
        told = {"paper_id": self.id, "version": self.version + 1}
        if self.of_driver:
            self.record(DriverPaperScanned(driver_id=self.holder, **told))
        else:
            self.record(VehiclePaperScanned(vehicle_id=self.holder, **told))

    def end(self) -> None:
        """It was withdrawn, or never was."""
        if self.of_driver:
            self.record(DriverPaperEnded(driver_id=self.holder, paper_id=self.id))
        else:
            self.record(VehiclePaperEnded(vehicle_id=self.holder, paper_id=self.id))

    def remind(self, days: int) -> None:
        """Tell its carrier that it ends within so many days; the same is told once."""
        if self.ends_within is not None and self.ends_within <= days:
            return
        self.ends_within = days
        told = {"paper_id": self.id, "version": self.version + 1, "days": days}
        if self.of_driver:
            self.record(DriverPaperEndsSoon(driver_id=self.holder, **told))
        else:
            self.record(VehiclePaperEndsSoon(vehicle_id=self.holder, **told))

    def reseal(self, sealed: bytes, key_id: str) -> None:
        """The same particulars under a newer key."""
        self.sealed, self.key_id = sealed, key_id

    def _take(self, terms: PaperTerms) -> None:
        self.kind, self.valid_from, self.valid_to = terms.kind, terms.valid_from, terms.valid_to
        self.ends_within = None


def midnight(day: date) -> datetime:
    """When a day begins in Hà Nội."""
    return datetime.combine(day, time(), HANOI)
