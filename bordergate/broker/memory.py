"""A broker in memory that keeps Kafka's promises: partitions, groups, redelivery of what was not committed."""

from __future__ import annotations

import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from bordergate.broker import ALL, PARTITIONS, Record


class MemoryBroker:
    """For tests and one-process trials; loses everything with the process."""

    shared: ClassVar[bool] = False

    def __init__(self) -> None:
        self._logs: dict[str, list[list[Record]]] = defaultdict(lambda: [[] for _ in range(PARTITIONS)])
        self._committed: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * PARTITIONS)
        self._members: dict[tuple[str, str], list[MemorySubscription]] = defaultdict(list)
        self._news = threading.Condition()

    def send(self, records: Sequence[Record]) -> None:
        """Append in order."""
        with self._news:
            for record in records:
                self._logs[record.topic][zlib.crc32(record.key.encode()) % PARTITIONS].append(record)
            self._news.notify_all()

    def subscribe(self, group: str, topic: str) -> MemorySubscription:
        """Join a group; partitions are dealt again among its members."""
        with self._news:
            member = MemorySubscription(self, group, topic)
            self._members[group, topic].append(member)
            self._deal(group, topic)
            return member

    def history(self, topic: str, partitions: Sequence[int] = ALL) -> Iterator[Sequence[Record]]:
        """Partition by partition."""
        with self._news:
            logs = [list(self._logs[topic][number]) for number in partitions]
        yield from (log for log in logs if log)

    def close(self) -> None:
        """Nothing to let go of."""

    def _deal(self, group: str, topic: str) -> None:
        members = self._members[group, topic]
        for place, member in enumerate(members):
            member.positions = {
                partition: self._committed[group, topic][partition]
                for partition in range(PARTITIONS)
                if partition % len(members) == place
            }


class MemorySubscription:
    """One member of a group on one topic."""

    def __init__(self, broker: MemoryBroker, group: str, topic: str) -> None:
        self.positions: dict[int, int] = {}
        self._broker = broker
        self._group = group
        self._topic = topic

    def poll(self, seconds: float, limit: int) -> Sequence[Record]:
        """The next records of this member's partitions."""
        deadline = time.monotonic() + seconds
        with self._broker._news:  # noqa: SLF001 - two halves of one broker
            while True:
                taken = self._take(limit)
                left = deadline - time.monotonic()
                if taken or left <= 0:
                    return taken
                self._broker._news.wait(left)  # noqa: SLF001 - as above

    def heard(self) -> Mapping[int, float]:
        """The partitions of this member that are polled to their end."""
        with self._broker._news:  # noqa: SLF001 - as above
            logs = self._broker._logs[self._topic]  # noqa: SLF001 - as above
            return {place: 0.0 for place, position in self.positions.items() if position >= len(logs[place])}

    def commit(self) -> None:
        """Remember the positions; those of partitions dealt to others meanwhile are theirs to say."""
        with self._broker._news:  # noqa: SLF001 - as above
            committed = self._broker._committed[self._group, self._topic]  # noqa: SLF001 - as above
            for partition, position in self.positions.items():
                committed[partition] = position

    def close(self) -> None:
        """Leave; what was not committed is given to the others."""
        with self._broker._news:  # noqa: SLF001 - as above
            members = self._broker._members[self._group, self._topic]  # noqa: SLF001 - as above
            if self in members:
                members.remove(self)
            if members:
                self._broker._deal(self._group, self._topic)  # noqa: SLF001 - as above

    def _take(self, limit: int) -> list[Record]:
        taken: list[Record] = []
        logs = self._broker._logs[self._topic]  # noqa: SLF001 - as above
        for partition, position in self.positions.items():
            found = logs[partition][position : position + limit - len(taken)]
            self.positions[partition] = position + len(found)
            taken += found
        return taken
