"""Sanctions and appeals: what a carrier reads and says, and what an officer decides."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import SEES_ALL, Permission, Resource, Role
from bordergate.http import Door, GateRouter
from services.portal.pages.frame import FILERS, INSPECTORS, page
from services.portal.pages.holding import begun
from services.portal.pages.live import Unheard
from services.portal.queries.sanctions import sanction_shown, sanctions_shown

SEE_SANCTIONS = Permission("portal.see_sanctions", own=FILERS, every=SEES_ALL)
APPELLANTS = frozenset({Role.TRADER, Role.CARRIER})


def register(router: GateRouter) -> None:
    """The list, and a page a sanction."""
    router.get("/sanctions", permission=SEE_SANCTIONS)(get_sanctions)
    router.get("/sanctions/{sanction_id:uuid}", permission=SEE_SANCTIONS)(get_sanction)


def get_sanctions(door: Door) -> Response:
    """All sanctions the reader may see; open appeals first."""
    inspects = bool(door.caller.roles & SEES_ALL)
    return door.look(
        lambda session: page(
            door, "sanctions.html", "sanctions" if inspects else "desk", found=sanctions_shown(session), every=inspects
        )
    )


def get_sanction(door: Door, sanction_id: UUID, late: Unheard) -> Response:
    """One sanction: why, on what evidence, until when; and the form that is the reader's to fill in."""
    here = f"/sanctions/{sanction_id}"
    if late:
        return page(door, "crossing_follows.html", "sanctions", onward=f"{here}?event={late}")

    def look(session: Session) -> Response:
        sanction = sanction_shown(session, sanction_id)
        door.may(Resource(parties=frozenset(sanction.parties)))
        roles, now = door.caller.roles, door.clock.now()
        form = "appeal" if roles & APPELLANTS else "decision"
        return page(
            door,
            "sanction.html",
            "sanctions",
            sanction=sanction,
            path=here,
            typed=begun(door, form, here),
            appeals=bool(roles & APPELLANTS) and sanction.may_be_appealed(now),
            decides=bool(roles & INSPECTORS) and sanction.pending,
            every=bool(roles & SEES_ALL),
            once=uuid4(),
        )

    return door.look(look)
