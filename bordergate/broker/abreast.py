"""Up to when a reader has heard everything: the end of a log, once it is reached, dates all that came before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

KEPT = 720
"""Looks that are remembered of a partition not yet read to an end that was seen."""


class Abreast:
    """Compares where a reader stands with the ends of the logs as they were at each look.

    A quiet log is heard up to the last look; one that is never read to its present end, up to the last look whose end
    was passed since.
    """

    def __init__(self) -> None:
        self._ends: dict[int, deque[tuple[float, int]]] = {}
        self._heard: dict[int, float] = {}

    def look(self, at: float, positions: Mapping[int, int], ends: Mapping[int, int]) -> None:
        """Look once more; partitions that went to somebody else are forgotten."""
        for partition in self._ends.keys() - positions.keys():
            del self._ends[partition]
            self._heard.pop(partition, None)
        for partition, position in positions.items():
            seen = self._ends.setdefault(partition, deque(maxlen=KEPT))
            if partition in ends:
                seen.append((at, ends[partition]))
            while seen and seen[0][1] <= position:
                self._heard[partition] = seen.popleft()[0]

    def heard(self) -> Mapping[int, float]:
        """The instant up to which each partition was heard."""
        return self._heard
