"""In whose name something is done at the desk, and by which leave."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audit
from bordergate.auth import Role
from bordergate.http.door import Doorway
from services.vehicle_registration import commands
from services.vehicle_registration.domain.delegation import Act, NameTheTrader, OnlyOwnLists

PRINCIPALS = frozenset({Role.TRADER, Role.CARRIER})
ACT_FOR = "vehicle_registration.act_for"
"""By this name the audit tells each use of a leave."""


def acting_for(door: Doorway, trader: UUID | None, *, always: bool = False) -> commands.Acting | None:
    """In whose name somebody files who names another firm as trader; None: in his own.

    `always` is for where nobody is named in good faith. Raises NameTheTrader and NotDelegated.
    """
    own = door.caller.organisation
    if own is None or trader is None or trader == own:
        if needs_leave(door):
            raise NameTheTrader(field="$.trader")
        return None
    return door.step(partial(commands.acting_in_name_of, trader, own, needs_leave=always or needs_leave(door)))


def acting_on(door: Doorway, crossing_id: UUID) -> commands.Acting | None:
    """In whose name the caller changes a crossing; None: in his own. Raises UnknownCrossing and NotDelegated."""
    party, own = door.caller.party, door.caller.organisation
    look = partial(commands.acting_on, crossing_id, party, own, needs_leave=needs_leave(door))
    return door.step(look, scope="all")


def acting_on_registration(door: Doorway, registration_id: UUID) -> commands.Acting | None:
    """The same of a registration whole; raises UnknownRegistration and NotDelegated."""
    own = door.caller.organisation
    return door.step(partial(commands.acting_on_registration, registration_id, own, needs_leave=needs_leave(door)))


def with_own_list(door: Doorway) -> None:
    """Go on only for who files in his own name, as lists are filed; raises OnlyOwnLists."""
    if needs_leave(door):
        raise OnlyOwnLists


def needs_leave(door: Doorway) -> bool:
    """Whether the caller does nothing of his own at the desk: an agent, or a driver."""
    return not door.caller.roles & PRINCIPALS


def by_leave(
    door: Doorway,
    acting: commands.Acting | None,
    act: Act,
    session: Session,
    routes: Collection[str] = (),
    count: int = 1,
) -> None:
    """Use a leave, where something is done by leave: within its limits, counted, and each use audited."""
    if acting:
        leave = commands.use_leave(acting, act, routes, session, door.clock, count)
        audit(session, door.caller, ACT_FOR, leave.id)


def run_as(
    door: Doorway, acting: commands.Acting | None, work: Callable[[Session], Any], *, status: int = 200
) -> Response:
    """Do a command with the eyes of the firm in whose name it is done: its trucks, its drivers, its crossings."""
    return door.run(work, status=status, party=acting.giver if acting else None)
