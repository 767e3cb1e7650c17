"""The one way to ask "may they?"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bordergate.auth.caller import Caller, Role

NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Permission:
    """What a route lets be done, and by whom.

    `own` roles may do it to what is their organisation's (a driver: his crossing's), `every` roles to anybody's.
    `seconded` acts need a second officer, and both tokens fresh.
    """

    name: str
    own: frozenset[Role] | set[Role] = NOBODY
    every: frozenset[Role] | set[Role] = NOBODY
    seconded: bool = False

    def __post_init__(self) -> None:
        if not self.own and not self.every:
            raise ValueError(f"{self.name} is allowed to nobody")


@dataclass(frozen=True)
class Resource:
    """What is asked about: whose it is, on which route, of which crossing."""

    parties: frozenset[UUID] = frozenset()
    route: str | None = None
    crossing: UUID | None = None


class Reason(StrEnum):
    """Why it was decided so."""

    EVERY = "every"
    OWN = "own"
    NO_ROLE = "no_role"
    NOT_OWN = "not_own"
    OTHER_ROUTE = "other_route"
    OTHER_CROSSING = "other_crossing"


@dataclass(frozen=True)
class Decision:
    """Yes or no, why, and the role that allowed it."""

    allowed: bool
    reason: Reason
    role: Role | None = None


def decide(caller: Caller, permission: Permission, resource: Resource | None = None) -> Decision:
    """May the caller do this to that? Without a resource: may he do it to anything at all?"""
    over_all, over_own = caller.roles & permission.every, caller.roles & permission.own
    if not over_all and not over_own:
        return Decision(allowed=False, reason=Reason.NO_ROLE)
    if resource is not None and (refused := _limits(caller, resource)):
        return Decision(allowed=False, reason=refused)
    if over_all:
        return Decision(allowed=True, reason=Reason.EVERY, role=min(over_all))
    if resource is not None and not _is_own(caller, resource):
        return Decision(allowed=False, reason=Reason.NOT_OWN)
    return Decision(allowed=True, reason=Reason.OWN, role=min(over_own))


def _limits(caller: Caller, resource: Resource) -> Reason | None:
    """A driver's link holds for one crossing; an officer posted to routes decides there only."""
    if caller.crossing and caller.crossing not in {resource.crossing, *resource.parties}:
        return Reason.OTHER_CROSSING
    if caller.routes and resource.route and resource.route not in caller.routes:
        return Reason.OTHER_ROUTE
    return None


def _is_own(caller: Caller, resource: Resource) -> bool:
    if caller.crossing:
        return caller.crossing in {resource.crossing, *resource.parties}
    return caller.organisation is not None and caller.organisation in resource.parties
