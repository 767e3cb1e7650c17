"""Why a crossing cannot book a slot: small named reasons, all told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bordergate.clock import HANOI
from bordergate.errors import Wrong
from events.words import TicketClass
from services.queue_scheduling.domain.hours import MINUTE
from services.queue_scheduling.domain.ticket import Stage
from services.queue_scheduling.slots.booking import may_hold
from services.queue_scheduling.slots.buckets import BOOKABLE, Bucket, carrier_cap, is_on_grid
from services.queue_scheduling.slots.terms import SlotTerms

QUEUED = frozenset({None, Stage.WAITING, Stage.REFUSED})
CROSSING, STARTS = "$.crossing_id", "$.starts"


@dataclass(frozen=True)
class Wish:
    """A crossing's wish for a bucket, and all that decides on it.

    `calls` are those the bucket has room for as the route works; `of_carrier` the places its carrier holds of it,
    `booked` whether crossing or vehicle has a booking, `last` when the vehicle was last booked. `opening` and `drawing`
    say that the bucket just opened and that its draw is being made; `nearest` are other times with room.
    """

    bucket: Bucket
    calls: float
    ticket_class: TicketClass | None
    stage: Stage | None
    of_carrier: int
    booked: bool
    last: datetime | None
    now: datetime
    terms: SlotTerms
    opening: bool = False
    drawing: bool = False
    nearest: Sequence[datetime] = ()


Rule = Callable[[Wish], Wrong | None]


def goods_are_known(wish: Wish) -> Wrong | None:
    """The class comes from the goods and is never chosen."""
    return Wrong(CROSSING, "slots.goods_unknown") if wish.ticket_class is None else None


def needs_a_slot(wish: Wish) -> Wrong | None:
    """Emergencies, live animals and dangerous goods are called ahead of all."""
    ahead = wish.ticket_class is not None and wish.ticket_class not in BOOKABLE
    return Wrong(CROSSING, "slots.called_ahead") if ahead else None


def is_not_called_yet(wish: Wish) -> Wrong | None:
    """Who was called needs no slot."""
    return None if wish.stage in QUEUED else Wrong(CROSSING, "slots.already_called")


def is_a_slot(wish: Wish) -> Wrong | None:
    """Trucks are called then, as far as is known."""
    open_then = is_on_grid(wish.bucket.starts, wish.terms) and wish.calls >= 1
    return None if open_then else Wrong(STARTS, "slots.no_such_slot", {"nearest": told(wish.nearest)})


def can_be_reached(wish: Wish) -> Wrong | None:
    """A slot is booked before its truck has to be there."""
    ahead = wish.terms.there_by
    if wish.now < wish.bucket.starts - ahead:
        return None
    return Wrong(STARTS, "slots.begun", {"minutes": ahead // MINUTE, "nearest": told(wish.nearest)})


def is_within_the_horizon(wish: Wish) -> Wrong | None:
    """Not more than so many days ahead."""
    horizon = wish.terms.horizon_of(wish.ticket_class or TicketClass.P4)
    opens = wish.bucket.starts - horizon
    return None if opens <= wish.now else Wrong(STARTS, "slots.beyond_horizon", {"opens": told([opens])})


def is_not_being_drawn(wish: Wish) -> Wrong | None:
    """Between the window's end and the draw nobody slips in."""
    return Wrong(STARTS, "slots.being_drawn") if wish.drawing else None


def has_room(wish: Wish) -> Wrong | None:
    """There is a place for this class; when the bucket opens all may enter."""
    if wish.ticket_class not in BOOKABLE or wish.opening or wish.drawing:
        return None
    room = wish.bucket.room(wish.ticket_class, wish.terms, wish.now)
    return None if room else Wrong(STARTS, "slots.full", {"nearest": told(wish.nearest)})


def carrier_leaves_room(wish: Wish) -> Wrong | None:
    """No carrier holds more than its part of a bucket."""
    most = carrier_cap(wish.bucket.places, wish.terms)
    over = wish.of_carrier >= most and not wish.opening
    return Wrong(STARTS, "slots.carrier_full", {"most": most, "nearest": told(wish.nearest)}) if over else None


def one_at_a_time(wish: Wish) -> Wrong | None:
    """One slot for a crossing and for a vehicle."""
    return Wrong(CROSSING, "slots.one_at_a_time") if wish.booked else None


def not_again_at_once(wish: Wish) -> Wrong | None:
    """Whoever reserves and lets go again and again keeps others out."""
    if wish.booked or wish.last is None or may_hold(wish.last, wish.terms.apart, wish.now):
        return None
    return Wrong(CROSSING, "slots.too_soon", {"from": told([wish.last + wish.terms.apart])})


RULES: tuple[Rule, ...] = (
    goods_are_known,
    needs_a_slot,
    is_not_called_yet,
    is_a_slot,
    can_be_reached,
    is_within_the_horizon,
    is_not_being_drawn,
    has_room,
    carrier_leaves_room,
    one_at_a_time,
    not_again_at_once,
)


def reasons_against(wish: Wish) -> list[Wrong]:
    """Everything that stands against it."""
    return [wrong for rule in RULES if (wrong := rule(wish))]


def told(instants: Sequence[datetime]) -> str:
    """Instants as they are said in a text of any language: Hà Nội day and time."""
    return ", ".join(instant.astimezone(HANOI).strftime("%Y-%m-%d %H:%M") for instant in instants) or "–"
