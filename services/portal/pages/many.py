"""Many crossings at once: the template, the list that is uploaded, how far it is, and what is wrong with it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.http import Door, GateRouter
from services.portal.pages.door import known
from services.portal.pages.frame import FILE, page, part
from services.portal.pages.live import AT_MOST_EVERY, heard_in_time, until_token_ends
from services.portal.queries.uploads import upload_shown, uploads_shown

ROOM = "/desk/many"
SHOWN = 20
COLUMNS = (
    "route",
    "direction",
    "day",
    "starts",
    "ends",
    "plate",
    "trailer",
    "containers",
    "driver",
    "declarations",
    "declared_empty",
)
"""What a list has columns for, as its owner names them in its texts."""
Told = Annotated[str | None, Query(max_length=80)]
News = Annotated[UUID | Literal[""] | None, Query()]


def register(router: GateRouter) -> None:
    """The pages of lists."""
    router.get(ROOM, permission=FILE)(get_many)
    router.get(f"{ROOM}/{{upload_id:uuid}}", permission=FILE)(get_list)
    router.get(f"{ROOM}/{{upload_id:uuid}}/live", permission=FILE)(get_list_live)


def get_many(door: Door, problem: Told = None) -> Response:
    """Where a list is uploaded, and those that were."""

    def look(session: Session) -> Response:
        lists = uploads_shown(session, SHOWN)
        return page(door, "many.html", "desk", lists=lists, columns=COLUMNS, problem=known(problem), once=uuid4())

    return door.look(look)


def get_list(door: Door, upload_id: UUID, event: News = None, problem: Told = None) -> Response:
    """How far one list is, and every fault in it; after a command, as soon as its news has arrived."""
    here = f"{ROOM}/{upload_id}"
    if event and not heard_in_time(door, event):
        return page(door, "crossing_follows.html", "desk", onward=f"{here}?event={event}")

    def look(session: Session) -> Response:
        shown = upload_shown(session, upload_id)
        return page(door, "many_list.html", "desk", upload=shown, place=here, problem=known(problem))

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
    stream = door.hub.stream(door.request, str(upload_id), render, shared=shared, at_most_every=AT_MOST_EVERY)
    return until_token_ends(stream, caller)
