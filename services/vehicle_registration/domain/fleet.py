"""A carrier's vehicles and drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from bordergate.aggregate import Aggregate
from bordergate.border import BadValue, ChinesePlate, CitizenId, Kilograms, Plate, VietnamesePlate, Vin, Whole
from bordergate.border.at_once import ToldAtOnce
from bordergate.errors import Refusal, Wrong, wrong_places
from events.vehicle_registration import VehicleRegistered
from events.words import Part
from services.vehicle_registration.domain import refusals

Text = Annotated[str, Field(min_length=1, max_length=200)]
Phone = Annotated[str, Field(max_length=30, pattern=r"^\+?[0-9 .()-]{6,29}$")]


class Country(StrEnum):
    """Which side issued the plate."""

    VN = "VN"
    CN = "CN"


class VehicleType(StrEnum):
    """The fee's types of vehicle, by weight: VT4 carries 4 to less than 10 t, VT6 18 t or more, or 40 feet.

    A trailer is registered for its papers; it comes behind a truck and is none.
    """

    VT1 = "VT1"
    VT2 = "VT2"
    VT3 = "VT3"
    VT4 = "VT4"
    VT5 = "VT5"
    VT6 = "VT6"
    TRAILER = "TRAILER"


PLATES = {Country.VN: VietnamesePlate, Country.CN: ChinesePlate}


class Papers(ToldAtOnce, Part):
    """What a vehicle's papers say. Unless said otherwise a VT6 is a tractor: it hauls, and carries nothing itself."""

    model_config = ConfigDict(extra="forbid")

    plate: str = Field(min_length=1, max_length=20)
    country: Country
    vin: str | None = Field(default=None, max_length=30)
    vehicle_type: VehicleType
    tractor: bool | None = None
    axles: Whole = Field(ge=2, le=12)
    tare_kg: Kilograms = Field(gt=0, le=100_000)
    gross_kg: Kilograms = Field(gt=0, le=200_000)

    @classmethod
    def faults(cls, said: Mapping[str, Any]) -> Sequence[Refusal]:
        """What of a vehicle's papers cannot be right."""
        return faults_in(said)

    @property
    def hauls(self) -> bool:
        """Whether it is a tractor."""
        return self.vehicle_type is VehicleType.VT6 if self.tractor is None else self.tractor


STAND_INS = {"plate": "?", "vehicle_type": VehicleType.VT1, "axles": 2, "tare_kg": 1, "gross_kg": 2}
"""Stand where papers say nothing that can be read."""
NEEDED = {"$.plate": {"plate"}, "$.vin": {"vin"}, "$.gross_kg": {"tare_kg", "gross_kg"}}
"""What must be read before something can be wrong there."""


@dataclass(eq=False)
class Vehicle(Aggregate):
    """A carrier's truck; `plate` is its one written form, `plate_typed` what was typed."""

    id: UUID
    carrier: UUID
    parties: list[UUID]
    plate: str
    plate_typed: str
    country: Country
    vin: str | None
    vehicle_type: VehicleType
    tractor: bool
    axles: int
    tare_kg: int
    gross_kg: int
    version: int = field(default=0)

    @classmethod
    def register(cls, identity: UUID, carrier: UUID, papers: Papers, shared_with: tuple[UUID, ...] = ()) -> Vehicle:
        """Make a truck known; those it is shared with may file crossings with it."""
        vehicle = cls(
            id=identity,
            carrier=carrier,
            parties=sharers(carrier, shared_with),
            plate=plate_of(papers),
            plate_typed=papers.plate,
            country=papers.country,
            vin=vin_of(papers),
            vehicle_type=papers.vehicle_type,
            tractor=papers.hauls,
            axles=papers.axles,
            tare_kg=papers.tare_kg,
            gross_kg=weight_of(papers),
        )
        vehicle._say()
        return vehicle

    def change(self, papers: Papers, shared_with: tuple[UUID, ...]) -> None:
        """Correct what its papers say, or with whom it is shared."""
        self.plate, self.plate_typed, self.country = plate_of(papers), papers.plate, papers.country
        self.vin, self.vehicle_type, self.tractor = vin_of(papers), papers.vehicle_type, papers.hauls
        self.axles, self.tare_kg, self.gross_kg = papers.axles, papers.tare_kg, weight_of(papers)
        self.parties = sharers(self.carrier, shared_with)
        self._say()

    def papers(self) -> Papers:
        """What its papers say; whether it hauls is stated only where its type does not say so."""
        hauls_as_its_type = self.tractor is (self.vehicle_type is VehicleType.VT6)
        return Papers(
            plate=self.plate_typed,
            country=self.country,
            vin=self.vin,
            vehicle_type=self.vehicle_type,
            tractor=None if hauls_as_its_type else self.tractor,
            axles=self.axles,
            tare_kg=self.tare_kg,
            gross_kg=self.gross_kg,
        )

    def _say(self) -> None:
        self.record(
            VehicleRegistered(
                vehicle_id=self.id,
                carrier=self.carrier,
                plate=self.plate,
                country=self.country,
                vehicle_type=self.vehicle_type,
                axles=self.axles,
                tare_kg=self.tare_kg,
                gross_kg=self.gross_kg,
                version=self.version + 1,
                vin=self.vin,
            )
        )


def sharers(carrier: UUID, shared_with: tuple[UUID, ...]) -> list[UUID]:
    """Who may name the carrier's vehicle or driver in a filing."""
    return list(dict.fromkeys((carrier, *shared_with)))


def faults_of(papers: Papers, at: str) -> list[Refusal]:
    """All that cannot be right in a vehicle's papers, each under its own field of `at`."""
    found: list[Refusal] = []
    for reading in (plate_of, vin_of, weight_of):
        try:
            reading(papers)
        except Refusal as refusal:
            refusal.field = (refusal.field or "$").replace("$", at, 1)
            found.append(refusal)
    return found


def faults_in(said: Mapping[str, Any]) -> list[Refusal]:
    """All that cannot be right in a part of a vehicle's papers, whose fields are well-formed.

    A plate of which nobody says the country is judged as one of the country whose plates look so.
    """
    told = {name: said[name] for name in Papers.model_fields if name in said}
    nation = Country.CN if Plate.national(told.get("plate", "")) is ChinesePlate else Country.VN
    papers = Papers.model_validate({**STAND_INS, "country": nation, **told})
    return [fault for fault in faults_of(papers, "$") if NEEDED[fault.field or "$"] <= told.keys()]


def refuse_all(
    faults: Sequence[Refusal], together: Callable[[Sequence[Wrong]], Refusal] = refusals.WrongPapers
) -> None:
    """Refuse for every fault at once, `together`; a single one as itself."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise together([wrong for fault in faults for wrong in wrong_places(fault)])


def plate_of(papers: Papers) -> str:
    """The plate as it is stored; raises BadValue."""
    try:
        return PLATES[papers.country](papers.plate).canonical
    except BadValue as bad:
        raise BadValue(bad.details["kind"], bad.problems, field="$.plate") from None


def vin_of(papers: Papers) -> str | None:
    """The VIN as it is stored; raises BadValue."""
    try:
        return Vin(papers.vin).canonical if papers.vin else None
    except BadValue as bad:
        raise BadValue(bad.details["kind"], bad.problems, field="$.vin") from None


def weight_of(papers: Papers) -> int:
    """The laden weight; raises WeightsReversed."""
    if papers.gross_kg <= papers.tare_kg:
        raise refusals.WeightsReversed(field="$.gross_kg", tare_kg=papers.tare_kg, gross_kg=papers.gross_kg)
    return papers.gross_kg


class Person(ToldAtOnce, Part):
    """Who a driver is: personal data, sealed at rest, never in an event or a log."""

    model_config = ConfigDict(extra="forbid")

    full_name: Text
    citizen_id: str | None = Field(default=None, max_length=30)
    licence: str | None = Field(default=None, max_length=30)
    phone: Phone | None = None

    @classmethod
    def faults(cls, said: Mapping[str, Any]) -> Sequence[Refusal]:
        """What of what is said of a person cannot be right."""
        return faults_in_person(said)

    def __repr__(self) -> str:
        """A person is never shown in logs."""
        return "Person(personal)"

    __str__ = __repr__

    def check(self) -> None:
        """Refuse a citizen ID that cannot be one; a foreign driver has none."""
        if self.citizen_id is None:
            return
        try:
            CitizenId(self.citizen_id)
        except BadValue as bad:
            raise BadValue(bad.details["kind"], bad.problems, field="$.citizen_id") from None


def faults_in_person(said: Mapping[str, Any]) -> list[Refusal]:
    """All that cannot be right in a part of what is said of a person, whose fields are well-formed."""
    try:
        Person(full_name="–", citizen_id=said.get("citizen_id")).check()
    except Refusal as fault:
        return [fault]
    return []


@dataclass(eq=False)
class Driver:
    """A carrier's driver; `sealed` holds the person under the key named `key_id`.

    `only_for` is the one crossing for which somebody gave no more than his telephone at the barrier.
    """

    id: UUID
    carrier: UUID
    parties: list[UUID]
    sealed: bytes
    key_id: str
    registered_at: datetime
    only_for: UUID | None = None
    version: int = field(default=1)

    def replace(self, sealed: bytes, key_id: str, shared_with: tuple[UUID, ...]) -> None:
        """Correct who he is, or with whom he is shared; whom his carrier names is no longer a telephone alone."""
        self.sealed, self.key_id, self.only_for = sealed, key_id, None
        self.parties = sharers(self.carrier, shared_with)
        self.version = self.version + 1

    def reseal(self, sealed: bytes, key_id: str) -> None:
        """The same person under a newer key."""
        self.sealed, self.key_id = sealed, key_id
