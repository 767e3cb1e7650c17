"""The draws of slots that many wanted, for everybody: announced before, drawn by lot, and drawn again by the reader."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.clock import HANOI
from bordergate.http import Door, GateRouter
from services.portal.pages.frame import page
from services.portal.queries.routes import routes_shown

SHOWN_FOR, AHEAD = timedelta(days=30), timedelta(days=1)
"""From how long ago until when draws are told of; the queue announces each a day before it opens."""


def register(router: GateRouter) -> None:
    """The public page of draws."""
    router.get("/draws", public="whoever doubts a draw draws it again; no plate, no name")(get_draws)


def get_draws(
    door: Door, route: Annotated[str, Query(max_length=20)] = "", day: Annotated[date | None, Query()] = None
) -> Response:
    """One route's draws of a day; the browser asks the queue for them, and draws any of them again."""
    today = door.clock.now().astimezone(HANOI).date()
    earliest, latest = today - SHOWN_FOR, today + AHEAD
    chosen_day = min(max(day or today, earliest), latest)

    def look(session: Session) -> Response:
        routes = routes_shown(session)
        chosen = next((one for one in routes if one.route == route), routes[0] if routes else None)
        return page(
            door,
            "draws.html",
            "draws",
            routes=routes,
            chosen=chosen,
            day=chosen_day,
            days=(earliest, latest),
        )

    return door.look(look, scope="all")
