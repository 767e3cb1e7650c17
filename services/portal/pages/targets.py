"""How the gate kept its own targets: asked of the gate's service by the browser, with the reader's own token."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.border import Day
from bordergate.clock import HANOI
from bordergate.http import Door, GateRouter
from events.gate_operations import Authority, Target
from services.portal.pages.analysis import LONGEST, WEEK
from services.portal.pages.frame import SEE_ANALYSIS, page
from services.portal.pages.words import Words
from services.portal.queries.routes import names_of_routes


def register(router: GateRouter) -> None:
    """The page of what the gate owes."""
    router.get("/analysis/targets", permission=SEE_ANALYSIS)(get_targets)


def get_targets(
    door: Door,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> Response:
    """Each side's misses of a period, by route and by day."""
    today = door.clock.now().astimezone(HANOI).date()
    last = min(last or today, today)
    first = max(min(first or last - WEEK, last), last - LONGEST + WEEK)

    def look(session: Session) -> Response:
        routes = names_of_routes(session, door.language)
        words = words_of_targets(Words(door.language)) | {f"route.{code}": name for code, name in routes.items()}
        return page(door, "targets.html", "analysis", first=first, last=last, today=today, words=words)

    return door.look(look)


def words_of_targets(words: Words) -> dict[str, str]:
    """The words of the two vocabularies that the browser puts into the tables."""
    return {f"target.{one}": words.text(f"portal.target.{one}") for one in Target} | {
        f"whose.{one}": words.text(f"portal.authority.{one}") for one in Authority
    }
