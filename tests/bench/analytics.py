"""Analytics: a dashboard's questions beside DuckDB over raw facts, and how fast the numbers follow the news.

The same random days go to both: through Kafka and the service's own code into its cells, and as Parquet to DuckDB.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from statistics import median

from bordergate.broker import Record
from bordergate.broker.kafka import KafkaBroker
from bordergate.clock import RealClock
from bordergate.inbox import BATCH
from bordergate.replaying import replay
from bordergate.runtime import Gate, engine_for
from bordergate.settings import Settings
from events.streams import CROSSINGS
from services.analytics.domain import By
from services.analytics.queries import Question, figures_of
from services.analytics.service import service
from tests.bench.rows import Row, Setup
from tests.builders.days import MIDNIGHT, a_week
from tests.builders.recount import Recount

TRUCKS, DAYS = 10_000, 120
LIVE = 4_000
QUERY_GOAL, LIVE_GOAL, REBUILD_GOAL = 0.5, 1_000.0, 20_000.0
TURNS = 5
END = MIDNIGHT + timedelta(days=DAYS + 10)
QUESTIONS = {
    "all figures of four months": Question(MIDNIGHT, END),
    "the same by route": Question(MIDNIGHT, END, By.ROUTE),
    "the same by day": Question(MIDNIGHT, END, By.DAY),
    "the same by hour of the week": Question(MIDNIGHT, END, By.WEEK),
    "a month by hour": Question(MIDNIGHT, MIDNIGHT + timedelta(days=30), By.HOUR),
}


@dataclass(frozen=True)
class Counted:
    """The service on its database, and the raw events."""

    gate: Gate
    records: Sequence[Record]

    def take_in(self, count: int) -> float:
        """Events a second that the live consumer takes in, poll by poll."""
        (consumer,) = [one for one in self.gate.consumers() if one.topic == CROSSINGS]
        news = [record for record in self.records if record.topic == CROSSINGS][:count]
        started = time.perf_counter()
        for first in range(0, len(news), BATCH):
            consumer.handle(news[first : first + BATCH])
        return len(news) / (time.perf_counter() - started)

    def answer(self, question: Question) -> None:
        """One question, as the API asks it."""
        self.gate.transactions["analytics"].read(lambda session: figures_of(session, question, END), scope="all")


def run(setup: Setup) -> list[Row]:
    """Take in, make anew, then ask both."""
    with counted(setup) as all_of_it:
        live = all_of_it.take_in(LIVE)
        anew = replay(all_of_it.gate, service)
        raw = Recount(all_of_it.records, str(setup.folder / "events.json"))
        raw.as_parquet(str(setup.folder / "facts.parquet"))
        asked = [_asked(name, question, all_of_it, raw) for name, question in QUESTIONS.items()]
    return [
        Row("events taken in live", live, "events/s", goal=LIVE_GOAL),
        Row("events of a read model made anew", anew.events / anew.seconds, "events/s", goal=REBUILD_GOAL),
        *asked,
    ]


def _asked(name: str, question: Question, ours: Counted, raw: Recount) -> Row:
    pairs = [
        (_took(lambda: ours.answer(question)), _took(lambda: raw.answer(question.since, question.until, question.by)))
        for _ in range(TURNS + 1)
    ][1:]
    return Row(
        name,
        median(mine for mine, _ in pairs),
        "ms",
        against=median(its for _, its in pairs),
        ratios=[mine / its for mine, its in pairs],
        goal=QUERY_GOAL,
        lower=True,
        note=f"{TRUCKS} trucks in {DAYS} days; DuckDB reads raw facts in Parquet",
    )


def _took(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


@contextmanager
def counted(setup: Setup) -> Iterator[Counted]:
    """Random days on the log."""
    chance = Random(20260427)  # noqa: S311 - the same days every time
    records = a_week(chance, TRUCKS, DAYS)
    with setup.database() as database, setup.topics() as prefix:
        broker = KafkaBroker(setup.servers.kafka, prefix=prefix)
        for first in itertools.count(0, 5_000):
            if not (some := records[first : first + 5_000]):
                break
            broker.send(some)
        settings = Settings.read({"BORDERGATE_DATABASE_URL": database.url, "BORDERGATE_VAR": str(setup.folder)})
        engine = engine_for(database.url, 4)
        try:
            yield Counted(Gate(settings, engine, RealClock(), broker, [service]), records)
        finally:
            broker.close()
            engine.dispose()
