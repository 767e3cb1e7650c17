"""The gate's board, live."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bordergate.auth import Resource
from bordergate.http import Door, GateRouter
from bordergate.i18n import Language
from services.portal.domain import UnknownRoute
from services.portal.pages.abreast import abreast_of, said_by
from services.portal.pages.crossings import plate_roles
from services.portal.pages.frame import SEE_BOARD, follows, operates, page, part
from services.portal.pages.live import AT_MOST_EVERY, until_token_ends
from services.portal.queries.board import Board, board_of
from services.portal.queries.routes import routes_shown

PARTS = ("status", "figures", "needs", "next", "queue", "recent")


def register(router: GateRouter) -> None:
    """The board's pages."""
    router.get("/board", permission=SEE_BOARD)(get_any_board)
    router.get("/board/{route}", permission=SEE_BOARD)(get_board)
    router.get("/board/{route}/live", permission=SEE_BOARD)(get_board_live)


def get_any_board(door: Door) -> Response:
    """The first board the caller is posted to."""

    def look(session: Session) -> Response:
        own = [one.route for one in routes_shown(session) if not door.caller.routes or one.route in door.caller.routes]
        if not own:
            raise UnknownRoute
        return RedirectResponse(f"/board/{own[0]}", 303)

    return door.look(look)


def get_board(door: Door, route: str, wall: Annotated[str | None, Query(max_length=1)] = None) -> Response:
    """One route's board; `?wall` shows it large and without controls, for a screen nobody touches."""
    door.may(Resource(route=route))

    def look(session: Session) -> Response:
        board = board_of(session, route, door.clock.now())
        others = [one for one in routes_shown(session) if not door.caller.routes or one.route in door.caller.routes]
        may_operate = operates(door.caller, route) and wall is None
        shown = {
            "board": board,
            "routes": others,
            "operates": may_operate,
            "wall": wall is not None,
            "abreast": abreast_of(door.house),
            "plate_roles": plate_roles(door.caller),
        }
        return page(door, "board.html", "board", **shown, follows=follows(door.caller))

    return door.look(look)


def get_board_live(door: Door, route: str, wall: Annotated[str | None, Query(max_length=1)] = None) -> Response:
    """The board again at each change; one read and one rendering are shared by all who watch alike."""
    door.may(Resource(route=route))
    language, may_operate = door.language, operates(door.caller, route) and wall is None
    transactions, clock = door.house.transactions, door.clock

    def render() -> dict[str, str]:
        board = transactions.read(lambda session: board_of(session, route, clock.now()), scope="all")
        return fragments(board, language, operates=may_operate)

    shared = f"{language} {'operates' if may_operate else 'looks'}"
    return until_token_ends(
        door.hub.stream(door.request, route, render, shared=shared, at_most_every=AT_MOST_EVERY, here=said_by(door)),
        door.caller,
    )


def fragments(board: Board, language: Language, *, operates: bool) -> dict[str, str]:
    """The board's parts as HTML, by name."""
    shown: dict[str, Any] = {"board": board, "operates": operates, "now": board.at}
    return {name: part(f"parts/board_{name}.html", language, **shown) for name in PARTS}
