"""The queue's deadlines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from bordergate.timers import Timer
from events.words import Direction
from services.queue_scheduling.domain.hours import midnight

LOOK_EVERY = timedelta(minutes=5)
BY_NIGHT = timedelta(hours=3)
"""How long after midnight what takes long is done: while hardly anybody is called."""


class NoShow(Timer):
    """A call's validity ends."""

    kind: ClassVar = "queue_scheduling.no_show"
    crossing_id: UUID


class CallRound(Timer):
    """Calls of one queue are due; it starts itself again while somebody waits."""

    kind: ClassVar = "queue_scheduling.call_round"
    route: str
    direction: Direction


class Foresight(Timer):
    """It is time to foresee anew when the trucks of a queue will be called."""

    kind: ClassVar = "queue_scheduling.foresight"
    route: str
    direction: Direction


class TreesDue(Timer):
    """A queue's trees are grown anew from how its forecasts turned out."""

    kind: ClassVar = "queue_scheduling.trees_due"
    route: str
    direction: Direction


class SeedTurns(Timer):
    """A day begins, and with it another seed decides between equals."""

    kind: ClassVar = "queue_scheduling.seed_turns"
    route: str
    direction: Direction


def next_look(now: datetime) -> datetime:
    """When the calls to come are next foreseen: the full five minutes, the same for all who join before."""
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % LOOK_EVERY + LOOK_EVERY


def next_night(now: datetime) -> datetime:
    """When what takes long is done next."""
    return midnight(now - BY_NIGHT) + timedelta(days=1) + BY_NIGHT


class OfferAgain(Timer):
    """What kept a crossing out of the queue is free."""

    kind: ClassVar = "queue_scheduling.offer_again"
    crossing_id: UUID


class SanctionEnds(Timer):
    """A sanction's time is over."""

    kind: ClassVar = "queue_scheduling.sanction_ends"
    sanction_id: UUID


class ChangeEnds(Timer):
    """What was decided of a route is over."""

    kind: ClassVar = "queue_scheduling.pause_ends"
    route: str


class PlanChanges(Timer):
    """A day begins on which other routes or hours hold."""

    kind: ClassVar = "queue_scheduling.plan_changes"
