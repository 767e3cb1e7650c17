"""From a command's commit to the consumer that answers its event, against a record's way through Kafka alone.

An event's id holds the millisecond in which it was recorded, before the commit; the inbox holds when a consumer took
it in hand. What lies between is never shorter than the way from commit to consumer.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from statistics import median, quantiles
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from tests.bench.parts.gate import VEHICLES, Deployment, deployed, new_vehicles
from tests.bench.parts.load import Load, Sent
from tests.bench.parts.raw import RoundTrips
from tests.bench.rows import Row, Setup

GOAL = 50.0
A_BODY = b"x" * 300
RATE, SECONDS, TURNS = 200.0, 6.0, 3
WARM_UP, FIRST_ARRIVES_WITHIN, ARRIVES_WITHIN = 400, 30.0, 10.0
HEARD = (
    "SELECT event_id, extract(epoch FROM received_at)::float8 FROM identity.inbox"
    " WHERE consumer = 'identity.fleet' AND received_at > to_timestamp(%s)"
)


@dataclass(frozen=True)
class Gate:
    """The gate, whose identity hears of every truck made known."""

    deployment: Deployment
    port: int
    vehicles: Iterator[str]

    def measure(self) -> tuple[list[float], Sent]:
        """Milliseconds from each event's recording to its consumer, of commands at a steady rate."""
        begun = time.time()
        sent = self._send(int(RATE * SECONDS), RATE)
        heard = self._heard(begun, sent.answered, ARRIVES_WITHIN)
        return [(at - recorded_at(event)) * 1_000 for event, at in heard], sent

    def warm_up(self) -> None:
        """Until the consumer has joined its group and everything has run once."""
        begun = time.time()
        self._heard(begun, self._send(WARM_UP, RATE).answered, FIRST_ARRIVES_WITHIN)

    def _send(self, count: int, rate: float) -> Sent:
        bodies = list(itertools.islice(self.vehicles, count))
        sent = Load(self.port, VEHICLES, bodies, self.deployment.carrier(), rate=rate).send()
        if sent.refused:
            raise RuntimeError(f"{sent.refused} commands were refused")
        return sent

    def _heard(self, since: float, count: int, within: float) -> list[tuple[UUID, float]]:
        url = make_url(self.deployment.database.owner_url).set(drivername="postgresql")
        deadline = time.monotonic() + within
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            while len(heard := connection.execute(HEARD, (since,)).fetchall()) < count:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{count - len(heard)} of {count} events did not arrive")
                time.sleep(0.2)
        return heard


def recorded_at(event: UUID) -> float:
    """When an event's id was made, in seconds (UUIDv7)."""
    return (event.int >> 80) / 1_000


def run(setup: Setup) -> list[Row]:
    """The gate and Kafka alone in turn, several times; the medians of each turn's quantiles."""
    with (
        deployed(setup) as deployment,
        setup.topics() as prefix,
        deployment.working(),
        deployment.serving("api") as (_, port),
        closing(RoundTrips(setup.servers.kafka, prefix)) as raw,
    ):
        gate = Gate(deployment, port, new_vehicles())
        gate.warm_up()
        turns = [(gate.measure(), raw.measure(RATE, SECONDS, A_BODY)) for _ in range(TURNS)]
    return [
        _row("commit to consumer at 200 commands/s, p50", 50, turns),
        _row("commit to consumer at 200 commands/s, p99", 99, turns, goal=GOAL),
    ]


def _row(
    name: str, percent: int, turns: list[tuple[tuple[list[float], Sent], list[float]]], goal: float | None = None
) -> Row:
    pairs = [(quantile(ours, percent), quantile(raw, percent)) for (ours, _), raw in turns]
    return Row(
        name,
        median(ours for ours, _ in pairs),
        "ms",
        against=median(raw for _, raw in pairs),
        ratios=[ours / raw for ours, raw in pairs],
        goal=goal,
        lower=True,
        of_value=True,
        note="; ".join(
            f"gate {ours:.1f} ms, Kafka alone {raw:.1f} ms, {sent.rate:.0f} commands/s (load {sent.cpu:.0%})"
            for (ours, raw), ((_, sent), _) in zip(pairs, turns, strict=True)
        ),
    )


def quantile(values: list[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
