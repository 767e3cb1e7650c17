"""What queue_scheduling states: routes with their hours and capacity, and every decision about a place in the queue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from events.sanctions import Ground, MissedCall
from events.streams import CrossingEvent, OrganisationEvent, RouteEvent
from events.words import Direction, Failure, Part, RouteCode, TicketClass


class RouteStatus(StrEnum):
    """What a route does now."""

    OPEN = "OPEN"
    REDUCED = "REDUCED"
    PRE_REGISTERED_ONLY = "PRE_REGISTERED_ONLY"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


class OpenHours(Part):
    """Hà Nội hours of one weekday (0 = Monday), `HH:MM`, with the trucks an hour of each direction.

    Where those change within a day it has several, one after another.
    """

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
    """What a route does from now on; a REDUCED one takes so many trucks an hour."""

    name: ClassVar = "queue_scheduling.route_status_changed.v1"
    status: RouteStatus
    until: AwareDatetime | None = None
    reason: str | None = None
    export_per_hour: int | None = None
    import_per_hour: int | None = None


class TruckQueued(CrossingEvent):
    """A crossing took its place; P0, P1 and who waits for a `slot` hold no number. `first_come` is A, `promise` d."""

    name: ClassVar = "queue_scheduling.truck_queued.v1"
    route: RouteCode
    direction: Direction
    ticket_class: TicketClass
    first_come: int | None
    promise: int | None
    ahead: int
    again: bool = False
    slot: AwareDatetime | None = None


class TruckCalled(CrossingEvent):
    """A truck may come forward to the gate; an extraordinary call and that of a `slot` have no number."""

    name: ClassVar = "queue_scheduling.truck_called.v1"
    route: RouteCode
    direction: Direction
    number: int | None
    extraordinary: bool = False
    override: bool = False
    valid_until: AwareDatetime
    slot: AwareDatetime | None = None


class TicketPassed(CrossingEvent):
    """The ticket's number was called over while it could not come; it left the numbers."""

    name: ClassVar = "queue_scheduling.ticket_passed.v1"
    number: int
    cause: str


class CallMissed(CrossingEvent):
    """The truck did not arrive while its call was valid; `cause` is OURS when gate, authority or weather kept it out.

    `because` is then the rule that found so; who missed a call by our doing is called again ahead of the numbers.
    """

    name: ClassVar = "queue_scheduling.call_missed.v1"
    valid_until: AwareDatetime
    cause: str | None = None
    because: str | None = None


class CallExtended(CrossingEvent):
    """A call stays valid for longer; `because` is the rule by which, `hours` what was asked for, `share` what it costs.

    `share` is of the extension's fee: 0 when it is nobody's doing but ours, or no more than the truck is owed.
    """

    name: ClassVar = "queue_scheduling.call_extended.v1"
    valid_until: AwareDatetime
    because: str
    hours: int | None = None
    share: Decimal = Decimal(0)


class IdentityChanged(CrossingEvent):
    """Another tractor, or another driver, keeps the place: once. `share` of the fee is owed, by the rule `because`."""

    name: ClassVar = "queue_scheduling.identity_changed.v1"
    what: str
    share: Decimal = Decimal(0)
    because: str


class CallAnswered(CrossingEvent):
    """A call said to be missed was answered in time: the fact of it came late, and the no-show is none."""

    name: ClassVar = "queue_scheduling.call_answered.v1"
    called_at: AwareDatetime
    valid_until: AwareDatetime


class TicketWithdrawn(CrossingEvent):
    """The place was given up; after a call, that call was missed. `share` of the fee is owed, by the rule `because`."""

    name: ClassVar = "queue_scheduling.ticket_withdrawn.v1"
    reason: str
    share: Decimal = Decimal(0)
    because: str | None = None


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


class EmergencyPaper(StrEnum):
    """The written order by which a truck goes before all others."""

    RELIEF_ORDER = "RELIEF_ORDER"
    HEALTH_ORDER = "HEALTH_ORDER"
    RESCUE_ORDER = "RESCUE_ORDER"


class EmergencyDeclared(CrossingEvent):
    """Two officers let a waiting truck go before all others, as a written order says: its class is P0 from now on."""

    name: ClassVar = "queue_scheduling.emergency_declared.v1"
    route: RouteCode
    direction: Direction
    paper: EmergencyPaper
    officers: tuple[UUID, UUID]


class PromiseExchanged(CrossingEvent):
    """In a crisis, nothing of its load being left to save, a truck waits for a later number that its receipt named."""

    name: ClassVar = "queue_scheduling.promise_exchanged.v1"
    promise: int


class CrisisDeclared(RouteEvent):
    """Two officers declared a crisis: whose load is spoiled gives way to what can still be saved."""

    name: ClassVar = "queue_scheduling.crisis_declared.v1"
    direction: Direction
    reason: str
    officers: tuple[UUID, UUID]


class CrisisLifted(RouteEvent):
    """Two officers lifted the crisis; who had fallen back stays where he is."""

    name: ClassVar = "queue_scheduling.crisis_lifted.v1"
    direction: Direction
    reason: str
    officers: tuple[UUID, UUID]


class SlotReserved(CrossingEvent):
    """A place in a bucket is held until an instant; with `drawn_at` the crossing only takes part in its draw."""

    name: ClassVar = "queue_scheduling.slot_reserved.v1"
    route: RouteCode
    direction: Direction
    starts: AwareDatetime
    minutes: int
    until: AwareDatetime
    drawn_at: AwareDatetime | None = None


class SlotConfirmed(CrossingEvent):
    """The crossing has a slot, and no other; stated again when it moves to another one.

    Between `there_from` and `there_by` its truck has to come to the waiting area; None: it may wait anywhere. Had in
    exchange for another that its holder gave back, `share` of the fee is owed for that one, by the rule `because`.
    """

    name: ClassVar = "queue_scheduling.slot_confirmed.v1"
    route: RouteCode
    direction: Direction
    starts: AwareDatetime
    minutes: int
    drawn: bool = False
    there_from: AwareDatetime | None = None
    there_by: AwareDatetime | None = None
    share: Decimal = Decimal(0)
    because: str | None = None


class SlotStruck(CrossingEvent):
    """As the route works now, a slot's hour has no room for its truck, by no doing of its own.

    It need not come for that hour. SlotConfirmed follows when there is room again, or when it has another slot; else it
    is called ahead of the numbers once the hour is over.
    """

    name: ClassVar = "queue_scheduling.slot_struck.v1"
    route: RouteCode
    direction: Direction
    starts: AwareDatetime
    minutes: int


class SlotOffered(CrossingEvent):
    """There is room earlier, or instead of a slot that was struck: this one may be had for it until an instant."""

    name: ClassVar = "queue_scheduling.slot_offered.v1"
    starts: AwareDatetime
    minutes: int
    until: AwareDatetime
    instead_of: AwareDatetime | None = None


class SlotEnded(CrossingEvent):
    """The crossing has no slot any more, and why: given up, not drawn, run out, lost, or of no use.

    Given up, `share` of the fee is owed, by the rule `because`.
    """

    name: ClassVar = "queue_scheduling.slot_ended.v1"
    route: RouteCode
    direction: Direction
    starts: AwareDatetime
    cause: str
    share: Decimal = Decimal(0)
    because: str | None = None


class SaidBy(StrEnum):
    """Who says that a truck is where its slot needs it to be."""

    HOLDER = "HOLDER"
    OFFICER = "OFFICER"


class PresenceStated(CrossingEvent):
    """The truck of a slot waits where it should: somebody says so whom tracking does not gainsay.

    `officers` are the accounts that answer for an officer's word.
    """

    name: ClassVar = "queue_scheduling.presence_stated.v1"
    slot: AwareDatetime
    said_by: SaidBy
    officers: tuple[UUID, ...] = ()


class Hindrance(StrEnum):
    """What kept the truck of a slot from being there, when it was not its own doing."""

    GATE = "GATE"
    AUTHORITY = "AUTHORITY"
    WEATHER = "WEATHER"


class AbsenceExcused(CrossingEvent):
    """Officers say that a truck could not be there for its slot: one while it holds it, two once it was lost."""

    name: ClassVar = "queue_scheduling.absence_excused.v1"
    route: RouteCode
    direction: Direction
    ticket_class: TicketClass
    slot: AwareDatetime
    cause: Hindrance
    officers: tuple[UUID, ...]


class SanctionImposed(OrganisationEvent):
    """A carrier, or with `vehicle_id` one of its vehicles, is not called until an instant; R070 says so meanwhile.

    It may be appealed against until `appeal_until`.
    """

    name: ClassVar = "queue_scheduling.sanction_imposed.v1"
    sanction_id: UUID
    vehicle_id: UUID | None = None
    ground: Ground
    imposed_at: AwareDatetime
    until: AwareDatetime
    appeal_until: AwareDatetime
    evidence: tuple[MissedCall, ...]
    case: str | None = None
    reason: str | None = None


class SanctionAppealed(OrganisationEvent):
    """The carrier says why the sanction is wrong; an officer decides."""

    name: ClassVar = "queue_scheduling.sanction_appealed.v1"
    sanction_id: UUID
    text: str


class AppealDecided(OrganisationEvent):
    """An officer has decided on an appeal, and why; granted, the sanction is lifted."""

    name: ClassVar = "queue_scheduling.appeal_decided.v1"
    sanction_id: UUID
    granted: bool
    reason: str


class SanctionEnded(OrganisationEvent):
    """A sanction is over: its time has come, or it was `lifted`."""

    name: ClassVar = "queue_scheduling.sanction_ended.v1"
    sanction_id: UUID
    vehicle_id: UUID | None = None
    lifted: bool = False
