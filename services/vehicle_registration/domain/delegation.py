"""A firm lets an agent, or a driver of its own, act for it: within limits, until a day, and no longer than it likes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from bordergate.aggregate import Aggregate
from bordergate.border import Day, Whole
from bordergate.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from events.vehicle_registration import DelegationEnded, DelegationGiven
from events.words import OrganisationKind, Part, RouteCode
from services.vehicle_registration.domain.demands import day_of

FIRMS = frozenset(OrganisationKind) - {OrganisationKind.AUTHORITY, OrganisationKind.YARD_OPERATOR}
MOST = 100_000


class Act(StrEnum):
    """What may be done in another's name."""

    FILE = "FILE"
    AMEND = "AMEND"
    CANCEL = "CANCEL"


OF_DRIVERS = frozenset({Act.AMEND, Act.CANCEL})
"""A driver's link holds for one crossing: there is none yet for which he could file."""


class UnknownDelegation(NotFound):
    """There is no such delegation, or none that the caller has given or holds."""

    code = "vehicle_registration.unknown_delegation"


class UnknownDelegate(Invalid):
    """Only a firm that the gate knows, another than one's own, or a driver of one's own can act for one."""

    code = "vehicle_registration.unknown_delegate"


class NotForDrivers(Invalid):
    """A driver's link holds for one crossing; he cannot file another."""

    code = "vehicle_registration.not_for_drivers"


class OverAlready(Invalid):
    """A delegation whose last day is over would let nobody do anything."""

    code = "vehicle_registration.delegation_over_already"


class AlreadyEnded(Conflict):
    """The delegation was ended before."""

    code = "vehicle_registration.delegation_already_ended"


class NameTheTrader(Invalid):
    """Who does nothing of his own at the desk says for whom he files."""

    code = "vehicle_registration.name_the_trader"


class OnlyOwnLists(Forbidden):
    """A list of crossings is filed in one's own name: a leave to file says how many, and a list is filed later."""

    code = "vehicle_registration.only_own_lists"


class NotDelegated(Forbidden):
    """The firm has not let the caller act for it."""

    code = "vehicle_registration.not_delegated"


class DelegationOver(Forbidden):
    """The firm has let the caller act for it, and no longer does."""

    code = "vehicle_registration.delegation_over"


class ActNotDelegated(Forbidden):
    """The firm lets the caller do other things for it."""

    code = "vehicle_registration.act_not_delegated"


class RouteNotDelegated(Forbidden):
    """The firm lets the caller act for it on other routes."""

    code = "vehicle_registration.route_not_delegated"


class CrossingsUsedUp(Forbidden):
    """The firm has let the caller file so many crossings, and not this many more."""

    code = "vehicle_registration.crossings_used_up"


class Limits(Part):
    """How far somebody may act for another: what he may do, on which routes (none named: all), how often, how long.

    `most` counts crossings filed; `last_day` is a Hà Nội day, and counts.
    """

    model_config = ConfigDict(extra="forbid")

    acts: Annotated[tuple[Act, ...], Field(min_length=1, max_length=3)]
    routes: Annotated[tuple[RouteCode, ...], Field(max_length=50)] = ()
    most: Whole | None = Field(default=None, ge=1, le=MOST)
    last_day: Day

    def check(self, now: datetime, *, driver: bool) -> None:
        """Refuse limits within which nobody could do anything."""
        if self.last_day < day_of(now):
            raise OverAlready(field="$.last_day")
        if driver and not set(self.acts) <= OF_DRIVERS:
            raise NotForDrivers(field="$.acts")


@dataclass(eq=False)
class Delegation(Aggregate):
    """One firm's leave for an agent organisation, or for a driver, to act for it."""

    id: UUID
    giver: UUID
    agent: UUID | None
    driver_id: UUID | None
    parties: list[UUID]
    acts: list[str]
    routes: list[str]
    most: int | None
    last_day: date
    given_at: datetime
    used: int = 0
    last_used_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: UUID | None = None
    version: int = field(default=0)

    @classmethod
    def give(
        cls, identity: UUID, giver: UUID, agent: UUID | None, driver_id: UUID | None, limits: Limits, now: datetime
    ) -> Delegation:
        """Let somebody act for a firm from now on."""
        limits.check(now, driver=driver_id is not None)
        given = cls(
            id=identity,
            giver=giver,
            agent=agent,
            driver_id=driver_id,
            parties=[giver, *([agent] if agent else [])],
            acts=sorted(set(limits.acts)),
            routes=sorted(set(limits.routes)),
            most=limits.most,
            last_day=limits.last_day,
            given_at=now,
        )
        given._tell_given()
        return given

    def holds(self, now: datetime) -> bool:
        """Whether it was not ended and its last day is not over."""
        return self.ended_at is None and day_of(now) <= self.last_day

    def refusal(self, act: Act, routes: Collection[str], count: int, now: datetime) -> Refusal | None:
        """Why it does not let this be done; None when it does."""
        details: dict[str, Any] = {"field": "$.trader"}
        if not self.holds(now):
            return DelegationOver(**details)
        if act not in self.acts:
            return ActNotDelegated(**details, acts=", ".join(self.acts))
        if self.routes and not set(routes) <= set(self.routes):
            return RouteNotDelegated(field="$.route", routes=", ".join(self.routes))
        if act is Act.FILE and self.most is not None and self.used + count > self.most:
            return CrossingsUsedUp(**details, most=self.most, left=self.most - self.used)
        return None

    def use(self, act: Act, count: int, now: datetime) -> None:
        """Note that somebody acted by it; crossings filed are counted."""
        self.last_used_at = now
        self.used = self.used + (count if act is Act.FILE else 0)
        self.version = self.version + 1

    def end(self, by: UUID, now: datetime) -> None:
        """It lets nothing be done any more; raises AlreadyEnded."""
        if self.ended_at is not None:
            raise AlreadyEnded
        self.ended_at, self.ended_by = now, by
        self.record(DelegationEnded(organisation_id=self.giver, delegation_id=self.id))

    def _tell_given(self) -> None:
        self.record(
            DelegationGiven(
                organisation_id=self.giver,
                delegation_id=self.id,
                agent=self.agent,
                driver_id=self.driver_id,
                acts=tuple(self.acts),
                routes=tuple(self.routes),
                last_day=self.last_day,
            )
        )
