"""What the inspectorate hears, and the trace that each event leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope, Event
from bordergate.inbox import in_batches
from events.gate_operations import TruckArriving
from events.identity import DeviceEnrolled
from events.queue_scheduling import (
    AbsenceExcused,
    CallMissed,
    CallOverridden,
    EmergencyDeclared,
    SlotEnded,
    SlotReserved,
    TicketWithdrawn,
    TruckCalled,
    TruckQueued,
)
from events.vehicle_registration import CrossingAmended, CrossingReady, CrossingSubmitted, VehicleRegistered
from services.inspectorate.commands import keep_traces
from services.inspectorate.domain.trace import Sign, Trace

Said = Mapping[str, Any]


@in_batches
def leave_traces(heard: Sequence[Envelope[Event]], session: Session, clock: Clock) -> None:
    """Whatever a detector reads is kept."""
    keep_traces([trace_of(envelope) for envelope in heard], session)


def trace_of(envelope: Envelope[Any]) -> Trace:
    """What of an event bears on whether a place was sold."""
    event = envelope.data
    sign, say = TRACES[type(event)]
    return Trace(envelope.id, sign, envelope.happened, getattr(event, "crossing_id", None), **say(event))


def _filed(event: CrossingSubmitted | CrossingAmended) -> Said:
    return {"carrier": event.filing.carrier}


def _ready(event: CrossingReady) -> Said:
    about = {"carrier": event.carrier, "vehicle_id": event.vehicle_id, "plate": event.plate}
    return about | {"hours": event.goods.shelf_life_hours, "word": ",".join(event.goods.hs_chapters)}


def _queue(event: TruckQueued | TruckCalled) -> Said:
    return {"queue": f"{event.route}/{event.direction}"}


def _overridden(event: CallOverridden | EmergencyDeclared) -> Said:
    return {"officers": event.officers}


def _excused(event: AbsenceExcused) -> Said:
    return {"queue": f"{event.route}/{event.direction}", "officers": event.officers, "word": event.cause.value}


def _released(event: SlotEnded) -> Said:
    return {"word": event.cause}


def _enrolled(event: DeviceEnrolled) -> Said:
    return {"carrier": event.carrier, "vehicle_id": event.vehicle_id, "word": event.hardware_id}


def _registered(event: VehicleRegistered) -> Said:
    return {"carrier": event.carrier, "vehicle_id": event.vehicle_id, "plate": event.plate, "word": event.vin}


def _nothing(event: Event) -> Said:
    return {}


TRACES: Mapping[type[Event], tuple[Sign, Callable[[Any], Said]]] = {
    CrossingSubmitted: (Sign.FILED, _filed),
    CrossingAmended: (Sign.FILED, _filed),
    CrossingReady: (Sign.READY, _ready),
    TruckQueued: (Sign.JOINED, _queue),
    TruckCalled: (Sign.CALLED, _queue),
    CallMissed: (Sign.GONE, _nothing),
    TicketWithdrawn: (Sign.GONE, _nothing),
    TruckArriving: (Sign.SEEN, _nothing),
    CallOverridden: (Sign.OVERRIDDEN, _overridden),
    EmergencyDeclared: (Sign.EMERGENCY, _overridden),
    AbsenceExcused: (Sign.EXCUSED, _excused),
    SlotReserved: (Sign.RESERVED, _nothing),
    SlotEnded: (Sign.RELEASED, _released),
    DeviceEnrolled: (Sign.ENROLLED, _enrolled),
    VehicleRegistered: (Sign.REGISTERED, _registered),
}
