"""What the holder of a place does with it: cancel, ask for more time, another tractor or driver."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.http import Door, Doorway, GateRouter
from bordergate.http.typed import Typed
from events.words import CrossingState
from services.portal.domain import CrossingFile
from services.portal.pages.crossings import file_for
from services.portal.pages.door import Told, known
from services.portal.pages.filing import typed_for
from services.portal.pages.frame import DRIVERS_PAGE, FILERS, is_filer, page

HOLD = Permission("portal.hold_place", own=FILERS | {Role.DRIVER})
HOURS = (4, 6, 8, 10)
"""Offered to who has no scripts; the queue says by which hours a call may be extended, and refuses others."""
SHARES = ("0", "0.5", "1")
"""Of the fee: what may be agreed to before an act."""
ACTS = {CrossingState.QUEUED: ("cancel", "exchange"), CrossingState.CALLED: ("extend", "cancel")}
"""What can be done where the truck stands."""
OF_DRIVERS = frozenset({"extend", "present"})


def register(router: GateRouter) -> None:
    """The page of a place."""
    router.get("/crossings/{crossing_id:uuid}/place", permission=HOLD)(get_place)


def acts_on(file: CrossingFile, now: datetime, *, filer: bool) -> list[str]:
    """What the reader may do with a crossing's place now."""
    acts = ACTS.get(file.state, ())
    if file.state is CrossingState.QUEUED and file.slot is not None and file.slot.expects(now):
        acts = ("present", *acts)
    return [act for act in acts if filer or act in OF_DRIVERS]


def file_path(file: CrossingFile) -> str:
    """Where a firm reads what became of it; a driver reads it on his own page, which tells news as they come."""
    return f"/crossings/{file.crossing_id}"


def get_place(door: Door, crossing_id: UUID, problem: Told = None) -> Response:
    """What may be done with a place, each with what it costs now and by which rule, before it is done."""
    here = f"/crossings/{crossing_id}/place"

    def look(session: Session) -> Response:
        file, filer = file_for(door, session, crossing_id), is_filer(door.caller)
        return page(
            door,
            "holding.html",
            "crossings",
            file=file,
            path=here,
            acts=acts_on(file, door.clock.now(), filer=filer),
            slot=file.slot,
            home=file_path(file) if filer else DRIVERS_PAGE,
            onward=f"{file_path(file)}?event={{event}}" if filer else DRIVERS_PAGE,
            typed={act: begun(door, act, here) for act in ("cancel", "extend", "exchange")},
            hours=HOURS,
            problem=known(problem),
            shares=SHARES,
            once={act: uuid4() for act in ("cancel", "extend", "exchange")},
        )

    return door.look(look)


def begun(door: Doorway, form: str, here: str) -> Typed:
    """What the reader typed into a form of this page, with what was wrong; else an empty one."""
    typed = typed_for(door, form)
    return typed if typed and typed.page == here else Typed(form, str(door.caller.id))
