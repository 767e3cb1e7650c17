"""Customs as a demonstration plays it: the same channel for the same declaration, every time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from events.words import Channel


@dataclass(frozen=True)
class Habits:
    """How simulated customs behaves: shares of the channels in percent, and minutes to choose one and to clear."""

    on: bool
    green_percent: int
    yellow_percent: int
    channel_minutes: int
    clear_minutes: Mapping[Channel, int]

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> Habits:
        """The habits that the numbers in force describe."""
        return cls(
            on=bool(numbers["simulated_customs"]),
            green_percent=numbers["simulated_green_percent"],
            yellow_percent=numbers["simulated_yellow_percent"],
            channel_minutes=numbers["simulated_channel_minutes"],
            clear_minutes={channel: numbers[f"simulated_clear_minutes_{channel.lower()}"] for channel in Channel},
        )

    def channel_of(self, number: str) -> Channel:
        """The declaration's channel: fixed by its number, spread like chance."""
        drawn = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8]) % 100
        if drawn < self.green_percent:
            return Channel.GREEN
        return Channel.YELLOW if drawn < self.green_percent + self.yellow_percent else Channel.RED

    @property
    def until_channelled(self) -> timedelta:
        """How long a declaration waits for its channel."""
        return timedelta(minutes=self.channel_minutes)

    def until_cleared(self, channel: Channel) -> timedelta:
        """How long a declaration of a channel waits to be cleared."""
        return timedelta(minutes=self.clear_minutes[channel])
