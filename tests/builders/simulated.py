"""Short scenes for the simulator: a small gate, a few dozen trucks, everything that can happen to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import Grace
from services.queue_scheduling.simulator.booking import Demand, Sale, with_slots
from services.queue_scheduling.simulator.holders import BookedHours
from services.queue_scheduling.simulator.hourly import HourlyRun
from services.queue_scheduling.simulator.laws import Laws, Spread, trucks_of
from services.queue_scheduling.simulator.order import Crisis, Order, PromisedNumbers, terms_of
from services.queue_scheduling.simulator.run import Run
from services.queue_scheduling.simulator.site import Day, Held, Site, Span, Truck, Visit, Whose, a_day
from tests.builders.queue_book import GRACES, TIGHT
from tests.builders.slots import TERMS

LANE = Spread(9 / 60, 0.5)
SECOND = Grace(Decimal(1), 2000)
CLASSES = [TicketClass.P2, TicketClass.P2, TicketClass.P3, TicketClass.P4, TicketClass.P4, TicketClass.P5]


@dataclass(frozen=True)
class Scene:
    """A gate, its trucks, and how long each stay in a lane takes."""

    site: Site
    trucks: Sequence[Truck]
    services: Sequence[float]
    crisis: Crisis = ()
    tight: bool = False

    @property
    def order(self) -> PromisedNumbers:
        """The service's own order, new."""
        second = Grace(Decimal(1), 9) if self.tight else SECOND
        return PromisedNumbers(self.site, terms_of(TIGHT if self.tight else GRACES), second, self.crisis)

    @property
    def booked_order(self) -> BookedHours:
        """The same with slots."""
        order = self.order
        return BookedHours(order.site, order.terms, order.second, order.crisis)

    def play(self, order: Order) -> list[Visit]:
        """All that happens."""
        return Run(self.site, self.trucks, self.services, order).play()

    def hourly(self, order: Order, *, just_in_time: bool = True) -> HourlyRun:
        """The same at a gate that calls as the service does; played."""
        run = HourlyRun(self.site, self.trucks, self.services, order, just_in_time=just_in_time)
        run.play()
        return run


def a_scene(seed: int, trucks: float = 60, days: int = 2, lanes: int = 1, no_shows: float = 0.1) -> Scene:
    """A small gate for some days, and two more on which nobody comes."""
    dice = np.random.default_rng(seed)
    drawn = trucks_of(Laws(0.4, no_shows, rejoins=True), [trucks] * days, dice)
    site = Site([a_day(day, lanes) for day in range(days + 2)], 60 / 9, 25 / 60, 5, no_shows)
    return Scene(site, drawn, LANE.draw(dice, len(drawn)).tolist())


@dataclass
class Drawn:
    """What hypothesis draws of one truck."""

    arrives: float
    ticket_class: TicketClass
    life: float
    fate: str = field(default="comes")
    after: float = 0.0

    def truck(self, number: int) -> Truck:
        """As the simulator knows it."""
        life = self.life if self.ticket_class is TicketClass.P2 else None
        truck = Truck(number, self.arrives, self.ticket_class, 0.3, life, life)
        at = self.arrives + self.after
        fates = {
            "comes": truck,
            "misses": replace(truck, misses=True),
            "misses once": replace(truck, misses=True, rejoins=True),
            "withdraws": replace(truck, withdraws=at),
            "is held": replace(truck, held=Held(at, at + 3)),
            "is held by us": replace(truck, held=Held(at, at + 3, Whose.OURS)),
            "is held from the first": replace(truck, held=Held(self.arrives, at, Whose.OURS)),
        }
        return fates[self.fate]


FATES = ["comes", "misses", "misses once", "withdraws", "is held", "is held by us", "is held from the first"]
DRAWN = st.builds(
    Drawn,
    arrives=st.floats(-20, 40),
    ticket_class=st.sampled_from(CLASSES),
    life=st.floats(1, 60),
    fate=st.sampled_from(FATES),
    after=st.floats(0, 12),
)
CLOSURES = st.lists(st.sampled_from([Span(9, 11, 0), Span(12, 15, 1)]), max_size=2, unique=True)


@st.composite
def scenes(draw: st.DrawFn, least: int = 1) -> Scene:
    """Any short scene, of at least so many trucks."""
    lanes = draw(st.integers(1, 3))
    changes = sorted(draw(CLOSURES), key=lambda span: span.start)
    days = [a_day(0, lanes, changes=changes), a_day(1, lanes if draw(st.booleans()) else 0), *_after(lanes)]
    trucks = [one.truck(number) for number, one in enumerate(draw(st.lists(DRAWN, min_size=least, max_size=60)))]
    crisis = draw(st.sampled_from([(), ((-30.0, 99.0),), ((10.0, 30.0),)]))
    site = Site(days, 3.0, 0.3, draw(st.integers(0, 6)), 0.1)
    return Scene(site, trucks, [1 / 3] * len(trucks), crisis, tight=draw(st.booleans()))


def sale_at(site: Site, share: str) -> Sale:
    """A share of a site's hours on sale, under the shipped rows."""
    return Sale(site, Decimal(share), TERMS)


@st.composite
def booked_scenes(draw: st.DrawFn) -> tuple[Scene, Sale]:
    """Any short scene in which many have booked an hour, half of whom come later than they meant."""
    scene = draw(scenes(least=20))
    sale = sale_at(scene.site, draw(st.sampled_from(("0.2", "0.6", "1"))))
    dice = np.random.default_rng(draw(st.integers(0, 2**32)))
    return replace(scene, trucks=with_slots(sale, scene.trucks, Demand(asks=0.8, late=0.5), dice)), sale


def _after(lanes: int) -> list[Day]:
    return [a_day(day, lanes) for day in range(2, 6)]
