"""How soon an officer finds a crossing by a part of any number, among as many as a gate files in two months."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bordergate.service import installed
from services.vehicle_registration.repository.found import crossings_bearing
from services.vehicle_registration.tables import crossings
from tests.bench.rows import Row, Setup
from tests.gates import StillGate, a_still_gate

FILED, TRIES, PAGE = 100_000, 21, 50
FILL = """\
WITH one AS (
  INSERT INTO vehicle_registration.registrations (id, trader, carrier, filed_by, filed_at, parties)
  VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(), '{}') RETURNING id),
numbers AS (SELECT n, lpad((n * 7919 %% 100000)::text, 5, '0') AS plate, lpad((n * 104729 %% 100000)::text, 5, '0') AS
  trailer, lpad((n * 15485863 %% 10000000)::text, 7, '0') AS box, lpad((n * 982451653 %% 10000000000)::text, 10, '0') AS
  declared FROM generate_series(1::bigint, %s) AS n)
INSERT INTO vehicle_registration.crossings (id, registration_id, reference, filing, tractor, parties, stage, version)
SELECT lpad(to_hex(n), 32, '0')::uuid, one.id, 'LSG-260504-' || n || '-X', jsonb_build_object('route', 'hn-1119',
  'direction', 'EXPORT', 'vehicle_id', one.id, 'plate', '12C' || plate, 'trailer', '12R' || trailer, 'containers',
  jsonb_build_array('CSQU' || box), 'declarations', jsonb_build_array('30' || declared)), false, '{}', 'OVER', 1
FROM one, numbers
"""
PARTS = {"eight signs": "U5485863", "five signs": "07919", "three signs that all bear": "12C"}
NOTE = "a page of 50, the newest first"


def run(setup: Setup) -> list[Row]:
    """Parts of several lengths, each beside the same look without the index."""
    with setup.database() as database, a_still_gate(database.url, installed(), setup.folder) as gate:
        gate.do("vehicle_registration", fill)
        owner = create_engine(database.owner_url, isolation_level="AUTOCOMMIT")
        with owner.connect() as connection:  # as the database itself does a minute after so many rows came
            connection.exec_driver_sql("VACUUM ANALYZE vehicle_registration.crossings")
        owner.dispose()
        return [_row(gate, name, part) for name, part in PARTS.items()]


def fill(session: Session) -> None:
    """As many crossings as a gate files in two months."""
    session.connection().exec_driver_sql(FILL, (FILED,))


def _row(gate: StillGate, name: str, part: str) -> Row:
    found = milliseconds(gate, look(part))
    scanned = milliseconds(gate, look(part, without_index=True))
    return Row(f"search: {name}", found, "ms", against=scanned, note=NOTE)


def look(part: str, *, without_index: bool = False) -> Callable[[Session], object]:
    """A page of what bears the part."""

    def work(session: Session) -> object:
        if without_index:
            session.connection().exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        found = crossings_bearing(session, part, most=PAGE)
        return session.execute(select(crossings.c.reference).where(crossings.c.id.in_(found))).all()

    return work


def milliseconds(gate: StillGate, work: Callable[[Session], object]) -> float:
    """The median of several tries."""
    tries = []
    for _ in range(TRIES):
        begun = perf_counter()
        gate.look("vehicle_registration", work)
        tries.append((perf_counter() - begun) * 1000)
    return median(tries)
