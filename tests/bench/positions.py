"""Positions a second from a device's batch to the table, with the areas entered and left, against COPY alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import make_url

from bordergate.runtime import open_gate
from bordergate.service import installed
from bordergate.settings import Settings
from services.tracking.domain import Position
from services.tracking.repository import FEED, KINDS
from tests.bench.parts.fleet import Device, enrolled
from tests.bench.parts.gate import Deployment, deployed
from tests.bench.parts.load import Load, Sent
from tests.bench.rows import Row, Setup
from tests.gates import load_all

DEVICES, EACH, TURNS = 200, 100, 5
ARRIVE_WITHIN = 60.0
COPY = f"COPY tracking.copied ({', '.join(FEED)}) FROM STDIN"
SINCE = timedelta(hours=3)
Driven = list[tuple[Device, list[Position]]]


@dataclass(frozen=True)
class Road:
    """The table that positions end in, and the intake they come by."""

    connection: psycopg.Connection[Any]
    port: int

    def through_the_gate(self, driven: Driven) -> tuple[float, Sent]:
        """Seconds until the last position was stored."""
        expected = self._stored() + sum(len(positions) for _, positions in driven)
        bodies = [device.batch(positions) for device, positions in driven]
        started = time.perf_counter()
        sent = Load(self.port, "/positions", bodies).send()
        if sent.refused:
            raise RuntimeError(f"{sent.refused} batches were refused")
        while (stored := self._stored()) < expected:
            if time.perf_counter() - started > ARRIVE_WITHIN:
                raise RuntimeError(f"{expected - stored} positions did not arrive")
            time.sleep(0.02)
        return time.perf_counter() - started, sent

    def by_copy(self, driven: Driven) -> float:
        """Seconds in which COPY alone writes the same rows to an empty table of the same shape."""
        rows = [row for device, positions in driven for row in _rows(device, positions)]
        self.connection.execute("TRUNCATE tracking.copied")
        started = time.perf_counter()
        with self.connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(KINDS)
            for row in rows:
                copy.write_row(row)
        return time.perf_counter() - started

    def _stored(self) -> int:
        (count,) = self.connection.execute("SELECT count(*) FROM tracking.positions").fetchone() or (0,)
        return int(count)


def run(setup: Setup) -> list[Row]:
    """The gate and COPY alone in turn, several times, with the same positions."""
    with deployed(setup) as deployment:
        devices = _enrolled(deployment)
        url = make_url(deployment.database.owner_url).set(drivername="postgresql")
        with (
            deployment.working(),
            deployment.serving("intake") as (_, port),
            psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection,
        ):
            connection.execute("CREATE TABLE tracking.copied (LIKE tracking.positions INCLUDING ALL)")
            road = Road(connection, port)
            road.through_the_gate(_driven(devices))
            turns = [(road.through_the_gate(driven), road.by_copy(driven)) for driven in _laps(devices)]
    return [_row(turns)]


def _row(turns: list[tuple[tuple[float, Sent], float]]) -> Row:
    count = DEVICES * EACH
    return Row(
        "positions from the device to the table",
        median(count / seconds for (seconds, _), _ in turns),
        "positions/s",
        against=median(count / seconds for _, seconds in turns),
        ratios=[copied / seconds for (seconds, _), copied in turns],
        note="; ".join(
            f"gate {count / seconds:,.0f}/s (taken by the log at {count / sent.seconds:,.0f}/s, load {sent.cpu:.0%}),"
            f" COPY {count / copied:,.0f}/s"
            for (seconds, sent), copied in turns
        ),
    )


def _driven(devices: list[Device]) -> Driven:
    return [(device, device.drive(EACH)) for device in devices]


def _laps(devices: list[Device]) -> list[Driven]:
    return [_driven(devices) for _ in range(TURNS)]


def _enrolled(deployment: Deployment) -> list[Device]:
    gate = open_gate(Settings.read(deployment.environment()), installed(), connections=2)
    try:
        load_all(gate)
        return enrolled(gate, DEVICES, datetime.now(UTC) - SINCE)
    finally:
        gate.engine.dispose()


def _rows(device: Device, positions: list[Position]) -> list[tuple[Any, ...]]:
    received = datetime.now(UTC)
    return [
        (
            device.device_id,
            one.at,
            device.crossing_id,
            one.lon,
            one.lat,
            one.speed_kmh,
            one.course,
            None,
            None,
            received,
        )
        for one in positions
    ]
