"""The portal's routes: pages by audience, and the files they are drawn with."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bordergate.errors import NotFound
from bordergate.http import GateRouter, audit_routes
from services.portal.pages import (
    admin,
    analysis,
    board,
    cases,
    copying,
    crossings,
    declarations,
    delegations,
    design,
    desk,
    door,
    driver,
    filing,
    fleet,
    genuine,
    holding,
    ledger,
    live,
    many,
    mending,
    openly,
    rules,
    sanctions,
    search,
    slots,
    targets,
    waiting,
    walk_up,
)
from services.portal.pages.frame import show_refusal


class Files(StaticFiles):
    """Styles, scripts and drawings; a browser asks each time whether its copy still holds."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept but asked about."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def routes() -> GateRouter:
    """All pages."""
    router = GateRouter(show_refusal=show_refusal)
    for pages in (
        door,
        waiting,
        driver,
        crossings,
        copying,
        declarations,
        delegations,
        desk,
        filing,
        mending,
        slots,
        fleet,
        many,
        genuine,
        holding,
        ledger,
        board,
        cases,
        analysis,
        admin,
        openly,
        design,
        rules,
        sanctions,
        search,
        targets,
        live,
        walk_up,
    ):
        pages.register(router)
    router.include(audit_routes("portal", "/api/portal"))
    router.mount(
        "/static", Files(directory=Path(__file__).parent / "static"), public="styles and scripts are no secret"
    )
    router.get("/{anything:path}", public="says that there is no such page")(get_nothing)
    return router


def get_nothing(anything: str) -> Response:
    """There is no such page."""
    raise NotFound(path=anything)


router = routes()
