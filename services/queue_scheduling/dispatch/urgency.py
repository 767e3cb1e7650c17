"""How much a perishable's value falls while it waits on: the order of perishables among themselves (QUEUE.md)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.queue_scheduling.dispatch.book import Place

HOUR = timedelta(hours=1)
SCALE = 10**9
"""Urgency is kept in whole billionths of the value an hour, so that equal loads are equal and not apart by rounding."""

LONGEST_GRACE_HOURS = 4.0
SLOW_SHARE, SLOW_UNTIL = 0.25, 0.6


def value_lost(waited: float, shelf_life: float) -> float:
    """V: the share of a load's value lost after so many hours of waiting."""
    untouched = min(LONGEST_GRACE_HOURS, 0.15 * shelf_life)
    knee = SLOW_UNTIL * shelf_life
    if waited <= untouched:
        return 0.0
    if waited <= knee:
        return SLOW_SHARE * (waited - untouched) / (knee - untouched)
    if waited <= shelf_life:
        return SLOW_SHARE + (1 - SLOW_SHARE) * (waited - knee) / (shelf_life - knee)
    return 1.0


def urgency(waited: float, shelf_life: float, horizon: float) -> int:
    """The value lost an hour over the next hours, in billionths; 0 when there is nothing to lose or left to save."""
    if shelf_life <= 0:
        return 0
    falls = value_lost(waited + horizon, shelf_life) - value_lost(waited, shelf_life)
    return round(falls / horizon * SCALE)


def urgency_of(place: Place, now: datetime, horizon: timedelta) -> int:
    """How urgent a waiting truck is at an instant; 0 when nothing of it spoils."""
    if place.joined_at is None or place.spoils_at is None:
        return 0
    shelf_life = (place.spoils_at - place.joined_at) / HOUR
    return urgency((now - place.joined_at) / HOUR, shelf_life, horizon / HOUR)


def changed(places: Iterable[Place], now: datetime, horizon: timedelta) -> dict[UUID, int]:
    """The urgencies that are no longer what is written; most stay, V being straight in pieces."""
    return {
        place.crossing_id: now_urgent
        for place in places
        if (now_urgent := urgency_of(place, now, horizon)) != place.urgency
    }


def lot_of(seed: bytes, crossing_id: UUID) -> bytes:
    """A ticket's lot under the day's seed: nobody can choose it, anybody can check it."""
    return hmac.digest(seed, crossing_id.bytes, hashlib.sha256)
