"""A clock that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

A_MORNING = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in Hà Nội


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = A_MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time set."""
        return self.at

    def speed(self) -> float:
        """By itself it does not move."""
        return 0.0

    def set(self, at: datetime) -> None:
        """Move to an instant."""
        self.at = at

    def forward(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Let time pass."""
        self.at += timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return self.at
