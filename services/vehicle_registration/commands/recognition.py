"""Whom a firm means by a name or the number of a licence."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.border.value import plain
from services.vehicle_registration import repository
from services.vehicle_registration.sealing import KeyRing


class Named(NamedTuple):
    """A driver who may be meant, and whose he is."""

    id: UUID
    carrier: UUID


@dataclass
class Known:
    """The drivers a firm may name, opened once and again only when one of them has changed.

    What they are called is remembered as digests under a key that nobody else has, never as names.
    """

    _key: bytes = field(default_factory=lambda: os.urandom(32), repr=False)
    _as_they_were: tuple[int, int] | None = None
    _called: dict[bytes, dict[UUID, Named]] = field(default_factory=dict, repr=False)

    def drivers(self, ring: KeyRing, organisation: UUID, session: Session) -> Callable[[str], Sequence[Named]]:
        """Tells whom a text means; another firm's driver, lent to this one, only by his licence."""
        as_they_are = repository.drivers_as_they_are(session)
        if as_they_are != self._as_they_were:
            self._called = self._opened(ring, organisation, session)
            self._as_they_were = as_they_are
        return self._meant

    def _opened(self, ring: KeyRing, organisation: UUID, session: Session) -> dict[bytes, dict[UUID, Named]]:
        called: dict[bytes, dict[UUID, Named]] = defaultdict(dict)
        for driver in repository.drivers_seen(session):
            person, named = ring.open(driver), Named(driver.id, driver.carrier)
            if driver.carrier == organisation:
                called[self._name(person.full_name)][driver.id] = named
            if person.licence:
                called[self._licence(person.licence)][driver.id] = named
        return dict(called)

    def _meant(self, told: str) -> Sequence[Named]:
        by_name, by_licence = (self._called.get(digest, {}) for digest in (self._name(told), self._licence(told)))
        return [*(by_name | by_licence).values()]

    def _name(self, told: str) -> bytes:
        return self._digest("name", " ".join(told.split()).casefold())

    def _licence(self, told: str) -> bytes:
        return self._digest("licence", plain(told))

    def _digest(self, what: str, told: str) -> bytes:
        return hashlib.blake2b(f"{what} {told}".encode(), key=self._key, digest_size=16).digest()
