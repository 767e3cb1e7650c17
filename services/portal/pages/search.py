"""The officers' search: one field for whatever stands on a truck or its papers; its owner answers the browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission
from bordergate.http import Door, GateRouter
from bordergate.i18n import Language, text
from services.portal.pages.frame import SEE_DECLARATIONS, page
from services.portal.queries.routes import names_of_routes

SEARCH = Permission("portal.search", every=SEE_DECLARATIONS.every)
"""Officers who see declarations see crossings, as the registration desk has it."""
STAGES = ("SUBMITTED", "NOT_READY", "READY", "QUEUED", "CALLED", "CANCELLED", "EXPIRED")
FOUND_BY = ("reference", "plate", "trailer", "containers", "declarations", "vin")


def register(router: GateRouter) -> None:
    """The page of the search."""
    router.get("/search", permission=SEARCH)(get_search)


def get_search(door: Door, sought: Annotated[str, Query(alias="text", max_length=40)] = "") -> Response:
    """Crossings found by a part of any number."""

    def look(session: Session) -> Response:
        names = names_of_routes(session, door.language)
        words = words_of(door.language) | {f"route.{route}": name for route, name in names.items()}
        return page(door, "search.html", "search", sought=sought, words=words)

    return door.look(look)


def words_of(language: Language) -> dict[str, str]:
    """What the page's script says."""
    said = {f"stage.{stage}": text(f"portal.state.{stage}", language) for stage in STAGES}
    said["stage.OVER"] = text("portal.search.over", language)
    said |= {f"by.{field}": text(f"portal.search.by.{field}", language) for field in FOUND_BY}
    return said | {f"direction.{way}": text(f"portal.direction.{way}", language) for way in ("EXPORT", "IMPORT")}
