"""Positions, areas and devices for tests; the ground is a small square with a gate in its middle."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from shapely import Polygon, box

from bordergate.broker import Record
from bordergate.ids import new_id
from events.identity import DeviceEnrolled
from events.tracking import AreaKind
from events.vehicle_registration import CrossingReady
from events.words import Direction, Goods
from services.tracking.domain import TOPIC, Area, Corridor, Position, Report, Truck
from tests.builders.clock import A_MORNING

GROUND = box(106.0, 21.0, 107.0, 22.0)
GATE_AT = (106.5, 21.5)
YARD_AT = (106.6, 21.5)
ROAD_AT = (106.4, 21.5)
ABROAD_AT = (108.0, 21.5)


def the_corridor() -> Corridor:
    """The square."""
    return Corridor([GROUND])


def an_area(code: str = "gate", kind: AreaKind = AreaKind.GATE, at: tuple[float, float] = GATE_AT) -> Area:
    """A square of some kilometres around a place."""
    return Area(code, kind, "hn-1119", a_square(at))


def a_square(at: tuple[float, float], half: float = 0.02) -> Polygon:
    """Degrees around a place."""
    return box(at[0] - half, at[1] - half, at[0] + half, at[1] + half)


def a_position(
    place: tuple[float, float] = GATE_AT, minutes: float = 0, *, at: datetime = A_MORNING, **measured: float
) -> Position:
    """Somewhere, so many minutes after eight."""
    return Position(at=at + timedelta(minutes=minutes), lon=place[0], lat=place[1], **measured)


def a_report(crossing_id: UUID, position: Position, device_id: UUID | None = None) -> Report:
    """A position in the feed."""
    return Report(device_id=device_id or crossing_id, crossing_id=crossing_id, received=position.at, position=position)


def records(*reports: Report) -> list[Record]:
    """The reports as the broker carries them."""
    return [Record(TOPIC, str(one.device_id), {}, one.model_dump_json().encode()) for one in reports]


def a_truck(crossing_id: UUID | None = None) -> Truck:
    """A truck that is followed."""
    return Truck(
        crossing_id=crossing_id or new_id(),
        reference="LSG-260504-7K3QX-A",
        vehicle_id=new_id(),
        route="hn-1119",
        direction=Direction.EXPORT,
        parties=[new_id()],
        ready_at=A_MORNING,
    )


def an_enrolled_device(hardware_id: str, vehicle_id: UUID) -> DeviceEnrolled:
    """A carrier's device in a vehicle."""
    return DeviceEnrolled(vehicle_id=vehicle_id, device_id=new_id(), hardware_id=hardware_id, carrier=new_id())


def a_ready_crossing(
    vehicle_id: UUID, crossing_id: UUID | None = None, route: str = "hn-1119", driver_id: UUID | None = None
) -> CrossingReady:
    """A crossing that becomes active."""
    return CrossingReady(
        crossing_id=crossing_id or new_id(),
        reference="LSG-260504-7K3QX-A",
        route=route,
        direction=Direction.EXPORT,
        window_from=A_MORNING,
        window_to=A_MORNING + timedelta(hours=12),
        carrier=new_id(),
        parties=(new_id(),),
        vehicle_id=vehicle_id,
        plate="12C12345",
        driver_id=driver_id,
        goods=Goods(),
        empty=True,
    )
