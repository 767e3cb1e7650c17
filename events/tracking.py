"""What tracking states: a truck of an active crossing entered or left an area. No position ever is an event."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from events.streams import CrossingEvent


class AreaKind(StrEnum):
    """What an area is for."""

    WAITING = "WAITING"
    GATE = "GATE"
    YARD = "YARD"


class AreaEntered(CrossingEvent):
    """The truck is inside the area; the envelope's `occurred` is the device's time."""

    name: ClassVar = "tracking.area_entered.v1"
    area: str
    kind: AreaKind


class AreaLeft(CrossingEvent):
    """The truck is no longer inside the area."""

    name: ClassVar = "tracking.area_left.v1"
    area: str
    kind: AreaKind
