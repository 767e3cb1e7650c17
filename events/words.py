"""Words that several services use in their events."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

RouteCode = Annotated[str, Field(pattern=r"^[a-z]{2}-\d{4}$", description="A route, as in `hn-1119`.")]


class Part(BaseModel):
    """A frozen part of an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Direction(StrEnum):
    """Which way the goods go."""

    EXPORT = "EXPORT"
    IMPORT = "IMPORT"


class CrossingState(StrEnum):
    """How far a crossing has come; each state is stated by one service and folded by `events.crossing`."""

    SUBMITTED = "SUBMITTED"
    NOT_READY = "NOT_READY"
    READY = "READY"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    QUEUED = "QUEUED"
    CALLED = "CALLED"
    NO_SHOW = "NO_SHOW"
    ARRIVING = "ARRIVING"
    CHECKED_IN = "CHECKED_IN"
    IN_YARD = "IN_YARD"
    RELEASABLE = "RELEASABLE"
    RELEASED = "RELEASED"
    CROSSED = "CROSSED"
    LEFT_YARD = "LEFT_YARD"
    COMPLETED = "COMPLETED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"


class UploadStage(StrEnum):
    """How far an uploaded list of crossings has come."""

    CHECKING = "CHECKING"
    FAULTY = "FAULTY"
    FILING = "FILING"
    FILED = "FILED"


class ListColumn(StrEnum):
    """What an uploaded list of crossings may have columns for, in the order of its template."""

    ROUTE = "route"
    DIRECTION = "direction"
    DAY = "day"
    STARTS = "starts"
    ENDS = "ends"
    PLATE = "plate"
    TRAILER = "trailer"
    CONTAINERS = "containers"
    DRIVER = "driver"
    DECLARATIONS = "declarations"
    SHARES = "shares"
    DECLARED_EMPTY = "declared_empty"
    TWO_WAY = "two_way"


class OrganisationKind(StrEnum):
    """Kinds of organisation."""

    TRADER = "TRADER"
    CUSTOMS_AGENT = "CUSTOMS_AGENT"
    CARRIER = "CARRIER"
    YARD_OPERATOR = "YARD_OPERATOR"
    AUTHORITY = "AUTHORITY"
    FOREIGN_FORWARDER = "FOREIGN_FORWARDER"


class PaperKind(StrEnum):
    """The papers with a validity: a vehicle's transport permit, insurance and inspection, and a driver's licence."""

    TRANSPORT_PERMIT = "TRANSPORT_PERMIT"
    INSURANCE = "INSURANCE"
    INSPECTION = "INSPECTION"
    LICENCE = "LICENCE"


class TicketClass(StrEnum):
    """The queue's classes, computed from the goods, never chosen."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"


class Channel(StrEnum):
    """Customs' risk channel of a declaration."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


class Severity(StrEnum):
    """Whether a failed rule stops the crossing."""

    BLOCK = "BLOCK"
    WARN = "WARN"


class Failure(Part):
    """A rule that failed: its code, where, and what stood there; texts are in the catalogue under the code.

    `value` never carries personal data.
    """

    code: str
    severity: Severity = Severity.BLOCK
    field: str
    value: Any = None
    source: str | None = None


class Share(Part):
    """How much of one line of a declaration a crossing carries; lines count from one.

    `quantity` is in the line's own unit, or in kg where the line declares no quantity.
    """

    declaration: str = Field(min_length=1, max_length=20)
    line: int = Field(ge=1, le=200)
    quantity: Decimal = Field(gt=0, le=1_000_000_000, decimal_places=6)


class Goods(Part):
    """What the queue must know of a load to compute its class.

    `hs_chapters` are two digits; `shelf_life_hours` is what is left of the shortest-lived perishable, None if none is.
    """

    hs_chapters: tuple[str, ...] = ()
    live_animals: bool = False
    dangerous: bool = False
    time_critical: bool = False
    shelf_life_hours: float | None = None
    humanitarian: bool = False
    weight_kg: int = 0
