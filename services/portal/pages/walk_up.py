"""The operator's short form for a truck that stands at the barrier without a registration."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.http import Door, GateRouter
from bordergate.http.typed import Typed
from services.portal.pages.filing import typed_for
from services.portal.pages.frame import operates, page
from services.portal.queries.routes import routes_shown

REGISTER_WALK_UP = Permission("portal.register_walk_up", every={Role.GATE_OPERATOR})


def register(router: GateRouter) -> None:
    """The one page."""
    router.get("/walk-up", permission=REGISTER_WALK_UP)(get_walk_up)


def get_walk_up(door: Door, route: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What is asked of a truck at the barrier; with the route of the board it was opened from."""

    def look(session: Session) -> Response:
        typed = typed_for(door, "walkup") or Typed("walkup", str(door.caller.id), values={"route": route})
        routes = [one for one in routes_shown(session) if operates(door.caller, one.route)]
        return page(door, "walk_up.html", "board", typed=typed, routes=routes, once=uuid4())

    return door.look(look)
