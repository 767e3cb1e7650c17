"""Many rows in one statement: told as JSON, of which the database makes the rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import LargeBinary, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, make_transient_to_detached, object_mapper

from bordergate.aggregate import Aggregate
from bordergate.outbox import gather, write_pending

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not type it
ROWS = TypeAdapter(list[dict[str, Any]])
VALUE = TypeAdapter(Any)
"""As JSON, in a tenth of the time that pydantic's `to_json` takes for rows of many kinds of value."""


def add_new(session: Session, things: Sequence[Aggregate]) -> None:
    """Write many new aggregates of one class at once; from then on they are the session's, as if they were loaded.

    What they and others recorded goes to the outbox first, as before a flush, each key in its order; then what else is
    new is written, so that they may refer to it.
    """
    if not things:
        return
    gather(session, things)
    write_pending(session)
    session.flush()
    mapper = object_mapper(things[0])
    told = [(attribute.key, attribute.columns[0].name) for attribute in mapper.column_attrs]
    rows = [{name: getattr(thing, key) for key, name in told} for thing in things]
    insert_rows(session, mapper.local_table, rows)
    for thing in things:
        make_transient_to_detached(thing)
    session.add_all(things)


def insert_rows(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401 - any table
    """Write rows of a table in their order, all with the same columns; what JSON cannot say (bytes) is refused.

    What a column keeps as JSON goes beside the rows: within them the database would read it three times.
    """
    if not rows:
        return
    statement, kept = _statement(table, tuple(rows[0]))
    told = [{name: value for name, value in row.items() if name not in kept} for row in rows] if kept else list(rows)
    values = (ROWS.dump_json(told).decode(), *([_text(row[name]) for row in rows] for name in kept))
    session.connection().exec_driver_sql(statement, values)


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever is kept as JSON
    return None if value is None else VALUE.dump_json(value).decode()


@cache
def _statement(table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What writes such rows, and which of the columns go beside them."""
    columns = {name: table.c[name].type for name in names}
    if said := [name for name, kind in columns.items() if isinstance(kind, LargeBinary)]:
        raise TypeError(f"{table.name} has bytes in {', '.join(said)}")
    types = {name: kind.compile(DIALECT) for name, kind in columns.items()}
    kept = tuple(name for name, kind in types.items() if kind == "JSONB")
    plain = [name for name in names if name not in kept]
    typed = ", ".join(f'"{name}" {types[name]}' for name in plain)
    sources = [f"json_to_recordset(%s::json) AS ({typed})", *("unnest(%b::text[])" for _ in kept)]
    listed, told = (", ".join(f'"{name}"' for name in some) for some in (names, (*plain, *kept)))
    made = ", ".join(f'"{name}"::jsonb' if name in kept else f'"{name}"' for name in names)
    return (
        f"INSERT INTO {table.fullname} ({listed}) SELECT {made} FROM ROWS FROM ({', '.join(sources)}) AS told ({told})",
        kept,
    )
