"""Delegations: given, seen and ended; their owner answers the browser with the reader's token."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Role
from bordergate.http import Door, GateRouter
from bordergate.i18n import Language, catalogue, text
from services.portal.pages.fleet import Problem, known_problem, today_at
from services.portal.pages.frame import FILE, page
from services.portal.pages.live import Unheard
from services.portal.queries.delegations import delegations_in_force
from services.portal.queries.routes import names_of_routes, routes_shown

ROOM = "/desk/delegations"
GIVERS = frozenset({Role.TRADER, Role.CARRIER})
ACTS = ("FILE", "AMEND", "CANCEL")
OF_DRIVERS = ("AMEND", "CANCEL")
WORDS = ("delegation.act", "delegation.said")


def register(router: GateRouter) -> None:
    """The page of delegations."""
    router.get(ROOM, permission=FILE)(get_delegations)


def get_delegations(
    door: Door,
    late: Unheard,
    agent: UUID | None = None,
    driver: UUID | None = None,
    problem: Problem = "",
) -> Response:
    """Who may act for the reader's firm and for whom it may act, how far and how long; and how another is let.

    Without a script whom to let is said by `agent` or `driver`, which the page before has found.
    """
    if late:
        return page(door, "crossing_follows.html", "desk", onward=f"{ROOM}?event={late}")

    def look(session: Session) -> Response:
        return page(
            door,
            "delegations.html",
            "desk",
            gives=bool(door.caller.roles & GIVERS),
            own=door.caller.organisation,
            routes=routes_shown(session),
            acts=ACTS,
            of_drivers=OF_DRIVERS,
            today=today_at(door),
            words=words_of(door.language),
            in_force=delegations_in_force(session, today_at(door)),
            names=names_of_routes(session, door.language),
            agent=agent,
            driver=driver,
            problem=known_problem(problem),
            once=uuid4(),
        )

    return door.look(look)


def words_of(language: Language) -> dict[str, str]:
    """What the page's script says."""
    return {
        code.removeprefix("portal.delegation."): text(code, language)
        for code in catalogue().entries
        if code.startswith(tuple(f"portal.{family}." for family in WORDS))
    }
