"""A call that ran out before the truck was seen: whether it stays valid, and whose doing it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.queue_scheduling import ClosureCause

FRESH = timedelta(hours=12)
"""So long before its call a truck may have come to the gate and still be taken to stand there."""


@dataclass(frozen=True)
class Sighting:
    """Where tracking placed a truck last; nothing is known of one that nobody tracks."""

    near: bool = False
    at_gate_since: datetime | None = None


@dataclass(frozen=True)
class Attempt:
    """A call that ran out, and what was in its way.

    `opened` is how long the gate was open meanwhile as planned, `stood_still` how long of it nobody was called, and
    with less than `chance` nobody could come; `closed_by` are the causes of the closures that fell into it, `gate_open`
    says whether a truck can be let in now; `excused_there` that it was called anew once because it stood at the gate.
    """

    called_at: datetime
    valid_until: datetime
    opened: timedelta
    chance: timedelta
    stood_still: timedelta = timedelta()
    closed_by: frozenset[ClosureCause] = frozenset()
    gate_open: bool = True
    sighting: Sighting = Sighting()
    prolonged: bool = False
    excused_there: bool = False


AT_THE_GATE = "queue_scheduling.missed_at_the_gate"
"""The excuse of one who stood at the gate, as the rule below states it; it counts once."""
Excuse = Callable[[Attempt], str | None]


def truck_is_nearly_there(attempt: Attempt) -> str | None:
    """A truck on its last kilometres is waited for, once, while it can be let in."""
    waits = attempt.sighting.near and attempt.gate_open and not attempt.prolonged
    return "queue_scheduling.nearly_there" if waits else None


def weather_closed_the_gate(attempt: Attempt) -> str | None:
    """Nobody sends a truck through a storm for its number."""
    kept_out = attempt.opened < attempt.chance and ClosureCause.WEATHER in attempt.closed_by
    return "queue_scheduling.missed_by_weather" if kept_out else None


def gate_was_closed(attempt: Attempt) -> str | None:
    """Who finds the gate closed has missed nothing."""
    return "queue_scheduling.missed_by_closure" if attempt.opened < attempt.chance else None


def calls_stood_still(attempt: Attempt) -> str | None:
    """A route that was stopped takes nobody in, whoever was called before."""
    could_come = attempt.opened - attempt.stood_still
    return "queue_scheduling.missed_by_stop" if could_come < attempt.chance else None


def truck_stood_at_the_gate(attempt: Attempt) -> str | None:
    """A truck that was there in time waits for an authority, not the other way round; once, then it has to report."""
    since = attempt.sighting.at_gate_since
    fresh = since is not None and attempt.called_at - FRESH <= since <= attempt.valid_until
    waited = fresh and not attempt.excused_there
    return "queue_scheduling.missed_at_the_gate" if waited else None


EXCUSES: tuple[Excuse, ...] = (
    weather_closed_the_gate,
    gate_was_closed,
    calls_stood_still,
    truck_stood_at_the_gate,
)
"""Why a truck that did not come is not to blame; any of them is enough."""


def excuse_of(attempt: Attempt) -> str | None:
    """The first rule that says it was not the truck's own doing."""
    return next((because for rule in EXCUSES if (because := rule(attempt))), None)
