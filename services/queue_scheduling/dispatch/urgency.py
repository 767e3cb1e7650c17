"""How much a perishable's value falls while it waits on: the order of perishables among themselves (QUEUE.md)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.queue_scheduling.dispatch.book import Place

Hours = NDArray[np.float64]

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


def urgencies(waited: Hours, shelf_life: Hours, horizon: float) -> NDArray[np.int64]:
    """The same for many loads at once, to the last digit."""
    spoils = shelf_life > 0
    lives = np.where(spoils, shelf_life, 1.0)
    falls = _values_lost(waited + horizon, lives) - _values_lost(waited, lives)
    found: NDArray[np.int64] = np.where(spoils, np.rint(falls / horizon * SCALE), 0).astype(np.int64)
    return found


def _values_lost(waited: Hours, shelf_life: Hours) -> Hours:
    untouched = np.minimum(LONGEST_GRACE_HOURS, 0.15 * shelf_life)
    knee = SLOW_UNTIL * shelf_life
    with np.errstate(all="ignore"):  # each stretch is worked out for all, also where another one holds
        slow = SLOW_SHARE * (waited - untouched) / (knee - untouched)
        fast = SLOW_SHARE + (1 - SLOW_SHARE) * (waited - knee) / (shelf_life - knee)
    pieces = [waited <= untouched, waited <= knee, waited <= shelf_life]
    found: Hours = np.select(pieces, [np.zeros_like(waited), slow, fast], 1.0)
    return found


def urgency_of(place: Place, now: datetime, horizon: timedelta) -> int:
    """How urgent a waiting truck is at an instant; 0 when nothing of it spoils."""
    return urgency(*_hours(place, now), horizon / HOUR)


def _hours(place: Place, now: datetime) -> tuple[float, float]:
    """How long a truck has waited, and its load's shelf life on joining: none when nothing of it spoils."""
    if place.joined_at is None or place.spoils_at is None:
        return 0.0, 0.0
    return (now - place.joined_at) / HOUR, (place.spoils_at - place.joined_at) / HOUR


def changed(places: Iterable[Place], now: datetime, horizon: timedelta) -> dict[UUID, int]:
    """The urgencies that are no longer what is written; most stay, V being straight in pieces."""
    known = list(places)
    hours = np.array([_hours(place, now) for place in known]).reshape(-1, 2)
    found = urgencies(hours[:, 0], hours[:, 1], horizon / HOUR).tolist()
    return {
        place.crossing_id: now_urgent
        for place, now_urgent in zip(known, found, strict=True)
        if now_urgent != place.urgency
    }


def lot_of(seed: bytes, crossing_id: UUID) -> bytes:
    """A ticket's lot under the day's seed: nobody can choose it, anybody can check it."""
    return hmac.digest(seed, crossing_id.bytes, hashlib.sha256)
