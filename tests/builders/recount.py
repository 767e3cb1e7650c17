"""The figures counted again from the raw events by DuckDB, with exact quantiles; it shares nothing with the service."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from bordergate.broker import Record

STATEMENTS = (Path(__file__).parent / "recount.sql").read_text("utf-8").split(";\n")
KEYS = {
    "nothing": "''",
    "route": "route",
    "direction": "direction",
    "ticket_class": "ticket_class",
    "country": "country",
    "hour": "strftime(local, '%Y-%m-%dT%H:00')",
    "day": "strftime(local, '%Y-%m-%d')",
    "month": "strftime(local, '%Y-%m')",
    "week": "((isodow(local) - 1) * 24 + hour(local))::VARCHAR",
    "clock": "hour(local)::VARCHAR",
}
DURATIONS = ("WAIT", "APPROACH", "CLEARANCE", "YARD", "LAG")


class Recount:
    """Asks DuckDB over what was put on the log."""

    def __init__(self, records: Iterable[Record], path: str) -> None:
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - DuckDB wants a name
            file.writelines(json.dumps(_row(record)) + "\n" for record in records)
        self._database = duckdb.connect()
        events, facts, _ = STATEMENTS
        self._database.execute(events, [path])
        self._database.execute(facts)

    def counts(self, since: datetime, until: datetime, by: str, **wanted: str) -> dict[str, dict[str, int]]:
        """How many of what, by group."""
        rows = self._ask("count(*)", since, until, by, wanted)
        found: dict[str, dict[str, int]] = {}
        for key, what, count in rows:
            found.setdefault(key, {})[what] = count
        return found

    def durations(self, since: datetime, until: datetime, by: str, **wanted: str) -> dict[tuple[str, str], list[float]]:
        """All durations in seconds, sorted, by group and figure."""
        rows = self._ask("list(seconds ORDER BY seconds)", since, until, by, wanted)
        return {(key, what): seconds for key, what, seconds in rows if what in DURATIONS}

    def as_parquet(self, path: str) -> None:
        """From here on `answer` reads the facts from a Parquet file."""
        self._database.execute(f"COPY facts TO '{path}' (FORMAT parquet)")
        self._database.execute(f"CREATE OR REPLACE VIEW facts_in_parquet AS FROM '{path}'")

    def answer(self, since: datetime, until: datetime, by: str) -> None:
        """Counts, and quantiles of all durations, by group, from the Parquet file."""
        self._database.execute(
            f"SELECT {KEYS[by]}, what, count(*), quantile_disc(seconds, [0.5, 0.9, 0.95]) FROM facts_in_parquet"
            " WHERE moment >= ? AND moment < ? GROUP BY 1, 2",
            [_plain(since), _plain(until)],
        ).fetchall()

    def _ask(
        self, what: str, since: datetime, until: datetime, by: str, wanted: dict[str, str]
    ) -> list[tuple[Any, ...]]:
        only = "".join(f" AND {name} = '{value}'" for name, value in wanted.items())
        query = f"SELECT {KEYS[by]}, what, {what} FROM facts WHERE moment >= ? AND moment < ?{only} GROUP BY 1, 2"
        return self._database.execute(query, [_plain(since), _plain(until)]).fetchall()


def _row(record: Record) -> dict[str, Any]:
    headers = record.headers
    at = headers.get("ce_occurred") or headers["ce_time"]
    return {
        "id": headers["ce_id"],
        "kind": headers["ce_type"].split(".")[2],
        "crossing": record.key,
        "sequence": int(headers["ce_sequence"]),
        "happened": _plain(datetime.fromisoformat(at)).isoformat(),
        "body": json.loads(record.body),
    }


def _plain(at: datetime) -> datetime:
    """The instant in UTC, without its zone."""
    return at.replace(tzinfo=None) - (at.utcoffset() or timedelta())
