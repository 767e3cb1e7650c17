"""The sequencer: gives every leaf its place soon after it was decided, one at a time a route, and signs the head."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from bordergate import metrics
from bordergate.auth import KeyRing
from bordergate.clock import ScaledClock
from bordergate.event import ActorKind
from bordergate.ledger import Tail, TreeHead
from bordergate.rounds import Rounds
from bordergate.runtime import Gate
from bordergate.settings import Settings
from bordergate.transactions import Origin, system
from services.queue_scheduling.ledger import log

SERVICE = "queue_scheduling"
NAME = f"{SERVICE}.ledger"
IDLE = 1.0
AT_ONCE = 10_000
ROTATED_AFTER = 365 * 24 * 3600
logger = logging.getLogger(__name__)


def ring_of(settings: Settings) -> KeyRing:
    """The keys of heads and receipts; every public one stays published, for what it signed is to verify for ever."""
    keys = settings.var / "keys"
    return KeyRing(keys / "ledger", keys / "ledger.json", ROTATED_AFTER, for_ever=True)


class Sequencer(Rounds):
    """Takes what waits, route by route; several workers take different routes."""

    what_waits = "leaves"

    def __init__(self, gate: Gate) -> None:
        super().__init__(NAME)
        self._transactions = gate.transactions[SERVICE]
        self._clock = gate.clock
        self._ring = ring_of(gate.settings)

    def turn(self) -> float:
        """Number what waits; more may wait after a full batch."""
        return 0 if self.step() == AT_ONCE else IDLE

    def step(self) -> int:
        """One batch of each route of which something waits; returns how long the longest was."""
        routes = self._transactions.read(log.waiting_routes, scope="all")
        return max((self._number(route) for route in routes), default=0)

    def _number(self, route: str) -> int:
        origin = Origin(system(NAME, ActorKind.SYSTEM))
        count = self._transactions.run(lambda session: self._append(session, route), origin=origin, scope="all")
        metrics.LEDGER_LEAVES.labels(route).inc(count)
        return count

    def _append(self, session: Session, route: str) -> int:
        if not log.lock(session, route):
            return 0
        before = log.last_head(session, route)
        tail = log.tail_of(session, route, before.head.size) if before else Tail()
        count = log.append(session, route, tail, AT_ONCE)
        if count:
            simulated = isinstance(self._clock, ScaledClock)
            head = TreeHead(route, tail.size, tail.root, self._clock.now(), simulated)
            log.keep_head(session, head, self._ring.signing())
        return count
