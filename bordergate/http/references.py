"""Each service's reference rows over HTTP: read, compared with a draft, put in force."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import MetaData, Table
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.amending import (
    Difference,
    Row,
    UnreadableTable,
    amend,
    amendable,
    difference,
    rows_of,
    seal_of,
    table_named,
    typed,
)
from bordergate.auth import Permission, Role
from bordergate.clock import HANOI, Clock
from bordergate.http.door import Door
from bordergate.http.router import GateRouter

MOST_ROWS, LONGEST = 5_000, 500_000
SHOWN = 200
Told = str | int | float | bool | None


class ColumnView(BaseModel):
    """A column: whether it is part of the key, and whether every row must say it."""

    name: str
    key: bool
    needed: bool


class TableView(BaseModel):
    """A table of reference rows."""

    name: str
    columns: list[ColumnView]

    @classmethod
    def of(cls, table: Table) -> Self:
        """The view."""
        columns = [ColumnView(name=c.name, key=c.primary_key, needed=not c.nullable) for c in table.c]
        return cls(name=table.name, columns=columns)


class RowsView(TableView):
    """Its rows, at most two hundred; `seen` is handed back with a draft."""

    rows: list[dict[str, Told]]
    more: bool
    seen: str
    today: date


class Draft(BaseModel):
    """Rows to add or to change, or the same as CSV with a header."""

    model_config = ConfigDict(extra="forbid")

    rows: Annotated[list[dict[str, Told]], Field(max_length=MOST_ROWS)] = []
    table: Annotated[str, Field(max_length=LONGEST, description="CSV, in the place of `rows`.")] = ""

    def said(self) -> list[Row]:
        """The rows it speaks of."""
        read = csv.DictReader(io.StringIO(self.table.strip()), restkey="…", restval="")
        try:
            pasted: list[Row] = [{name.strip(): _told(value) for name, value in row.items()} for row in read]
        except csv.Error as error:
            raise UnreadableTable(field="$.table") from error
        return [*self.rows, *pasted][:MOST_ROWS]


class SealedDraft(Draft):
    """A draft, and what the rows were when it was written."""

    seen: Annotated[str, Field(max_length=64)]


class ChangeView(BaseModel):
    """One row before and after."""

    before: dict[str, Told]
    after: dict[str, Told]


class DifferenceView(BaseModel):
    """What a draft changes."""

    added: list[dict[str, Told]]
    changed: list[ChangeView]
    unchanged: int

    @classmethod
    def of(cls, found: Difference) -> Self:
        """The view."""
        changed = [ChangeView(before=dict(one.before), after=dict(one.after)) for one in found.changed]
        return cls(added=[dict(row) for row in found.added], changed=changed, unchanged=found.unchanged)


@dataclass(frozen=True)
class References:
    """One service's reference rows, and what follows from a change of them."""

    metadata: MetaData
    after: Callable[[Session, Clock], None] | None = None

    def tables(self, door: Door) -> Response:
        """The tables of reference rows."""
        return door.look(lambda _: [TableView.of(table).model_dump() for table in amendable(self.metadata).values()])

    def rows(self, door: Door, name: str, text: Annotated[str, Query(max_length=100)] = "") -> Response:
        """The rows of one table, or those that hold a text."""
        table = table_named(self.metadata, name)

        def look(session: Session) -> RowsView:
            rows = rows_of(session, table)
            found = [row for row in rows if text.lower() in " ".join(map(str, row.values())).lower()]
            return RowsView(
                **TableView.of(table).model_dump(),
                rows=[dict(row) for row in found[:SHOWN]],
                more=len(found) > SHOWN,
                seen=seal_of(rows),
                today=today_of(door.clock),
            )

        return door.look(look)

    def compare(self, door: Door, name: str, draft: Draft) -> Response:
        """What a draft would change; changes nothing."""
        table = table_named(self.metadata, name)

        def look(session: Session) -> DifferenceView:
            wanted = typed(session, table, draft.said())
            return DifferenceView.of(difference(table, rows_of(session, table), wanted, today_of(door.clock)))

        return door.look(look)

    def activate(self, door: Door, name: str, draft: SealedDraft) -> Response:
        """Put a draft in force."""
        table = table_named(self.metadata, name)

        def work(session: Session) -> DifferenceView:
            found = amend(session, table, draft.said(), draft.seen, today_of(door.clock))
            if self.after is not None:
                self.after(session, door.clock)
            return DifferenceView.of(found)

        return door.run(work, scope="all")


def reference_routes(
    service: str, metadata: MetaData, after: Callable[[Session, Clock], None] | None = None
) -> GateRouter:
    """A service's routes about its reference rows, for administrators; auditors look."""
    see = Permission(f"{service}.see_reference", every={Role.ADMIN, Role.AUDITOR})
    change = Permission(f"{service}.amend_reference", every={Role.ADMIN})
    references, router = References(metadata, after), GateRouter()
    router.get("/reference", permission=see, response_model=list[TableView])(references.tables)
    router.get("/reference/{name}", permission=see, response_model=RowsView)(references.rows)
    answers: dict[str, Any] = {"permission": change, "response_model": DifferenceView}
    router.post("/reference/{name}/difference", **answers, once=False)(references.compare)
    router.post("/reference/{name}/activate", **answers)(references.activate)
    return router


def today_of(clock: Clock) -> date:
    """The Hà Nội day."""
    return clock.now().astimezone(HANOI).date()


def _told(value: str | Sequence[str] | None) -> Any:  # noqa: ANN401 - a cell, or the cells beyond the header
    return value.strip() if isinstance(value, str) else value
