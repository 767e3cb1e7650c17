"""Ten thousand crossings from one list, against a bare COPY of the rows that they became; and the memory it takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine

from bordergate.auth import Role
from bordergate.ids import new_id
from bordergate.service import installed
from services.vehicle_registration.commands import RegisterVehicles, register_vehicles
from services.vehicle_registration.uploads.desk import UploadDesk
from tests.bench.rows import Row, Setup
from tests.builders.callers import a_caller
from tests.builders.clock import A_MORNING
from tests.builders.registration import papers
from tests.gates import StillGate, a_still_gate

SERVICE, API = "vehicle_registration", "/api/vehicle-registration"
FEW, LINES, AT_ONCE = 1_000, 10_000, 500
COPIES = 3
GOAL, MOST_MEMORY = 0.1, 64
HEADER = "route,direction,day,starts,ends,plate,declared_empty\n"
MEMORY = Path("/proc/self/status")
WRITTEN = ("registrations", "crossings", "drawn_references", "claims", "outbox", "counters", "timers", "upload_lines")
"""The tables in which a list leaves rows."""


@dataclass(frozen=True)
class Filed:
    """A list that was filed: how long it took, and how much memory at most beyond what the process had."""

    lines: int
    seconds: float
    mebibytes: float


def run(setup: Setup) -> list[Row]:
    """A short list, then a long one; then the long one's rows once more, by COPY."""
    folder = setup.folder / "gate"
    folder.mkdir()
    with setup.database() as database, a_still_gate(database.url, installed((SERVICE,)), folder) as gate:
        gate.clock.set(A_MORNING)
        file_list(gate, 0, AT_ONCE)  # warm
        few = file_list(gate, 1, FEW)
        engine = create_engine(database.owner_url)
        clear(engine)
        many = file_list(gate, 2, LINES)
        rates = [LINES / copied(engine) for _ in range(COPIES)]
        engine.dispose()
    rate, bare = many.lines / many.seconds, max(rates)
    return [
        Row("crossings filed from a list", rate, "lines/s", against=bare, goal=GOAL, note=told(few, many)),
        Row("memory of a list of 10,000 lines", many.mebibytes, "MiB", goal=MOST_MEMORY, lower=True, of_value=True),
    ]


def told(*filed: Filed) -> str:
    """What was measured, for people."""
    return "; ".join(f"{one.lines} lines in {one.seconds:.1f} s, {one.mebibytes:.0f} MiB at most" for one in filed)


def plates(series: int, count: int) -> list[str]:
    """So many plates that nobody else has."""
    return [f"{29 + series}C{10_000 + number}" for number in range(count)]


def file_list(gate: StillGate, series: int, count: int) -> Filed:
    """Register the trucks, then upload a list with a line each and let it be checked and filed."""
    firm = new_id()
    known = plates(series, count)
    for start in range(0, count, AT_ONCE):
        command = RegisterVehicles(firm, [(papers(plate=plate), ()) for plate in known[start : start + AT_ONCE]])
        gate.do(SERVICE, lambda session, command=command: len(register_vehicles(command, session)))
    lines = "".join(f"hn-1119,EXPORT,2026-05-30,08:00,12:00,{plate},yes\n" for plate in known)
    asking, desk = gate.as_(a_caller(Role.CARRIER, organisation=firm)), UploadDesk(gate.gate)
    before, started = resident("VmRSS"), time.perf_counter()
    forget_peak()
    sent = asking.post(f"{API}/uploads", content=(HEADER + lines).encode(), headers={"Content-Type": "text/csv"})
    while desk.step():
        pass
    seconds = time.perf_counter() - started
    found = asking.get(f"{API}/uploads/{sent.json()['id']}").json()
    if found["filed"] != count:
        raise RuntimeError(f"of {count} lines {found['filed']} were filed: {found}")
    return Filed(count, seconds, max(0.0, resident("VmHWM") - before))


def resident(what: str) -> float:
    """Memory of this process, in MiB."""
    line = next(line for line in MEMORY.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def forget_peak() -> None:
    """Let the system measure the peak anew."""
    Path("/proc/self/clear_refs").write_text("5")


def clear(engine: Engine) -> None:
    """Leave only what the next list makes."""
    with engine.begin() as connection:
        tables = ", ".join(f"{SERVICE}.{table}" for table in (*WRITTEN, "uploads", "contenders"))
        connection.exec_driver_sql(f"TRUNCATE {tables}")


def copied(engine: Engine) -> float:
    """How many seconds COPY takes to write the rows of the list once more, into tables with the same indexes."""
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        kept: dict[str, tuple[str, bytes]] = {}
        for table in WRITTEN:
            raw.execute(
                "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM"
                " information_schema.columns WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER'",
                (SERVICE, table),
            )
            columns = str(raw.fetchone()[0])
            raw.execute(f"CREATE TABLE {SERVICE}.bare_{table} (LIKE {SERVICE}.{table} INCLUDING ALL)")
            with raw.copy(f"COPY {SERVICE}.{table} ({columns}) TO STDOUT (FORMAT BINARY)") as out:
                kept[table] = columns, b"".join(bytes(part) for part in out)
        started = time.perf_counter()
        for table, (columns, content) in kept.items():
            with raw.copy(f"COPY {SERVICE}.bare_{table} ({columns}) FROM STDIN (FORMAT BINARY)") as into:
                into.write(content)
        connection.commit()
        seconds = time.perf_counter() - started
        for table in WRITTEN:
            raw.execute(f"DROP TABLE {SERVICE}.bare_{table}")
        connection.commit()
        return seconds
