"""What vehicle_registration states: crossings on their way to the queue, vehicles and their carriers."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from events.streams import CrossingEvent, DriverEvent, FleetEvent, OrganisationEvent
from events.words import Direction, Failure, Goods, PaperKind, Part, RouteCode, Share, UploadStage


class Exchanged(StrEnum):
    """What of a truck in the queue was exchanged for another."""

    TRACTOR = "TRACTOR"
    DRIVER = "DRIVER"


class Exchange(Part):
    """The one change of tractor or driver that keeps the place in the queue, and why; nothing else changed with it."""

    what: Exchanged
    reason: str
    at: AwareDatetime


class Filing(Part):
    """What is filed of one crossing; `parties` are the organisations that may see it, `declarations` numbers.

    `two_way` when the truck carries goods both ways on one journey. `shares` are those declarations of which it carries
    a part; of any other it carries all that is left. `revision` counts from one, and on with each amendment.
    """

    reference: str
    registration_id: UUID
    route: RouteCode
    direction: Direction
    window_from: AwareDatetime
    window_to: AwareDatetime
    trader: UUID
    carrier: UUID
    parties: tuple[UUID, ...]
    vehicle_id: UUID
    plate: str
    trailer: str | None = None
    containers: tuple[str, ...] = ()
    driver_id: UUID | None = None
    declarations: tuple[str, ...] = ()
    declared_empty: bool = False
    empty_for: UUID | None = None
    two_way: bool = False
    shares: tuple[Share, ...] = ()
    revision: int = 1
    exchange: Exchange | None = None


class CrossingSubmitted(CrossingEvent):
    """A trader filed a crossing; it waits to be assessed."""

    name: ClassVar = "vehicle_registration.crossing_submitted.v1"
    filing: Filing


class CrossingAmended(CrossingEvent):
    """A filed crossing was changed before it joined the queue, or in it its tractor or driver; it is assessed again."""

    name: ClassVar = "vehicle_registration.crossing_amended.v1"
    filing: Filing
    changed: tuple[str, ...]


class CrossingReady(CrossingEvent):
    """Nothing that stops it is missing: the crossing may join the queue. The envelope's `time` is when it joins.

    `warnings` are rules that failed without stopping it, as they stood then.
    """

    name: ClassVar = "vehicle_registration.crossing_ready.v1"
    reference: str
    route: RouteCode
    direction: Direction
    window_from: AwareDatetime
    window_to: AwareDatetime
    carrier: UUID
    parties: tuple[UUID, ...]
    vehicle_id: UUID
    plate: str
    trailer: str | None = None
    containers: tuple[str, ...] = ()
    driver_id: UUID | None = None
    goods: Goods
    empty: bool = False
    empty_for: UUID | None = None
    warnings: tuple[Failure, ...] = ()
    exchange: Exchange | None = None


class CrossingNotReady(CrossingEvent):
    """Something is missing or wrong; all failures at once."""

    name: ClassVar = "vehicle_registration.crossing_not_ready.v1"
    failures: tuple[Failure, ...]


class WarningsChanged(CrossingEvent):
    """Other rules than before fail for a crossing without stopping it; `warnings` are all of them."""

    name: ClassVar = "vehicle_registration.warnings_changed.v1"
    warnings: tuple[Failure, ...]


class CrossingCancelled(CrossingEvent):
    """The crossing will not take place."""

    name: ClassVar = "vehicle_registration.crossing_cancelled.v1"
    reason: str


class CrossingExpired(CrossingEvent):
    """Filed, and never ready in time."""

    name: ClassVar = "vehicle_registration.crossing_expired.v1"
    submitted_at: datetime


class VehicleRegistered(FleetEvent):
    """A carrier's vehicle is known, or its particulars changed."""

    name: ClassVar = "vehicle_registration.vehicle_registered.v1"
    carrier: UUID
    plate: str
    country: str
    vehicle_type: str
    axles: int
    tare_kg: int
    gross_kg: int
    version: int | None = None
    vin: str | None = None


class VehiclePaperKept(FleetEvent):
    """A vehicle's paper is known, or was corrected; it holds from the first of its days to the last, both counted."""

    name: ClassVar = "vehicle_registration.vehicle_paper_kept.v1"
    paper_id: UUID
    version: int
    carrier: UUID
    kind: PaperKind
    paper_number: str
    issuer: str
    valid_from: date
    valid_to: date


class VehiclePaperEndsSoon(FleetEvent):
    """A vehicle's paper ends within so many days, and no other takes its place yet."""

    name: ClassVar = "vehicle_registration.vehicle_paper_ends_soon.v1"
    paper_id: UUID
    version: int
    days: int


class VehiclePaperEnded(FleetEvent):
    """A vehicle's paper was withdrawn, or never was."""

    name: ClassVar = "vehicle_registration.vehicle_paper_ended.v1"
    paper_id: UUID


class DriverPaperKept(DriverEvent):
    """From when to when a driver's paper holds; its number and who issued it are known to its owner only."""

    name: ClassVar = "vehicle_registration.driver_paper_kept.v1"
    paper_id: UUID
    version: int
    carrier: UUID
    kind: PaperKind
    valid_from: date
    valid_to: date


class DriverPaperEndsSoon(DriverEvent):
    """A driver's paper ends within so many days, and no other takes its place yet."""

    name: ClassVar = "vehicle_registration.driver_paper_ends_soon.v1"
    paper_id: UUID
    version: int
    days: int


class DriverPaperEnded(DriverEvent):
    """A driver's paper was withdrawn, or he was erased."""

    name: ClassVar = "vehicle_registration.driver_paper_ended.v1"
    paper_id: UUID


class VehiclePaperScanned(FleetEvent):
    """A scan of a vehicle's paper was attached."""

    name: ClassVar = "vehicle_registration.vehicle_paper_scanned.v1"
    paper_id: UUID
    version: int


class DriverPaperScanned(DriverEvent):
    """A scan of a driver's paper was attached; it lies sealed."""

    name: ClassVar = "vehicle_registration.driver_paper_scanned.v1"
    paper_id: UUID
    version: int


class UploadWentOn(OrganisationEvent):
    """A list of crossings that an organisation uploaded was received, checked on, or filed on.

    `through` counts the lines gone through in this stage, `faulty` those that cannot be filed, `filed` those that were.
    """

    name: ClassVar = "vehicle_registration.upload_went_on.v1"
    upload_id: UUID
    stage: UploadStage
    uploaded_at: AwareDatetime
    lines: int
    through: int
    faulty: int
    filed: int


class UploadForgotten(OrganisationEvent):
    """A list was kept as long as lists are; the crossings that it became stay."""

    name: ClassVar = "vehicle_registration.upload_forgotten.v1"
    upload_id: UUID


class DelegationGiven(OrganisationEvent):
    """A firm lets an agent organisation, or a driver of its own, act for it until a Hà Nội day, which counts.

    `acts` are FILE, AMEND and CANCEL; no `routes` named are all.
    """

    name: ClassVar = "vehicle_registration.delegation_given.v1"
    delegation_id: UUID
    agent: UUID | None = None
    driver_id: UUID | None = None
    acts: tuple[str, ...]
    routes: tuple[RouteCode, ...] = ()
    last_day: date


class DelegationEnded(OrganisationEvent):
    """A firm's leave was ended before its day."""

    name: ClassVar = "vehicle_registration.delegation_ended.v1"
    delegation_id: UUID


class DriverConsented(DriverEvent):
    """A driver lets something be done with his data from now on; `purpose` is POSITION or CONTACT."""

    name: ClassVar = "vehicle_registration.driver_consented.v1"
    purpose: str


class DriverConsentWithdrawn(DriverEvent):
    """A driver no longer lets it be done, or was erased."""

    name: ClassVar = "vehicle_registration.driver_consent_withdrawn.v1"
    purpose: str
