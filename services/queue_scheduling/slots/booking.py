"""A crossing's booking of a slot: what it obeys, and what it records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.ledger import commitment
from events.queue_scheduling import (
    AbsenceExcused,
    Hindrance,
    PresenceStated,
    SaidBy,
    SlotConfirmed,
    SlotEnded,
    SlotOffered,
    SlotReserved,
    SlotStruck,
)
from events.words import Direction, TicketClass
from services.queue_scheduling.domain.hours import MINUTE
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.presence import Span
from services.queue_scheduling.slots.refusals import (
    MovedAlready,
    NothingOffered,
    NothingToExcuse,
    NotReserved,
    NotTheTime,
    ReservationOver,
    TooLateToMove,
)


class BookingStage(StrEnum):
    """Where a booking stands; ENTERED takes part in a draw, LOST is a holder's own doing."""

    ENTERED = "ENTERED"
    RESERVED = "RESERVED"
    CONFIRMED = "CONFIRMED"
    USED = "USED"
    RELEASED = "RELEASED"
    LOST = "LOST"


class Ending(StrEnum):
    """Why a crossing has no slot any more."""

    GIVEN_UP = "GIVEN_UP"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    NOT_DRAWN = "NOT_DRAWN"
    LATE = "LATE"
    ABSENT = "ABSENT"
    OURS = "OURS"
    CHANGED = "CHANGED"
    OVER = "OVER"
    NOT_NEEDED = "NOT_NEEDED"


MOVES: Mapping[BookingStage, frozenset[BookingStage]] = {
    BookingStage.ENTERED: frozenset({BookingStage.CONFIRMED, BookingStage.RELEASED}),
    BookingStage.RESERVED: frozenset({BookingStage.CONFIRMED, BookingStage.RELEASED}),
    BookingStage.CONFIRMED: frozenset({BookingStage.USED, BookingStage.RELEASED, BookingStage.LOST}),
    BookingStage.USED: frozenset({BookingStage.LOST}),
    BookingStage.RELEASED: frozenset(),
    BookingStage.LOST: frozenset({BookingStage.RELEASED}),
}
"""What a booking obeys. USED → LOST: the call of the slot was missed by the truck's own doing.

LOST → RELEASED: it was not its own doing that it was not there, as two officers say.
"""

OWN_DOING = frozenset({Ending.LATE, Ending.ABSENT})
LIVE = frozenset({BookingStage.ENTERED, BookingStage.RESERVED, BookingStage.CONFIRMED})
HOLDS_A_PLACE = frozenset({BookingStage.RESERVED, BookingStage.CONFIRMED, BookingStage.USED, BookingStage.LOST})
TRACTOR, DRIVER = frozenset({"PLATE", "VEHICLE"}), frozenset({"DRIVER"})


@dataclass(eq=False)
class Booking(Aggregate):
    """One crossing's place in one bucket; `things` are frozen when it is confirmed (DOMAIN §6.5).

    `nonce` opens what the ledger says of it, in `entry`. `offered` is an earlier bucket whose place is held for it
    until `offered_until`. Between `there_from` and `there_by` its truck comes to the waiting area (None: it may wait
    anywhere); `said_by` is who says that it did, `excused` that it could not. `struck`: as things stand its hour has no
    room for it.
    """

    id: UUID
    crossing_id: UUID
    route: str
    direction: Direction
    queue: str
    starts: datetime
    minutes: int
    ticket_class: TicketClass
    carrier: UUID
    parties: list[UUID]
    vehicle_id: UUID
    things: list[str]
    reserved_at: datetime
    stage: BookingStage = BookingStage.RESERVED
    until: datetime | None = None
    confirmed_at: datetime | None = None
    drawn: bool = False
    offered: datetime | None = None
    offered_until: datetime | None = None
    cause: Ending | None = None
    changed: bool = False
    moved: bool = False
    there_from: datetime | None = None
    there_by: datetime | None = None
    said_by: SaidBy | None = None
    excused: bool = False
    struck: bool = False
    nonce: bytes = field(default=b"", repr=False)
    entry: int | None = None
    version: int = 0

    @property
    def ends(self) -> datetime:
        """When its bucket is over."""
        return self.starts + self.minutes * MINUTE

    @property
    def commitment(self) -> str:
        """What names it in public, to nobody who does not hold the nonce."""
        return commitment(self.nonce, self.crossing_id.bytes).hex()

    def _move(self, stage: BookingStage) -> None:
        if stage not in MOVES[self.stage]:
            raise NotReserved(crossing=self.crossing_id, stage=self.stage)
        self.stage = stage

    def reserve(self, until: datetime) -> None:
        """Hold the place for a few minutes."""
        self.stage, self.until = BookingStage.RESERVED, until
        self._say_reserved(until, None)

    def enter(self, drawn_at: datetime) -> None:
        """Take part in the draw of a bucket."""
        self.stage, self.until, self.drawn = BookingStage.ENTERED, drawn_at, True
        self._say_reserved(drawn_at, drawn_at)

    def _say_reserved(self, until: datetime, drawn_at: datetime | None) -> None:
        self.record(
            SlotReserved(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                starts=self.starts,
                minutes=self.minutes,
                until=until,
                drawn_at=drawn_at,
            )
        )

    def confirm(self, things: Sequence[str], now: datetime) -> None:
        """The slot is the crossing's, of this very truck; raises NotReserved, of an entry too, and ReservationOver."""
        if self.stage is not BookingStage.RESERVED:
            raise NotReserved(crossing=self.crossing_id, stage=self.stage)
        if self.until is not None and self.until <= now:
            raise ReservationOver(crossing=self.crossing_id)
        self._hold(things, now)

    def win(self, things: Sequence[str], now: datetime) -> None:
        """Its lot was drawn: the slot is the crossing's; nothing else makes one of an entry."""
        if self.stage is not BookingStage.ENTERED:
            raise NotReserved(crossing=self.crossing_id, stage=self.stage)
        self._hold(things, now)

    def _hold(self, things: Sequence[str], now: datetime) -> None:
        self._move(BookingStage.CONFIRMED)
        self.things, self.until, self.confirmed_at = list(things), None, now
        self._say_confirmed()

    def _say_confirmed(self, share: Decimal = Decimal(0), because: str | None = None) -> None:
        self.record(
            SlotConfirmed(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                starts=self.starts,
                minutes=self.minutes,
                drawn=self.drawn,
                there_from=self.there_from,
                there_by=self.there_by,
                share=share,
                because=because,
            )
        )

    def ask_to_come(self, span: Span | None) -> None:
        """When its truck has to come to the waiting area, as is told to its holder.

        Who is there for an hour is there for an earlier one; of a later one what was said before is void.
        """
        if span is None or self.there_from is None or span.since > self.there_from:
            self.said_by, self.excused = None, False
        self.there_from, self.there_by = span or (None, None)

    def state_presence(self, now: datetime, officers: Sequence[UUID] = ()) -> None:
        """Its holder says that its truck is there, or officers do; raises NotTheTime."""
        since, until = self.there_from, self.there_by
        if self.stage is not BookingStage.CONFIRMED or since is None or until is None or not since <= now <= until:
            raise NotTheTime(crossing=self.crossing_id)
        if self.said_by is None:
            self.said_by = SaidBy.OFFICER if officers else SaidBy.HOLDER
            told = {"said_by": self.said_by, "officers": tuple(officers)}
            self.record(PresenceStated(crossing_id=self.crossing_id, slot=self.starts, **told))

    def excuse(self, cause: Hindrance, officers: Sequence[UUID]) -> None:
        """An officer says what keeps its truck from being there: no slot is lost by that; raises NothingToExcuse."""
        if self.stage is not BookingStage.CONFIRMED or self.there_by is None or self.excused:
            raise NothingToExcuse(crossing=self.crossing_id)
        self.excused = True
        self._say_excused(cause, officers)

    def make_good(self, cause: Hindrance, officers: Sequence[UUID]) -> None:
        """Two officers say so once the slot was lost by that; raises NothingToExcuse."""
        if self.cause is not Ending.ABSENT or self.stage is not BookingStage.LOST:
            raise NothingToExcuse(crossing=self.crossing_id)
        self._move(BookingStage.RELEASED)
        self.cause, self.excused = Ending.OURS, True
        self._say_excused(cause, officers)

    def _say_excused(self, cause: Hindrance, officers: Sequence[UUID]) -> None:
        self.record(
            AbsenceExcused(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                ticket_class=self.ticket_class,
                slot=self.starts,
                cause=cause,
                officers=tuple(officers),
            )
        )

    def offer(self, bucket: Bucket, until: datetime) -> None:
        """There is room earlier, or instead of an hour that has none: held for this one for a while."""
        self.offered, self.offered_until = bucket.starts, until
        self.record(
            SlotOffered(
                crossing_id=self.crossing_id,
                starts=bucket.starts,
                minutes=bucket.minutes,
                until=until,
                instead_of=self.starts if self.struck else None,
            )
        )

    def decline(self) -> datetime:
        """Keep the slot, or let the offer run out; returns the bucket whose place is free again."""
        if self.offered is None:
            raise NothingOffered(crossing=self.crossing_id)
        offered, self.offered, self.offered_until = self.offered, None, None
        self._say_confirmed()
        return offered

    def strike(self) -> None:
        """As things stand its hour has no room for it: its truck need not come for it, and its holder may move it."""
        self.struck = True
        self.ask_to_come(None)
        self.record(
            SlotStruck(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                starts=self.starts,
                minutes=self.minutes,
            )
        )

    def stand_again(self) -> None:
        """Its hour has room for it again."""
        self.struck = False
        self._say_confirmed()

    @property
    def is_reserved(self) -> bool:
        """Whether it waits to be confirmed."""
        return self.stage is BookingStage.RESERVED

    def may_move(self, now: datetime) -> bool:
        """Whether its holder may still ask for another hour: not again, and not once its truck has to be there.

        Whose hour has no room may until it is over.
        """
        in_time = now < self.ends if self.struck else not self.moved and now < self._has_to_come_by
        return self.stage is BookingStage.CONFIRMED and in_time

    @property
    def _has_to_come_by(self) -> datetime:
        return self.there_by or self.starts

    def reschedule(self, now: datetime) -> None:
        """Its holder asks for another hour, once and in time; an offer does not count, nor a move for want of room."""
        if self.struck:
            return
        if self.moved:
            raise MovedAlready(crossing=self.crossing_id)
        if self._has_to_come_by <= now:
            raise TooLateToMove(crossing=self.crossing_id)
        self.moved = True

    def move_to(self, bucket: Bucket, share: Decimal = Decimal(0), because: str | None = None) -> None:
        """Have another slot instead: an offered one, or one with room; a `share` of the fee is owed for the old one."""
        if self.stage is not BookingStage.CONFIRMED:
            raise NotReserved(crossing=self.crossing_id, stage=self.stage)
        self.starts, self.minutes = bucket.starts, bucket.minutes
        self.offered = self.offered_until = None
        self.struck = False
        self._say_confirmed(share, because)

    def use(self) -> None:
        """The truck was called from its slot, or the gate saw it first."""
        self._move(BookingStage.USED)
        self.version += 1

    def end(self, cause: Ending, share: Decimal = Decimal(0), because: str | None = None) -> None:
        """There is no slot any more; a `share` of the fee is owed by the rule `because`."""
        self._move(BookingStage.LOST if cause in OWN_DOING else BookingStage.RELEASED)
        self.cause, self.until = cause, None
        self.record(
            SlotEnded(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                starts=self.starts,
                cause=cause,
                share=share,
                because=because,
            )
        )

    def take_over(self, queue: str, things: Collection[str], vehicle_id: UUID) -> bool:
        """Whether the crossing as it is now is still the one that booked: one change of tractor or driver is free."""
        kinds = {thing.split(" ", 1)[0] for thing in set(things) ^ set(self.things)}
        allowed = not kinds or (not self.changed and (kinds <= TRACTOR or kinds <= DRIVER))
        if queue != self.queue or (self.stage is BookingStage.CONFIRMED and not allowed):
            return False
        if kinds:
            self.changed = self.changed or self.stage is BookingStage.CONFIRMED
            self.things, self.vehicle_id = sorted(things), vehicle_id
            self.version += 1
        return True


def may_hold(reserved_at: datetime, apart: timedelta, now: datetime) -> bool:
    """Whether a vehicle that was booked before may be booked again."""
    return reserved_at + apart <= now
