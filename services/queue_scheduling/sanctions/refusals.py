"""What is said no to about sanctions."""

from __future__ import annotations

from bordergate.errors import Conflict, Forbidden, NotFound


class NoSanction(NotFound):
    """There is no such sanction, or none the caller may know of."""

    code = "queue_scheduling.no_sanction"


class AppealTooLate(Conflict):
    """The days in which a sanction may be appealed against are over."""

    code = "queue_scheduling.appeal_too_late"


class AppealedAlready(Conflict):
    """A sanction is appealed against once."""

    code = "queue_scheduling.appealed_already"


class NothingToDecide(Conflict):
    """Nobody has appealed, or it was decided already."""

    code = "queue_scheduling.nothing_to_decide"


class OwnCase(Forbidden):
    """Who imposed a sanction does not decide on the appeal against it."""

    code = "queue_scheduling.own_case"


class SanctionedAlready(Conflict):
    """A vehicle or carrier is under one sanction at a time."""

    code = "queue_scheduling.sanctioned_already"
