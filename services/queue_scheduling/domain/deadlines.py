"""The queue's deadlines."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from bordergate.timers import Timer
from events.words import Direction


class NoShow(Timer):
    """A call's validity ends."""

    kind: ClassVar = "queue_scheduling.no_show"
    crossing_id: UUID


class CallRound(Timer):
    """Calls of one queue are due; it starts itself again while somebody waits."""

    kind: ClassVar = "queue_scheduling.call_round"
    route: str
    direction: Direction


class OfferAgain(Timer):
    """What kept a crossing out of the queue is free."""

    kind: ClassVar = "queue_scheduling.offer_again"
    crossing_id: UUID


class PauseEnds(Timer):
    """A route's pause is over."""

    kind: ClassVar = "queue_scheduling.pause_ends"
    route: str


class PlanChanges(Timer):
    """A day begins on which other routes or hours hold."""

    kind: ClassVar = "queue_scheduling.plan_changes"
