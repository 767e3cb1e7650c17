"""A watchdog: a partition that has records to give, and gives none, is noticed."""

from __future__ import annotations

from collections.abc import Mapping

LOOKS = 12


class Stalls:
    """Counts looks in a row at which a partition stood still though its log went on."""

    def __init__(self, looks: int = LOOKS) -> None:
        self._looks = looks
        self._stood: dict[int, tuple[int, int]] = {}

    def look(self, positions: Mapping[int, int], ends: Mapping[int, int]) -> list[int]:
        """Look once more, at each partition's position and the end of its log; returns those that are stuck."""
        stood = {}
        for partition, position in positions.items():
            before, times = self._stood.get(partition, (-1, 0))
            still = position == before and position < ends.get(partition, 0)
            stood[partition] = (position, times + 1 if still else 0)
        self._stood = stood
        return sorted(partition for partition, (_, times) in stood.items() if times >= self._looks)
