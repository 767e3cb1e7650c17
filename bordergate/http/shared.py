"""One read for many readers: what a public page shows is read at most every so often, however many look."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bordergate.errors import Unavailable
from bordergate.transactions import infrastructure

T = TypeVar("T")


@dataclass(frozen=True)
class Kept(Generic[T]):
    """What was read, and how many real seconds ago."""

    value: T
    age: float


@dataclass
class _Place:
    """One thing's last reading, and who is making the next."""

    making: threading.Lock = field(default_factory=threading.Lock)
    value: Any = None
    read_at: float | None = None
    tried_at: float = float("-inf")


class Shared:
    """The readings of one process, by name; beyond `most`, the one that nobody asked for longest makes room."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic, *, most: int | None = None) -> None:
        self._seconds = seconds
        self._most = most
        self._places: dict[str, _Place] = {}
        self._placing = threading.Lock()

    def of(self, name: str, read: Callable[[], T], *, at_most_every: float) -> Kept[T]:
        """The last reading, made anew when it is older than `at_most_every` seconds.

        While one reader makes it anew, and while the database is away, the others get the one before. Raises
        Unavailable when there is none.
        """
        place = self._place_of(name)
        if self._is_due(place, at_most_every) and place.making.acquire(blocking=place.read_at is None):
            try:
                if self._is_due(place, at_most_every):  # another may have made it while this one waited
                    self._make(place, read)
            finally:
                place.making.release()
        if place.read_at is None:
            raise Unavailable(retry_after=1)
        return Kept(place.value, self._seconds() - place.read_at)

    def _place_of(self, name: str) -> _Place:
        with self._placing:
            place = self._places.pop(name, None) or _Place()
            self._places[name] = place  # behind all others: it was asked for last
            if self._most and len(self._places) > self._most:
                del self._places[next(iter(self._places))]
        return place

    def _is_due(self, place: _Place, at_most_every: float) -> bool:
        return self._seconds() - place.tried_at >= at_most_every

    def _make(self, place: _Place, read: Callable[[], Any]) -> None:
        place.tried_at = self._seconds()
        try:
            place.value = read()
        except (DBAPIError, PoolTimeout) as error:
            if not infrastructure(error):
                raise
            return
        place.read_at = self._seconds()
