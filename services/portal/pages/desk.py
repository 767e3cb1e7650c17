"""The trader's desk: what can be filed, what was begun, and the forms of vehicles, drivers and declarations."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bordergate.auth import Caller, Role
from bordergate.errors import NotFound
from bordergate.http import Door, Doorway, GateRouter
from bordergate.http.forms import OWN_FIELDS, own_path, sent_form
from bordergate.http.typed import Typed, all_typed, fields_of, forget_typed, keep_typed, typed_of
from services.portal.pages.filing import START, checked, typed_for
from services.portal.pages.fleet import today_at
from services.portal.pages.frame import FILE, page
from services.portal.pages.many import ROOM as MANY
from services.portal.queries.fleet import ending

CODES = Annotated[str, Query(max_length=20)]
FORMS = {
    "vehicle": {Role.CARRIER, Role.TRADER},
    "driver": {Role.CARRIER, Role.TRADER},
    "declaration": {Role.TRADER, Role.AGENT},
}
"""The forms of one page, and who may file them; their owners decide again."""
BEGINNINGS = {"crossing": START, "many": MANY} | {form: f"/desk/{form}" for form in FORMS}
LINES = 3
MOST_NAMED = 100


def register(router: GateRouter) -> None:
    """The desk's pages."""
    router.get("/desk", permission=FILE)(get_desk)
    router.get("/desk/vehicle", permission=FILE)(get_vehicle)
    router.get("/desk/driver", permission=FILE)(get_driver)
    router.get("/desk/declaration", permission=FILE)(get_declaration)
    router.post("/desk/keep", permission=FILE, forms=True)(post_keep)
    router.post("/desk/forget", permission=FILE, forms=True)(post_forget)


def get_desk(door: Door, filed: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What can be filed, and what was begun and not filed."""
    begun = [
        typed for typed in all_typed(door.request) if typed.form in BEGINNINGS and typed.whose == str(door.caller.id)
    ]
    forms = forms_of(door.caller)

    def look(session: Session) -> Response:
        return page(
            door,
            "desk.html",
            "desk",
            forms=["crossing", "many", *forms],
            beginnings=BEGINNINGS,
            begun=begun,
            filed=filed if filed in FORMS else "",
            ending=ending(session, today_at(door), MOST_NAMED) if "vehicle" in forms else None,
        )

    return door.look(look)


def get_vehicle(door: Door, plate: CODES = "") -> Response:
    """A truck's papers."""
    return one_page(door, "vehicle", {"plate": plate})


def get_driver(door: Door) -> Response:
    """Who a driver is; what is typed here goes to its owner and stays in nobody else's hands."""
    return one_page(door, "driver", {})


def get_declaration(door: Door, number: CODES = "") -> Response:
    """A customs declaration, line by line."""
    return one_page(door, "declaration", {"number": number})


def one_page(door: Doorway, form: str, asked: dict[str, str]) -> Response:
    """A form of one page, with what was typed before, or what a link has filled in."""
    typed = typed_for(door, form)
    if typed is None or (any(asked.values()) and not typed.wrong):
        known = {name: value for name, value in asked.items() if value}
        typed = Typed(form, str(door.caller.id), values={**(typed.values if typed else {}), **known})
    lines = typed.values.get("lines")
    rows = max(LINES, len(lines) + 1 if isinstance(lines, list) else 0)
    return page(door, f"desk_{form}.html", "desk", typed=typed, once=uuid4(), rows=rows)


def post_keep(door: Door) -> Response:
    """Keep in the reader's browser what he has typed so far; a page of a filing says at once what it lacks."""
    form = sent_form(door.request)
    here = own_path(form.get("back")) if form else None
    typed = typed_of(form, here, OWN_FIELDS) if form and here else None
    if form is None or typed is None or here is None:
        raise NotFound
    onward = own_path(form.get("next"))
    fields = fields_of(form, OWN_FIELDS)
    before = typed_for(door, typed.form) or Typed(typed.form, typed.whose)
    kept = before.merged(typed, fields)
    wrong = checked(kept, here) if onward else ()
    answer = RedirectResponse(here if wrong else onward, HTTPStatus.SEE_OTHER) if onward else Response(status_code=204)
    keep_typed(answer, replace(kept, wrong=(*kept.wrong, *wrong)))
    return answer


def post_forget(door: Door) -> Response:
    """Throw away what was begun."""
    form = sent_form(door.request)
    name = form.get("form") if form else None
    answer = RedirectResponse("/desk", HTTPStatus.SEE_OTHER)
    if isinstance(name, str) and name in BEGINNINGS:
        forget_typed(answer, name)
    return answer


def forms_of(caller: Caller) -> list[str]:
    """The forms of one page that the caller's roles may file."""
    return [form for form, roles in FORMS.items() if caller.roles & roles]
