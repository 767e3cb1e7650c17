"""Whether a holder is where his slot needs him (DOMAIN §6.6): small named rules, each returning its reason; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from events.queue_scheduling import ClosureCause
from events.words import Direction
from services.queue_scheduling.slots.terms import SlotTerms


class Span(NamedTuple):
    """From when until when a holder has to come to the waiting area."""

    since: datetime
    until: datetime


class Seen(NamedTuple):
    """What tracking saw of a truck last: it entered an area before its gate (`inside`), or left one."""

    at: datetime
    inside: bool


@dataclass(frozen=True)
class Sought:
    """A holder who has to be there, and all that bears on it.

    `at_gate`: he stands at the gate already. `stated`: he says that he is there, or an officer does. `ours`: the gate
    itself keeps him from coming. Of his span nobody was called for as long as `stood_still`, and `closed_by` are the
    causes of the closures that fall into it or into his hour. `stands_still`: nobody is called on his route now.
    """

    span: Span
    grace: timedelta
    seen: Seen | None = None
    at_gate: bool = False
    stated: bool = False
    excused: bool = False
    ours: bool = False
    stood_still: timedelta = timedelta()
    closed_by: frozenset[ClosureCause] = frozenset()
    stands_still: bool = False


def span_for(direction: Direction, starts: datetime, terms: SlotTerms) -> Span | None:
    """When the truck of a slot has to come; an import waits in China, where nobody sees it: it counts as there."""
    if direction is Direction.IMPORT:
        return None
    return Span(starts - terms.there_from, starts - terms.there_by)


Rule = Callable[[Sought], str | None]


def tracking_saw_it_there(sought: Sought) -> str | None:
    """It came in time and has not left since; an area's edge is no sharper than some minutes."""
    seen, until = sought.seen, sought.span.until
    there = seen is not None and (seen.at <= until + sought.grace if seen.inside else seen.at > until)
    return "slots.there_seen" if there or sought.at_gate else None


def somebody_says_it_is_there(sought: Sought) -> str | None:
    """Who has no tracker says so himself: called at once, he loses by an untrue word what a missed call costs."""
    return "slots.there_stated" if sought.stated else None


def officer_excuses_it(sought: Sought) -> str | None:
    """An officer knows what kept it back."""
    return "slots.there_excused" if sought.excused else None


def gate_keeps_it_back(sought: Sought) -> str | None:
    """Whom the gate itself does not let come is not late."""
    return "slots.there_kept_back" if sought.ours else None


def gate_was_closed(sought: Sought) -> str | None:
    """Nobody sends a truck to a gate that is closed beyond its ordinary night, or will be in its hour."""
    return "slots.there_closed" if sought.closed_by else None


def calls_stood_still(sought: Sought) -> str | None:
    """A route that was stopped for most of the time in which it should have come gave it nothing to come for."""
    most = (sought.span.until - sought.span.since) / 2
    return "slots.there_stopped" if sought.stood_still > most else None


def route_stands_still(sought: Sought) -> str | None:
    """Nobody drives to a route that calls nobody; whoever stopped it so late cannot blame him."""
    return "slots.there_standing_still" if sought.stands_still else None


GROUNDS: tuple[Rule, ...] = (
    tracking_saw_it_there,
    somebody_says_it_is_there,
    officer_excuses_it,
    gate_keeps_it_back,
    gate_was_closed,
    calls_stood_still,
    route_stands_still,
)
"""Why a holder keeps his slot as its hour begins; any of them is enough."""


def ground_of(sought: Sought) -> str | None:
    """The first rule by which he keeps it; None: he was not there, by his own doing."""
    return next((because for rule in GROUNDS if (because := rule(sought))), None)
