"""Law as data: effective-dated rows, shipped as CSV beside their service and loaded as a whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlalchemy import ColumnElement, MetaData, Table, func, or_, select
from sqlalchemy.orm import Session

from bordergate.amending import key_sql
from bordergate.clock import HANOI


class BadReference(Exception):
    """A reference file does not fit its table; the message says file and column."""


def as_of(table: Table, at: datetime) -> ColumnElement[bool]:
    """The rows in force on the Hà Nội day of an instant."""
    return in_force(table, at.astimezone(HANOI).date())


def in_force(table: Table, day: date) -> ColumnElement[bool]:
    """The rows in force on a day."""
    return (table.c.valid_from <= day) & or_(table.c.valid_to.is_(None), table.c.valid_to > day)


def next_change(session: Session, tables: Iterable[Table], at: datetime) -> datetime | None:
    """When the Hà Nội day begins on which a row of the tables next begins or ends to hold, if that is known."""
    today = at.astimezone(HANOI).date()
    turns = [column for table in tables for column in (table.c.valid_from, table.c.valid_to)]
    asked = (select(func.min(turn)).where(turn > today).scalar_subquery() for turn in turns)
    first = min((day for day in session.execute(select(*asked)).one() if day), default=None)
    return datetime.combine(first, time(), HANOI) if first else None


def load_reference(session: Session, package: str, metadata: MetaData) -> dict[str, int]:
    """Bring each shipped CSV's rows into its table; returns rows a table.

    Rows of the same key are replaced, but those put in force by hand.
    """
    loaded = {}
    folder = files(package) / "reference"
    if not folder.is_dir():
        return {}
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".csv"):
            name = path.name.removesuffix(".csv")
            table = metadata.tables.get(f"{metadata.schema}.{name}")
            if table is None:
                raise BadReference(f"{path.name}: {metadata.schema} has no table {name}.")
            loaded[name] = _load(session, table, path)
    return loaded


def _load(session: Session, table: Table, path: Traversable) -> int:
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    header = list(reader.fieldnames or ())
    unknown = [name for name in header if name not in table.c]
    if unknown:
        raise BadReference(f"{path.name}: no column {', '.join(unknown)} in {table.fullname}.")
    rows = [{name: value or None for name, value in row.items()} for row in reader]
    names = ", ".join(header)
    keys = [column.name for column in table.primary_key]
    updates = ", ".join(f"{name} = excluded.{name}" for name in header if name not in keys)
    result = session.connection().exec_driver_sql(
        f"INSERT INTO {table.fullname} ({names})"
        f" SELECT {names} FROM jsonb_populate_recordset(null::{table.fullname}, %s::jsonb) p"
        f" WHERE NOT EXISTS (SELECT FROM {table.schema}.amended a"
        f" WHERE a.table_name = '{table.name}' AND a.key = {key_sql(table)})"
        f" ON CONFLICT ({', '.join(keys)}) {f'DO UPDATE SET {updates}' if updates else 'DO NOTHING'}",
        (json.dumps(rows),),
    )
    return result.rowcount
