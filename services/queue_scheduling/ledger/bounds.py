"""How far behind its first-come number a place may be promised: as the log says, else as was published (QUEUE.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import LINES, Grace, Line
from services.queue_scheduling.ledger.leaf import Leaf

PUBLISHED: Mapping[Line, Grace] = {
    Line.STANDARD: Grace(),
    Line.EMPTY: Grace(Decimal("0.5"), 60),
    Line.PERISHABLE: Grace(Decimal("0.25"), 250),
}
PUBLISHED_SECOND = Grace(Decimal(1), 2000)
"""Of a perishable in a crisis, once nothing of it is left to save."""


@dataclass
class Bounds:
    """The graces in force as the log is read; a log that states none is held to the published ones."""

    graces: dict[Line, Grace] = field(default_factory=lambda: dict(PUBLISHED))
    second: Grace = PUBLISHED_SECOND

    def heed(self, leaf: Leaf) -> None:
        """Other terms hold from this leaf on."""
        if leaf.line is not None:
            self.graces[leaf.line] = grace(leaf.beta, leaf.m)
        if leaf.second_beta is not None:
            self.second = grace(leaf.second_beta, leaf.second_m)

    def latest(self, ticket_class: TicketClass, first_come: int, ahead: int) -> int:
        """The latest number that a place of this class may be promised: A + ⌊β·p⌋ + m."""
        return first_come + self.graces.get(LINES[ticket_class], Grace()).calls(ahead)

    def latest_if_spoiled(self, ticket_class: TicketClass, first_come: int, ahead: int) -> int:
        """The latest that its receipt may name for a crisis; only a perishable's names one."""
        return first_come + self.second.calls(ahead) if ticket_class is TicketClass.P2 else 0

    def told(self) -> dict[str, str]:
        """What holds at the end of the log, in the words of the published table."""
        return {line.value: f"{one.beta}p+{one.m}" for line, one in self.graces.items()}


def grace(beta: str | None, m: int | None) -> Grace:
    """A grace as a leaf writes it."""
    return Grace(Decimal(beta or 0), m or 0)
