"""The broker: what a log of records must promise, and a record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID, uuid5

PARTITIONS = 12
ALL = range(PARTITIONS)
NOBODY_S = UUID("6f1c2f0e-6d0b-5c57-9d0e-4a3b7f0c9e11")
"""The space of ids of records that bear none of their own."""


class BrokerError(Exception):
    """The broker could not be reached or did not acknowledge; try again."""


@dataclass(frozen=True)
class Record:
    """One message: its stream, the key that orders it, CloudEvents headers and the body."""

    topic: str
    key: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def identity(self) -> UUID:
        """The event's id; of a record that bears none, an id made of all it holds: the same whenever it is given."""
        try:
            return UUID(self.headers["ce_id"])
        except (KeyError, ValueError):
            return uuid5(NOBODY_S, json.dumps([self.topic, self.key, sorted(self.headers.items()), self.body.hex()]))


class Subscription(Protocol):
    """One member of a consumer group on one topic.

    What `poll` gave is given again, to this or another member, until `commit` has returned.
    """

    def poll(self, seconds: float, limit: int) -> Sequence[Record]:
        """The next records, each key's in the order sent; empty after `seconds`. Raises BrokerError."""

    def heard(self) -> Mapping[int, float]:
        """How many seconds ago each partition of this member was polled to its end; unknown ones are left out."""

    def commit(self) -> None:
        """All that was polled is done. Raises BrokerError; then it may be given again."""

    def close(self) -> None:
        """Leave the group."""


class Broker(Protocol):
    """A log of records, ordered by key; a `shared` one can be handed to another process, which reads the same."""

    shared: ClassVar[bool]

    def send(self, records: Sequence[Record]) -> None:
        """Append in order and wait until every record is acknowledged. Raises BrokerError."""

    def subscribe(self, group: str, topic: str) -> Subscription:
        """Join a consumer group, from the earliest record it has not committed."""

    def history(self, topic: str, partitions: Sequence[int] = ALL) -> Iterator[Sequence[Record]]:
        """All that is on the log now, or on some of it, batch by batch, each key's as sent. Raises BrokerError."""

    def close(self) -> None:
        """Let go of connections."""
