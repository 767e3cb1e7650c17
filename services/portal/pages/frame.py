"""Every page's frame: templates, the reader's words, the clock, and how a refusal looks as a page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bordergate.auth import SEES_ALL, Caller, Permission, Role
from bordergate.clock import Clock, ScaledClock
from bordergate.errors import Refusal, Unauthenticated
from bordergate.http import Doorway
from bordergate.http.problems import status_of
from bordergate.i18n import Language
from services.portal.pages.words import Words

SEE_PAGES = Permission("portal.see_pages", own=set(Role) - SEES_ALL, every=SEES_ALL)
SEE_BOARD = Permission("portal.see_board", every=SEES_ALL)
SEE_ANALYSIS = Permission(
    "portal.see_analysis",
    every={Role.ANALYST, Role.AUDITOR, Role.ADMIN, Role.GATE_OPERATOR, Role.TRAFFIC, Role.CUSTOMS},
)
FILERS = frozenset({Role.TRADER, Role.AGENT, Role.CARRIER})
INSPECTORS = frozenset({Role.ADMIN, Role.AUDITOR})
"""Who decides on appeals, as the queue has it."""
FILE = Permission("portal.file_crossings", own=FILERS)
FORMS = {
    "vehicle": frozenset({Role.CARRIER, Role.TRADER}),
    "driver": frozenset({Role.CARRIER, Role.TRADER}),
    "number": frozenset({Role.TRADER, Role.AGENT}),
    "declaration": frozenset({Role.TRADER, Role.AGENT}),
}
"""The forms of one page, and who may file them, as their owners have it: none is offered that will be refused."""
SEE_DECLARATIONS = Permission(
    "portal.see_declarations",
    own=FILERS,
    every={
        Role.GATE_OPERATOR,
        Role.BORDER_GUARD,
        Role.CUSTOMS,
        Role.PLANT_QUARANTINE,
        Role.ANIMAL_QUARANTINE,
        Role.HEALTH,
        Role.FEES,
        Role.TRAFFIC,
        Role.AUDITOR,
        Role.ADMIN,
    },
)
"""Who may see declarations, as customs has it."""
SEE_OWN_CROSSING = Permission("portal.see_own_crossing", own={Role.DRIVER})
SEE_ADMINISTRATION = Permission("portal.see_administration", every={Role.ADMIN, Role.AUDITOR})
FOLLOWS = frozenset({Role.GATE_OPERATOR, Role.BORDER_GUARD, Role.CUSTOMS, Role.TRAFFIC, Role.ADMIN})
"""Who may see positions, as tracking has it: a page does not ask for what will be refused."""
DRIVERS_PAGE = "/driver/now"
SIGN_IN = "/sign-in"
Shown = dict[str, Any]


@cache
def templates() -> Environment:
    """The page templates; a name nobody gave is an error, not a blank."""
    root = files("services.portal") / "templates"
    loader = FunctionLoader(lambda name: (root / name).read_text("utf-8"))
    return Environment(
        loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def part(name: str, language: Language, /, **shown: Any) -> str:  # noqa: ANN401 - what templates show is free
    """A fragment of a page."""
    words = Words(language)
    told = words.globals() | {"language": language} | shown
    if (now := shown.get("now")) is not None:
        told["hours_today"] = lambda route: words.hours_today(route, now)
        told["closures_ahead"] = lambda route: route.closures_at(now)
    return templates().get_template(name).render(told)


def page(door: Doorway, name: str, here: str, **shown: Any) -> Response:  # noqa: ANN401 - as above
    """A whole page for whoever is at the door."""
    frame = framed(door.request, door.visitor, door.clock, here)
    return HTMLResponse(part(name, door.language, **frame | {"csrf": door.csrf} | shown))


def framed(request: Request, caller: Caller | None, clock: Clock, here: str) -> Shown:
    """What the frame itself shows."""
    query = f"?{request.url.query}" if request.url.query else ""
    return {
        "caller": caller,
        "now": clock.now(),
        "simulated": isinstance(clock, ScaledClock),
        "speed": clock.speed() if isinstance(clock, ScaledClock) else 1.0,
        "places": places_of(caller),
        "here": here,
        "back": request.url.path + query,
    }


def places_of(caller: Caller | None) -> list[tuple[str, str]]:
    """The pages somebody has, by name and path."""
    if caller is None:
        return []
    if caller.crossing:
        return [("driver", DRIVERS_PAGE), ("account", "/account")]
    board = [("board", "/board")] if sees_board(caller) else []
    analysis = [("analysis", "/analysis")] if caller.roles & SEE_ANALYSIS.every else []
    admin = [("admin", "/admin")] if caller.roles & SEE_ADMINISTRATION.every else []
    desk = [("desk", "/desk")] if is_filer(caller) else []
    crossings = [] if desk else [("crossings", "/crossings")]
    search = [("search", "/search")] if may_search(caller) else []
    appeals = [("sanctions", "/sanctions")] if caller.roles & INSPECTORS else []
    declared = [("declarations", "/declarations")] if caller.roles & SEE_DECLARATIONS.every else []
    cases = [("cases", "/cases")] if Role.AUDITOR in caller.roles else []
    below = [*board, *analysis, *cases, *appeals, *admin, ("account", "/account")]
    return [("home", "/"), *desk, *search, *crossings, *declared, *below]


def is_filer(caller: Caller) -> bool:
    """Whether the caller files crossings for his firm."""
    return bool(caller.roles & FILERS)


def files_lists(caller: Caller) -> bool:
    """Whether he files in his own name, as lists of crossings are: an agent files for others, one by one."""
    return bool(caller.roles & {Role.TRADER, Role.CARRIER})


def forms_of(caller: Caller) -> list[str]:
    """The forms of one page that the caller's roles may file."""
    return [form for form, roles in FORMS.items() if caller.roles & roles]


def may_search(caller: Caller) -> bool:
    """Whether the caller finds crossings by anything that stands on them, as the registration desk has it."""
    return bool(caller.roles & SEE_DECLARATIONS.every) and caller.crossing is None


def sees_board(caller: Caller) -> bool:
    """Whether the caller works at the gate."""
    return bool(caller.roles & SEES_ALL) and caller.crossing is None


def operates(caller: Caller, route: str) -> bool:
    """Whether the caller may call, pause and reopen on a route; the owner of the queue decides again."""
    return Role.GATE_OPERATOR in caller.roles and (not caller.routes or route in caller.routes)


def follows(caller: Caller) -> bool:
    """Whether tracking shows the caller where trucks are; it decides again."""
    return bool(caller.roles & FOLLOWS)


def show_refusal(request: Request, refusal: Refusal) -> Response:
    """A refusal as a page: those not signed in go to the door, others read why and what to do."""
    if isinstance(refusal, Unauthenticated):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{SIGN_IN}?next={quote(request.url.path + query)}", 303)
    door: Doorway = request.state.door
    words = Words(door.language)
    told = words.text(refusal.code, **refusal.details), words.hint(refusal.code, **refusal.details)
    frame = framed(request, door.visitor, door.clock, "") | {"told": told[0], "step": told[1], "code": refusal.code}
    return HTMLResponse(part("refused.html", door.language, **frame), status_of(type(refusal)))
