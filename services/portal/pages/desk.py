"""The trader's desk: what can be filed, what was begun, and the forms of vehicles, drivers and declarations."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bordergate.errors import Forbidden, NotFound
from bordergate.http import Door, Doorway, GateRouter
from bordergate.http.forms import OWN_FIELDS, own_path, sent_form
from bordergate.http.typed import Typed, all_typed, fields_of, forget_typed, keep_typed, typed_of
from services.portal.pages.door import known
from services.portal.pages.filing import START, checked, typed_for
from services.portal.pages.fleet import today_at
from services.portal.pages.frame import FILE, FORMS, files_lists, forms_of, page
from services.portal.pages.many import ROOM as MANY
from services.portal.queries.fleet import ending
from services.portal.queries.sanctions import in_force

CODES = Annotated[str, Query(max_length=20)]
BEGINNINGS = {"crossing": START, "many": MANY} | {form: f"/desk/{form}" for form in FORMS}
LINES = 3
MOST_NAMED = 100


def register(router: GateRouter) -> None:
    """The desk's pages."""
    router.get("/desk", permission=FILE)(get_desk)
    router.get("/desk/vehicle", permission=FILE)(get_vehicle)
    router.get("/desk/driver", permission=FILE)(get_driver)
    router.get("/desk/number", permission=FILE)(get_number)
    router.get("/desk/declaration", permission=FILE)(get_declaration)
    router.post("/desk/declaration", permission=FILE, forms=True, once=False)(post_another_line)
    router.get("/desk/xml", permission=FILE)(get_xml)
    router.post("/desk/keep", permission=FILE, forms=True, once=False)(post_keep)
    router.post("/desk/forget", permission=FILE, forms=True, once=False)(post_forget)


def get_desk(door: Door, filed: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What can be filed, and what was begun and not filed."""
    begun = [
        typed for typed in all_typed(door.request) if typed.form in BEGINNINGS and typed.whose == str(door.caller.id)
    ]
    forms = forms_offered(door)

    def look(session: Session) -> Response:
        return page(
            door,
            "desk.html",
            "desk",
            forms=["crossing", *(["many"] if files_lists(door.caller) else []), *forms],
            beginnings=BEGINNINGS,
            begun=begun,
            filed=filed if filed in FORMS and filed != "number" else "",
            sanctioned=in_force(session),
            ending=ending(session, today_at(door), MOST_NAMED) if "vehicle" in forms else None,
        )

    return door.look(look)


def get_vehicle(door: Door, plate: CODES = "") -> Response:
    """A truck's papers."""
    return one_page(door, "vehicle", {"plate": plate})


def get_driver(door: Door) -> Response:
    """Who a driver is; what is typed here goes to its owner and stays in nobody else's hands."""
    return one_page(door, "driver", {})


def get_number(door: Door, number: CODES = "") -> Response:
    """The number of a declaration that customs' own system has, and nothing else."""
    return one_page(door, "number", {"number": number})


def get_declaration(door: Door, number: CODES = "") -> Response:
    """A customs declaration, line by line."""
    return one_page(door, "declaration", {"number": number})


def get_xml(door: Door, problem: Annotated[str | None, Query(max_length=80)] = None) -> Response:
    """A customs declaration as a file; raises Forbidden."""
    if "declaration" not in forms_of(door.caller):
        raise Forbidden
    return page(door, "desk_xml.html", "desk", problem=known(problem))


def one_page(door: Doorway, form: str, asked: dict[str, str]) -> Response:
    """A form of one page, with what was typed before, or what a link has filled in; raises Forbidden."""
    if form not in forms_of(door.caller):
        raise Forbidden
    typed = typed_for(door, form)
    if typed is None or (any(asked.values()) and not typed.wrong):
        known = {name: value for name, value in asked.items() if value}
        typed = Typed(form, str(door.caller.id), values={**(typed.values if typed else {}), **known})
    return form_page(door, typed)


def form_page(door: Doorway, typed: Typed) -> Response:
    """The form with what was typed, and room for another line of goods."""
    lines = typed.values.get("lines")
    rows = max(LINES, len(lines) + 1 if isinstance(lines, list) else 0)
    connected = asks_customs(door)
    return page(door, f"desk_{typed.form}.html", "desk", typed=typed, once=uuid4(), rows=rows, connected=connected)


def post_another_line(door: Door) -> Response:
    """The declaration as far as it is typed, with an empty line more: for browsers that add none by themselves."""
    form = sent_form(door.request)
    typed = typed_of(form, BEGINNINGS["declaration"], OWN_FIELDS) if form else None
    if typed is None or typed.form != "declaration" or typed.form not in forms_of(door.caller):
        raise NotFound
    return form_page(door, typed)


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


def forms_offered(door: Doorway) -> list[str]:
    """The forms the caller may file; numbers alone only where customs can be asked."""
    return [form for form in forms_of(door.caller) if form != "number" or asks_customs(door)]


def asks_customs(door: Doorway) -> bool:
    """Whether customs' own system is connected."""
    return door.settings.customs_source is not None
