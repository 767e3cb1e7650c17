"""What a queue's plan and its route say of the coming days, in one reading: hours, closures, the terms of slots."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, overload

from sqlalchemy.orm import Session

from bordergate.openings import holds
from events.queue_scheduling import Closure, ClosureCause, OpenHours, RouteStatus
from events.words import Direction
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.domain.refusals import UnknownRoute
from services.queue_scheduling.domain.route import Change, Route, RouteHours, divided, hours_on
from services.queue_scheduling.repository import days_from
from services.queue_scheduling.slots.terms import SlotTerms

READ = """
SELECT status, until, reason, export_per_hour, import_per_hour,
    (SELECT json_agg(json_build_array(
            valid_from, valid_to, weekday, opens, closes, export_per_hour, import_per_hour))::text
        FROM queue_scheduling.hours WHERE route = %(route)s
        AND valid_from <= %(last)s AND (valid_to IS NULL OR valid_to > %(first)s)) AS hours,
    (SELECT json_agg(json_build_array(
            valid_from, valid_to, weekday, opens, closes, export_per_hour, import_per_hour))::text
        FROM queue_scheduling.hour_capacities WHERE route = %(route)s
        AND valid_from <= %(last)s AND (valid_to IS NULL OR valid_to > %(first)s)) AS capacities,
    (SELECT json_agg(json_build_array(valid_from, valid_to, starts, ends, cause))::text
        FROM queue_scheduling.closures WHERE route = %(route)s
        AND valid_from <= %(last)s AND (valid_to IS NULL OR valid_to > %(first)s)) AS closures,
    (SELECT json_agg(json_build_array(valid_from, valid_to, name, value::text))::text
        FROM queue_scheduling.parameters WHERE starts_with(name, 'slot_')
        AND valid_from <= %(last)s AND (valid_to IS NULL OR valid_to > %(first)s)) AS terms
FROM queue_scheduling.route_status WHERE code = %(route)s
"""


class Row(NamedTuple):
    """A reference row, and from which day to before which it holds."""

    first: date
    after: date | None
    says: tuple[Any, ...]

    @classmethod
    def of(cls, told: Sequence[Any]) -> Row:
        """The row as the database writes it."""
        first, after, *says = told
        return cls(date.fromisoformat(first), date.fromisoformat(after) if after else None, tuple(says))

    def holds(self, day: date) -> bool:
        """Whether it is in force."""
        return holds(self.first, self.after, day)


@dataclass(frozen=True)
class Days(Sequence[Hours | None]):
    """The hours of each coming day less its closures, worked out when they are asked for; None: closed all day."""

    dates: Sequence[date]
    direction: Direction
    hours: Sequence[Row]
    capacities: Sequence[Row]
    closures: Sequence[Closure]
    known: dict[date, Hours | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.dates)

    @overload
    def __getitem__(self, ahead: int) -> Hours | None: ...
    @overload
    def __getitem__(self, ahead: slice) -> Sequence[Hours | None]: ...
    def __getitem__(self, ahead: int | slice) -> Hours | Sequence[Hours | None] | None:
        if isinstance(ahead, slice):
            return [self[one] for one in range(*ahead.indices(len(self)))]
        day = self.dates[ahead]
        if day not in self.known:
            both = ([_open_hours(row) for row in rows if row.holds(day)] for rows in (self.hours, self.capacities))
            self.known[day] = hours_on(day, self.direction, RouteHours(divided(*both), self.closures))
        return self.known[day]


@dataclass(frozen=True)
class TermsOfDays:
    """The terms of slots on each coming day, worked out when they are asked for."""

    dates: Sequence[date]
    rows: Sequence[Row]
    known: dict[date, SlotTerms] = field(default_factory=dict)

    def on(self, day: date) -> SlotTerms:
        """The terms of a day; of one beyond what is planned, those of the last one that is."""
        day = min(max(day, self.dates[0]), self.dates[-1])
        if day not in self.known:
            value = {row.says[0]: Decimal(row.says[1]) for row in self.rows if row.holds(day)}
            self.known[day] = SlotTerms.of(value)
        return self.known[day]


class Planned(NamedTuple):
    """What reference rows say of a queue's coming days."""

    days: Days
    terms: TermsOfDays


@dataclass(frozen=True)
class Plan:
    """A queue's coming days as they are known at an instant, and what its route does."""

    change: Change
    planned: Planned

    @property
    def days(self) -> Days:
        """The hours of each coming day."""
        return self.planned.days

    def terms_on(self, day: date) -> SlotTerms:
        """The terms of a day."""
        return self.planned.terms.on(day)


def plan_at(session: Session, route: str, direction: Direction, now: datetime) -> Plan:
    """The plan of a queue; raises UnknownRoute."""
    dates = days_from(now)
    asked = {"route": route, "first": dates[0], "last": dates[-1]}
    row = session.connection().exec_driver_sql(READ, asked).first()
    if row is None:
        raise UnknownRoute(route=route)
    decided = Route(route, RouteStatus(row.status), row.until, row.reason, row.export_per_hour, row.import_per_hour)
    return Plan(decided.at(now), planned(row.hours, row.capacities, row.closures, row.terms, tuple(dates), direction))


@lru_cache(maxsize=64)
def planned(
    hours: str | None,
    capacities: str | None,
    closures: str | None,
    terms: str | None,
    dates: tuple[date, ...],
    direction: Direction,
) -> Planned:
    """What the rows say, as the database writes them: they seldom change, so most often it is worked out already."""
    of_hours, of_capacities, of_closures, of_terms = (
        [Row.of(one) for one in json.loads(told or "[]")] for told in (hours, capacities, closures, terms)
    )
    days = Days(dates, direction, of_hours, of_capacities, [_closure(one) for one in of_closures])
    return Planned(days, TermsOfDays(dates, of_terms))


def _open_hours(row: Row) -> OpenHours:
    weekday, opens, closes, export_per_hour, import_per_hour = row.says
    per_hour = {"export_per_hour": export_per_hour, "import_per_hour": import_per_hour}
    return OpenHours(weekday=weekday, opens=opens, closes=closes, **per_hour)


def _closure(row: Row) -> Closure:
    starts, ends, cause = row.says
    return Closure(first_day=row.first, after=row.after, starts=starts, ends=ends, cause=ClosureCause(cause))
