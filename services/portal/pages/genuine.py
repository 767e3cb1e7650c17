"""Where an officer tells a genuine reference from another: once opened, the page needs no connection."""

from __future__ import annotations

from starlette.responses import Response

from bordergate.http import Door, GateRouter
from services.portal.pages.frame import SEE_BOARD, page


def register(router: GateRouter) -> None:
    """The page of a scanner."""
    router.get("/genuine", permission=SEE_BOARD)(get_genuine)


def get_genuine(door: Door) -> Response:
    """The field that a scanner types into, and what is said of each code."""
    return page(door, "genuine.html", "crossings")
