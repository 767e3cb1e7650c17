"""The driver's page: one word, his place, where to report, his code; kept by his phone for when there is no signal."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import FileResponse, Response

from bordergate.http import Door, Doorway, GateRouter
from bordergate.i18n import Language
from events.gate_operations import Authority
from services.portal.domain import OVER, CrossingFile, UnknownCrossing, calls_left, place_for_driver, word_for_driver
from services.portal.pages.abreast import abreast_of, said_by
from services.portal.pages.crossings import file_for
from services.portal.pages.fleet import Problem, Text, consent_words, known_problem
from services.portal.pages.frame import DRIVERS_PAGE, SEE_OWN_CROSSING, page, part
from services.portal.pages.live import AT_MOST_EVERY, until_token_ends
from services.portal.queries.files import file_by_id
from services.portal.queries.routes import last_number, route_name

WORKER = Path(__file__).parents[1] / "static" / "driver" / "worker.js"


def register(router: GateRouter) -> None:
    """The driver's pages; the worker's path is what limits it to them."""
    router.get(DRIVERS_PAGE, permission=SEE_OWN_CROSSING)(get_own)
    router.get(f"{DRIVERS_PAGE}/live", permission=SEE_OWN_CROSSING)(get_own_live)
    router.get("/driver/data", permission=SEE_OWN_CROSSING)(get_own_data)
    router.get("/driver/worker.js", public="styles and scripts are no secret")(get_worker)


def get_own(door: Door) -> Response:
    """The driver's one crossing."""

    def look(session: Session) -> Response:
        file = file_for(door, session, own_crossing(door))
        shown = shown_of(session, file, door.language)
        return page(door, "driver_now.html", "driver", abreast=abreast_of(door.house), **shown)

    return door.look(look)


def get_own_data(door: Door, done: Text = "", problem: Problem = "") -> Response:
    """What the driver lets be done with his data; its owner tells the browser, and hears what he says."""
    shown = {"crossing_id": own_crossing(door), "consent_words": consent_words(door.language)}
    return page(door, "driver_data.html", "driver", done=done == "consent", problem=known_problem(problem), **shown)


def get_own_live(door: Door) -> Response:
    """The same again at each change of the crossing or of its queue."""
    crossing_id, language, clock = own_crossing(door), door.language, door.clock
    transactions, caller = door.house.transactions, door.caller
    route = transactions.read(
        lambda session: file_for(door, session, crossing_id).route, party=caller.party, scope=caller.scope
    )

    def render() -> dict[str, str]:
        return transactions.read(_render, scope="all")

    def _render(session: Session) -> dict[str, str]:
        shown = shown_of(session, file_by_id(session, crossing_id), language)
        return {"driver": part("parts/driver_now.html", language, now=clock.now(), **shown)}

    shared = f"driver {crossing_id} {language}"
    stream = door.hub.stream(
        door.request, route, render, shared=shared, at_most_every=AT_MOST_EVERY, here=said_by(door)
    )
    return until_token_ends(stream, caller)


def get_worker(door: Door) -> Response:  # noqa: ARG001 - every handler stands behind the door
    """The script that keeps the driver's page readable without a signal."""
    return FileResponse(WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def own_crossing(door: Doorway) -> UUID:
    """The one crossing a driver's link is bound to; raises UnknownCrossing for a driver who came without a link."""
    if door.caller.crossing is None:
        raise UnknownCrossing
    return door.caller.crossing


def shown_of(session: Session, file: CrossingFile, language: Language) -> dict[str, Any]:
    """What the driver's page shows."""
    called_to = last_number(session, file.route, file.direction)
    return {
        "file": file,
        "word": word_for_driver(file),
        "place": place_for_driver(file),
        "awaited": [one for one in (Authority.BORDER_GUARD, Authority.CUSTOMS) if one not in file.confirmed_by],
        "called_to": called_to,
        "calls_left": calls_left(file.promise, called_to),
        "route_name": route_name(session, file.route, language),
        "coded": file.state not in OVER,
    }
