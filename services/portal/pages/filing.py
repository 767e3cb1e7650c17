"""Filing a crossing, one thing a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Role
from bordergate.border import ContainerNumber, DeclarationNumber, Plate
from bordergate.border.value import Reading
from bordergate.clock import HANOI
from bordergate.errors import Wrong
from bordergate.http import Door, Doorway, GateRouter
from bordergate.http.typed import Typed, root_of, typed_in
from events.words import Direction
from services.portal.pages.frame import FILE, forms_of, page
from services.portal.pages.words import Words
from services.portal.queries.routes import route_name, routes_shown

ROOM = "/desk/crossing"
STEPS: dict[str, tuple[str, ...]] = {
    "place": ("trader", "route", "direction"),
    "time": ("day", "starts", "ends"),
    "truck": ("plate", "trailer", "containers"),
    "driver": ("driver",),
    "load": ("declared_empty", "declarations", "shares", "two_way"),
}
"""What is asked on each page, in order."""
START = f"{ROOM}/place"
CHECK = f"{ROOM}/check"
OPTIONAL = {"trader", "trailer", "containers", "driver", "declarations", "shares", "two_way"}
READ: dict[str, Callable[[str], Reading]] = {
    "plate": lambda text: Plate.national(text).read(text),
    "trailer": lambda text: Plate.national(text).read(text),
    "containers": ContainerNumber.read,
    "declarations": DeclarationNumber.read,
}
HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
CONTAINERS, DECLARATIONS, SHARES = 2, 3, 2


def register(router: GateRouter) -> None:
    """A page a step, and the last look before filing."""
    for step in STEPS:
        router.get(f"{ROOM}/{step}", permission=FILE, name=f"get_{step}")(step_page(step))
    router.get(CHECK, permission=FILE)(get_check)


def step_page(step: str) -> Callable[..., Response]:
    """The page of one step."""

    def get_step(door: Door) -> Response:
        return door.look(partial(show_step, door, step))

    get_step.__doc__ = f"Filing a crossing: {', '.join(STEPS[step])}."
    return get_step


def show_step(door: Doorway, step: str, session: Session) -> Response:
    """What the step asks, with what was typed before."""
    typed = typed_for(door, "crossing") or Typed("crossing", str(door.caller.id))
    mending = bool(typed.values) and "check" in door.request.query_params
    here = f"{ROOM}/{step}"
    return page(
        door,
        "filing.html",
        "desk",
        step=step,
        steps=list(STEPS),
        typed=within(typed, here),
        onward=CHECK if mending else after(step),
        before=CHECK if mending else before(step),
        path=here if not mending else f"{here}?check",
        agent=Role.AGENT in door.caller.roles,
        **choices(door, session, typed),
    )


def get_check(door: Door) -> Response:
    """Everything once more before it is filed; what its owner refused leads back to where it was typed."""

    def look(session: Session) -> Response:
        typed = typed_for(door, "crossing") or Typed("crossing", str(door.caller.id))
        shown = {name: list(shown_values(typed, name)) for names in STEPS.values() for name in names}
        shown["day"] = [Words(door.language).day_typed(text) for text in shown["day"]]
        return page(
            door,
            "filing_check.html",
            "desk",
            steps=STEPS,
            typed=typed,
            agent=Role.AGENT in door.caller.roles,
            shown=shown,
            hidden=list(flat(typed.values)),
            place_of_field={name: step for step, names in STEPS.items() for name in names},
            route_named=route_name(session, typed.value("route"), door.language) if typed.value("route") else "",
            once=uuid4(),
        )

    return door.look(look)


def choices(door: Doorway, session: Session, typed: Typed) -> dict[str, Any]:
    """What can be chosen from, and how many fields of a kind are offered."""
    today = door.clock.now().astimezone(HANOI).date()
    return {
        "forms": forms_of(door.caller),
        "routes": routes_shown(session),
        "directions": list(Direction),
        "hours": HOURS,
        "hours_of": hours_of,
        "days": (today, today + timedelta(days=15)),
        "containers": max(CONTAINERS, len(listed(typed, "containers"))),
        "declarations": max(DECLARATIONS, len(listed(typed, "declarations")) + 1),
        "shares": max(SHARES, len(listed(typed, "shares")) + 1),
    }


def hours_of(hours: tuple[str, ...], chosen: str) -> list[tuple[str, str]]:
    """Hours to choose from, with the one that was chosen elsewhere."""
    return [(hour, hour) for hour in sorted({*hours, *([chosen] if chosen else [])})]


def checked(typed: Typed, here: str) -> tuple[Wrong, ...]:
    """What one page of a filing lacks, and what on it cannot be read; the owner judges the whole."""
    step = here.partition("?")[0].removeprefix(f"{ROOM}/")
    missing = [name for name in STEPS.get(step, ()) if name not in OPTIONAL and not typed.value(name)]
    unread = [wrong for name in STEPS.get(step, ()) for wrong in _unreadable(typed, name)]
    backwards = step == "time" and not missing and typed.value("ends") <= typed.value("starts")
    late = [Wrong("$.ends", "vehicle_registration.window_backwards")] if backwards else []
    return (*(Wrong(f"$.{name}", "payload.missing") for name in missing), *unread, *late)


def within(typed: Typed, here: str) -> Typed:
    """What was typed, with only those wrong places that its page shows."""
    fields = STEPS[here.removeprefix(f"{ROOM}/")]
    wrong = tuple(one for one in typed.wrong if not one.field or root_of(one.field.removeprefix("$.")) in fields)
    return replace(typed, wrong=wrong)


def after(step: str) -> str:
    """The page that follows."""
    names = [*STEPS, "check"]
    return f"{ROOM}/{names[names.index(step) + 1]}"


def before(step: str) -> str:
    """The page before."""
    place = list(STEPS).index(step)
    return f"{ROOM}/{list(STEPS)[place - 1]}" if place else "/desk"


def shown_values(typed: Typed, name: str) -> Iterator[str]:
    """What stands in a field, or in each of a list."""
    many = listed(typed, name)
    if many:
        yield from many
    elif value := typed.value(name):
        yield value


def listed(typed: Typed, name: str) -> list[str]:
    """The values of a list."""
    found = typed.values.get(name)
    return (
        [" · ".join(one.values()) if isinstance(one, dict) else str(one) for one in found]
        if isinstance(found, list)
        else []
    )


def flat(values: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - what a form held
    """The fields of a form that would hold these values."""
    for name, value in values.items():
        if isinstance(value, list):
            for place, part in enumerate(value):
                if isinstance(part, dict):
                    yield from ((f"{name}[{place}].{inner}", str(said)) for inner, said in part.items())
                else:
                    yield f"{name}[{place}]", str(part)
        else:
            yield name, str(value)


def typed_for(door: Doorway, form: str) -> Typed | None:
    """What the caller himself typed into a form; another's, left in a shared browser, is not shown to him."""
    typed = typed_in(door.request, form)
    return typed if typed and typed.whose == str(door.caller.id) else None


def _unreadable(typed: Typed, name: str) -> Iterator[Wrong]:
    read = READ.get(name)
    if read is None:
        return
    for place, text in enumerate(shown_values(typed, name)):
        field = f"$.{name}[{place}]" if listed(typed, name) else f"$.{name}"
        if (reading := read(text)).blocked:
            yield from (Wrong(field, problem.code, {}) for problem in reading.problems)
