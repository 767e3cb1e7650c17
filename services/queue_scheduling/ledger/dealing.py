"""Who holds which number: dealt again from the log by the rule itself, so that no number is called over anybody's head.

A log names the number that a place was promised, not the smaller one that it has come to hold since. That follows from
the joins and leavings before it: whoever reads all of them knows it, except of a queue that is older than its log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.queue_scheduling.dispatch.book import LINES, Line, Place
from services.queue_scheduling.dispatch.call import come_away
from services.queue_scheduling.dispatch.crisis import exchange_spoiled
from services.queue_scheduling.dispatch.promise import join, leave, settle
from services.queue_scheduling.ledger.bounds import Bounds
from services.queue_scheduling.ledger.finding import Finding, named
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.simulator.book import SortedBook


class DealtBook(SortedBook):
    """A queue's numbers in memory, with the exchanges that were made of them."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[tuple[Line, int, int]] = []

    def exchange(self, line: Line, number: int, at_most: int) -> None:
        """A dealt line's number is free again, and it holds the largest free one up to here."""
        super().exchange(line, number, at_most)
        self.made.append((line, number, self.instead))

    def take(self, at_most: int) -> int:
        """The largest free number up to here; it is no longer free."""
        self.instead = super().take(at_most)
        return self.instead


@dataclass
class Dealing:
    """The numbers as the log's leaves leave them; `book` is None while nobody can know them.

    `told` are the exchanges that the log tells of since the last join or call; `passed` is who was passed just now.
    """

    book: DealtBook | None = field(default_factory=DealtBook)
    told: list[tuple[Line | None, int | None, int | None]] = field(default_factory=list)
    passed: UUID | None = None

    def follow(self, leaf: Leaf, index: int, bounds: Bounds, *, doubted: bool) -> Iterator[Finding]:
        """What is wrong with a leaf's numbers; after one that is wrong or `doubted` those of who waits are unknown."""
        follows = FOLLOWS.get(leaf.kind)
        if self.book is None or follows is None:
            return
        found = [] if doubted else list(follows(self, self.book, leaf, index, bounds))
        yield from found
        if doubted or found:
            self.book = None

    def begin_anew(self, called: int) -> None:
        """Nobody waits by number: all numbers after those called are free, whatever was before."""
        if self.book is None:
            self.book, self.told, self.passed = DealtBook(), [], None
            self.book.queue.called = called

    def opens(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:  # noqa: ARG002
        """Nobody waits yet."""
        book.queue.called = leaf.number or 0
        yield from ()

    def stands(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:  # noqa: ARG002
        """Who waited before the log began has joined unseen."""
        if leaf.promise is not None:
            self.book = None
        yield from ()

    def joins(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:
        """A newcomer is promised the largest number that its line then holds, a perishable its own."""
        if leaf.promise is None or leaf.ticket_class is None:
            return
        place = Place(_id(leaf), leaf.ticket_class, LINES[leaf.ticket_class])
        dealt = join(book, place, bounds.graces).number
        if dealt != leaf.promise:
            yield Finding(index, "ledger.dealt_otherwise", {"promise": leaf.promise, "expected": dealt})
            return
        yield from self._settled(book, index)
        seated = book.place_of(place.crossing_id)
        if seated is not None and leaf.if_spoiled is not None:
            book.unseat(place.crossing_id)
            book.seat(replace(seated, second=leaf.if_spoiled))

    def calls(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:
        """The next number is called, of whoever; who held it is called by it, or was passed."""
        place, passed, self.passed = book.place_of(_id(leaf)), self.passed, None
        if leaf.number is None or place is None:
            yield from self.leaves(book, leaf, index, bounds)
            return
        settle(book)
        holder = next((one for one in book.heads() if one.number == leaf.number), None)
        due = holder and holder.crossing_id
        if due not in (None, place.crossing_id, passed) or passed not in (None, due):
            yield Finding(index, "ledger.called_over", {"number": leaf.number})
            return
        book.queue.called = leaf.number
        come_away(book, book.with_number(place))
        if holder is not None and passed is not None:
            come_away(book, holder)
            book.queue.unsettled = True
        yield from self._settled(book, index)

    def passes(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:  # noqa: ARG002
        """The next leaf calls a number over this one's head."""
        self.passed = _id(leaf)
        yield from ()

    def leaves(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:  # noqa: ARG002
        """A place is left without a numbered call: its line gives back its largest number."""
        place = book.place_of(_id(leaf))
        if place is not None:
            leave(book, place)
        yield from ()

    def exchanges(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:  # noqa: ARG002
        """A number is exchanged as the next join or call finds it too large, and not before."""
        if leaf.line is Line.STANDARD:
            settle(book)
        self.told.append((leaf.line, leaf.number, leaf.to))
        yield from ()

    def spoils(self, book: DealtBook, leaf: Leaf, index: int, bounds: Bounds) -> Iterator[Finding]:  # noqa: ARG002
        """A perishable takes the largest free number up to its second."""
        place = book.place_of(_id(leaf))
        if place is None:
            return
        exchange_spoiled(book, [replace(place, spoils_at=leaf.at)], leaf.at)
        dealt = book.place_of(place.crossing_id) or place
        if dealt.number != leaf.promise:
            yield Finding(index, "ledger.dealt_otherwise", {"promise": leaf.promise, "expected": dealt.number})

    def _settled(self, book: DealtBook, index: int) -> Iterator[Finding]:
        """All exchanges that were due are told, and no other."""
        if self.told != book.made:
            yield Finding(index, "ledger.exchanged_otherwise")
        self.told, book.made = [], []


def _id(leaf: Leaf) -> UUID:
    """A name of the ticket for the book: half of its commitment."""
    return UUID(named(leaf)[:32])


Follows = Callable[[Dealing, DealtBook, Leaf, int, Bounds], Iterator[Finding]]
FOLLOWS: Mapping[Kind, Follows] = {
    Kind.OPENED: Dealing.opens,
    Kind.STANDING: Dealing.stands,
    Kind.JOINED: Dealing.joins,
    Kind.CALLED: Dealing.calls,
    Kind.OVERRIDDEN: Dealing.calls,
    Kind.PASSED: Dealing.passes,
    Kind.WITHDRAWN: Dealing.leaves,
    Kind.LEFT: Dealing.leaves,
    Kind.EXCHANGED: Dealing.exchanges,
    Kind.SPOILED: Dealing.spoils,
}
