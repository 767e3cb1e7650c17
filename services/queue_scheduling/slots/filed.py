"""Crossings as they were filed: whoever has one may book a slot for it, also before it is ready."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import queue_key


@dataclass(frozen=True)
class Filed:
    """A crossing on its way; its class is known once customs has seen the goods, or when it is declared empty."""

    crossing_id: UUID
    route: str
    direction: Direction
    carrier: UUID
    parties: list[UUID]
    vehicle_id: UUID
    things: list[str] = field(default_factory=list)
    ticket_class: TicketClass | None = None

    @property
    def queue(self) -> str:
        """The queue it will stand in."""
        return queue_key(self.route, self.direction)
