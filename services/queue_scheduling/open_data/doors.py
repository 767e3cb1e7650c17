"""The history over HTTP: for everybody, from any page, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Path
from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from bordergate.border import Day, is_of_this_century
from bordergate.clock import HANOI
from bordergate.disclosure import FLOOR
from bordergate.errors import Invalid, NotFound
from bordergate.http import FOR_ANYBODY, Door, Doorway, GateRouter
from bordergate.i18n import texts
from events.words import TicketClass
from services.queue_scheduling.open_data.history import Told
from services.queue_scheduling.open_data.rows import DAY, HOUR, history

WHY = "how the queue went is everybody's to know; no plate, no name, no group under five"
SHORTLY, LONG = "public, max-age=60", "public, max-age=604800"
RUNNING_EVERY = 60.0
"""Seconds for which one reading of what may still change serves everybody."""
OVER = 2 * DAY
"""So long after its end nothing of a period changes any more."""
FIRST_YEAR = 2020
MEASURED = ("calls", "wait", "no_shows", "overrides", "planned", "stopped", "forecast", "floor")
COLUMNS = (
    *("since", "route", "direction", "planned", "stopped_minutes", "calls"),
    *(f"calls_{one.value}" for one in TicketClass),
    *("overrides", "no_shows", "wait_p50_minutes", "wait_p90_minutes", "forecast_within"),
)
router = GateRouter()


class NoHistory(NotFound):
    """That day has not come yet, or lies before all records."""

    code = "queue_scheduling.no_history"


class NotAMonth(Invalid):
    """A month is written as in 2026-05."""

    code = "queue_scheduling.not_a_month"


class Form(StrEnum):
    """How a table is written."""

    CSV = "csv"
    JSON = "json"


class History(BaseModel):
    """A period's rows, and how each figure was measured, in every language; `floor` is the smallest group told.

    `observed_at` of a period that is final is when it became so.
    """

    since: AwareDatetime
    until: AwareDatetime
    observed_at: AwareDatetime
    floor: int = FLOOR
    measured: dict[str, dict[str, str]]
    rows: list[Told]


@router.get("/open/hours/{day}.{form}", public=WHY, response_model=History)
def get_hours(day: Day, form: Form, door: Door) -> Response:
    """Every route and direction, hour by hour of one Hà Nội day."""
    since = datetime.combine(day, time(), HANOI)
    return _answer(door, since, since + DAY, HOUR, form)


@router.get("/open/days/{month}.{form}", public=WHY, response_model=History)
def get_days(month: Annotated[str, Path(pattern=r"^\d{4}-\d{2}$")], form: Form, door: Door) -> Response:
    """Every route and direction, day by day of one month."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise NotAMonth(field="path.month") from error
    if not is_of_this_century(datetime.combine(first, time(), HANOI)):
        raise NoHistory
    following = (first + timedelta(days=31)).replace(day=1)
    since, until = (datetime.combine(one, time(), HANOI) for one in (first, following))
    return _answer(door, since, until, DAY, form)


def _answer(door: Doorway, since: datetime, until: datetime, step: timedelta, form: Form) -> Response:
    now = door.clock.now()
    if since > now or since.year < FIRST_YEAR:
        raise NoHistory
    body = WRITERS[form](_read(door, since, until, step))
    headers = FOR_ANYBODY | {"Cache-Control": LONG if now > until + OVER else SHORTLY}
    if form is Form.CSV:
        name = f"queue-{since:%Y-%m-%d}-{'hours' if step == HOUR else 'days'}.csv"
        headers |= {"Content-Disposition": f'attachment; filename="{name}"'}
    return door.unless_same(Response(body, media_type=MEDIA[form], headers=headers))


def _read(door: Doorway, since: datetime, until: datetime, step: timedelta) -> History:
    """A period's rows, read for all who ask at once; of what is final one reading serves for good."""
    now, final_at = door.clock.now(), until + OVER

    def read() -> History:
        rows = door.house.transactions.read(lambda session: history(session, since, until, step, now), scope="all")
        measured = {one: texts(f"queue_scheduling.measured.{one}") for one in MEASURED}
        observed_at = min(now, final_at)
        return History(since=since, until=until, observed_at=observed_at, measured=measured, rows=rows)

    how_often = float("inf") if now > final_at else RUNNING_EVERY
    return door.house.periods.of(f"{since} by {step}, {how_often}", read, at_most_every=how_often).value


def _csv(told: History) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    writer.writerows(_flat(row) for row in told.rows)
    return written.getvalue().encode()


def _flat(row: Told) -> Mapping[str, Any]:
    plain = row.model_dump(mode="json", exclude={"by_class"})
    return plain | {f"calls_{one.value}": calls for one, calls in row.by_class.items()}


def _json(told: History) -> bytes:
    return told.model_dump_json().encode()


MEDIA: Mapping[Form, str] = {Form.CSV: "text/csv; charset=utf-8", Form.JSON: "application/json"}
WRITERS: Mapping[Form, Callable[[History], bytes]] = {Form.CSV: _csv, Form.JSON: _json}
