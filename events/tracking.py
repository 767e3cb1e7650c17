"""What tracking states: where a truck of an active crossing is, by area and nearness. No position ever is an event."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from events.streams import CrossingEvent
from events.words import RouteCode


class AreaKind(StrEnum):
    """What an area is for."""

    WAITING = "WAITING"
    GATE = "GATE"
    YARD = "YARD"


class AreaEntered(CrossingEvent):
    """The truck is inside the area, which belongs to a `route`; the envelope's `occurred` is the device's time."""

    name: ClassVar = "tracking.area_entered.v1"
    area: str
    kind: AreaKind
    route: RouteCode | None = None


class AreaLeft(CrossingEvent):
    """The truck is no longer inside the area."""

    name: ClassVar = "tracking.area_left.v1"
    area: str
    kind: AreaKind


class TruckCameNear(CrossingEvent):
    """The truck is at most so many kilometres in a straight line from its route's gate."""

    name: ClassVar = "tracking.truck_came_near.v1"
    within_km: int


class TruckWentAway(CrossingEvent):
    """It is farther away again."""

    name: ClassVar = "tracking.truck_went_away.v1"
