"""Cancelling and extending: each rule a small function that returns its reason; pure.

A share is of the fee that fees/ asks for such an act. `comes_at` is the call: a slot's start, or in the live queue the
latest instant at which the call was last foreseen, so that nobody pays for what was not foreseen of him.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from services.queue_scheduling.domain.ticket import Stage

NOTHING, WHOLE = Decimal(0), Decimal(1)


class Cost(NamedTuple):
    """What an act costs, as a share of its fee, and the rule that says so."""

    share: Decimal
    because: str


@dataclass(frozen=True)
class Tariff:
    """What the reference rows in force say of cancelling and extending."""

    free_before: timedelta
    half_before: timedelta
    half: Decimal
    extension_hours: tuple[int, ...]
    extension_every: timedelta
    exchange_free_before: timedelta


@dataclass(frozen=True)
class Held:
    """A place or a call in its holder's hand.

    `ours`: it is kept waiting by the gate's doing. `shut`: the route is stopped or closed beyond its ordinary night.
    `at_gate`: tracking places the truck there. `extended_at`: when the same vehicle's call was last extended for a fee.
    `valid_until`: when the call runs out.
    """

    stage: Stage
    now: datetime
    comes_at: datetime | None = None
    ours: bool = False
    shut: bool = False
    at_gate: bool = False
    spoils_at: datetime | None = None
    extended_at: datetime | None = None
    valid_until: datetime | None = None

    def comes_within(self, span: timedelta) -> bool:
        """Whether the call is nearer than this."""
        return self.comes_at is not None and self.comes_at - self.now < span


Pricing = Callable[[Held, Tariff], Cost | None]


def no_place_was_given(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - every rule has one shape
    """Who never got a place gives none up."""
    return Cost(NOTHING, "queue_scheduling.cancel_placeless") if held.stage is Stage.REFUSED else None


def gate_keeps_it_waiting(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """Nobody pays for leaving a queue that the gate itself stopped."""
    return Cost(NOTHING, "queue_scheduling.cancel_ours") if held.ours or held.shut else None


def truck_was_called(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """A call that somebody else could have had is a no-show, also when it is given up in words."""
    return Cost(WHOLE, "queue_scheduling.cancel_called") if held.stage is Stage.CALLED else None


def goods_are_spoiled(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """Who has nothing left to save may go home freely."""
    spoiled = held.spoils_at is not None and held.spoils_at <= held.now
    return Cost(NOTHING, "queue_scheduling.cancel_spoiled") if spoiled else None


def call_is_unforeseen(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """Nobody pays by the hours to a call of which he was told nothing."""
    return Cost(NOTHING, "queue_scheduling.cancel_unforeseen") if held.comes_at is None else None


def call_is_near(held: Held, tariff: Tariff) -> Cost | None:
    """Too late for anybody else to plan with the place."""
    return Cost(WHOLE, "queue_scheduling.cancel_late") if held.comes_within(tariff.half_before) else None


def call_is_some_hours_off(held: Held, tariff: Tariff) -> Cost | None:
    """Somebody may still use the place, if he hurries."""
    return Cost(tariff.half, "queue_scheduling.cancel_soon") if held.comes_within(tariff.free_before) else None


def call_is_far(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """A place given up in good time costs nothing."""
    return Cost(NOTHING, "queue_scheduling.cancel_early")


CANCELLING: tuple[Pricing, ...] = (
    no_place_was_given,
    gate_keeps_it_waiting,
    truck_was_called,
    goods_are_spoiled,
    call_is_unforeseen,
    call_is_near,
    call_is_some_hours_off,
    call_is_far,
)
"""The first that speaks says what cancelling costs."""


def gate_lets_nobody_in(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """Weather or an authority keeps the truck out: more time costs nothing."""
    return Cost(NOTHING, "queue_scheduling.extended_shut") if held.ours or held.shut else None


def truck_waits_for_an_authority(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """The truck is there and nobody has confirmed it."""
    return Cost(NOTHING, "queue_scheduling.extended_at_gate") if held.at_gate else None


def holder_asks_for_time(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """A tyre bursts; the place is kept for a fee."""
    return Cost(WHOLE, "queue_scheduling.extended_asked")


EXTENDING: tuple[Pricing, ...] = (gate_lets_nobody_in, truck_waits_for_an_authority, holder_asks_for_time)
"""The first that speaks says what more time costs."""


def change_is_ours_to_bear(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """Nobody pays for a change while the gate itself keeps the truck waiting."""
    return Cost(NOTHING, "queue_scheduling.exchanged_ours") if held.ours or held.shut else None


def change_is_late(held: Held, tariff: Tariff) -> Cost | None:
    """A change near the head of the queue is how places are sold: it is allowed, and costs."""
    late = held.stage is Stage.CALLED or held.comes_within(tariff.exchange_free_before)
    return Cost(WHOLE, "queue_scheduling.exchanged_late") if late else None


def change_is_early(held: Held, tariff: Tariff) -> Cost | None:  # noqa: ARG001 - as above
    """Tractors break and drivers fall ill: in good time that costs nothing."""
    return Cost(NOTHING, "queue_scheduling.exchanged_early")


EXCHANGING: tuple[Pricing, ...] = (change_is_ours_to_bear, change_is_late, change_is_early)
"""The first that speaks says what another tractor or driver costs."""


def cost_of(rules: tuple[Pricing, ...], held: Held, tariff: Tariff) -> Cost:
    """What an act costs: the first rule that speaks."""
    return next(cost for rule in rules if (cost := rule(held, tariff)) is not None)


Bar = Callable[[Held, Tariff, int], str | None]


def only_a_call_is_extended(held: Held, tariff: Tariff, hours: int) -> str | None:  # noqa: ARG001 - as above
    """A place that waits needs no more time: its number is kept."""
    return "queue_scheduling.extend_uncalled" if held.stage is not Stage.CALLED else None


def hours_are_offered(held: Held, tariff: Tariff, hours: int) -> str | None:  # noqa: ARG001 - as above
    """More time is given in a few sizes."""
    return "queue_scheduling.extend_hours" if hours not in tariff.extension_hours else None


def vehicle_extended_lately(held: Held, tariff: Tariff, hours: int) -> str | None:  # noqa: ARG001 - as above
    """Who could buy time again and again would hold a place as a good to sell."""
    lately = held.extended_at is not None and held.now - held.extended_at < tariff.extension_every
    paid = cost_of(EXTENDING, held, tariff).share > NOTHING
    return "queue_scheduling.extend_again" if lately and paid else None


def call_stays_valid_for_long(held: Held, tariff: Tariff, hours: int) -> str | None:  # noqa: ARG001 - as above
    """Time that costs nothing is given while it is needed, not heaped up."""
    longest = timedelta(hours=max(tariff.extension_hours, default=0))
    enough = held.valid_until is not None and held.valid_until - held.now >= longest
    free = cost_of(EXTENDING, held, tariff).share == NOTHING
    return "queue_scheduling.extend_enough" if enough and free else None


BARS: tuple[Bar, ...] = (
    only_a_call_is_extended,
    hours_are_offered,
    vehicle_extended_lately,
    call_stays_valid_for_long,
)
"""What stands against more time; all at once."""


def bars_to(held: Held, tariff: Tariff, hours: int) -> Iterator[str]:
    """Every rule that forbids so many hours more."""
    yield from (bar for rule in BARS if (bar := rule(held, tariff, hours)) is not None)
