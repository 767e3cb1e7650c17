"""Law as data, amended by hand: what a draft of reference rows would change, and its coming into force.

A number that has been in force is never rewritten: it gets an end, and another begins. Rows put in force by hand stay
when the shipped rows are loaded again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import Session

from bordergate.errors import Conflict, Invalid, NotFound

Row = Mapping[str, Any]
Key = tuple[Any, ...]
FROM, TO = "valid_from", "valid_to"


class UnknownTable(NotFound):
    """The service keeps no such reference rows."""

    code = "reference.unknown_table"


class UnreadableTable(Invalid):
    """What was pasted is no table of comma-separated values."""

    code = "reference.unreadable_table"


class UnknownColumn(Invalid):
    """A row says something that the table has no place for."""

    code = "reference.unknown_column"


class Incomplete(Invalid):
    """A row leaves out what every row must say."""

    code = "reference.incomplete"


class Rewritten(Invalid):
    """What has been in force would be changed afterwards; only its end may be set, and not before tomorrow."""

    code = "reference.rewritten"


class BeginsTooEarly(Invalid):
    """A new row would hold for days that are over."""

    code = "reference.begins_too_early"


class Overlapping(Invalid):
    """Two rows would hold on one day: nobody could say which."""

    code = "reference.overlapping"


class ChangedMeanwhile(Conflict):
    """Somebody else has put rows in force since these were looked at."""

    code = "reference.changed_meanwhile"


@dataclass(frozen=True)
class Change:
    """One row before and after."""

    before: Row
    after: Row


@dataclass
class Difference:
    """What a draft would change."""

    added: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0

    @property
    def written(self) -> list[Row]:
        """The rows to write."""
        return [*self.added, *(change.after for change in self.changed)]


def amendable(metadata: MetaData) -> dict[str, Table]:
    """The effective-dated tables of a service that a form or a CSV file can hold."""
    dated = [table for table in metadata.tables.values() if {FROM, TO, "illustrative"} <= set(table.c.keys())]
    return {table.name: table for table in dated if "outline" not in table.c}


def table_named(metadata: MetaData, name: str) -> Table:
    """One of them; raises UnknownTable."""
    if (table := amendable(metadata).get(name)) is None:
        raise UnknownTable(table=name)
    return table


def rows_of(session: Session, table: Table) -> list[Row]:
    """Every row, by its key."""
    order = ", ".join(column.name for column in table.primary_key)
    found = session.connection().exec_driver_sql(f"SELECT to_jsonb(t) FROM {table.fullname} t ORDER BY {order}")
    return list(found.scalars())


def seal_of(rows: Sequence[Row]) -> str:
    """What tells that rows are still those that were looked at."""
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:32]


def typed(session: Session, table: Table, rows: Sequence[Row]) -> list[Row]:
    """Rows as the table would hold them; raises UnknownColumn and Incomplete."""
    for place, row in enumerate(rows):
        if unknown := sorted(row.keys() - set(table.c.keys())):
            raise UnknownColumn(field=f"$.rows[{place}]", columns=", ".join(unknown))
    said = [{"illustrative": False} | {name: value for name, value in row.items() if value != ""} for row in rows]
    found: list[Row] = list(
        session.connection()
        .exec_driver_sql(
            f"SELECT to_jsonb(p) FROM jsonb_populate_recordset(null::{table.fullname}, %s::jsonb) p",
            (json.dumps(said),),
        )
        .scalars()
    )
    needed = [column.name for column in table.c if not column.nullable]
    for place, row in enumerate(found):
        if missing := [name for name in needed if row[name] is None]:
            raise Incomplete(field=f"$.rows[{place}]", columns=", ".join(missing))
    return found


def difference(table: Table, before: Sequence[Row], draft: Sequence[Row], today: date) -> Difference:
    """What the draft would change; a row that a new one succeeds ends where that begins.

    Raises Rewritten, BeginsTooEarly and Overlapping.
    """
    known = {key_of(table, row): row for row in before}
    found, after = Difference(), dict(known)
    for row in draft:
        key = key_of(table, row)
        if known.get(key) == row:
            found.unchanged += 1
        after[key] = row
    for row in draft:
        if key_of(table, row) not in known:
            _end_predecessor(table, after, row)
    for key, row in after.items():
        if key not in known:
            found.added.append(row)
        elif row != known[key]:
            found.changed.append(Change(known[key], row))
    _refuse_the_past(found, today.isoformat())
    _refuse_overlaps(table, after.values())
    return found


def _end_predecessor(table: Table, rows: dict[Key, Row], new: Row) -> None:
    earlier = [row for row in rows.values() if _stem(table, row) == _stem(table, new) and row[FROM] < new[FROM]]
    last = max(earlier, key=lambda row: str(row[FROM]), default=None)
    if last and (last[TO] is None or last[TO] > new[FROM]):
        rows[key_of(table, last)] = {**last, TO: new[FROM]}


def _refuse_the_past(found: Difference, today: str) -> None:
    for row in found.added:
        if row[FROM] < today:
            raise BeginsTooEarly(field="$.rows", since=row[FROM])
    for change in found.changed:
        rest = {**change.before, TO: change.after[TO]}
        ends = change.after[TO]
        begun = change.before[FROM] <= today
        if begun and (rest != change.after or (ends is not None and ends < today)):
            raise Rewritten(field="$.rows", since=change.before[FROM])


def _refuse_overlaps(table: Table, rows: Iterable[Row]) -> None:
    in_order = sorted(rows, key=lambda row: (json.dumps(_stem(table, row)), str(row[FROM])))
    for one, other in pairwise(in_order):
        if _stem(table, one) == _stem(table, other) and (one[TO] is None or one[TO] > other[FROM]):
            raise Overlapping(field="$.rows", since=other[FROM])


def amend(session: Session, table: Table, draft: Sequence[Row], seen: str, today: date) -> Difference:
    """Put a draft in force; raises ChangedMeanwhile when the rows are no longer those that were looked at."""
    session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (table.fullname,))
    before = rows_of(session, table)
    if seal_of(before) != seen:
        raise ChangedMeanwhile
    found = difference(table, before, typed(session, table, draft), today)
    if found.written:
        _write(session, table, found.written)
    return found


def _write(session: Session, table: Table, rows: Sequence[Row]) -> None:
    names = [column.name for column in table.c]
    keys = [column.name for column in table.primary_key]
    updates = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    values = (json.dumps(list(rows)),)
    source = f"jsonb_populate_recordset(null::{table.fullname}, %s::jsonb)"
    session.connection().exec_driver_sql(
        f"INSERT INTO {table.fullname} ({', '.join(names)}) SELECT {', '.join(names)} FROM {source}"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {updates}",
        values,
    )
    session.connection().exec_driver_sql(
        f"INSERT INTO {table.schema}.amended (table_name, key) SELECT '{table.name}', {key_sql(table)} FROM {source} p"
        " ON CONFLICT DO NOTHING",
        values,
    )


def key_sql(table: Table) -> str:
    """A row's key as JSON, for the row `p`."""
    parts = ", ".join(f"'{column.name}', p.{column.name}" for column in table.primary_key)
    return f"jsonb_build_object({parts})"


def key_of(table: Table, row: Row) -> Key:
    """What tells a row from every other."""
    return tuple(row[column.name] for column in table.primary_key)


def _stem(table: Table, row: Row) -> Key:
    """What a row is about, whenever it holds."""
    return tuple(row[column.name] for column in table.primary_key if column.name != FROM)
