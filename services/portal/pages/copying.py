"""An earlier crossing filed again: what is taken over, what is not and why; then its new window is asked for."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.border import amount_text
from bordergate.http import Door, GateRouter
from bordergate.i18n import Language, text
from events.filing import LeftOut, as_form, emptied_by, left_out
from events.words import CrossingState, PaperKind
from services.portal.domain import OVER, CrossingFile
from services.portal.pages.filing import ROOM, flat, typed_for
from services.portal.pages.frame import FILE, page
from services.portal.queries.files import file_by_id
from services.portal.queries.routes import route_name

GIVEN_BACK = frozenset({CrossingState.CANCELLED, CrossingState.EXPIRED})
"""Of a crossing that never took place its declarations are free again, as their owner has it."""
ASKED_ANEW = ("day", "starts", "ends")


def register(router: GateRouter) -> None:
    """The page from which an earlier crossing is filed again."""
    router.get("/crossings/{crossing_id:uuid}/copy", permission=FILE)(get_copy)


def get_copy(door: Door, crossing_id: UUID) -> Response:
    """What a copy takes over of a crossing; what stands against it today, its owner tells the browser."""

    def look(session: Session) -> Response:
        file = file_by_id(session, crossing_id)
        door.may(Resource(parties=frozenset(file.parties)))
        values, left = used_again(file, door.language)
        return page(
            door,
            "copy.html",
            "crossings",
            file=file,
            values=values,
            left_out=left,
            hidden=[*flat(values), *((name, "") for name in ASKED_ANEW), *emptied(values)],
            onward=f"{ROOM}/time",
            path=f"/crossings/{crossing_id}/copy",
            begun=typed_for(door, "crossing") is not None,
            route_named=route_name(session, file.route, door.language),
            words=words_of(door.language),
        )

    return door.look(look)


def used_again(file: CrossingFile, language: Language) -> tuple[dict[str, Any], list[LeftOut]]:
    """What the form of a copy holds, and what the earlier crossing still has or has used up."""
    values = {
        name: value
        for name, value in as_form(file, partial(amount_text, language=language)).items()
        if name not in ASKED_ANEW
    }
    left = left_out(file, over=file.state in OVER, given_back=file.state in GIVEN_BACK)
    values |= {name: [] for name in emptied_by(left)}
    return values | {"copy_of": str(file.crossing_id), "driver": ""}, left


def emptied(values: dict[str, Any]) -> list[tuple[str, str]]:
    """The lists that hold nothing, as a form says so: what was begun before does not come in by them."""
    return [(f"{name}[0]", "") for name, value in values.items() if value == [] and name != "shares"] + (
        [("shares[0].line", "")] if values["shares"] == [] else []
    )


def words_of(language: Language) -> dict[str, str]:
    """What the page's script says: which paper fails, and that it is the trailer's."""
    kinds = {kind.value: text(f"portal.fleet.kind.{kind.value}", language) for kind in PaperKind}
    return kinds | {"trailer": text("vehicle_registration.field.trailer", language)}
