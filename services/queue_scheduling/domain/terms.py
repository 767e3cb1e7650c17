"""The queue's numbers as of an instant, and what is computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from events.words import Goods, TicketClass
from services.queue_scheduling.dispatch.book import NO_GRACE, Grace, Line
from services.queue_scheduling.domain.hours import Hours


@dataclass(frozen=True)
class Terms:
    """What the reference rows in force say."""

    graces: Mapping[Line, Grace]
    call_valid: timedelta
    dangerous_share: Decimal
    horizon: timedelta
    horizon_over_night: timedelta
    urgency_every: timedelta
    perishable_chapters: frozenset[str]
    second: Grace = NO_GRACE
    call_extension: timedelta = timedelta()


def class_of(goods: Goods, perishable_chapters: frozenset[str], *, empty: bool) -> TicketClass:
    """The queue's class, computed from the goods and never chosen."""
    perishable = goods.shelf_life_hours is not None and not perishable_chapters.isdisjoint(goods.hs_chapters)
    tests = (
        (goods.humanitarian, TicketClass.P0),
        (goods.live_animals or goods.dangerous, TicketClass.P1),
        (perishable, TicketClass.P2),
        (goods.time_critical, TicketClass.P3),
        (empty, TicketClass.P5),
    )
    return next((ticket_class for holds, ticket_class in tests if holds), TicketClass.P4)


def horizon_at(terms: Terms, hours: Hours | None, now: datetime) -> timedelta:
    """Δ: all the hours a perishable would stand if it is not called now."""
    goes_over_night = hours is None or now + terms.horizon > hours.closing(now)
    return terms.horizon_over_night if goes_over_night else terms.horizon
