"""Reads of the registration desk: SQL to answers, the domain skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from bordergate.border.value import plain
from bordergate.http.paging import Page, PageRequest, id_of, text_of
from bordergate.i18n import LANGUAGES, hint, texts
from events.vehicle_registration import Filing
from events.words import Failure, Severity
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Registration, Stage
from services.vehicle_registration.domain.fleet import Country, Driver, Person, VehicleType
from services.vehicle_registration.domain.rules import tail_of
from services.vehicle_registration.domain.sheet import RouteName
from services.vehicle_registration.domain.verdict import Verdict
from services.vehicle_registration.tables import crossings, drivers, registrations, route_names, vehicles


class FailureView(BaseModel):
    """A rule that failed, in words: what is wrong, and what to do about it."""

    code: str
    severity: Severity
    field: str
    value: Any = None
    message: dict[str, str]
    hint: dict[str, str]
    source: str | None = None

    @classmethod
    def of(cls, failure: Failure) -> Self:
        """The failure with its texts in all languages."""
        shown = ", ".join(failure.value) if isinstance(failure.value, list | tuple) else failure.value
        hints = {language: hint(failure.code, language, value=shown) for language in LANGUAGES}
        return cls(
            **dict(failure),
            message=texts(failure.code, value=shown),
            hint={language: told for language, told in hints.items() if told},
        )


class ShownCrossing(Protocol):
    """A crossing as it is shown: the aggregate itself, or a row of its table."""

    id: Any
    registration_id: Any
    reference: Any
    stage: Any
    version: Any
    filing: Any
    verdict: Any
    submitted_at: Any
    ended_because: Any


class CrossingView(BaseModel):
    """A crossing at the registration desk; `failures` are those of the last verdict, all at once."""

    id: UUID
    registration_id: UUID
    reference: str
    stage: Stage
    version: int
    filing: Filing
    failures: list[FailureView]
    submitted_at: datetime | None
    ended_because: str | None

    @classmethod
    def of(cls, crossing: ShownCrossing) -> Self:
        """The crossing in words."""
        verdict: Verdict | None = crossing.verdict
        return cls(
            id=crossing.id,
            registration_id=crossing.registration_id,
            reference=crossing.reference,
            stage=crossing.stage,
            version=crossing.version,
            filing=crossing.filing,
            failures=[FailureView.of(failure) for failure in verdict.failures] if verdict else [],
            submitted_at=crossing.submitted_at,
            ended_because=crossing.ended_because,
        )


class RegistrationSummary(BaseModel):
    """A registration in a list: whose, when, and how many of its crossings stand where."""

    id: UUID
    trader: UUID
    carrier: UUID
    agent: UUID | None
    filed_by: UUID
    filed_at: datetime
    stages: dict[str, int]


class RegistrationView(BaseModel):
    """A registration with all its crossings."""

    id: UUID
    trader: UUID
    carrier: UUID
    agent: UUID | None
    filed_by: UUID
    filed_at: datetime
    crossings: list[CrossingView]

    @classmethod
    def of(cls, registration: Registration | Row[Any], filed: Sequence[ShownCrossing]) -> Self:
        """The registration and its crossings in words."""
        return cls(
            id=registration.id,
            trader=registration.trader,
            carrier=registration.carrier,
            agent=registration.agent,
            filed_by=registration.filed_by,
            filed_at=registration.filed_at,
            crossings=[CrossingView.of(crossing) for crossing in filed],
        )


class VehicleView(BaseModel):
    """A carrier's truck; `parties` are the carrier and those he shares it with."""

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
    version: int

    @classmethod
    def of(cls, vehicle: object) -> Self:
        """The truck, from its aggregate or its row."""
        return cls.model_validate(vehicle, from_attributes=True)


class DriverEntry(BaseModel):
    """A driver in a list: his carrier sees his name, those he is lent to see none."""

    id: UUID
    carrier: UUID
    registered_at: datetime
    full_name: str | None = None
    version: int

    @classmethod
    def of(cls, driver: Driver, full_name: str | None = None) -> Self:
        """The driver, with his name if the reader may know it."""
        return cls(
            id=driver.id,
            carrier=driver.carrier,
            registered_at=driver.registered_at,
            full_name=full_name,
            version=driver.version,
        )


class DriverView(BaseModel):
    """A driver, whole; each look is audited."""

    id: UUID
    carrier: UUID
    parties: list[UUID]
    registered_at: datetime
    person: Person
    version: int

    @classmethod
    def of(cls, driver: Driver, person: Person) -> Self:
        """The driver and who he is."""
        return cls(
            id=driver.id,
            carrier=driver.carrier,
            parties=driver.parties,
            registered_at=driver.registered_at,
            person=person,
            version=driver.version,
        )


def crossing_at(session: Session, crossing_id: UUID) -> CrossingView:
    """One crossing; raises UnknownCrossing."""
    row = session.execute(_shown().where(crossings.c.id == crossing_id)).first()
    if row is None:
        raise refusals.UnknownCrossing
    return CrossingView.of(row)


@dataclass(frozen=True)
class Sought:
    """Which crossings are looked for; what is None is not asked. `routes` are those the reader is posted to.

    Plate, container and declaration as somebody types them; a plate also without its province's character.
    """

    stage: Stage | None = None
    routes: frozenset[str] | None = None
    reference: str | None = None
    plate: str | None = None
    container: str | None = None
    declaration: str | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What a row must be."""
        if self.routes is not None:
            yield crossings.c.route.in_(self.routes)
        if self.stage is not None:
            yield crossings.c.stage == self.stage
        if self.reference is not None:
            yield crossings.c.reference == self.reference
        if self.plate is not None:
            yield crossings.c.plate_tail == tail_of(self.plate)
        if self.container is not None:
            yield crossings.c.containers.contains([plain(self.container)])
        if self.declaration is not None:
            yield crossings.c.declarations.contains([plain(self.declaration)])


def crossings_page(session: Session, wanted: PageRequest, sought: Sought) -> Page[CrossingView]:
    """The crossings the reader may see, the newest first."""
    statement = _shown().where(*sought.conditions()).order_by(crossings.c.id.desc()).limit(wanted.rows)
    if wanted.after:
        statement = statement.where(crossings.c.id < id_of(wanted.after[0]))
    return Page[CrossingView].of(session.execute(statement).all(), wanted, CrossingView.of, lambda row: [row.id])


def route_name(session: Session, route: str) -> RouteName | None:
    """What a route is called, once it was published."""
    names = (route_names.c[name] for name in ("route", "gate", "label", "opposite"))
    row = session.execute(select(*names).where(route_names.c.route == route)).first()
    return RouteName(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name for it


def registration_at(session: Session, registration_id: UUID) -> RegistrationView:
    """One registration with its crossings, in the order they were filed; raises UnknownRegistration."""
    row = session.execute(select(registrations).where(registrations.c.id == registration_id)).first()
    if row is None:
        raise refusals.UnknownRegistration
    filed = _shown().where(crossings.c.registration_id == registration_id).order_by(crossings.c.id)
    return RegistrationView.of(row, session.execute(filed).all())


def registrations_page(session: Session, wanted: PageRequest) -> Page[RegistrationSummary]:
    """The registrations the reader may see, the newest first, each with its crossings counted by stage."""
    counted = (
        select(crossings.c.registration_id, crossings.c.stage, func.count().label("count"))
        .where(crossings.c.registration_id == registrations.c.id)
        .group_by(crossings.c.registration_id, crossings.c.stage)
        .correlate(registrations)
        .lateral()
    )
    stages = select(func.jsonb_object_agg(counted.c.stage, counted.c.count)).select_from(counted).scalar_subquery()
    statement = select(registrations, stages.label("stages"))
    statement = statement.order_by(registrations.c.id.desc()).limit(wanted.rows)
    if wanted.after:
        statement = statement.where(registrations.c.id < id_of(wanted.after[0]))
    return Page[RegistrationSummary].of(
        session.execute(statement).all(),
        wanted,
        lambda row: RegistrationSummary.model_validate(row, from_attributes=True),
        lambda row: [row.id],
    )


def vehicle_at(session: Session, vehicle_id: UUID) -> VehicleView:
    """One vehicle; raises UnknownVehicle."""
    row = session.execute(select(vehicles).where(vehicles.c.id == vehicle_id)).first()
    if row is None:
        raise refusals.UnknownVehicle
    return VehicleView.of(row)


def vehicles_page(session: Session, wanted: PageRequest, *, plate: str | None) -> Page[VehicleView]:
    """The vehicles the reader may see, by plate."""
    statement = select(vehicles).order_by(vehicles.c.plate, vehicles.c.id).limit(wanted.rows)
    if plate is not None:
        statement = statement.where(vehicles.c.plate == plain(plate))
    if wanted.after:
        place = (text_of(wanted.after[0]), id_of(wanted.after[-1]))
        statement = statement.where(tuple_(vehicles.c.plate, vehicles.c.id) > place)
    rows = session.execute(statement).all()
    return Page[VehicleView].of(rows, wanted, VehicleView.of, lambda row: [row.plate, row.id])


def driver_at(session: Session, driver_id: UUID) -> Driver:
    """One driver, still sealed; raises UnknownDriver."""
    driver = session.get(Driver, driver_id)
    if driver is None:
        raise refusals.UnknownDriver
    return driver


def drivers_page(session: Session, wanted: PageRequest, name_of: Callable[[Driver], str | None]) -> Page[DriverEntry]:
    """The drivers the reader may see, the newest first; `name_of` says whose name he sees."""
    named = select(Driver).where(drivers.c.only_for.is_(None))
    statement = named.order_by(drivers.c.id.desc()).limit(wanted.rows)
    if wanted.after:
        statement = statement.where(drivers.c.id < id_of(wanted.after[0]))
    rows = session.execute(statement).scalars().all()
    return Page[DriverEntry].of(
        rows, wanted, lambda driver: DriverEntry.of(driver, name_of(driver)), lambda driver: [driver.id]
    )


def _shown() -> Select[Any]:
    return select(
        crossings.c.id,
        crossings.c.registration_id,
        crossings.c.reference,
        crossings.c.stage,
        crossings.c.version,
        crossings.c.filing,
        crossings.c.verdict,
        crossings.c.submitted_at,
        crossings.c.ended_because,
    )
