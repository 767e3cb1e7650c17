"""Aggregates: things that obey commands, and record what happened as they do."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

from bordergate.errors import Stale
from bordergate.event import Event

_order = itertools.count()


@dataclass(frozen=True)
class Recorded:
    """An event that waits for the transaction's flush; `order` is the order of recording within the process."""

    event: Event
    occurred: datetime | None
    order: int


class Aggregate:
    """Changes only through its own methods; each records an event and so raises `version` by one.

    `version` is mapped with `version_id_generator=False`: raising it marks the row as changed, which keeps the
    aggregate alive in the session until its events are captured, and guards the UPDATE.
    """

    version: int = 0

    def record(self, event: Event, *, occurred: datetime | None = None) -> None:
        """Say that something happened; it is published when the transaction commits."""
        waiting = self.__dict__.setdefault("_recorded", [])
        waiting.append(Recorded(event, occurred, next(_order)))
        self.version = self.version + 1

    def release(self) -> list[Recorded]:
        """Hand over what was recorded, once."""
        recorded: list[Recorded] = self.__dict__.pop("_recorded", [])
        return recorded

    def expect(self, version: int | None) -> None:
        """Refuse when the caller looked at another version (None: the caller did not say)."""
        if version is not None and version != self.version:
            raise Stale(expected=version, current=self.version)
