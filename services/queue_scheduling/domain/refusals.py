"""What the queue says no to."""

from __future__ import annotations

from collections.abc import Iterable

from bordergate.errors import Conflict, Invalid, NotFound, Wrong


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


class NotOpen(Conflict):
    """The route calls nobody at this minute: it is closed or paused."""

    code = "queue_scheduling.not_open"


class HourFull(Conflict):
    """The hour already has as many calls as its capacity at this moment."""

    code = "queue_scheduling.hour_full"


class NotPaused(Conflict):
    """The route is open and works as planned."""

    code = "queue_scheduling.not_paused"


class PauseIsOver(Invalid):
    """What is decided of a route must end later than now."""

    code = "queue_scheduling.pause_is_over"


class CrisisDeclaredAlready(Conflict):
    """A crisis is in force in that direction."""

    code = "queue_scheduling.crisis_declared_already"


class NoCrisis(Conflict):
    """No crisis is in force in that direction."""

    code = "queue_scheduling.no_crisis"


class CostsMore(Conflict):
    """It costs more than its holder has said he accepts; `problems` name the rule that says so."""

    code = "queue_scheduling.costs_more"

    def __init__(self, percent: int, because: str) -> None:
        super().__init__(field="$.accepts", percent=percent)
        self.problems = [Wrong("$.accepts", because)]


class NotExtended(Conflict):
    """A call is not given more time; `problems` name every rule that stands against it."""

    code = "queue_scheduling.not_extended"

    def __init__(self, bars: Iterable[str]) -> None:
        super().__init__(field="$.hours")
        self.problems = [Wrong("$.hours", bar) for bar in bars]


class NoLog(NotFound):
    """The route has no public ledger."""

    code = "queue_scheduling.no_log"


class NoSuchLeaf(NotFound):
    """The ledger has no such leaf, or its tree of that size does not."""

    code = "queue_scheduling.no_such_leaf"


class NotInLogYet(NotFound):
    """The leaf was decided and waits for its place; the receipt says until when."""

    code = "queue_scheduling.not_in_log_yet"


class NoSuchTile(NotFound):
    """There is no such tile, or it is not full yet."""

    code = "queue_scheduling.no_such_tile"


class NoReceipt(NotFound):
    """The crossing never got a place, or got it before there was a ledger."""

    code = "queue_scheduling.no_receipt"
