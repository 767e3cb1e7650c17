"""Analytics' doors: figures of any period, their definitions, and the same as CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.border import Moment
from bordergate.errors import Invalid
from bordergate.http import Door, GateRouter, audit_routes
from events.words import Direction, RouteCode, TicketClass
from services.analytics.domain import ERROR, FLOOR, By, Figure
from services.analytics.queries import Answer, Definition, Question, Told, as_rows, definitions, figures_of

SEE = Permission(
    "analytics.see", every={Role.ANALYST, Role.AUDITOR, Role.ADMIN, Role.GATE_OPERATOR, Role.TRAFFIC, Role.CUSTOMS}
)
COLUMNS = ("period", "key", "figure", "n", "value", "p10", "p50", "p90", "p95", "suppressed")

router = GateRouter()
router.include(audit_routes("analytics"))


class HalfAPeriod(Invalid):
    """The other period needs a beginning and an end."""

    code = "analytics.half_a_period"


class Form(StrEnum):
    """How a table is written."""

    CSV = "csv"
    PARQUET = "parquet"


class Country(StrEnum):
    """Where a truck is registered."""

    VN = "VN"
    CN = "CN"


def asked(
    since: Annotated[Moment, Query(description="From this hour on, RFC 3339 with offset")],
    until: Annotated[Moment, Query(description="Until before this hour")],
    by: By = By.NOTHING,
    route: RouteCode | None = None,
    direction: Direction | None = None,
    ticket_class: TicketClass | None = None,
    country: Country | None = None,
    figure: Annotated[list[Figure] | None, Query(description="The figures wanted; all where none is named")] = None,
) -> Question:
    """The question as it stands in the query."""
    figures = tuple(wanted for wanted in Figure if not figure or wanted in figure)
    return Question(since, until, by, route, direction, ticket_class, country, figures)


def held_against(
    question: Annotated[Question, Depends(asked)],
    against_since: Moment | None = None,
    against_until: Moment | None = None,
) -> Question | None:
    """The same of another period; raises HalfAPeriod."""
    if (against_since is None) is not (against_until is None):
        raise HalfAPeriod(field="$.against_until" if against_since else "$.against_since")
    if against_since is None or against_until is None:
        return None
    return Question(against_since, against_until, question.by, **question.wanted, figures=question.figures)


Asked = Annotated[Question, Depends(asked)]
Against = Annotated[Question | None, Depends(held_against)]


@router.get("/definitions", permission=SEE, response_model=list[Definition])
def get_definitions(door: Door) -> Response:
    """What every figure means, in every language."""
    return door.look(lambda _session: definitions())


@router.get("/figures", permission=SEE, response_model=Answer)
def get_figures(question: Asked, against: Against, door: Door) -> Response:
    """Every figure of a period, divided as asked, beside another period's."""
    return door.look(lambda session: _answer(session, question, against, door))


@router.get("/figures.{form}", permission=SEE, response_class=Response)
def get_table(form: Form, question: Asked, against: Against, door: Door) -> Response:
    """The same as a table, a row a group and figure: durations in seconds, shares from 0 to 1."""

    def table(session: Session) -> Response:
        answer = _answer(session, question, against, door)
        rows = [*as_rows(answer["groups"], "asked"), *as_rows(answer["against"] or (), "against")]
        name = f"figures-{question.since:%Y%m%d}-{question.until:%Y%m%d}-{question.by}.{form}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(WRITERS[form](rows), media_type=MEDIA[form], headers=disposition)

    return door.look(table)


def _answer(session: Session, question: Question, against: Question | None, door: Door) -> Told:
    now = door.clock.now()
    return {
        "since": question.since,
        "until": question.until,
        "by": question.by,
        "observed_at": now,
        "floor": FLOOR,
        "error": ERROR,
        "groups": figures_of(session, question, now),
        "against": figures_of(session, against, now) if against else None,
    }


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def _parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and seldom asked for
    from pyarrow import parquet  # noqa: PLC0415 - as above

    kinds = [pa.string()] * 3 + [pa.int64()] + [pa.float64()] * 5 + [pa.bool_()]
    schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
    written = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(list(rows), schema=schema), written)
    return written.getvalue()


MEDIA: Mapping[Form, str] = {Form.CSV: "text/csv; charset=utf-8", Form.PARQUET: "application/vnd.apache.parquet"}
WRITERS: Mapping[Form, Callable[[Sequence[Mapping[str, Any]]], bytes]] = {Form.CSV: _csv, Form.PARQUET: _parquet}
