"""The pages about crossings: one's own, lists, and the live crossing file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bordergate.auth import Caller, Resource, Role
from bordergate.http import Door, Doorway, GateRouter, Paging
from bordergate.http.paging import cursor_of
from bordergate.i18n import Language
from events.words import CrossingState, Direction, TicketClass
from services.portal.domain import (
    DESK,
    OVER,
    UNDER_EYES,
    CrossingFile,
    UnknownCrossing,
    calls_left,
    is_misread,
    needs_owner,
    steps_of,
)
from services.portal.domain.slot import BOOKS
from services.portal.pages.abreast import abreast_of, said_by
from services.portal.pages.departure import departure_of
from services.portal.pages.excusing import excusing
from services.portal.pages.frame import DRIVERS_PAGE, SEE_PAGES, forms_of, is_filer, may_search, page, part, sees_board
from services.portal.pages.live import AT_MOST_EVERY, Unheard, until_token_ends
from services.portal.pages.next_step import SANCTION, step_for
from services.portal.pages.targets import words_of_targets
from services.portal.pages.words import Words
from services.portal.queries.board import day_of, loads
from services.portal.queries.files import (
    Choice,
    OwnChoice,
    chosen_crossings,
    crossing_with,
    file_by_id,
    owners_count,
    owners_crossings,
)
from services.portal.queries.routes import last_number, names_of_routes, route_name, routes_shown
from services.portal.queries.sanctions import in_force

PLATE_READERS = frozenset({Role.GATE_OPERATOR, Role.BORDER_GUARD, Role.CUSTOMS})

HELD = frozenset({CrossingState.QUEUED, CrossingState.CALLED})
"""While it has a place or a call, its holder may do something with it."""


def register(router: GateRouter) -> None:
    """The crossings' pages."""
    router.get("/", permission=SEE_PAGES)(get_home)
    router.get("/crossings", permission=SEE_PAGES)(get_crossings)
    router.get("/crossings/{crossing_id:uuid}", permission=SEE_PAGES)(get_crossing)
    router.get("/r/{reference}", permission=SEE_PAGES)(get_reference)
    router.get("/crossings/{crossing_id:uuid}/live", permission=SEE_PAGES)(get_crossing_live)


def get_home(
    door: Door,
    request: Request,
    paging: Paging,
    route: Annotated[str, Query(max_length=20)] = "",
    standing: Annotated[Literal["needs", "under_way", "over", ""], Query()] = "",
    text: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Home by role: a driver's page, the routes for officers, one's own crossings for everybody else."""
    if door.caller.crossing:
        return RedirectResponse(DRIVERS_PAGE, 303)
    if sees_board(door.caller):
        return door.look(lambda session: home_of_officer(door, session))
    choice = OwnChoice(route or None, standing, text)

    def look(session: Session) -> Response:
        files = owners_crossings(session, choice, paging.after, paging.rows)
        return page(
            door,
            "home_owner.html",
            "home",
            choice=choice,
            files=files[: paging.limit],
            count=owners_count(session),
            more=_more(request, files, paging.limit, needing=True),
            routes=routes_shown(session),
            named=names_of_routes(session, door.language),
            may_file=is_filer(door.caller),
        )

    return door.look(look)


def home_of_officer(door: Doorway, session: Session) -> Response:
    """The routes, and the field that finds a truck by whatever is read on it."""
    return page(door, "home_officer.html", "home", loads=loads(session), searches=may_search(door.caller))


def get_crossings(
    door: Door,
    request: Request,
    paging: Paging,
    route: Annotated[str, Query(max_length=20)] = "",
    state: Annotated[CrossingState | Literal[""], Query()] = "",
    ticket_class: Annotated[TicketClass | Literal[""], Query(alias="class")] = "",
    direction: Annotated[Direction | Literal[""], Query()] = "",
    released: Annotated[Literal["today", ""], Query()] = "",
    text: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The crossings chosen, in pages; every number of the board opens one of these lists."""
    since = day_of(door.clock.now()) if released else None
    choice = Choice(route or None, state or None, ticket_class or None, direction or None, since, text)

    def look(session: Session) -> Response:
        files, count = chosen_crossings(session, choice, paging.after, paging.rows)
        return page(
            door,
            "crossings.html",
            "crossings",
            choice=choice,
            files=files[: paging.limit],
            count=count,
            more=_more(request, files, paging.limit),
            routes=routes_shown(session),
            states=list(CrossingState),
            classes=list(TicketClass),
            board_shown=sees_board(door.caller),
        )

    return door.look(look)


def _more(request: Request, files: Sequence[CrossingFile], limit: int, *, needing: bool = False) -> str | None:
    if len(files) <= limit:
        return None
    last = files[limit - 1]
    place = (last.since.isoformat(), str(last.crossing_id))
    query = dict(request.query_params) | {
        "cursor": cursor_of((str(needs_owner(last)).lower(), *place) if needing else place)
    }
    return f"{request.url.path}?{urlencode(query)}"


def get_crossing(door: Door, crossing_id: UUID, late: Unheard) -> Response:
    """The crossing file; after a command, as soon as its news has arrived."""
    if late:
        return page(door, "crossing_follows.html", "crossings", onward=f"/crossings/{crossing_id}?event={late}")

    def look(session: Session) -> Response:
        file = file_for(door, session, crossing_id)
        shown = shown_of(session, file, door.caller, door.language)
        coded = file.state not in OVER
        links = coded and is_filer(door.caller)
        shown |= {"coded": coded, "links": links, "reads_plates": reads_plates(door.caller, file)}
        shown["plate_roles"] = plate_roles(door.caller)
        shown["excusing"] = excusing(door.caller, file, door.clock.now())
        shown["owed"] = words_of_targets(Words(door.language))
        return page(door, "crossing.html", "crossings", abreast=abreast_of(door.house), **shown)

    return door.look(look)


def get_reference(door: Door, reference: str) -> Response:
    """Where a printed QR leads: the file that bears the reference."""

    def look(session: Session) -> Response:
        crossing_id = crossing_with(session, reference)
        if crossing_id is None:
            raise UnknownCrossing
        return RedirectResponse(f"/crossings/{crossing_id}", HTTPStatus.SEE_OTHER)

    return door.look(look)


def get_crossing_live(door: Door, crossing_id: UUID) -> Response:
    """The crossing file again at each change, its own or its queue's, for whoever may see it."""
    caller, language = door.caller, door.language
    transactions = door.house.transactions
    route = transactions.read(
        lambda session: file_for(door, session, crossing_id).route, party=caller.party, scope=caller.scope
    )

    def render() -> dict[str, str]:
        return transactions.read(_render, scope="all")

    def _render(session: Session) -> dict[str, str]:
        shown = shown_of(session, file_by_id(session, crossing_id), caller, language)
        return {"file": part("parts/file.html", language, **shown)}

    shared = f"{crossing_id} {language} {'owner' if is_filer(caller) else 'file'} {' '.join(forms_of(caller))}"
    stream = door.hub.stream(
        door.request, route, render, shared=shared, at_most_every=AT_MOST_EVERY, here=said_by(door)
    )
    return until_token_ends(stream, caller)


def file_for(door: Doorway, session: Session, crossing_id: UUID) -> CrossingFile:
    """One crossing's file, for a caller who may see it; raises UnknownCrossing."""
    file = file_by_id(session, crossing_id)
    door.may(Resource(parties=frozenset(file.parties), route=file.route, crossing=file.crossing_id))
    return file


def reads_plates(caller: Caller, file: CrossingFile) -> bool:
    """Whether the caller may tell which plate he sees at the gate; the gate decides again."""
    return bool(caller.roles & PLATE_READERS) and file.state in UNDER_EYES


def plate_roles(caller: Caller) -> list[Role]:
    """For whom the caller may tell a plate; who may for several says for which."""
    return sorted(caller.roles & PLATE_READERS)


def shown_of(session: Session, file: CrossingFile, caller: Caller, language: Language) -> dict[str, Any]:
    """What the crossing file shows beside its row."""
    called_to = last_number(session, file.route, file.direction)
    stopped = any(failure.code == SANCTION for failure in file.failures)
    step = partial(step_for, file, forms_of(caller), sanctioned=stopped and in_force(session) > 0)
    return {
        "file": file,
        "steps": steps_of(file),
        "departure": departure_of(file),
        "misread": is_misread(file),
        "lines": list(Words(language).lines(file.history, names_of_routes(session, language))),
        "called_to": called_to,
        "calls_left": calls_left(file.promise, called_to),
        "route_name": route_name(session, file.route, language),
        "mendable": is_filer(caller) and file.state in DESK,
        "copyable": is_filer(caller),
        "holds": is_filer(caller) and file.state in HELD,
        "slot": file.slot if file.state in BOOKS else None,
        "bookable": is_filer(caller) and file.state in BOOKS,
        "step_for": step if is_filer(caller) else None,
    }
