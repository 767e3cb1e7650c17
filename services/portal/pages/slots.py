"""The page on which a trader finds a slot for a crossing, and keeps, exchanges or gives it up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.clock import HANOI
from bordergate.http import Door, GateRouter
from bordergate.i18n import Language, catalogue, text
from services.portal.domain import CrossingFile
from services.portal.domain.slot import BOOKS, lost_slot_in
from services.portal.pages.door import Told, known
from services.portal.pages.frame import FILE, page
from services.portal.pages.holding import SHARES, begun
from services.portal.pages.live import Unheard
from services.portal.queries.files import file_by_id
from services.portal.queries.routes import RouteShown, last_number, route_name, routes_shown

DAYS = 7


def register(router: GateRouter) -> None:
    """The page of slots."""
    router.get("/crossings/{crossing_id:uuid}/slot", permission=FILE)(get_slot)


def get_slot(door: Door, crossing_id: UUID, late: Unheard, problem: Told = None) -> Response:
    """The slot a crossing has, or the week's room; the browser asks its owner for that, and draws it."""
    path = f"/crossings/{crossing_id}/slot"
    if late:
        return page(door, "crossing_follows.html", "crossings", onward=f"{path}?event={late}")

    def look(session: Session) -> Response:
        file = file_by_id(session, crossing_id)
        door.may(Resource(parties=frozenset(file.parties)))
        route = next((one for one in routes_shown(session) if one.route == file.route), None)
        now = door.clock.now()
        slot = file.slot if file.state in BOOKS else None
        return page(
            door,
            "slot.html",
            "crossings",
            file=file,
            slot=None if slot is None or slot.is_over(now) else slot,
            lost=lost_slot_in(file.history) if slot is None and file.state in BOOKS else None,
            books=file.state in BOOKS,
            gives_up=file.promise if file.state == "QUEUED" else None,
            called_to=last_number(session, file.route, file.direction),
            route_named=route_name(session, file.route, door.language),
            times=list(times_of(route, now)) if route else [],
            typed=begun(door, "slot", path),
            giving_up=begun(door, "release", path),
            shares=SHARES,
            problem=known(problem),
            once=uuid4(),
            path=path,
            ticket_class=class_of(file),
            words=words_of(door.language),
        )

    return door.look(look)


def class_of(file: CrossingFile) -> str:
    """The class for which room is shown; until the goods are known, that of most trucks."""
    if file.ticket_class:
        return file.ticket_class.value
    return "P5" if file.declared_empty else "P4"


def times_of(route: RouteShown, now: datetime) -> Iterator[tuple[datetime, list[datetime]]]:
    """The full hours of the coming week in which a route is open, by day: what can be chosen without a script."""
    today = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(DAYS + 1):
        day = today + timedelta(days=ahead)
        hours = route.hours_at(day)
        if hours is None:
            continue
        first, last = (int(clock_time.partition(":")[0]) for clock_time in (hours.opens, hours.closes))
        starts = [day + timedelta(hours=hour) for hour in range(first, last)]
        later = [start for start in starts if now < start <= now + timedelta(days=DAYS)]
        if later:
            yield day, later


def words_of(language: Language) -> dict[str, str]:
    """What the page's script says."""
    return {
        code.removeprefix("portal.slot.cell."): text(code, language)
        for code in catalogue().entries
        if code.startswith("portal.slot.cell.")
    }
