"""What the simulator's gate would have told the public ledger passes the check, whatever happens to its trucks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from hypothesis import given, settings

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.promise import Promise
from services.queue_scheduling.domain.hours import hour_of
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.dealing import DealtBook
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.seeds import day_of
from services.queue_scheduling.simulator.site import Site, Truck, a_day
from services.queue_scheduling.simulator.witness import Witness
from tests.builders.ledger import ROUTE
from tests.builders.queue import TEN
from tests.builders.simulated import Scene, scenes


@dataclass(eq=False)
class PublicWitness(Witness):
    """Who hears of each decision and writes a leaf of it; `book` is where it was made."""

    book: DealtBook = field(default_factory=DealtBook)
    classes: dict[UUID, TicketClass] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)

    def tell(self, kind: Kind, **said: Any) -> None:  # noqa: ANN401 - a leaf's fields
        made, self.book.made = self.book.made, []
        about = {"direction": Direction.EXPORT, "at": TEN}
        self.leaves += [Leaf(kind=Kind.EXCHANGED, line=line, number=n, to=to, **about) for line, n, to in made]
        self.leaves.append(Leaf(kind=kind, **about, **said))

    def tell_of(self, crossing: UUID, kind: Kind, **said: Any) -> None:  # noqa: ANN401 - a leaf's fields
        self.tell(kind, ticket_class=self.classes[crossing], commitment=crossing.hex * 2, **said)

    def joined(self, crossing: UUID, ticket_class: TicketClass, promise: Promise) -> None:
        self.classes[crossing] = ticket_class
        numbers = {"first_come": promise.first_come, "promise": promise.number, "ahead": promise.ahead}
        numbers = numbers if promise.number else {}
        self.tell_of(crossing, Kind.JOINED, ready_at=TEN, if_spoiled=promise.second, **numbers)

    def called(self, crossing: UUID, number: int | None) -> None:
        valid = {"hour": hour_of(TEN), "capacity": 1_000, "valid_until": TEN}
        self.tell_of(crossing, Kind.CALLED, number=number, **valid)

    def passed(self, crossing: UUID, number: int | None) -> None:
        self.tell_of(crossing, Kind.PASSED, number=number, cause="OURS")

    def left(self, crossing: UUID) -> None:
        self.tell_of(crossing, Kind.WITHDRAWN)

    def spoiled(self, crossing: UUID, number: int | None) -> None:
        self.tell_of(crossing, Kind.SPOILED, promise=number)


def told_of(scene: Scene) -> list[Leaf]:
    """The log of a scene, in which a crisis is declared from the first leaf on if there is one at all."""
    order = scene.order
    order.book = DealtBook()
    order.witness = told = PublicWitness(book=order.book)
    told.tell(Kind.OPENED, route=ROUTE, number=0)
    for line, grace in order.terms.graces.items():
        told.tell(Kind.TERMS, line=line, beta=str(grace.beta), m=grace.m)
    all_day = {"opens": 0, "closes": 24 * 60, "per_hour": 1_000, "early": 0}
    told.tell(Kind.HOURS, day=day_of(TEN), **all_day, dangerous="1")
    if scene.crisis:
        told.tell(Kind.CRISIS, cause="DECLARED")
    scene.play(order)
    return told.leaves


def is_whole(leaves: list[Leaf]) -> bool:
    """Whether nothing is wrong with a log, and the numbers in it are known to its end."""
    check = LogCheck(ROUTE, simulated=True)
    assert [finding for leaf in leaves for finding in check.read(leaf)] == []
    return all(queue.dealing.book is not None for queue in check.queues.values())


@settings(max_examples=60, deadline=None)
@given(scene=scenes())
def test_the_log_of_any_short_scene_passes(scene: Scene) -> None:
    assert is_whole(told_of(scene))


def test_the_log_of_a_crisis_passes_and_tells_of_who_fell_back() -> None:
    trucks = [
        *(Truck(n, -100 + n / 10, TicketClass.P2, 0.4, 24.0, 24.0) for n in range(150)),
        *(Truck(n, n / 10, TicketClass.P2, 0.4, 30.0, 30.0) for n in range(150, 200)),
    ]
    site = Site([a_day(day, 1) for day in range(6)], 60 / 9, 0.4, 5)
    calm = Scene(site, trucks, [0.15] * 200, tight=True)
    leaves = told_of(replace(calm, crisis=((0.0, 999.0),)))
    assert sum(leaf.kind is Kind.SPOILED for leaf in leaves) > 50
    assert is_whole(leaves)
