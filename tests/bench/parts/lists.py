"""Lists of crossings, filed by the worker; and the rows that they became once more, by a bare COPY."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from bordergate.auth import Role
from bordergate.ids import new_id
from services.vehicle_registration.commands import RegisterVehicles, register_vehicles
from services.vehicle_registration.uploads.desk import UploadDesk
from tests.builders.callers import a_caller
from tests.builders.registration import papers
from tests.gates import StillGate

SERVICE, API = "vehicle_registration", "/api/vehicle-registration"
AT_ONCE = 500
HEADER = "route,direction,day,starts,ends,plate,declared_empty\n"
MEMORY = Path("/proc/self/status")
WRITTEN = (
    "registrations",
    "crossings",
    "history",
    "drawn_references",
    "claims",
    "outbox",
    "counters",
    "timers",
    "upload_lines",
)
"""The tables in which a list leaves rows."""


@dataclass(frozen=True)
class Filed:
    """A list that was filed: how long it took, of that in Python, and how much memory at most beyond what was held."""

    lines: int
    seconds: float
    processor: float
    mebibytes: float


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
    before, started, used = resident("VmRSS"), time.perf_counter(), time.process_time()
    forget_peak()
    sent = asking.post(f"{API}/uploads", content=(HEADER + lines).encode(), headers={"Content-Type": "text/csv"})
    while desk.step():
        pass
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    found = asking.get(f"{API}/uploads/{sent.json()['id']}").json()
    if found["filed"] != count:
        raise RuntimeError(f"of {count} lines {found['filed']} were filed: {found}")
    return Filed(count, seconds, processor, max(0.0, resident("VmHWM") - before))


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
