"""I1 to I6 (DOMAIN §6.9) on the real database, by several workers, with every event repeated and in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, create_engine

from bordergate.commands import load_service_reference
from events.words import Direction
from services.queue_scheduling.dispatch.rows import STANDING
from services.queue_scheduling.ledger.check import LogCheck, QueueCheck
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.sequencer import Sequencer
from services.queue_scheduling.service import service
from tests.builders.border_machine import ROUTE, BorderMachine
from tests.gates import StillGate
from tests.integration.queue_scheduling.conftest import A_FIFTH

TWICE = """
SELECT thing FROM queue_scheduling.tickets, unnest(things) AS thing WHERE stage IN ('WAITING', 'CALLED')
GROUP BY thing HAVING count(*) > 1
"""
ASTRAY = """
SELECT crossing_id, stage, passed FROM queue_scheduling.tickets FULL JOIN queue_scheduling.places USING (crossing_id)
WHERE (stage = 'WAITING' AND NOT passed) IS DISTINCT FROM (places.queue IS NOT NULL)
"""
HELD = """
SELECT (SELECT count(*) FROM queue_scheduling.numbers WHERE queue = %(queue)s)
    + (SELECT count(number) FROM queue_scheduling.places WHERE queue = %(queue)s) AS numbers
"""
HAPPENED = {Kind.JOINED, Kind.CALLED, Kind.OVERRIDDEN, Kind.LEFT, Kind.WITHDRAWN, Kind.CRISIS, Kind.TAKEN_BACK}
HAPPENED_TO_SLOTS = {"CONFIRMED", "offered", "GIVEN_UP", "struck"}
"""A game in which these never happen proves nothing."""
HOLDERS = "SELECT crossing_id FROM queue_scheduling.bookings WHERE stage IN ('RESERVED', 'CONFIRMED') ORDER BY 1"
SEEN_OF_SLOTS = """
SELECT stage AS what FROM queue_scheduling.bookings
UNION SELECT cause FROM queue_scheduling.bookings WHERE cause IS NOT NULL
UNION SELECT 'offered' FROM queue_scheduling.bookings WHERE offered IS NOT NULL
UNION SELECT 'moved' FROM queue_scheduling.bookings WHERE moved
UNION SELECT 'struck' FROM queue_scheduling.bookings WHERE struck
UNION SELECT 'CALLED' FROM queue_scheduling.bookings AS b JOIN queue_scheduling.tickets AS t USING (crossing_id)
    WHERE b.stage = 'USED' AND t.called_at >= b.starts AND t.slot = b.starts AND NOT t.override
"""
TAKEN = """
SELECT queue, starts, carrier, ticket_class FROM queue_scheduling.bookings
    WHERE stage IN ('RESERVED', 'CONFIRMED', 'USED') OR stage = 'LOST' AND cause = 'LATE' AND confirmed_at IS NOT NULL
UNION ALL SELECT queue, offered, carrier, ticket_class FROM queue_scheduling.bookings WHERE offered IS NOT NULL
"""
"""Each place that somebody holds; what is lost by absence is free again."""
SLOTS_ASTRAY = {
    "no hour is over its places": """
SELECT queue, starts FROM queue_scheduling.slot_buckets WHERE p2 + p3 + p4 + p5 > places OR least(p2, p3, p4, p5) < 0
""",
    "an hour counts those who hold it": f"""
SELECT * FROM queue_scheduling.slot_buckets AS b WHERE starts + minutes * interval '1 minute' > {{now}}
    AND p2 + p3 + p4 + p5 <> (SELECT count(*) FROM ({TAKEN}) AS t WHERE (t.queue, t.starts) = (b.queue, b.starts))
""",
    "no carrier holds more than its part": f"""
SELECT queue, starts, carrier FROM ({TAKEN}) AS t GROUP BY 1, 2, 3 HAVING count(*) > 2
""",
    "one slot of a vehicle": """
SELECT vehicle_id FROM queue_scheduling.bookings WHERE stage IN ('RESERVED', 'CONFIRMED') GROUP BY 1 HAVING count(*) > 1
""",
    "nobody waits for a slot and by number": """
SELECT t.crossing_id, t.slot, t.promise, p.line, b.starts, t.emergency FROM queue_scheduling.tickets AS t
JOIN queue_scheduling.places AS p USING (crossing_id)
LEFT JOIN queue_scheduling.bookings AS b ON b.crossing_id = t.crossing_id AND b.stage = 'CONFIRMED'
WHERE (p.line = 'BOOKED') <> (b.id IS NOT NULL) OR t.slot IS DISTINCT FROM b.starts
    OR p.line = 'BOOKED' AND (p.number IS NOT NULL OR t.promise IS NOT NULL)
""",
    "no slot outlives its hour": """
SELECT crossing_id, starts, stage FROM queue_scheduling.bookings WHERE stage IN ('RESERVED', 'CONFIRMED')
    AND starts + minutes * interval '1 minute' <= {now}
""",
}
GAMES = 4
EMPTIED = ", ".join(table.fullname for table in service.metadata.sorted_tables if "valid_from" not in table.c)


@dataclass
class Played:
    """A gate whose queues are made empty before each game, and checked as anybody could after each move."""

    gate: StillGate
    owner: Engine
    seen: Counter[Kind] = field(default_factory=Counter)
    seen_of_slots: set[str] = field(default_factory=set)

    def make_empty(self) -> None:
        with self.owner.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {EMPTIED}")
        load_service_reference(self.gate.gate, service)
        self.gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(A_FIFTH))

    def holders(self) -> Sequence[UUID]:
        return [row.crossing_id for row in self.gate.rows("queue_scheduling", HOLDERS)]

    def standing(self) -> Sequence[Any]:
        sql = f"{STANDING} SELECT crossing_id, number, turn FROM standing ORDER BY turn"
        return [
            self.gate.look(
                "queue_scheduling",
                lambda session, way=way: session.connection().exec_driver_sql(sql, {"queue": f"{ROUTE}/{way}"}).all(),
            )
            for way in Direction
        ]

    def check(self) -> None:
        assert not self.gate.parked()
        assert self.gate.rows("queue_scheduling", TWICE) == [], "I4"
        assert self.gate.rows("queue_scheduling", ASTRAY) == []
        for rule, astray in SLOTS_ASTRAY.items():
            found = self.gate.rows("queue_scheduling", astray.format(now=f"'{self.gate.clock.now().isoformat()}'"))
            assert found == [], rule
        self.seen_of_slots.update(row.what for row in self.gate.rows("queue_scheduling", SEEN_OF_SLOTS))
        sequencer = Sequencer(self.gate.gate)
        while sequencer.step():
            pass
        leaves = self.gate.rows(
            "queue_scheduling", "SELECT leaf FROM queue_scheduling.leaves WHERE route = %s ORDER BY index", ROUTE
        )
        log = LogCheck(ROUTE)
        assert [finding for row in leaves for finding in log.read(Leaf.read(bytes(row.leaf)))] == [], "I1, I2"
        self.seen.update(log.kinds)
        for way in Direction:
            (queue,) = self.gate.rows(
                "queue_scheduling", "SELECT * FROM queue_scheduling.queues WHERE key = %s", f"{ROUTE}/{way}"
            )
            told = log.queues.get(way, QueueCheck())
            assert (told.number, told.numbered) == (queue.called, queue.numbered)
            (held,) = self.gate.look(
                "queue_scheduling",
                lambda session, key=queue.key: session.connection().exec_driver_sql(HELD, {"queue": key}).all(),
            )
            assert held.numbers == queue.numbered


@pytest.fixture
def played(still_gate: StillGate, owner_url: str) -> Iterator[Played]:
    owner = create_engine(owner_url)
    yield Played(still_gate, owner)
    owner.dispose()


def test_the_queues_keep_their_promises_whoever_does_what_at_once(played: Played) -> None:
    class Machine(BorderMachine):
        place = played

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=5,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_long_game_everything_happens_and_every_promise_is_kept(played: Played, seed: int) -> None:
    class Machine(BorderMachine):
        place = played

    for game in range(GAMES):  # who is there to be called just then is chance: threads play it
        Machine().play(seed + 10 * game, rounds=10)
        if set(played.seen) >= HAPPENED and played.seen_of_slots >= HAPPENED_TO_SLOTS:
            break
    assert set(played.seen) >= HAPPENED, f"it never happened: {HAPPENED - set(played.seen)}"
    never = HAPPENED_TO_SLOTS - played.seen_of_slots
    assert not never, f"it never happened to a slot: {never}"
