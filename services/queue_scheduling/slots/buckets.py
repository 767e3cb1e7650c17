"""Buckets: which hours can be booked, how many places they have, and for whom (DOMAIN §6.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from events.words import TicketClass
from services.queue_scheduling.domain.hours import MINUTE, Hours, midnight
from services.queue_scheduling.slots.terms import SlotTerms

MEASURED_EVERY = timedelta(hours=1)
BOOKABLE = (TicketClass.P2, TicketClass.P3, TicketClass.P4, TicketClass.P5)
"""P0 and P1 are called ahead of all and need no slot."""

Sold = Mapping[TicketClass, int]


def starts_on(day: datetime, hours: Hours, terms: SlotTerms) -> Iterator[datetime]:
    """The buckets of a day (its Hà Nội midnight) in which trucks are called, on a grid from midnight."""
    step = terms.bucket // MINUTE
    for minute in range(0, 24 * 60, step):
        if hours.calls_between(minute, minute + step) >= 1:
            yield day + minute * MINUTE


def is_on_grid(starts: datetime, terms: SlotTerms) -> bool:
    """Whether a bucket can start at this instant."""
    return (starts - midnight(starts)) % terms.bucket == timedelta(0)


def calls_of(hours: Hours | None, starts: datetime, minutes: int) -> float:
    """The calls that a bucket has room for, slots and live queue together."""
    first = (starts - midnight(starts)) // MINUTE
    return hours.calls_between(first, first + minutes) if hours else 0.0


def bookable_share(booked: int, capacity: float, terms: SlotTerms) -> Decimal:
    """The part of the capacity that can be booked: it follows what was booked of it lately, and is never fixed."""
    demand = Decimal(booked) / Decimal(capacity) if capacity > 0 else Decimal(0)
    return min(terms.share_most, max(terms.share_least, demand * terms.growth))


def absent_share(lost: int, used: int, terms: SlotTerms) -> Decimal:
    """q̂: the part of the holders that did not come; none while too few were called to say."""
    called = lost + used
    return min(terms.absent_most, Decimal(lost) / called) if called >= max(1, terms.samples) else Decimal(0)


def booked_part(share: Decimal, absent: Decimal) -> Decimal:
    """The part of the calls that has places: overbooked by as many as do not come, and never more than all."""
    return min(Decimal(1), share / (1 - absent))


def places_of(hours: Hours | None, starts: datetime, minutes: int, part: Decimal) -> int:
    """The places of a bucket: those that its day has by its end and had not yet as it begins, so the day has its part.

    Never more than there are calls.
    """
    if hours is None:
        return 0
    first = (starts - midnight(starts)) // MINUTE
    before, after = (int(part * Decimal(hours.calls_between(0, minute))) for minute in (first, first + minutes))
    return min(after - before, int(calls_of(hours, starts, minutes)))


def kept_for(places: int, least: Mapping[TicketClass, Decimal]) -> Mapping[TicketClass, int]:
    """The places that the sales keep for a class until they flow down: its share of all, to the nearest whole one."""
    kept, left = dict[TicketClass, int](), places
    for ticket_class, share in least.items():
        kept[ticket_class] = min(left, int((share * places).to_integral_value(ROUND_HALF_UP)))
        left -= kept[ticket_class]
    return kept


def room_for(ticket_class: TicketClass, sold: Sold, places: int, kept: Mapping[TicketClass, int]) -> int:
    """How many more of a class can book: what is left, but for what is kept for others and not yet theirs."""
    others = sum(max(0, least - sold.get(other, 0)) for other, least in kept.items() if other is not ticket_class)
    return max(0, places - sum(sold.values()) - others)


def carrier_cap(places: int, terms: SlotTerms) -> int:
    """The most that one carrier may hold of a bucket."""
    return most_of(places, terms.carrier_share, terms.carrier_least)


def most_of(places: int, share: Decimal, least: int) -> int:
    """A share of so many places, and at least this."""
    return max(least, int(share * places))


@dataclass(eq=False)
class Bucket:
    """Half an hour or an hour of a queue that somebody booked; `places` never fall below those taken: no slot is lost.

    `measured_at` is when demand and capacity were last looked at; None: what its route does has changed since.
    """

    queue: str
    starts: datetime
    minutes: int
    places: int = 0
    p2: int = 0
    p3: int = 0
    p4: int = 0
    p5: int = 0
    measured_at: datetime | None = None

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.starts + self.minutes * MINUTE

    @property
    def sold(self) -> dict[TicketClass, int]:
        """The places taken, by class."""
        return {one: getattr(self, one.value.lower()) for one in BOOKABLE}

    def take(self, ticket_class: TicketClass) -> None:
        """A place is taken."""
        self._count(ticket_class, 1)

    def give_back(self, ticket_class: TicketClass) -> None:
        """A place is free again."""
        self._count(ticket_class, -1)

    def kept(self, terms: SlotTerms, now: datetime) -> Mapping[TicketClass, int]:
        """What the sales keep for a class now: nothing once it flows down."""
        return {} if now >= self.starts - terms.flows_down else kept_for(self.places, terms.least)

    def room(self, ticket_class: TicketClass, terms: SlotTerms, now: datetime) -> int:
        """How many more of a class can book now."""
        return room_for(ticket_class, self.sold, self.places, self.kept(terms, now))

    def is_stale(self, now: datetime) -> bool:
        """Whether demand and capacity are to be looked at again."""
        return self.measured_at is None or now - self.measured_at >= MEASURED_EVERY

    def measure(self, places: int, now: datetime) -> None:
        """Demand and capacity were looked at: so many places from now on, never fewer than are taken."""
        self.places, self.measured_at = max(places, sum(self.sold.values())), now

    def _count(self, ticket_class: TicketClass, step: int) -> None:
        name = ticket_class.value.lower()
        setattr(self, name, getattr(self, name) + step)
