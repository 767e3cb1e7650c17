"""What everybody may take along: the queue's history as files, and how good its forecasts were."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.clock import HANOI
from bordergate.http import Door, GateRouter
from services.portal.pages import draws
from services.portal.pages.frame import page
from services.portal.queries.routes import names_of_routes

DAYS = 7
MEASURED = ("calls", "wait", "no_shows", "overrides", "planned", "stopped", "forecast", "floor")
"""The figures of the history, as the queue says how it measured them."""


def register(router: GateRouter) -> None:
    """The public pages beside the board."""
    draws.register(router)
    router.get("/open-data", public="how the queue went is everybody's to know")(get_open_data)


def get_open_data(door: Door) -> Response:
    """The last days' files, what is in them, and each queue's forecasts held against what came."""
    today = door.clock.now().astimezone(HANOI).date()

    def look(session: Session) -> Response:
        routes = names_of_routes(session, door.language)
        days = [today - timedelta(days=back) for back in range(DAYS)]
        months = [today.replace(day=1), (today.replace(day=1) - timedelta(days=1)).replace(day=1)]
        return page(door, "open_data.html", "open_data", routes=routes, days=days, months=months, measured=MEASURED)

    return door.look(look, scope="all")
