"""A queue kept in lists that tells the public ledger of its decisions, and a folder of what was published of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from bordergate.auth import SigningKey, key_set
from bordergate.ledger import Receipt, Tail, TreeHead, commitment, leaf_hash
from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import LINES, Graces, Line, Place
from services.queue_scheduling.dispatch.call import call_extraordinarily, next_call
from services.queue_scheduling.dispatch.promise import join, leave
from services.queue_scheduling.domain.hours import hour_of
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.finding import Finding
from services.queue_scheduling.ledger.leaf import Kind, Leaf, Leaving
from services.queue_scheduling.ledger.seeds import day_of, seal_of
from services.queue_scheduling.ledger.verify import HEADS, KEYS, LEAVES
from tests.builders.queue import TEN
from tests.builders.queue_book import GRACES, ListBook

ROUTE = "hn-1119"


def nonce_of(ticket: UUID) -> bytes:
    """A nonce of the test's own."""
    return sha256(ticket.bytes).digest()[:16]


def seed_of(day: date) -> bytes:
    """A day's seed of the test's own."""
    return sha256(day.isoformat().encode()).digest()


@dataclass
class ToldBook(ListBook):
    """Lists that remember which numbers were exchanged."""

    exchanges: list[tuple[Line, int, int]] = field(default_factory=list)

    def exchange(self, line: Line, number: int, at_most: int) -> None:
        before = set(self.held[line])
        super().exchange(line, number, at_most)
        (instead,) = self.held[line] - before
        self.exchanges.append((line, number, instead))


@dataclass
class PublicQueue:
    """One direction of a route, whose every decision is a leaf."""

    book: ToldBook = field(default_factory=ToldBook)
    leaves: list[Leaf] = field(default_factory=list)
    now: datetime = TEN
    capacity: int = 1_000
    joined: int = 0
    passed: dict[UUID, str] = field(default_factory=dict)
    sealed: list[date] = field(default_factory=list)
    hours: dict[str, Any] = field(default_factory=dict)
    graces: Graces = field(default_factory=lambda: GRACES)

    def __post_init__(self) -> None:
        self.tell(Kind.OPENED, route=ROUTE, number=0)

    def tell(self, kind: Kind, **said: Any) -> Leaf:  # noqa: ANN401 - a leaf's fields
        if self.sealed and kind not in (Kind.SEALED, Kind.UNSEALED):
            self.turn_seeds()
        leaf = Leaf(kind=kind, direction=Direction.EXPORT, at=self.now, **said)
        self.leaves.append(leaf)
        return leaf

    def turn_seeds(self) -> None:
        """Show the seeds of days that are over; seal those of today and two days more."""
        today = day_of(self.now)
        while self.sealed and self.sealed[0] < today:
            day = self.sealed.pop(0)
            self.tell(Kind.UNSEALED, day=day, seed=seed_of(day).hex())
        for day in (today + timedelta(days=ahead) for ahead in range(3)):
            if day > max(self.sealed, default=date.min):
                self.sealed.append(day)
                self.tell(Kind.SEALED, day=day, seal=seal_of(seed_of(day)))

    def tell_of(self, kind: Kind, place: Place, **said: Any) -> Leaf:  # noqa: ANN401 - a leaf's fields
        committed = commitment(nonce_of(place.crossing_id), place.crossing_id.bytes).hex()
        return self.tell(kind, ticket_class=place.ticket_class, commitment=committed, **said)

    def joins(self, ticket_class: TicketClass = TicketClass.P4, again: UUID | None = None) -> UUID:
        """Take a place at the end; `again` is one that was passed or missed its call."""
        self.joined += 1
        crossing = again or UUID(int=self.joined)
        ours = self.passed.pop(crossing, None) == "OURS"
        place = Place(crossing, ticket_class, Line.EXTRAORDINARY if ours else LINES[ticket_class])
        promise = join(self.book, place, self.graces)
        self._tell_of_exchanges()
        if ticket_class is TicketClass.P2 and not self.sealed:
            self.turn_seeds()
        numbers = {"first_come": promise.first_come, "promise": promise.number, "ahead": promise.ahead}
        self.tell_of(Kind.JOINED, place, ready_at=self.now, **(numbers if promise.number else {}))
        return crossing

    def calls(self) -> UUID | None:
        """The next call, if anybody can come and the hour has room."""
        if self.is_full():
            return None
        self.tell_hours()
        call = next_call(self.book, dangerous_may=True)
        self._tell_of_exchanges()
        if call is None:
            return None
        if call.passed:
            self.passed[call.passed.crossing_id] = "OWN"
            self.tell_of(Kind.PASSED, call.passed, number=call.number, cause="OWN")
        self._called(Kind.CALLED, call.place, call.number)
        return call.place.crossing_id

    def is_full(self) -> bool:
        """Whether the hour has had all its calls."""
        return self.book.queue.calls_in(hour_of(self.now)) >= self.capacity

    def calls_by_hand(self, crossing: UUID) -> None:
        if self.is_full():
            return
        self.tell_hours()
        place = self.book.place_of(crossing)
        call_extraordinarily(self.book, place)
        self._called(Kind.OVERRIDDEN, place, None)

    def tell_hours(self) -> None:
        """Today's, in which every hour has room for as many calls, half of them for dangerous goods."""
        told = {"day": day_of(self.now), "opens": 0, "closes": 24 * 60, "per_hour": self.capacity, "early": 0}
        if told != self.hours:
            self.hours = told
            self.tell(Kind.HOURS, **told, dangerous="0.5")

    def _called(self, kind: Kind, place: Place, number: int | None) -> None:
        hour = hour_of(self.now)
        self.book.queue.count(hour, place.ticket_class)
        valid_until = self.now + timedelta(hours=1)
        self.tell_of(kind, place, number=number, hour=hour, capacity=self.capacity, valid_until=valid_until)

    def misses(self, crossing: UUID, ticket_class: TicketClass = TicketClass.P4, cause: str = "OWN") -> None:
        self.tell_of(Kind.MISSED, Place(crossing, ticket_class, LINES[ticket_class]), cause=cause)
        self.passed[crossing] = cause
        self.joins(ticket_class, again=crossing)

    def withdraws(self, crossing: UUID, kind: Kind = Kind.WITHDRAWN) -> None:
        place = self.book.place_of(crossing)
        leave(self.book, place)
        self.tell_of(kind, place, cause=Leaving.SEEN.value if kind is Kind.LEFT else None)

    def waiting(self) -> list[UUID]:
        return [place.crossing_id for place in self.book.everybody()]

    def _tell_of_exchanges(self) -> None:
        exchanges, self.book.exchanges = self.book.exchanges, []
        for line, number, to in exchanges:
            self.tell(Kind.EXCHANGED, line=line, number=number, to=to)


def found_in(leaves: Iterable[Leaf], *, simulated: bool = False) -> list[Finding]:
    """What the check says of a whole log."""
    check = LogCheck(ROUTE, simulated)
    return [finding for leaf in leaves for finding in check.read(leaf)]


def codes_in(leaves: Iterable[Leaf]) -> set[str]:
    """What kinds of thing are wrong."""
    return {finding.code.removeprefix("ledger.") for finding in found_in(leaves)}


@dataclass
class Published:
    """A log as it is published: heads signed at some sizes, the last of them at its end."""

    leaves: Sequence[bytes]
    key: SigningKey
    at: datetime = TEN + timedelta(hours=1)

    def head(self, size: int | None = None, *, at: datetime | None = None, simulated: bool = False) -> TreeHead:
        tail = Tail()
        tail.grow(leaf_hash(leaf) for leaf in self.leaves[:size])
        return TreeHead(ROUTE, tail.size, tail.root, at or self.at, simulated)

    def receipt(self, index: int, ticket: UUID) -> Receipt:
        return Receipt(ROUTE, index + 100, self.leaves[index], nonce_of(ticket), ticket, TEN)

    def write(self, folder: Path, *sizes: int) -> Path:
        """Keys, heads and leaves, as `fetch` writes them."""
        folder.mkdir(exist_ok=True)
        heads = [self.head(size).signed(self.key) for size in (*sizes, len(self.leaves))]
        (folder / KEYS).write_text(key_set([self.key]))
        (folder / HEADS).write_text("".join(f"{head}\n" for head in heads))
        (folder / LEAVES).write_bytes(b"".join(leaf + b"\n" for leaf in self.leaves))
        return folder
