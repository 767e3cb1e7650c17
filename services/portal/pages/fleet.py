"""The carrier's vehicles and drivers: their papers, how each stands, and the forms that correct them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.clock import HANOI
from bordergate.http import Door, Doorway, GateRouter
from bordergate.http.paging import Paging, cursor_of
from bordergate.http.typed import Typed
from bordergate.i18n import Language, catalogue
from bordergate.i18n import text as said
from events.words import PaperKind
from services.portal.pages.filing import typed_for
from services.portal.pages.frame import FILE, page
from services.portal.pages.live import Unheard
from services.portal.queries import fleet

SHOWN = 100
Text = Annotated[str, Query(max_length=20)]
Problem = Annotated[str, Query(max_length=80)]


def register(router: GateRouter) -> None:
    """The fleet's pages."""
    router.get("/desk/fleet", permission=FILE)(get_fleet)
    vehicle, driver = "/desk/vehicles/{vehicle_id:uuid}", "/desk/drivers/{driver_id:uuid}"
    router.get(vehicle, permission=FILE)(get_vehicle)
    router.get(f"{vehicle}/correct", permission=FILE)(get_vehicle_correction)
    router.get(f"{vehicle}/paper", permission=FILE)(get_new_vehicle_paper)
    router.get(f"{vehicle}/papers/{{paper_id:uuid}}", permission=FILE)(get_vehicle_paper)
    router.get(driver, permission=FILE)(get_driver)
    router.get(f"{driver}/correct", permission=FILE)(get_driver_correction)
    router.get(f"{driver}/paper", permission=FILE)(get_new_driver_paper)
    router.get(f"{driver}/papers/{{paper_id:uuid}}", permission=FILE)(get_driver_paper)


def get_fleet(door: Door, paging: Paging, text: Text = "") -> Response:
    """The firm's vehicles with how their papers stand, and every paper that ends soon with its next step."""

    def look(session: Session) -> Response:
        found = fleet.vehicles_shown(session, text, paging.after, SHOWN + 1)
        shown = found[:SHOWN]
        papers = fleet.papers_of(session, [one.vehicle_id for one in shown])
        today = today_at(door)
        lines = {one.vehicle_id: fleet.lines_of(papers[one.vehicle_id], one.kinds, today) for one in shown}
        return page(
            door,
            "fleet/list.html",
            "desk",
            vehicles=shown,
            lines=lines,
            worst={vehicle: fleet.worst_of(own) for vehicle, own in lines.items()},
            more=onward(text, shown[-1]) if len(found) > SHOWN else "",
            text=text,
            ending=fleet.ending(session, today, SHOWN),
            today=today,
        )

    return door.look(look)


def get_vehicle(door: Door, vehicle_id: UUID, late: Unheard, done: Text = "") -> Response:
    """A vehicle and its papers; after a command, as soon as its news has arrived."""
    here = f"/desk/vehicles/{vehicle_id}"
    if late:
        return follows(door, here, done, late)

    def look(session: Session) -> Response:
        vehicle = fleet.vehicle_shown(session, vehicle_id)
        kinds = vehicle.kinds
        return holder_page(door, session, "fleet/vehicle.html", here, vehicle_id, kinds, done=done, vehicle=vehicle)

    return door.look(look)


def get_driver(door: Door, driver_id: UUID, late: Unheard, done: Text = "", problem: Problem = "") -> Response:
    """A driver's papers; who he is, his owner says only when somebody wants to see it."""
    here = f"/desk/drivers/{driver_id}"
    if late:
        return follows(door, here, done, late)

    def look(session: Session) -> Response:
        shown = {"done": done, "consent_words": consent_words(door.language), "problem": known_problem(problem)}
        return holder_page(door, session, "fleet/driver.html", here, driver_id, fleet.OF_DRIVERS, **shown)

    return door.look(look)


def follows(door: Doorway, here: str, done: str, event: UUID) -> Response:
    """It is saved, and the page will show it in a moment."""
    onward = f"{here}?{urlencode({'done': done, 'event': event})}"
    return page(door, "crossing_follows.html", "desk", onward=onward)


def holder_page(
    door: Doorway,
    session: Session,
    name: str,
    here: str,
    holder: UUID,
    kinds: Sequence[PaperKind],
    **shown: Any,  # noqa: ANN401 - what a template shows
) -> Response:
    """The page of a vehicle or a driver, with all papers of these kinds."""
    found = fleet.papers_of(session, [holder])[holder]
    lines = fleet.lines_of(found, kinds, today_at(door))
    return page(door, name, "desk", lines=lines, room=here, holder=holder, **shown)


def get_vehicle_correction(door: Door, vehicle_id: UUID) -> Response:
    """What of a vehicle can be corrected, filled in as it is."""

    def look(session: Session) -> Response:
        vehicle = fleet.vehicle_shown(session, vehicle_id)
        known = vehicle.model_dump(mode="json", exclude={"vehicle_id", "version"})
        room = f"/desk/vehicles/{vehicle_id}"
        here = f"{room}/correct"
        typed = typed_on(door, "vehiclefix", here, {name: str(value) for name, value in known.items()})
        return page(
            door, "fleet/correct_vehicle.html", "desk", typed=typed, vehicle=vehicle, room=room, path=here, once=uuid4()
        )

    return door.look(look)


def get_driver_correction(door: Door, driver_id: UUID) -> Response:
    """What of a driver can be corrected; the pages do not know him, so that what is left empty stays."""
    room = f"/desk/drivers/{driver_id}"
    here = f"{room}/correct"
    typed = typed_on(door, "driverfix", here, {})
    return page(door, "fleet/correct_driver.html", "desk", typed=typed, room=room, path=here, once=uuid4())


def get_new_vehicle_paper(door: Door, vehicle_id: UUID, kind: PaperKind | None = None) -> Response:
    """A paper of a vehicle, to be handed in."""

    def look(session: Session) -> Response:
        vehicle = fleet.vehicle_shown(session, vehicle_id)
        return new_paper(door, f"/desk/vehicles/{vehicle_id}", kind, vehicle.kinds, vehicle.plate)

    return door.look(look)


def get_new_driver_paper(door: Door, driver_id: UUID, kind: PaperKind | None = None) -> Response:
    """A paper of a driver, to be handed in."""
    return new_paper(door, f"/desk/drivers/{driver_id}", kind, fleet.OF_DRIVERS, "")


def new_paper(door: Doorway, room: str, kind: PaperKind | None, kinds: Sequence[PaperKind], plate: str) -> Response:
    """The form of a new paper, of one of these kinds, of the vehicle or driver whose page `room` is."""
    chosen = kind if kind in kinds else kinds[0] if len(kinds) == 1 else None
    here = f"{room}/paper"
    typed = typed_on(door, "paper", here, {"kind": chosen.value} if chosen else {})
    shown = {"kinds": kinds, "paper": None, "owner": room.replace("/desk", "/api/vehicle-registration", 1)}
    return page(door, "fleet/paper.html", "desk", typed=typed, room=room, path=here, plate=plate, once=uuid4(), **shown)


def get_vehicle_paper(door: Door, vehicle_id: UUID, paper_id: UUID) -> Response:
    """A paper of a vehicle, to be corrected or taken away."""

    def look(session: Session) -> Response:
        plate = fleet.vehicle_shown(session, vehicle_id).plate
        return known_paper(door, session, f"/desk/vehicles/{vehicle_id}", vehicle_id, paper_id, plate)

    return door.look(look)


def get_driver_paper(door: Door, driver_id: UUID, paper_id: UUID) -> Response:
    """A paper of a driver, to be corrected or taken away."""

    def look(session: Session) -> Response:
        return known_paper(door, session, f"/desk/drivers/{driver_id}", driver_id, paper_id, "")

    return door.look(look)


def known_paper(door: Doorway, session: Session, room: str, holder: UUID, paper_id: UUID, plate: str) -> Response:
    """The form of a paper that was handed in, filled in with what the pages know of it."""
    paper = fleet.paper_shown(session, holder, paper_id)
    here = f"{room}/papers/{paper_id}"
    known = paper.model_dump(mode="json", include={"paper_number", "issuer", "valid_from", "valid_to"})
    typed = typed_on(door, "paperfix", here, {name: value for name, value in known.items() if value})
    own = fleet.papers_of(session, [holder])[holder]
    state = fleet.state_of(paper, [one for one in own if one.kind is paper.kind], today_at(door))
    shown = {
        "kinds": (),
        "paper": paper,
        "state": state,
        "scan": typed_on(door, "scan", here, {}),
        "owner": here.replace("/desk", "/api/vehicle-registration", 1),
    }
    return page(door, "fleet/paper.html", "desk", typed=typed, room=room, path=here, plate=plate, once=uuid4(), **shown)


def typed_on(door: Doorway, form: str, here: str, known: dict[str, Any]) -> Typed:
    """What the reader typed on this very page, else what is known."""
    begun = typed_for(door, form)
    if begun and begun.page == here:
        return begun if begun.values else replace(begun, values=known)
    return Typed(form, str(door.caller.id), page=here, values=known)


def onward(text: str, last: fleet.VehicleShown) -> str:
    """Where the list goes on."""
    return f"/desk/fleet?{urlencode({'text': text, 'cursor': cursor_of([last.plate, last.vehicle_id])})}"


def today_at(door: Doorway) -> date:
    """The Hà Nội day."""
    return door.clock.now().astimezone(HANOI).date()


def known_problem(code: str) -> str:
    """What a form was refused for, if anybody can say it."""
    return code if code in catalogue().entries else ""


def consent_words(language: Language) -> dict[str, str]:
    """What is said of a driver's consents: their purposes, why, what is not done without them, and how he gave them."""
    families = tuple(f"portal.consent.{family}." for family in ("purpose", "why", "off", "how"))
    return {
        code.removeprefix("portal.consent."): said(code, language)
        for code in catalogue().entries
        if code.startswith(families)
    }
