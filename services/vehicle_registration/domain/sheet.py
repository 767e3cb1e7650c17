"""What is printed of a crossing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.vehicle_registration import Filing


@dataclass(frozen=True)
class RouteName:
    """What people call a route: its gate, its markers, and the gate on the other side."""

    route: str
    gate: str
    label: str
    opposite: str


@dataclass(frozen=True)
class Sheet:
    """One crossing as its paper shows it; `scanned` is what the QR holds, `name` is known once it was published."""

    filing: Filing
    name: RouteName | None
    scanned: str
    printed_at: datetime
    simulated: bool = False
