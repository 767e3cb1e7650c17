"""Trucks with devices that report while they drive through the gate's areas."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import RealClock
from bordergate.ids import new_id
from bordergate.runtime import Gate
from bordergate.transactions import Origin, system
from events.tracking import AreaKind
from events.words import Direction
from services.tracking.commands import FollowTruck, KnowDevice, follow_truck, know_device
from services.tracking.domain import Position
from services.tracking.ground import shipped_areas

EVERY = timedelta(seconds=1)
LAP, WIDE = 100, 0.002


@dataclass
class Device:
    """One truck's device; its clock runs on from batch to batch."""

    hardware_id: str
    device_id: UUID
    crossing_id: UUID
    clock: datetime
    lap: Sequence[tuple[float, float]]

    def drive(self, count: int) -> list[Position]:
        """Its next positions: round and round, into an area and out of it."""
        places = itertools.islice(itertools.cycle(self.lap), count)
        started, self.clock = self.clock, self.clock + count * EVERY
        return [
            Position(at=started + step * EVERY, lon=lon, lat=lat, speed_kmh=30.0, course=90.0)
            for step, (lon, lat) in enumerate(places)
        ]

    def batch(self, positions: list[Position]) -> str:
        """The body that reports them."""
        return json.dumps({"device": self.hardware_id, "positions": [one.model_dump(mode="json") for one in positions]})


def a_lap() -> list[tuple[float, float]]:
    """A circle of some hundred metres, from the middle of a waiting area out of it and back."""
    middle = next(area.outline for area in shipped_areas().areas() if area.kind is AreaKind.WAITING).centroid
    angles = [2 * math.pi * step / LAP for step in range(LAP)]
    return [(middle.x + WIDE * (1 - math.cos(angle)), middle.y + WIDE * math.sin(angle)) for angle in angles]


def enrolled(gate: Gate, count: int, since: datetime) -> list[Device]:
    """So many devices, each in a truck with an active crossing."""
    lap, clock = a_lap(), RealClock()
    devices = [Device(f"device-{number:05}", new_id(), new_id(), since, lap) for number in range(count)]

    def work(session: Session) -> None:
        for device in devices:
            vehicle = new_id()
            known = KnowDevice(device.device_id, vehicle, device.hardware_id, enrolled=True, since=since)
            know_device(known, session, clock)
            party = (new_id(),)
            told = (device.crossing_id, "LSG-260504-7K3QX-A", vehicle, "hn-1119", Direction.EXPORT, party, since)
            follow_truck(FollowTruck(*told), session, clock)

    gate.transactions["tracking"].run(work, origin=Origin(system("measurement")), scope="all")
    return devices
