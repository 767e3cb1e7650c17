"""Where anybody checks that a promised number is in the public ledger: the browser itself verifies, not the gate."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.http import Door, GateRouter
from services.portal.pages.frame import page
from services.portal.queries.routes import routes_shown

WHY = "whoever doubts the order checks it himself, signed in or not"


def register(router: GateRouter) -> None:
    """The page that a driver's receipt leads to."""
    router.get("/ledger", public=WHY)(get_ledger)


def get_ledger(door: Door) -> Response:
    """The field for a receipt, each route's log as it stands, and how to check all of it."""

    def look(session: Session) -> Response:
        return page(door, "ledger.html", "ledger", routes=routes_shown(session), origin=door.settings.origin)

    return door.look(look, scope="all")
