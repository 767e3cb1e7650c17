"""A day's seed is sealed before its day and shown after it, and whoever does otherwise is found out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from events.words import Direction, TicketClass
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.seeds import SeedCheck, day_of, seal_of
from tests.builders.ledger import PublicQueue, codes_in
from tests.builders.queue import TEN


def seeds_of_a_day() -> PublicQueue:
    """A perishable joins, and the next day another: three seals, a seed, one more seal."""
    queue = PublicQueue()
    queue.joins(TicketClass.P2)
    queue.now += timedelta(days=1)
    queue.joins(TicketClass.P2)
    return queue


def with_seeds(kind: Kind, **news: Any) -> Callable[[], list[Leaf]]:  # noqa: ANN401 - a leaf's fields
    """The last leaf of a kind says something else; without news it is left out."""

    def leaves() -> list[Leaf]:
        told = seeds_of_a_day().leaves
        place = max(number for number, leaf in enumerate(told) if leaf.kind is kind)
        return [*told[:place], *([told[place].model_copy(update=news)] if news else []), *told[place + 1 :]]

    return leaves


def never_shown() -> list[Leaf]:
    queue = seeds_of_a_day()
    queue.now += timedelta(days=1)
    queue.joins()
    return [leaf for leaf in queue.leaves if leaf.day != day_of(TEN) or leaf.kind is not Kind.UNSEALED]


def never_sealed() -> list[Leaf]:
    return [leaf for leaf in seeds_of_a_day().leaves if leaf.day is None]


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (with_seeds(Kind.UNSEALED, seed="0" * 64), "other_seed"),
        (with_seeds(Kind.UNSEALED, at=TEN), "unsealed_early"),
        (with_seeds(Kind.SEALED, day=day_of(TEN) + timedelta(days=1)), "sealed_again"),
        (with_seeds(Kind.SEALED, at=TEN + timedelta(days=4)), "sealed_late"),
        (never_shown, "never_unsealed"),
        (never_sealed, "unsealed_day"),
    ],
)
def test_a_seed_that_was_chosen_late_changed_or_kept_back_is_found(
    planted: Callable[[], list[Leaf]], code: str
) -> None:
    assert codes_in(seeds_of_a_day().leaves) == set()
    assert code in codes_in(planted())


def test_after_a_stop_of_days_the_seeds_are_shown_at_once_and_nobody_is_accused() -> None:
    queue = seeds_of_a_day()
    queue.now += timedelta(days=4)
    queue.joins()
    assert codes_in(queue.leaves) == set()
    assert len([leaf for leaf in queue.leaves if leaf.kind is Kind.UNSEALED]) == 4


def test_a_seed_shown_too_late_is_told_once_and_still_held_against_its_seal() -> None:
    check, seed = SeedCheck(), b"1" * 32
    about = {"direction": Direction.EXPORT, "day": day_of(TEN)}
    assert not list(check.seal(Leaf(kind=Kind.SEALED, at=TEN - timedelta(days=1), seal=seal_of(seed), **about), 0))
    late = TEN + timedelta(days=3)
    opened = Leaf(kind=Kind.OPENED, direction=Direction.EXPORT, at=late, route="hn-1119", number=0)
    assert [finding.code for _ in range(2) for finding in check.overdue(opened, 1)] == ["ledger.never_unsealed"]
    assert not list(check.unseal(Leaf(kind=Kind.UNSEALED, at=late, seed=seed.hex(), **about), 2))
