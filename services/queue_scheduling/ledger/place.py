"""A place in a queue as the check of a log knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.words import TicketClass


@dataclass(frozen=True)
class Waiting:
    """A place that was given and not yet left: its leaf, and its promise or else its slot (or neither)."""

    index: int
    ticket_class: TicketClass
    promise: int | None
    if_spoiled: int | None = None
    slot: datetime | None = None


def told_of(place: Waiting, number: int) -> dict[str, int | None]:
    """What a finding says of a place and a call."""
    return {"number": number, "promise": place.promise, "leaf": place.index}
