"""The public board: how long trucks wait, for a phone, a wall, and machines. Nobody signs in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import HTMLResponse, Response

from bordergate.errors import Unavailable
from bordergate.http import FOR_ANYBODY, Door, Doorway, GateRouter
from bordergate.http.door import House
from services.portal.pages.abreast import STALE_AFTER, abreast_of
from services.portal.pages.frame import Shown, page, part
from services.portal.queries.waiting import WINDOW, Waiting, waiting_at

AT_MOST_EVERY = 5.0
"""Seconds for which one reading serves every reader."""
WHY = "the wait at the border is everybody's to know; no plate, no name, no group under five"


@dataclass(frozen=True)
class Observed:
    """What the public board shows, and whether it is older than it should be."""

    waiting: Waiting
    stale: bool


def register(router: GateRouter) -> None:
    """The public pages."""
    router.get("/waiting", public=WHY)(get_waiting)
    router.get("/waiting/now", public=WHY)(get_waiting_now)
    router.get("/waiting.json", public=WHY, response_model=Waiting)(get_waiting_for_machines)


def get_waiting(door: Door, wall: Annotated[str | None, Query(max_length=1)] = None) -> Response:
    """The board; `?wall` shows it large, for a screen nobody touches."""
    try:
        observed = observed_at(door)
    except Unavailable:
        failed = page(door, "waiting.html", "waiting", observed=None, wall=wall is not None)
        failed.status_code = 503
        return failed
    return page(door, "waiting.html", "waiting", wall=wall is not None, **shown_of(observed))


def get_waiting_now(door: Door) -> Response:
    """The board's numbers alone, for a page that is open already."""
    shown = shown_of(observed_at(door))
    body = part("parts/waiting_now.html", door.language, now=door.clock.now(), **shown)
    return door.unless_same(HTMLResponse(body, headers={"Cache-Control": "no-cache", "Vary": "Cookie"}))


def get_waiting_for_machines(door: Door) -> Response:
    """The same numbers as JSON, for whoever wants to work with them."""
    body = observed_at(door).waiting.model_dump_json()
    headers = FOR_ANYBODY | {"Cache-Control": f"public, max-age={AT_MOST_EVERY:.0f}"}
    return door.unless_same(Response(body, headers=headers, media_type="application/json"))


def observed_at(door: Doorway) -> Observed:
    """The last observation: one read for all who look; raises Unavailable when there never was one."""
    house = door.house
    kept = house.shared.of(
        "waiting",
        lambda: house.transactions.read(lambda session: waiting_at(session, _as_of(house)), scope="all"),
        at_most_every=AT_MOST_EVERY,
    )
    abreast = abreast_of(house)
    return Observed(kept.value, stale=abreast.stale or kept.age > STALE_AFTER)


def _as_of(house: House) -> datetime:
    """The instant of what is shown: what the pages have heard up to, not when somebody looked."""
    return abreast_of(house).at or house.clock.now()


def shown_of(observed: Observed) -> Shown:
    """What the templates show."""
    counts = (one.trucks or 0 for route in observed.waiting.routes for side in route.sides for one in side.classes)
    return {"observed": observed, "most": max(counts, default=0), "window": WINDOW.seconds // 3600}
