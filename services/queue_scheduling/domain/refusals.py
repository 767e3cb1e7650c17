"""What the queue says no to."""

from __future__ import annotations

from bordergate.errors import Conflict, Invalid, NotFound


class NoTicket(NotFound):
    """The crossing has no place in any queue, or none the caller may know of."""

    code = "queue_scheduling.no_ticket"


class UnknownRoute(NotFound):
    """No such route is in force."""

    code = "queue_scheduling.unknown_route"


class NotWaiting(Conflict):
    """Only a waiting truck can be called or withdraw."""

    code = "queue_scheduling.not_waiting"


class NotCallable(Conflict):
    """The truck waits, but something of it is missing."""

    code = "queue_scheduling.not_callable"


class HourFull(Conflict):
    """The hour already has as many calls as its capacity, which is 0 when the route is closed or paused."""

    code = "queue_scheduling.hour_full"


class NotPaused(Conflict):
    """Only a paused route can be opened again."""

    code = "queue_scheduling.not_paused"


class PauseIsOver(Invalid):
    """A pause must end later than now."""

    code = "queue_scheduling.pause_is_over"
