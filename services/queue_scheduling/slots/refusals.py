"""What slots say no to."""

from __future__ import annotations

from collections.abc import Sequence

from bordergate.errors import Conflict, NotFound, Wrong


class NotFiled(NotFound):
    """The crossing is not filed, is over, or is none the caller may know of."""

    code = "slots.not_filed"


class NoSlot(NotFound):
    """The crossing has no slot."""

    code = "slots.no_slot"


class NoDraw(NotFound):
    """There is no draw of such a bucket, or not yet."""

    code = "slots.no_draw"


class CannotBook(Conflict):
    """The crossing cannot book this slot; `problems` holds every reason."""

    code = "slots.cannot_book"

    def __init__(self, problems: Sequence[Wrong]) -> None:
        super().__init__(field="$.starts")
        self.problems = list(problems)


class NotReserved(Conflict):
    """The booking is not in the stage that this needs."""

    code = "slots.not_reserved"


class ReservationOver(Conflict):
    """The reservation ran out before it was confirmed."""

    code = "slots.reservation_over"


class NothingOffered(Conflict):
    """No earlier room is held for this slot, or no longer."""

    code = "slots.nothing_offered"


class OfferOver(Conflict):
    """The earlier room can no longer be taken: its truck has to be there by now; the slot stays as it was."""

    code = "slots.offer_over"


class NotTheTime(Conflict):
    """It is not asked now whether the truck of a slot is there: too early, too late, or never."""

    code = "slots.not_the_time"


class SeenLeaving(Conflict):
    """Tracking saw the truck leave the waiting area: a word does not outweigh that."""

    code = "slots.seen_leaving"


class NothingToExcuse(Conflict):
    """The slot is excused already, was not lost by absence, or its truck may wait anywhere."""

    code = "slots.nothing_to_excuse"


class MovedAlready(Conflict):
    """A slot is exchanged for another one once."""

    code = "slots.moved_already"


class TooLateToMove(Conflict):
    """The truck of a slot has to be there already, or its hour has begun: nobody else could use its place."""

    code = "slots.too_late_to_move"
