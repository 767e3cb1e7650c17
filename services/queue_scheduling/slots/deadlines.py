"""The deadlines of slots."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from bordergate.timers import Timer
from events.words import Direction


class ReservationEnds(Timer):
    """A reservation that nobody confirmed runs out."""

    kind: ClassVar = "queue_scheduling.reservation_ends"
    crossing_id: UUID
    booking_id: UUID


class OfferEnds(Timer):
    """Earlier room was held long enough."""

    kind: ClassVar = "queue_scheduling.offer_ends"
    crossing_id: UUID
    offered: datetime


class BucketEnds(Timer):
    """A bucket's hour is over: whoever was not called in it is late, or was delayed."""

    kind: ClassVar = "queue_scheduling.bucket_ends"
    route: str
    direction: Direction
    starts: datetime


class HoldersDue(Timer):
    """A bucket's hour is about to begin: those who hold it have to be there."""

    kind: ClassVar = "queue_scheduling.holders_due"
    route: str
    direction: Direction
    starts: datetime


class DrawDue(Timer):
    """A bucket's window is over: the lots are drawn."""

    kind: ClassVar = "queue_scheduling.draw_due"
    route: str
    direction: Direction
    starts: datetime


class SlotRound(Timer):
    """It is time to offer earlier room, and to prepare the draws of the next day."""

    kind: ClassVar = "queue_scheduling.slot_round"
    route: str
    direction: Direction


class RoomChanged(Timer):
    """What a route does or its plan says is other than before: holders may have no room in their hours, or again."""

    kind: ClassVar = "queue_scheduling.room_changed"
    route: str
    direction: Direction
