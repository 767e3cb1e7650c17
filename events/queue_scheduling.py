"""What queue_scheduling states: routes with their hours and capacity, and every decision about a place in the queue."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from events.streams import CrossingEvent, RouteEvent
from events.words import Direction, Failure, Part, RouteCode, TicketClass


class RouteStatus(StrEnum):
    """What a route does now."""

    OPEN = "OPEN"
    REDUCED = "REDUCED"
    PRE_REGISTERED_ONLY = "PRE_REGISTERED_ONLY"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


class OpenHours(Part):
    """Hà Nội hours of one weekday (0 = Monday), `HH:MM`, with the trucks an hour of each direction."""

    weekday: int
    opens: str
    closes: str
    export_per_hour: int
    import_per_hour: int


class ClosureCause(StrEnum):
    """Why a route is closed for some hours or days."""

    HOLIDAY = "HOLIDAY"
    OPPOSITE_SIDE = "OPPOSITE_SIDE"
    WEATHER = "WEATHER"
    WORKS = "WORKS"
    OTHER = "OTHER"


class Closure(Part):
    """Hà Nội hours in which a route is closed, each day from `first_day` to before `after` (None: until told)."""

    first_day: date
    after: date | None = None
    starts: str
    ends: str
    cause: ClosureCause


class RefusedGoods(Part):
    """Goods of an HS chapter that a route does not take in a direction, from `first_day` to before `after`."""

    direction: Direction
    chapter: str
    first_day: date
    after: date | None = None


class RoutePublished(RouteEvent):
    """A route as it is planned: names, hours, capacity, the closures that are not over, the goods it does not take."""

    name: ClassVar = "queue_scheduling.route_published.v1"
    gate: str
    label: str
    opposite: str
    hours: tuple[OpenHours, ...]
    closures: tuple[Closure, ...] = ()
    refused_goods: tuple[RefusedGoods, ...] = ()


class RouteStatusChanged(RouteEvent):
    """A route was paused or opened again."""

    name: ClassVar = "queue_scheduling.route_status_changed.v1"
    status: RouteStatus
    until: AwareDatetime | None = None
    reason: str | None = None


class TruckQueued(CrossingEvent):
    """A crossing took its place; P0 and P1 hold no number. `first_come` is A, `promise` d (QUEUE.md)."""

    name: ClassVar = "queue_scheduling.truck_queued.v1"
    route: RouteCode
    direction: Direction
    ticket_class: TicketClass
    first_come: int | None
    promise: int | None
    ahead: int
    again: bool = False


class TruckCalled(CrossingEvent):
    """A truck may come forward to the gate; an extraordinary call has no number."""

    name: ClassVar = "queue_scheduling.truck_called.v1"
    route: RouteCode
    direction: Direction
    number: int | None
    extraordinary: bool = False
    override: bool = False
    valid_until: AwareDatetime


class TicketPassed(CrossingEvent):
    """The ticket's number was called over while it could not come; it left the numbers."""

    name: ClassVar = "queue_scheduling.ticket_passed.v1"
    number: int
    cause: str


class CallMissed(CrossingEvent):
    """The truck did not arrive while its call was valid."""

    name: ClassVar = "queue_scheduling.call_missed.v1"
    valid_until: AwareDatetime


class TicketWithdrawn(CrossingEvent):
    """The place was given up before a call."""

    name: ClassVar = "queue_scheduling.ticket_withdrawn.v1"
    reason: str


class TruckNotQueued(CrossingEvent):
    """A ready crossing got no place: a vehicle, container or driver of it already has one in a queue."""

    name: ClassVar = "queue_scheduling.truck_not_queued.v1"
    route: RouteCode
    failures: tuple[Failure, ...]


class CallOverridden(CrossingEvent):
    """Two officers called a truck out of turn and say why; the call itself is a TruckCalled."""

    name: ClassVar = "queue_scheduling.call_overridden.v1"
    route: RouteCode
    direction: Direction
    ticket_class: TicketClass
    reason: str
    officers: tuple[UUID, UUID]
