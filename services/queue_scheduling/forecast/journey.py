"""From the call to the gate: how long the way took others lately, and when a truck will be there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.queue_scheduling.dispatch.approach import ways_at
from services.queue_scheduling.domain.forwarding import Forwarding
from services.queue_scheduling.forecast.foresight import Foreseen

HOUR = timedelta(hours=1)
Instants = Mapping[str, datetime | None]


@dataclass(frozen=True)
class Journey:
    """How long one of ten trucks took at most, half of them, and nine of ten."""

    p10: timedelta
    p50: timedelta
    p90: timedelta

    def after(self, call: Foreseen) -> Instants:
        """When a truck is at the gate whose call is foreseen so; an instant that lies beyond the plan is None.

        How late a call comes says nothing of the way, so the two spreads add as the legs of a right triangle.
        """
        if call.p50 is None:
            return {"gate_p10": None, "gate_p50": None, "gate_p90": None}
        middle = call.p50 + self.p50
        early = call.p10 and middle - _together(call.p50 - call.p10, self.p50 - self.p10)
        late = call.p90 and middle + _together(call.p90 - call.p50, self.p90 - self.p50)
        return {"gate_p10": early, "gate_p50": middle, "gate_p90": late}


def _together(of_call: timedelta, of_way: timedelta) -> timedelta:
    return math.hypot(of_call / HOUR, of_way / HOUR) * HOUR


def journey_at(session: Session, queue: str, forwarding: Forwarding, per_hour: int, now: datetime) -> Journey:
    """The way as it was measured lately; until there are enough who came, as it is planned."""
    measured = ways_at(session, queue, now)
    if measured is None:
        planned = to_the_gate(forwarding, per_hour)
        return Journey(planned, planned, planned)
    return Journey(*measured)


def to_the_gate(forwarding: Forwarding, per_hour: int) -> timedelta:
    """From the call to the gate: the planned journey, and just in time the wait on the apron, (S − c − μτ) / μ."""
    ways = forwarding.ways(per_hour)
    on_apron = ways.reserve / per_hour if forwarding.just_in_time and per_hour else 0.0
    return timedelta(hours=forwarding.travel + on_apron)
