"""I1 to I6 (DOMAIN §6.9) on the real database, by several workers, with every event repeated and in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

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
"""A game in which these never happen proves nothing."""
GAMES = 3
EMPTIED = ", ".join(table.fullname for table in service.metadata.sorted_tables if "valid_from" not in table.c)


@dataclass
class Played:
    """A gate whose queues are made empty before each game, and checked as anybody could after each move."""

    gate: StillGate
    owner: Engine
    seen: Counter[Kind] = field(default_factory=Counter)

    def make_empty(self) -> None:
        with self.owner.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {EMPTIED}")
        load_service_reference(self.gate.gate, service)

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
        if set(played.seen) >= HAPPENED:
            break
    assert set(played.seen) >= HAPPENED, f"it never happened: {HAPPENED - set(played.seen)}"
