"""What gate_operations states: the authorities' facts, and the stages that follow from them.

A stage is stated when the facts known so far make it true, with the envelope's `occurred` as the moment it became
true. It is stated again when a fact learnt later moves that moment, and taken back when a correction removes it: the
last word on a stage holds, and hearing it twice must do no harm.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from events.streams import CrossingEvent
from events.words import CrossingState, RouteCode


class Authority(StrEnum):
    """Who states a fact at the gate."""

    BORDER_GUARD = "BORDER_GUARD"
    CUSTOMS = "CUSTOMS"
    YARD = "YARD"
    GATE_OPERATOR = "GATE_OPERATOR"


class FactKind(StrEnum):
    """What can be observed of a crossing at the gate."""

    ARRIVAL_CONFIRMED = "ARRIVAL_CONFIRMED"
    ENTERED_YARD = "ENTERED_YARD"
    LEFT_YARD = "LEFT_YARD"
    GOODS_RELEASED = "GOODS_RELEASED"
    CROSSED_BORDER = "CROSSED_BORDER"
    LEFT_COUNTRY = "LEFT_COUNTRY"
    WENT_INLAND = "WENT_INLAND"
    TURNED_BACK = "TURNED_BACK"
    REFUSED_ENTRY = "REFUSED_ENTRY"
    STATED_IN_ERROR = "STATED_IN_ERROR"


class FactStated(CrossingEvent):
    """An authority stated a fact; `corrects` names the fact it replaces. The envelope's `occurred` says when."""

    name: ClassVar = "gate_operations.fact_stated.v1"
    fact_id: UUID
    kind: FactKind
    authority: Authority
    at: AwareDatetime
    corrects: UUID | None = None
    reason: str | None = None


class PlateRead(CrossingEvent):
    """Somebody or something read the plate of the truck that came; the one read last, by `at`, counts.

    Whether it is the truck that was filed is for whoever hears it: the filing may change afterwards.
    """

    name: ClassVar = "gate_operations.plate_read.v1"
    reading_id: UUID
    plate: str
    authority: Authority
    at: AwareDatetime
    lane: str | None = None


class TruckArriving(CrossingEvent):
    """The first authority has seen the truck."""

    name: ClassVar = "gate_operations.truck_arriving.v1"
    first: Authority


class TruckCheckedIn(CrossingEvent):
    """Border Guard and Customs have both confirmed the truck."""

    name: ClassVar = "gate_operations.truck_checked_in.v1"


class TruckCrossed(CrossingEvent):
    """The truck crossed the border line."""

    name: ClassVar = "gate_operations.truck_crossed.v1"


class TruckInYard(CrossingEvent):
    """The truck stands in the yard."""

    name: ClassVar = "gate_operations.truck_in_yard.v1"


class CrossingReleasable(CrossingEvent):
    """Nothing holds the crossing any more."""

    name: ClassVar = "gate_operations.crossing_releasable.v1"


class CrossingReleased(CrossingEvent):
    """Customs released the goods."""

    name: ClassVar = "gate_operations.crossing_released.v1"


class TruckLeftYard(CrossingEvent):
    """The goods left the yard."""

    name: ClassVar = "gate_operations.truck_left_yard.v1"


class CrossingCompleted(CrossingEvent):
    """The crossing is over."""

    name: ClassVar = "gate_operations.crossing_completed.v1"


class TruckReturned(CrossingEvent):
    """The truck was turned back after check-in."""

    name: ClassVar = "gate_operations.truck_returned.v1"
    reason: str


class TruckRejected(CrossingEvent):
    """The truck was refused before check-in."""

    name: ClassVar = "gate_operations.truck_rejected.v1"
    reason: str


class AuthorityLagging(CrossingEvent):
    """One authority has confirmed, the other has not for five minutes."""

    name: ClassVar = "gate_operations.authority_lagging.v1"
    which: Authority
    since: AwareDatetime


class StageTakenBack(CrossingEvent):
    """A correction showed that the stage was not reached after all."""

    name: ClassVar = "gate_operations.stage_taken_back.v1"
    stage: CrossingState


class Target(StrEnum):
    """What the gate has promised of itself: how long the second authority takes, and how long the yard."""

    AGENCY_LAG = "AGENCY_LAG"
    YARD_TURNAROUND = "YARD_TURNAROUND"


class TargetMissed(CrossingEvent):
    """A truck stood longer than the gate's own target allows: the wait is credited to its carrier.

    The last word on a crossing's target holds; `whose` part it was, and how many minutes were allowed.
    """

    name: ClassVar = "gate_operations.target_missed.v1"
    target: Target
    whose: Authority
    route: RouteCode
    carrier: UUID
    since: AwareDatetime
    until: AwareDatetime
    allowed_minutes: int


class MissTakenBack(CrossingEvent):
    """A correction showed that the target was met, or that there was no such wait: nothing is owed."""

    name: ClassVar = "gate_operations.miss_taken_back.v1"
    target: Target
