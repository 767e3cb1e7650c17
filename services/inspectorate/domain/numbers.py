"""The detectors' thresholds, as the rows in force have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.inspectorate.domain.trace import Detector


@dataclass(frozen=True)
class Numbers:
    """Thresholds by detector and name, and how many hours goods of a chapter last: the shortest, the longest."""

    limits: Mapping[tuple[str, str], float]
    lives: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def of(self, detector: Detector, name: str) -> float:
        """A threshold; a detector without its rows looks for nothing, so a missing one is an error."""
        return self.limits[detector.value, name]
