"""Anybody's check of the hours in a log: no hour has more calls than the day's hours, told before, have room for.

And of them no more of dangerous goods than their share, but where the gate says that nobody else could come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from events.words import TicketClass
from services.queue_scheduling.domain.hours import Hours, dangerous_share, hour_of
from services.queue_scheduling.ledger.finding import APART, Finding
from services.queue_scheduling.ledger.leaf import ALONE, Kind, Leaf
from services.queue_scheduling.ledger.seeds import day_of


@dataclass
class HourCheck:
    """One direction's hours as they were last told, and the calls of the hour; `alone` are P1 above their share."""

    day: date | None = None
    hours: Hours | None = None
    share: Decimal = Decimal(0)
    hour: datetime | None = None
    calls: int = 0
    dangerous: int = 0
    alone: int = 0

    def told(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """From here on these are the hours of a day, which is the one on which they are told."""
        if leaf.day not in {day_of(leaf.at - APART), day_of(leaf.at + APART)}:
            yield Finding(index, "ledger.other_day")
        self.day, self.share = leaf.day, Decimal(leaf.dangerous or 0)
        opens, closes, per_hour, early = (said or 0 for said in (leaf.opens, leaf.closes, leaf.per_hour, leaf.early))
        self.hours = Hours(opens, closes, per_hour, leaf.closed or (), early, leaf.fewer or ())

    def time_set_anew(self) -> None:
        """The clock of a demonstration was set: its hours begin anew."""
        self.hour, self.calls, self.dangerous = None, 0, 0

    def called(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Every call counts in its hour."""
        if leaf.hour is None:
            raise AssertionError(f"leaf {index} names no hour")
        late = self.hour is not None and leaf.hour < self.hour
        if late or leaf.hour not in {hour_of(leaf.at), hour_of(leaf.at + APART)}:
            yield Finding(index, "ledger.wrong_hour")
        if leaf.hour != self.hour:
            self.hour, self.calls, self.dangerous = leaf.hour, 0, 0
        yield from self._room(leaf, index)
        yield from self._share(leaf, index)

    def _room(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        capacity = leaf.capacity or 0
        rooms = {self.hours.room(at) for at in {leaf.at, leaf.hour or leaf.at}} if self.hours else set()
        if self.day not in {day_of(leaf.at - APART), day_of(leaf.at + APART)}:
            yield Finding(index, "ledger.no_hours")
        elif capacity not in rooms:
            yield Finding(index, "ledger.other_capacity", {"capacity": capacity, "expected": max(rooms)})
        self.calls += 1
        if self.calls > capacity:
            yield Finding(index, "ledger.over_capacity", {"calls": self.calls, "capacity": capacity})

    def _share(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """By the system; two officers may call whom they answer for."""
        if leaf.ticket_class is not TicketClass.P1:
            return
        self.dangerous += 1
        most = dangerous_share(leaf.capacity or 0, self.share)
        if leaf.kind is Kind.OVERRIDDEN or self.dangerous <= most:
            return
        self.alone += leaf.cause == ALONE
        if leaf.cause != ALONE:
            yield Finding(index, "ledger.over_dangerous_share", {"calls": self.dangerous, "capacity": most})
