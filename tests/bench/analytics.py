"""Analytics: questions over ten million crossings beside DuckDB, and how fast the numbers follow the news."""

from __future__ import annotations

import gc
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from statistics import median, quantiles

from bordergate.broker import Record
from bordergate.broker.kafka import KafkaBroker
from bordergate.clock import HANOI, RealClock
from bordergate.inbox import BATCH, Consumer
from bordergate.replaying import replay
from bordergate.runtime import Gate, engine_for
from bordergate.settings import Settings
from events.streams import CROSSINGS
from services.analytics.domain import By, Figure
from services.analytics.queries import Question, figures_of
from services.analytics.service import service
from tests.bench.parts.decade import Decade, ask_of_facts
from tests.bench.rows import Database, Row, Setup
from tests.builders.days import a_week

TRUCKS, DAYS = 20_000, 8
LIVE, PACED, RATE = 4_000, 15_000, 1_000
FEW, MANY = 100_000, 10_000_000
LAG_GOAL, LIVE_GOAL, REBUILD_GOAL, QUERY_GOAL, BESIDE_GOAL, GROWTH_GOAL = 2_000.0, 1_000.0, 20_000.0, 100.0, 0.5, 1.5
TURNS = 7
END = datetime(2026, 7, 1, tzinfo=HANOI)
DECADE = Decade(END)
BEGIN, MONTH, YEAR = DECADE.since(MANY), END - timedelta(days=30), END - timedelta(days=365)
SIX = (Figure.CLEARED, Figure.WAIT, Figure.CLEARANCE, Figure.LAG, Figure.CAPACITY_USED, Figure.ON_TIME)
WAIT, CLEARED = (Figure.WAIT,), (Figure.CLEARED, Figure.CAPACITY_USED)
RECENT = {
    "30 days, all figures": Question(MONTH, END),
    "30 days by route, six figures": Question(MONTH, END, By.ROUTE, figures=SIX),
    "30 days by day, six figures": Question(MONTH, END, By.DAY, figures=SIX),
    "30 days by hour, all figures": Question(MONTH, END, By.HOUR),
    "30 days by hour of the week, wait": Question(MONTH, END, By.WEEK, figures=WAIT),
    "30 days by clock, imports cleared": Question(MONTH, END, By.CLOCK, direction="IMPORT", figures=CLEARED),
}
LONG = {
    "a year, all figures": Question(YEAR, END),
    "a year by day, six figures": Question(YEAR, END, By.DAY, figures=SIX),
    "a year by class, all figures": Question(YEAR, END, By.TICKET_CLASS),
    "a year by day, a route's imports": Question(YEAR, END, By.DAY, route="hn-1119", direction="IMPORT"),
    "a year by hour of the week, wait": Question(YEAR, END, By.WEEK, figures=WAIT),
    "ten years, all figures": Question(BEGIN, END),
    "ten years by route, all figures": Question(BEGIN, END, By.ROUTE),
    "ten years by month, all figures": Question(BEGIN, END, By.MONTH),
    "ten years by hour of the week, wait": Question(BEGIN, END, By.WEEK, figures=WAIT),
}
"""As the analyst's page asks them, and longer ones of whoever writes to the API."""


@dataclass(frozen=True)
class Counted:
    """The service on its database and log."""

    gate: Gate
    database: Database

    def consumer(self) -> Watched:
        """The service's own, watched."""
        (theirs,) = [one for one in self.gate.consumers() if one.topic == CROSSINGS]
        reactions = service.by_topic()[CROSSINGS]
        return Watched(
            self.gate.transactions["analytics"],
            theirs.topic,
            reactions,
            self.gate.clock,
            after_batch=service.after_batch,
        )

    def answer(self, question: Question) -> None:
        """One question, as the API asks it."""
        self.gate.transactions["analytics"].read(lambda session: figures_of(session, question, END), scope="all")


class Watched(Consumer):
    """A consumer that remembers when it had committed what."""

    done: dict[str, float]

    def handle(self, records: Sequence[Record]) -> None:
        """As ever, then look at the clock."""
        super().handle(records)
        at = time.perf_counter()
        self.done.update((record.headers["ce_id"], at) for record in records)


@dataclass
class Paced:
    """News sent through Kafka at a rate, and how much later each was in the sums, in milliseconds."""

    counted: Counted
    sent: dict[str, float] = field(default_factory=dict)

    def lags(self, news: Sequence[Record]) -> list[float]:
        """Send all; the consumer's offset and inbox are as in life."""
        consumer = self.counted.consumer()
        consumer.done = {}
        thread = threading.Thread(target=consumer.run, args=(self.counted.gate.broker,), daemon=True)
        thread.start()
        self._send(news)
        deadline = time.monotonic() + 60
        while len(consumer.done) < len(self.sent) and time.monotonic() < deadline:
            time.sleep(0.05)
        consumer.stop()
        thread.join()
        late = [(consumer.done.get(one, deadline) - at) * 1_000 for one, at in self.sent.items()]
        return late[RATE:]  # after the first second: the group has been joined, and the code is warm

    def _send(self, news: Sequence[Record]) -> None:
        started, each = time.perf_counter(), RATE // 20
        for first in range(0, len(news), each):
            time.sleep(max(0.0, started + first / RATE - time.perf_counter()))
            some = news[first : first + each]
            at = time.perf_counter()
            self.sent.update((record.headers["ce_id"], at) for record in some)
            self.counted.gate.broker.send(some)


def run(setup: Setup) -> list[Row]:
    """Follow the news, make anew, then ask both."""
    with counted(setup) as all_of_it:
        followed = _followed(all_of_it)
    with counted(setup) as all_of_it:
        return followed + _asked(all_of_it, setup)


def _followed(counted: Counted) -> list[Row]:
    records = a_week(Random(20260427), TRUCKS, DAYS)  # noqa: S311 - the same days every time
    plans, news = records[:3], [record for record in records if record.topic == CROSSINGS]
    late = Paced(counted).lags(news[:PACED])
    consumer = counted.consumer()
    consumer.done = {}
    some = news[PACED : PACED + LIVE]
    took = _took(lambda: [consumer.handle(some[first : first + BATCH]) for first in range(0, LIVE, BATCH)])
    for first in itertools.count(PACED, 5_000):
        if not (rest := news[first : first + 5_000]):
            break
        counted.gate.broker.send(rest)
    counted.gate.broker.send(plans)
    anew = replay(counted.gate, service)
    note = f"{TRUCKS:,} trucks in {DAYS} days, {len(news):,} events"
    paced = f"{PACED:,} events sent at {RATE:,} a second through Kafka; from before the sending to after the commit"
    return [
        Row("update lag p99", quantiles(late, n=100)[98], "ms", goal=LAG_GOAL, lower=True, note=paced),
        Row("events taken in live", LIVE / took * 1_000, "events/s", goal=LIVE_GOAL, note=note),
        Row("events of a read model made anew", anew.events / anew.seconds, "events/s", goal=REBUILD_GOAL, note=note),
    ]


def _asked(counted: Counted, setup: Setup) -> list[Row]:
    url = counted.database.owner_url
    DECADE.fill(url, DECADE.since(FEW), END)
    few = {name: _often(counted, question) for name, question in RECENT.items()}
    DECADE.fill(url, BEGIN, END)
    many = {name: _often(counted, question) for name, question in {**RECENT, **LONG}.items()}
    facts = DECADE.facts(setup.folder / "facts.parquet", MANY)
    rows = []
    for name, question in {**RECENT, **LONG}.items():
        its = min(_took(partial(ask_of_facts, facts, question)) for _ in range(2))
        rows.append(Row(name, many[name], "ms", goal=QUERY_GOAL, lower=True))
        rows.append(Row("    beside DuckDB over raw facts", many[name], "ms", its, BESIDE_GOAL, lower=True))
        if name in few:
            rows.append(Row("    grown from 1e5 crossings", many[name], "ms", few[name], GROWTH_GOAL, lower=True))
    return rows


def _often(counted: Counted, question: Question) -> float:
    """The median of several answers, once warm."""
    counted.answer(question)
    gc.collect()
    return median(_took(lambda: counted.answer(question)) for _ in range(TURNS))


def _took(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


@contextmanager
def counted(setup: Setup) -> Iterator[Counted]:
    """The service on a fresh database and fresh streams."""
    with setup.database() as database, setup.topics() as prefix:
        broker = KafkaBroker(setup.servers.kafka, prefix=prefix)
        settings = Settings.read({"BORDERGATE_DATABASE_URL": database.url, "BORDERGATE_VAR": str(setup.folder)})
        engine = engine_for(database.url, 4)
        try:
            yield Counted(Gate(settings, engine, RealClock(), broker, [service]), database)
        finally:
            broker.close()
            engine.dispose()
