"""A route as it is today: open or paused, and as it was last published."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from bordergate.aggregate import Aggregate
from events.queue_scheduling import Closure, OpenHours, RefusedGoods, RoutePublished, RouteStatus, RouteStatusChanged
from services.queue_scheduling.domain.refusals import NotPaused, PauseIsOver


@dataclass(frozen=True)
class RoutePlan:
    """A route as it is planned: its names, hours and capacity, closures that are not over, goods it does not take."""

    gate: str
    label: str
    opposite: str
    hours: tuple[OpenHours, ...]
    closures: tuple[Closure, ...] = ()
    refused_goods: tuple[RefusedGoods, ...] = ()


@dataclass(eq=False)
class Route(Aggregate):
    """One route as it is today: open, or paused until an instant or until somebody opens it again."""

    code: str
    status: RouteStatus = RouteStatus.OPEN
    paused_until: datetime | None = None
    reason: str | None = None
    published: str | None = None
    version: int = 0

    def is_paused(self, now: datetime) -> bool:
        """Whether no call is made at this instant."""
        return self.status is RouteStatus.PAUSED and not self.pause_is_over(now)

    def pause_is_over(self, now: datetime) -> bool:
        """Whether a pause with an end has come to it."""
        return self.status is RouteStatus.PAUSED and self.paused_until is not None and self.paused_until <= now

    def shown(self, now: datetime) -> tuple[RouteStatus, datetime | None, str | None]:
        """What the route does at an instant, until when, and why."""
        if self.is_paused(now):
            return RouteStatus.PAUSED, self.paused_until, self.reason
        return RouteStatus.OPEN, None, None

    def pause(self, reason: str, until: datetime | None, now: datetime) -> None:
        """Stop calling, for a while or until further notice; everybody keeps his place."""
        if until is not None and until <= now:
            raise PauseIsOver(field="$.until", until=until)
        self._change(RouteStatus.PAUSED, until, reason)

    def reopen(self) -> None:
        """Call again; the order is what it was."""
        if self.status is not RouteStatus.PAUSED:
            raise NotPaused(route=self.code)
        self._change(RouteStatus.OPEN, None, None)

    def _change(self, status: RouteStatus, until: datetime | None, reason: str | None) -> None:
        self.status, self.paused_until, self.reason = status, until, reason
        self.record(RouteStatusChanged(route=self.code, status=status, until=until, reason=reason))

    def publish(self, plan: RoutePlan) -> None:
        """Tell everybody how the route is planned, when that is news."""
        event = RoutePublished(route=self.code, **{part.name: getattr(plan, part.name) for part in fields(plan)})
        told = event.model_dump_json()
        if told != self.published:
            self.published = told
            self.record(event)
