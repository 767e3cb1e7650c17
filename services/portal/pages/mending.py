"""Mending a crossing that was filed; when two mend it at once, neither loses what he typed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.border import amount_text
from bordergate.errors import Wrong
from bordergate.http import Door, GateRouter
from bordergate.http.typed import Typed, place_of
from bordergate.i18n import Language
from events.filing import as_form
from services.portal.domain import DESK, CrossingFile
from services.portal.domain.slot import SlotStage
from services.portal.pages.filing import choices, typed_for
from services.portal.pages.frame import FILE, page
from services.portal.pages.words import Words
from services.portal.queries.files import file_by_id
from services.portal.queries.routes import names_of_routes

ASKED_AS = {"$.window_from": "$.starts", "$.window_to": "$.ends", "$.vehicle_id": "$.plate", "$.driver_id": "$.driver"}
"""Under which name the forms ask for what is filed under another."""
MEANWHILE = "vehicle_registration.amended_meanwhile"
BY_ANOTHER = "vehicle_registration.changed_meanwhile"
BY_BOTH = "vehicle_registration.changed_by_both"


def register(router: GateRouter) -> None:
    """The page where a filed crossing is mended."""
    router.get("/crossings/{crossing_id:uuid}/mend", permission=FILE)(get_mend)


def get_mend(door: Door, crossing_id: UUID, anew: str | None = None) -> Response:
    """Everything that was filed of a crossing, with what is wrong beside its field, until the truck is in the queue."""

    def look(session: Session) -> Response:
        file = file_by_id(session, crossing_id)
        door.may(Resource(parties=frozenset(file.parties)))
        here = f"/crossings/{crossing_id}/mend"
        filed, begun = as_filed(file, str(door.caller.id), door.language), typed_for(door, "mend")
        typed = begun if begun and begun.page == here and anew is None else filed
        shown = choices(door, session, typed)
        return page(
            door,
            "mend.html",
            "crossings",
            file=file,
            typed=reconciled(
                typed if typed.wrong else replace(typed, wrong=filed.wrong),
                Words(door.language),
                names_of_routes(session, door.language),
            ),
            revision=revision_of(typed) or file.revision,
            conflict=any(wrong.code == MEANWHILE for wrong in typed.wrong),
            path=here,
            open=file.state in DESK,
            giving_up=typed_for(door, "giveup"),
            slot=file.slot if file.slot and file.slot.stage is SlotStage.CONFIRMED else None,
            once=uuid4(),
            **shown,
        )

    return door.look(look)


def as_filed(file: CrossingFile, whose: str, language: Language) -> Typed:
    """A filed crossing as its form would hold it, with what was found wrong in it."""
    wrong = tuple(
        Wrong(ASKED_AS.get(failure.field, failure.field), failure.code, {"value": failure.value})
        for failure in file.failures
    )
    return Typed("mend", whose, values=as_form(file, partial(amount_text, language=language)), wrong=wrong)


def revision_of(typed: Typed) -> int | None:
    """The revision that a form goes on from: after a conflict the one it was in conflict with."""
    told = next((wrong.details["revision"] for wrong in typed.wrong if wrong.code == MEANWHILE), None)
    return told or (int(typed.value("revision")) if typed.value("revision").isdecimal() else None)


def reconciled(typed: Typed, words: Words, named: dict[str, str]) -> Typed:
    """A form after a conflict: what its author left alone holds the other's value, what he typed stays as typed."""
    values: dict[str, Any] = dict(typed.values)
    told = []
    for wrong in typed.wrong:
        if wrong.code == BY_ANOTHER and "now" in wrong.details:
            values[place_of(wrong)] = wrong.details["now"]
        told.append(in_words(wrong, words, named) if wrong.code in (BY_ANOTHER, BY_BOTH) else wrong)
    return replace(typed, values=values, wrong=tuple(told))


def in_words(wrong: Wrong, words: Words, named: dict[str, str]) -> Wrong:
    """A place of a conflict, its values as the reader knows them."""
    name = place_of(wrong)
    said = {when: words.value(name, wrong.details.get(when) or "", named) for when in ("before", "after")}
    return Wrong(wrong.field, wrong.code, said)
