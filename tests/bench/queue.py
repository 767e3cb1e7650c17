"""What the queue and its public ledger cost: leaves, proofs, the board, calls and joins with ever more tickets."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from bordergate.ledger import Inclusion
from bordergate.service import installed
from services.queue_scheduling import commands, queries
from services.queue_scheduling.commands.calling import _call_next
from services.queue_scheduling.commands.desk import open_desk
from services.queue_scheduling.ledger import public
from services.queue_scheduling.ledger.public import Tails
from services.queue_scheduling.ledger.sequencer import Sequencer, ring_of
from tests.bench.delivery import quantile
from tests.bench.parts.long_log import LongLog, copied, fill_pending
from tests.bench.parts.long_queue import DIRECTION, ROUTE, fill_queue
from tests.bench.rows import Database, Row, Setup
from tests.builders.queue import TEN, a_ready_crossing
from tests.gates import StillGate, a_still_gate

SERVICE = "queue_scheduling"
LEAVES, TURNS = 200_000, 3
LONG, PROOFS = 10_000_000, 400
SIZES = (1_000, 10_000, 100_000, 1_000_000)
TIMES, BOARD, LOOKS = 200, 5_000, 60
READ = """
SELECT sum(COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
WHERE schemaname = 'queue_scheduling'
"""


def run(setup: Setup) -> list[Row]:
    """The ledger first, then queues of growing length side by side."""
    with a_gate(setup, "ledger") as (gate, database):
        ledger = [appended(gate, database), *proofs(gate, database)]
    with ExitStack() as opened:
        queues = {size: opened.enter_context(a_gate(setup, f"queue-{size}")) for size in (*SIZES, BOARD)}
        for size, (gate, database) in queues.items():
            fill_queue(database.owner_url, size, gate.clock.now())
        gates = {size: gate for size, (gate, _) in queues.items()}
        return [*ledger, *growth(gates), board(gates[BOARD])]


@contextmanager
def a_gate(setup: Setup, name: str) -> Iterator[tuple[StillGate, Database]]:
    """The queue alone, on a database of its own."""
    folder = setup.folder / name
    folder.mkdir()
    with setup.database() as database, a_still_gate(database.url, installed((SERVICE,)), folder) as gate:
        gate.clock.set(TEN)
        gate.settle()
        yield gate, database


def appended(gate: StillGate, database: Database) -> Row:
    """How many leaves a second get their place, beside a bare COPY of the same rows into a table with the same keys."""
    sequencer, rates, bare, told = Sequencer(gate.gate), list[float](), list[float](), list[str]()
    while sequencer.step():  # those of the queues' opening
        pass
    for _ in range(TURNS):
        fill_pending(database.owner_url, "cm-1223", LEAVES)
        server = gate.look(SERVICE, backend)
        started, used, numbered = time.perf_counter(), spent_by(server) + time.process_time(), 0
        while count := sequencer.step():
            numbered += count
        seconds, processor = time.perf_counter() - started, spent_by(server) + time.process_time() - used
        if numbered != LEAVES:
            raise RuntimeError(f"{numbered} of {LEAVES} leaves got a place")
        rates.append(numbered / seconds)
        bare.append(LEAVES / copied(database.owner_url))
        told.append(
            f"{numbered:,} leaves in {seconds:.1f} s, COPY {bare[-1]:,.0f}/s;"
            f" {processor:.1f} s of processors: {numbered / processor:,.0f} leaves in a second of one"
        )
    return Row(
        "leaves given their place, in batches",
        median(rates),
        "leaves/s",
        against=median(bare),
        goal=100_000,
        of_value=True,
        ratios=[rate / copy for rate, copy in zip(rates, bare, strict=True)],
        note="; ".join(told),
    )


def backend(session: Session) -> int:
    """The server's process behind the only connection in use."""
    return int(session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def spent_by(process: int) -> float:
    """Seconds of processor that a process has used."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def proofs(gate: StillGate, database: Database) -> list[Row]:
    """How long a proof takes out of ten million leaves, and how many rows it reads."""
    dice = Random(7)  # noqa: S311 - the same leaves every time
    asked = [dice.randrange(LONG) for _ in range(PROOFS)]
    started = time.perf_counter()
    head = LongLog("tt-1088", LONG, frozenset(asked)).write(database.owner_url, ring_of(gate.gate.settings).signing())
    filled, tails = time.perf_counter() - started, Tails()
    first, _ = proof(gate, tails, asked[0])
    used = time.process_time()
    seconds, rows = zip(*(proof(gate, tails, index) for index in asked), strict=True)
    processor = (time.process_time() - used) / len(asked)
    inclusion = gate.look(SERVICE, lambda session: public.inclusion_of(session, tails, "tt-1088", asked[0], LONG))
    row = gate.rows(
        SERVICE, "SELECT hash FROM queue_scheduling.leaves WHERE route = 'tt-1088' AND index = %s", asked[0]
    )
    Inclusion.read(inclusion.written()).check(bytes(row[0].hash), head.root)
    bare = median(timed(lambda: gate.look(SERVICE, a_row)) for _ in asked)
    note = (
        f"p99 {quantile(list(seconds), 99) * 1000:.1f} ms, the first {first * 1000:.1f} ms;"
        f" {processor * 1000:.1f} ms of Python; a look at one row {bare * 1000:.1f} ms; filled in {filled:.0f} s"
    )
    return [
        Row("a proof out of 10 million leaves, p50", median(seconds) * 1000, "ms", goal=5, lower=True, note=note),
        Row("rows it reads, at most", max(rows), "rows", goal=5, lower=True),
    ]


def proof(gate: StillGate, tails: Tails, index: int) -> tuple[float, int]:
    """Seconds for one proof by its receipt's entry, the transaction included, and the rows it read."""
    read = 0

    def work(session: Session) -> None:
        nonlocal read
        before = rows_read(session)
        place = public.place_of(session, "tt-1088", index)
        public.inclusion_of(session, tails, "tt-1088", place, LONG).written()
        read = rows_read(session) - before

    started = time.perf_counter()
    gate.look(SERVICE, work)
    return time.perf_counter() - started, read


def rows_read(session: Session) -> int:
    """Rows of the service's tables that this connection has read, as the server counts."""
    return int(session.connection().exec_driver_sql(READ).scalar() or 0)


def a_row(session: Session) -> None:
    """The least that can be asked."""
    session.connection().exec_driver_sql("SELECT 1")


def growth(gates: dict[int, StillGate]) -> Iterator[Row]:
    """Calls and joins, in queues of each length in turn, so that whatever else the machine does falls on all alike."""
    for name, act in (("a call", call), ("a join", join)):
        seconds: dict[int, list[float]] = {size: [] for size in SIZES}
        for _ in range(TIMES):
            for size, spent in seconds.items():
                spent.append(timed(partial(done, gates[size], act)))
        few, many = (median(seconds[size]) * 1000 for size in (SIZES[0], SIZES[-1]))
        ratios = [long / short for short, long in zip(seconds[SIZES[0]], seconds[SIZES[-1]], strict=True)]
        note = "; ".join(f"{size:,} tickets: {median(spent) * 1000:.2f} ms" for size, spent in seconds.items())
        yield Row(f"{name} with {SIZES[-1]:,} tickets", many, "ms", few, goal=1.2, lower=True, ratios=ratios, note=note)


def done(gate: StillGate, act: Callable[[Session, StillGate], None]) -> None:
    """One act, as one transaction."""
    gate.do(SERVICE, lambda session: act(session, gate))


def board(gate: StillGate) -> Row:
    """The operator's board of a long queue, as the server reads it."""
    spent = [timed(lambda: gate.look(SERVICE, look)) for _ in range(LOOKS)]
    note = f"the fastest tenth {quantile(spent, 10) * 1000:.1f} ms"
    return Row(f"board of {BOARD:,} tickets, p50", median(spent) * 1000, "ms", goal=50, lower=True, note=note)


def timed(work: Callable[[], Any]) -> float:
    """Seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def call(session: Session, gate: StillGate) -> None:
    """The next call."""
    if _call_next(open_desk(session, ROUTE, DIRECTION, gate.clock)) is None:
        raise RuntimeError("nobody could be called")


def join(session: Session, gate: StillGate) -> None:
    """One truck joins."""
    crossing = a_ready_crossing()
    desks = commands.open_desks(session, [crossing], gate.clock)
    commands.join_queue(commands.JoinQueue(crossing, gate.clock.now()), desks)
    commands.start_rounds(desks)


def look(session: Session) -> queries.Board:
    """The operator's board."""
    return queries.board_of(session, ROUTE, TEN)
