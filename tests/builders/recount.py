"""The figures counted again from the raw events by DuckDB, with exact quantiles; it shares nothing with the service."""

from __future__ import annotations

import json
from collections import Counter
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
HOUR, AHEAD = timedelta(hours=1), timedelta(hours=7)
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

    def counts(
        self, since: datetime, until: datetime, by: str, *, now: datetime, **wanted: str
    ) -> dict[str, dict[str, int]]:
        """How many of what, by group; calls that still hold now are not judged."""
        still_open = f"open_until > TIMESTAMP '{_plain(now)}'"
        rows = self._ask("count(*)", since, until, by, wanted, f" AND NOT coalesce({still_open}, false)")
        found: dict[str, dict[str, int]] = {}
        for key, what, count in rows:
            found.setdefault(key, {})[what] = count
        return found

    def durations(self, since: datetime, until: datetime, by: str, **wanted: str) -> dict[tuple[str, str], list[float]]:
        """All durations in seconds, sorted, by group and figure."""
        rows = self._ask("list(seconds ORDER BY seconds)", since, until, by, wanted)
        return {(key, what): seconds for key, what, seconds in rows if what in DURATIONS}

    def capacity(self, since: datetime, until: datetime, by: str, **wanted: str) -> dict[str, float]:
        """What the hours of the period could take by the only plan of each route, by group."""
        plans = self._database.execute("SELECT happened, body FROM events WHERE kind = 'route_published'").fetchall()
        found: Counter[str] = Counter()
        for happened, body in plans:
            plan = json.loads(body)
            start = max(_plain(since), happened.replace(minute=0, second=0, microsecond=0))
            hours = int((_plain(until) - start) / HOUR)
            for local in (start + AHEAD + number * HOUR for number in range(hours)):
                for side in ("EXPORT", "IMPORT"):
                    there = {"route": plan["route"], "direction": side}
                    if trucks := _taken(plan["hours"], side, local) * (there | wanted == there):
                        found[_group(by, there, local)] += trucks
        return dict(found)

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
        self, what: str, since: datetime, until: datetime, by: str, wanted: dict[str, str], more: str = ""
    ) -> list[tuple[Any, ...]]:
        only = "".join(f" AND {name} = '{value}'" for name, value in wanted.items())
        period = "moment >= ? AND moment < ?"
        query = f"SELECT {KEYS[by]}, what, {what} FROM facts WHERE {period}{only}{more} GROUP BY 1, 2"
        return self._database.execute(query, [_plain(since), _plain(until)]).fetchall()


def _taken(hours: list[dict[str, Any]], side: str, local: datetime) -> float:
    """Trucks of a direction in the hour that begins at a local time."""
    first, trucks = local.hour * 60, f"{side.lower()}_per_hour"
    return sum(
        day[trucks] * max(0, min(_minute(day["closes"]), first + 60) - max(_minute(day["opens"]), first)) / 60
        for day in hours
        if day["weekday"] == local.weekday()
    )


def _minute(clock_time: str) -> int:
    return int(clock_time[:2]) * 60 + int(clock_time[3:])


def _group(by: str, there: dict[str, str], local: datetime) -> str:
    if by in there:
        return there[by]
    hour_of_week = local.weekday() * 24 + local.hour
    return {"nothing": "", "week": str(hour_of_week), "clock": str(local.hour)}.get(by) or (
        local.strftime({"hour": "%Y-%m-%dT%H:00", "day": "%Y-%m-%d", "month": "%Y-%m"}.get(by, ""))
    )


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
