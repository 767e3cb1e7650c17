"""Many crossings at once: the template, the list that is uploaded, how far it is, and what is wrong with it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.http import Door, GateRouter
from events.words import ListColumn
from services.portal.pages.abreast import abreast_of, said_by
from services.portal.pages.door import known
from services.portal.pages.frame import FILE, files_lists, page, part
from services.portal.pages.live import AT_MOST_EVERY, Unheard, until_token_ends
from services.portal.queries.uploads import upload_shown, uploads_shown

ROOM = "/desk/many"
SHOWN = 20
Told = Annotated[str | None, Query(max_length=80)]


def register(router: GateRouter) -> None:
    """The pages of lists."""
    router.get(ROOM, permission=FILE)(get_many)
    router.get(f"{ROOM}/{{upload_id:uuid}}", permission=FILE)(get_list)
    router.get(f"{ROOM}/{{upload_id:uuid}}/live", permission=FILE)(get_list_live)


def get_many(door: Door, problem: Told = None) -> Response:
    """Where a list is uploaded, and those that were."""

    def look(session: Session) -> Response:
        lists = uploads_shown(session, SHOWN)
        own = files_lists(door.caller)
        told = None if own else "vehicle_registration.only_own_lists"
        problem_told = known(problem) or told
        return page(door, "many.html", "desk", lists=lists, columns=[*ListColumn], problem=problem_told, own=own)

    return door.look(look)


def get_list(door: Door, upload_id: UUID, late: Unheard, problem: Told = None) -> Response:
    """How far one list is, and every fault in it; after a command, as soon as its news has arrived."""
    here = f"{ROOM}/{upload_id}"
    if late:
        return page(door, "crossing_follows.html", "desk", onward=f"{here}?event={late}")

    def look(session: Session) -> Response:
        shown = upload_shown(session, upload_id)
        return page(
            door,
            "many_list.html",
            "desk",
            upload=shown,
            place=here,
            problem=known(problem),
            abreast=abreast_of(door.house),
        )

    return door.look(look)


def get_list_live(door: Door, upload_id: UUID) -> Response:
    """The same again at each step."""
    caller, language, transactions = door.caller, door.language, door.house.transactions
    csrf = door.csrf

    def render() -> dict[str, str]:
        shown = transactions.read(
            lambda session: upload_shown(session, upload_id), party=caller.party, scope=caller.scope
        )
        told = part("parts/upload.html", language, upload=shown, place=f"{ROOM}/{upload_id}", csrf=csrf)
        return {"upload": told}

    shared = f"upload {upload_id} {language} {csrf or caller.id}"
    transactions.read(lambda session: upload_shown(session, upload_id), party=caller.party, scope=caller.scope)
    stream = door.hub.stream(
        door.request, str(upload_id), render, shared=shared, at_most_every=AT_MOST_EVERY, here=said_by(door)
    )
    return until_token_ends(stream, caller)
