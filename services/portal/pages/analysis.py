"""The analyst's page: its numbers are asked of analytics by the browser, with the reader's own token."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.border import Day
from bordergate.clock import HANOI
from bordergate.http import Door, GateRouter
from bordergate.i18n import text
from events.words import Direction
from services.portal.pages.frame import SEE_ANALYSIS, page
from services.portal.queries.routes import routes_shown

WEEK = timedelta(days=7)
LONGEST = timedelta(days=366)
FIGURES = ("CLEARED", "WAIT", "CLEARANCE", "LAG", "CAPACITY_USED", "ON_TIME")
"""The six that answer whether it is getting better."""
STAGES = ("WAIT", "APPROACH", "CLEARANCE", "YARD")


def register(router: GateRouter) -> None:
    """The analyst's pages."""
    router.get("/analysis", permission=SEE_ANALYSIS)(get_analysis)


def get_analysis(
    door: Door,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
    route: str = "",
    direction: Direction | None = None,
) -> Response:
    """Six figures with what they mean, one picture a question, and every route beside the others."""
    today = door.clock.now().astimezone(HANOI).date()
    last = min(last or today, today)
    first = max(min(first or last - WEEK + timedelta(days=1), last), last - LONGEST)
    before = same_weekdays_before(first, last)

    def look(session: Session) -> Response:
        return page(
            door,
            "analysis.html",
            "analysis",
            first=first,
            last=last,
            today=today,
            before=before,
            route=route,
            direction=direction,
            figures=FIGURES,
            stages={stage: text(f"analytics.figure.{stage}", door.language) for stage in STAGES},
            routes=routes_shown(session),
        )

    return door.look(look)


def same_weekdays_before(first: date, last: date) -> tuple[date, date]:
    """The nearest earlier days that fall on the same weekdays."""
    weeks = -(-((last - first).days + 1) // 7)
    return first - weeks * WEEK, last - weeks * WEEK
