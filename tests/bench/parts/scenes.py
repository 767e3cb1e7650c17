"""The gate of the queue study, and what may happen at it: quiet, busy, a surge, a crisis; small days.

As in the study: 10 lanes of 9 minutes (800 trucks a day), open 7-19. Where it says nothing: after closing trucks come
as seldom as after midnight; a load counts who will be served, no-shows come on top of it; a hold lasts ½ to 4 h, and
every second one is the gate's doing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import Grace, Line
from services.queue_scheduling.simulator.booking import Demand, Sale, with_slots
from services.queue_scheduling.simulator.laws import Laws, Spread, hours_of_day, trucks_of, with_goods
from services.queue_scheduling.simulator.site import Day, Held, Site, Span, Truck, Visit, Whose, a_day
from tests.builders.slots import TERMS

Profile = Sequence[tuple[float, float, float]]

LANES, PER_DAY, PLACES = 10, 800, 40
LANE = Spread(9 / 60, 0.5)
TRAVEL = Spread(25 / 60, 0.4)
NIGHTS = ((0, 5, 0.09), (7, 11, 0.24), (19, 24, 0.09))
EVENINGS: Mapping[str, Profile] = {
    "as other hours": ((0, 5, 0.09), (7, 11, 0.24)),
    "empty": ((0, 5, 0.09), (7, 11, 0.24), (19, 24, 0.0)),
}
"""Other readings of what the study does not say: how many trucks come after closing."""
WAITING, OLDEST = 4_461, 240.0
WITHDRAWN, HELD = 0.05, 0.03
GROUPS = ((43.5, 30.0), (66.3, 54.0), (float("inf"), 95.0))
"""Up to which shelf life (a third of the loads each) the dispatch is told which."""
GRACES: Mapping[Line, Grace] = {
    Line.STANDARD: Grace(),
    Line.EMPTY: Grace(Decimal("0.5"), 60),
    Line.PERISHABLE: Grace(Decimal("0.25"), 250),
}
SECOND = Grace(Decimal(1), 2000)
WIDE: Mapping[Line, Grace] = {**GRACES, Line.PERISHABLE: SECOND}
"""As if a crisis had been foreseen: every perishable is promised no more than its second number from the first."""
SMALL_LANES = 2
SMALL_GRACES: Mapping[Line, Grace] = {
    Line.STANDARD: Grace(),
    Line.EMPTY: Grace(Decimal("0.5"), 60 * SMALL_LANES // LANES),
    Line.PERISHABLE: Grace(Decimal("0.25"), 250 * SMALL_LANES // LANES),
}
"""On a small day an hour has fewer calls: the graces are as many hours as at the whole gate."""


@dataclass(frozen=True)
class Scene:
    """A site, its trucks, and the hours in a lane of the first, second, … to enter one."""

    site: Site
    trucks: Sequence[Truck]
    services: Sequence[float]


class Dice(NamedTuple):
    """What a scene draws from, each apart from the others."""

    goods: np.random.Generator
    lanes: np.random.Generator
    trouble: np.random.Generator


@dataclass(frozen=True)
class Draw:
    """A seed, and the share of perishables (drawn from it when none is given)."""

    seed: int
    perishable: float | None = None
    profile: Profile = NIGHTS

    @cached_property
    def dice(self) -> Dice:
        """From the seed alone."""
        return Dice(*(np.random.default_rng([self.seed, which]) for which in range(3)))

    @cached_property
    def laws(self) -> Laws:
        """Shares are drawn for the whole scene."""
        no_shows, perishable = self.dice.trouble.uniform(0.03, 0.08), self.dice.trouble.uniform(0.3, 0.7)
        return Laws(self.perishable or perishable, no_shows, travel=TRAVEL, profile=self.profile)


def quiet(draw: Draw) -> Scene:
    """Ten days at 0.8 of what the lanes can do."""
    return _days(draw, [0.8] * 10)


def busy(draw: Draw) -> Scene:
    """Two weeks at 0.97, on some days with closures or fewer lanes."""
    return _days(draw, [0.97] * 14, troubled=True)


def surge(draw: Draw) -> Scene:
    """A day at 1.3 among days at 0.85."""
    return _days(draw, [0.85] * 3 + [1.3] + [0.85] * 4)


def _days(draw: Draw, loads: Sequence[float], *, troubled: bool = False) -> Scene:
    per_day = [PER_DAY * load / (1 - draw.laws.no_shows) for load in loads]
    trucks = trucks_of(draw.laws, per_day, draw.dice.goods)
    changes = [_trouble(draw.dice.trouble) if troubled else [] for _ in loads]
    days = [a_day(number, LANES, changes=change) for number, change in enumerate(changes)]
    return _scene(draw, [*days, *(a_day(number, LANES) for number in range(len(loads), len(loads) + 10))], trucks)


def _trouble(dice: np.random.Generator) -> list[Span]:
    """On 5 % of days two hours closed, on 5 % six lanes of ten for six hours."""
    what, when = dice.random(), dice.random()
    if what < 0.05:
        return [Span(7 + 10 * when, 9 + 10 * when, 0)]
    return [Span(7 + 6 * when, 13 + 6 * when, 6)] if what < 0.1 else []


def crisis(draw: Draw) -> Scene:
    """4,461 trucks wait, some for ten days; half the lanes, 300 more a day for ten days; on some days all is closed."""
    lanes = LANES // 2
    factors = draw.laws.day_factor.draw(draw.dice.goods, 10)
    counts = draw.dice.goods.poisson(300 * factors)
    ages = np.sort(draw.dice.goods.uniform(-OLDEST, 0, WAITING))
    hours = [
        24.0 * day + np.sort(hours_of_day(draw.profile, count, draw.dice.goods)) for day, count in enumerate(counts)
    ]
    trucks = with_goods(draw.laws, np.concatenate([ages, *hours]), draw.dice.goods)
    days = [a_day(number, 0 if draw.dice.trouble.random() < 0.07 else lanes) for number in range(45)]
    return _scene(draw, days, trucks)


def _scene(draw: Draw, days: Sequence[Day], trucks: Sequence[Truck]) -> Scene:
    site = Site(days, 60 / 9, TRAVEL.mean, PLACES, draw.laws.no_shows)
    return Scene(site, trucks, LANE.draw(draw.dice.lanes, len(trucks)).tolist())


def small(draw: Draw, load: float) -> Scene:
    """From one closing to the next at a gate of two lanes: journeys are alike, everybody follows his call."""
    laws = replace(draw.laws, no_shows=0.0, travel=Spread(TRAVEL.mean, 0.0))
    count = draw.dice.goods.poisson(PER_DAY * SMALL_LANES / LANES * load)
    hours = hours_of_day(draw.profile, count, draw.dice.goods)
    trucks = with_goods(laws, np.sort(np.where(hours >= 19, hours, hours + 24)), draw.dice.goods)
    site = Site(
        [a_day(day, SMALL_LANES if day else 0) for day in range(6)], 60 / 9, TRAVEL.mean, PLACES * SMALL_LANES // LANES
    )
    return Scene(site, trucks, LANE.draw(draw.dice.lanes, len(trucks)).tolist())


def with_trouble(scene: Scene, first_come: Sequence[Visit], seed: int) -> Scene:
    """The same trucks, but 5 % withdraw and 3 % are held, some time in their first-come wait; no-shows join again."""
    dice = np.random.default_rng([seed, 3])
    draws = dice.random((len(scene.trucks), 5)).tolist()
    trucks = [_troubled(truck, visit, *row) for truck, visit, row in zip(scene.trucks, first_come, draws, strict=True)]
    return replace(scene, trucks=trucks)


def _troubled(truck: Truck, visit: Visit, what: float, when: float, hold: float, whose: float, _: float) -> Truck:
    begins = max(truck.arrives, 0.0)
    at = begins + when * max(0.0, visit.called - begins)
    truck = replace(truck, rejoins=True)
    if what < WITHDRAWN:
        return replace(truck, withdraws=at)
    if what < WITHDRAWN + HELD:
        return replace(truck, held=Held(at, at + 0.5 + 3.5 * hold, Whose.OURS if whose < 0.5 else Whose.OWN))
    return truck


def with_hours_booked(scene: Scene, share: str, classes: Collection[TicketClass], seed: int) -> Scene:
    """The same trucks, half of those of these classes asking for an hour, of whose calls such a share can be booked."""
    sale = Sale(scene.site, Decimal(share), TERMS)
    dice = np.random.default_rng([seed, 5])
    return replace(scene, trucks=with_slots(sale, scene.trucks, Demand(classes=classes), dice))


def in_groups(scene: Scene) -> Scene:
    """The dispatch is told no more of a load than which of three groups it belongs to."""
    return replace(scene, trucks=[replace(truck, declared=_group(truck.life)) for truck in scene.trucks])


def _group(life: float | None) -> float | None:
    return None if life is None else next(told for limit, told in GROUPS if life <= limit)


def with_liars(scene: Scene, factor: float, seed: int, share: float = 0.1) -> tuple[Scene, frozenset[int]]:
    """Some perishables declare another shelf life than they have; returns who."""
    dice = np.random.default_rng([seed, 4])
    lies = dice.random(len(scene.trucks)) < share
    liars = frozenset(truck.number for truck in scene.trucks if truck.life and lies[truck.number])
    told = [
        replace(truck, declared=truck.life * factor) if truck.life and truck.number in liars else truck
        for truck in scene.trucks
    ]
    return replace(scene, trucks=told), liars
