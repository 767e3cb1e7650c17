"""What a tracking device says, in the forms that OsmAnd and its kin speak, as a position in our own units."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from bordergate.border import is_of_this_century
from services.tracking.domain import Heard, Position, UnreadablePosition

KMH_A_KNOT = 1.852
KMH_A_METRE_A_SECOND = 3.6
LARGEST_SECONDS = 2**31 - 1
"""A larger number of the epoch is in milliseconds, as some applications send it."""


def read_query(query: str, now: datetime) -> Heard:
    """The query string of a GET, or a form's body: `id`, `lat`, `lon`; speed in knots; no timestamp means now."""
    given = dict(parse_qsl(query, keep_blank_values=False))
    lat, lon = _place(given)
    position = Position(
        at=_moment(given["timestamp"]) if "timestamp" in given else now,
        lon=lon,
        lat=lat,
        speed_kmh=_speed(_optional(given, "speed"), KMH_A_KNOT),
        course=_course(_optional(given, "bearing", "heading")),
        altitude_m=_within(_optional(given, "altitude"), -500, 9_000),
        accuracy_m=_within(_optional(given, "accuracy", "hacc"), 0, 1_000_000),
    )
    return Heard(_device(given, "id", "deviceid", "device_id"), (position,))


def read_json(body: bytes, now: datetime) -> Heard:
    """The JSON form: `{device_id, location: {timestamp, coords: {latitude, longitude, speed in m/s, …}}}`.

    `location` may be a list. A negative speed or heading means that the device does not know it.
    """
    try:
        given = json.loads(body)
    except ValueError:
        raise UnreadablePosition(field="$", why="JSON") from None
    if not isinstance(given, dict):
        raise UnreadablePosition(field="$", why="JSON")
    located = given.get("location")
    listed = located if isinstance(located, list) else [located]
    return Heard(_device(given, "device_id", "id"), tuple(_located(one, now) for one in listed))


def _located(location: Any, now: datetime) -> Position:  # noqa: ANN401 - whatever JSON holds
    coords = location.get("coords") if isinstance(location, dict) else None
    if not isinstance(coords, dict):
        raise UnreadablePosition(field="$.location.coords", why="coords")
    return Position(
        at=_moment(str(location["timestamp"])) if "timestamp" in location else now,
        lon=_degrees(coords, "longitude", 180),
        lat=_degrees(coords, "latitude", 90),
        speed_kmh=_speed(_optional(coords, "speed"), KMH_A_METRE_A_SECOND),
        course=_course(_optional(coords, "heading")),
        altitude_m=_within(_optional(coords, "altitude"), -500, 9_000),
        accuracy_m=_within(_optional(coords, "accuracy"), 0, 1_000_000),
    )


def _device(given: Mapping[str, Any], *names: str) -> str:
    found = next((str(given[name]) for name in names if given.get(name)), "")
    if not found or len(found) > 64:  # noqa: PLR2004 - longer than any device's own name
        raise UnreadablePosition(field=names[0], why="id")
    return found


def _place(given: Mapping[str, str]) -> tuple[float, float]:
    if "location" in given:
        lat, _, lon = given["location"].partition(",")
        given = {"lat": lat, "lon": lon}
    return _degrees(given, "lat", 90), _degrees(given, "lon", 180)


def _degrees(given: Mapping[str, Any], name: str, farthest: int) -> float:
    found = _optional(given, name)
    if found is None or abs(found) > farthest:
        raise UnreadablePosition(field=name, why="degrees")
    return found


def _optional(given: Mapping[str, Any], *names: str) -> float | None:
    name = next((name for name in names if given.get(name) not in (None, "")), None)
    if name is None:
        return None
    try:
        number = float(given[name])
    except (TypeError, ValueError):
        raise UnreadablePosition(field=name, why="number") from None
    if not math.isfinite(number):
        raise UnreadablePosition(field=name, why="number")
    return number


def _speed(number: float | None, factor: float) -> float | None:
    return None if number is None else _within(number * factor, 0, 2_000)


def _course(number: float | None) -> float | None:
    return None if number is None or not 0 <= number <= 360 else number % 360  # noqa: PLR2004 - a full turn


def _within(number: float | None, least: float, most: float) -> float | None:
    """A measure nothing on a road can have is not known."""
    return number if number is not None and least <= number <= most else None


def _moment(raw: str) -> datetime:
    """Seconds or milliseconds of the epoch, or ISO 8601 (without an offset: UTC, as these devices mean it)."""
    try:
        number = float(raw)
    except ValueError:
        return _iso(raw)
    try:
        return _likely(datetime.fromtimestamp(number / 1000 if number > LARGEST_SECONDS else number, UTC))
    except (ValueError, OverflowError, OSError):
        raise UnreadablePosition(field="timestamp", why="timestamp") from None


def _iso(raw: str) -> datetime:
    try:
        told = datetime.fromisoformat(raw.strip())
    except ValueError:
        raise UnreadablePosition(field="timestamp", why="timestamp") from None
    return _likely(told.replace(tzinfo=told.tzinfo or UTC)).astimezone(UTC)


def _likely(told: datetime) -> datetime:
    if not is_of_this_century(told):
        raise UnreadablePosition(field="timestamp", why="timestamp")
    return told
