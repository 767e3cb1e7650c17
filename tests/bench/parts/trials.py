"""One seed of one scene under every order: what was lost, how long standard trucks waited, what was broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import Graces
from services.queue_scheduling.dispatch.promise import Promise
from services.queue_scheduling.dispatch.urgency import value_lost
from services.queue_scheduling.simulator.hourly import HourlyRun
from services.queue_scheduling.simulator.order import Crisis, Order, PromisedNumbers, terms_of
from services.queue_scheduling.simulator.run import Run
from services.queue_scheduling.simulator.site import Ending, Truck, Visit
from services.queue_scheduling.simulator.witness import STANDARD, Witness
from tests.bench.parts import scenes
from tests.bench.parts.optimum import least_loss
from tests.bench.parts.peers import first_come, fixed_pattern
from tests.bench.parts.scenes import Draw, Scene

Figures = dict[str, float]
FIRST_TICKET: Crisis = ((-1e9, 1e9),)
THIRD_DAY: Crisis = ((48.0, 1e9),)
LIFTED: Crisis = ((48.0, 96.0),)
CRISES: Mapping[str, Crisis] = {
    "normal regime": (),
    "second number from day 3": THIRD_DAY,
    "second number from the first ticket": FIRST_TICKET,
}
MAKERS: Mapping[str, Callable[[Draw], Scene]] = {
    "quiet": scenes.quiet,
    "busy": scenes.busy,
    "surge": scenes.surge,
    "crisis": scenes.crisis,
}
LIARS: Mapping[str, tuple[float, str, Crisis]] = {"crisis": (2.0, "twice", THIRD_DAY), "busy": (0.5, "half", ())}
"""In which scene one in ten claims how many times its shelf life, in words, and when the crisis is in force."""
SHARES = (0.3, 0.5, 0.7)
SMALL = {"quiet": 0.8, "busy": 0.97, "surge": 1.3}


@dataclass(frozen=True)
class Trial:
    """What one order did in one scene."""

    run: Run
    visits: Sequence[Visit]

    def loss(self, among: Callable[[Truck], bool] = lambda _: True) -> float:
        """Loads' worth of value lost, of what was alive at the start, among those that were to be served."""
        return sum(
            value_lost(visit.entered - truck.arrives, life) - value_lost(max(0.0, -truck.arrives), life)
            for visit in self.visits
            if (truck := visit.truck) and (life := truck.life) is not None and _to_be_served(truck) and among(truck)
        )

    def standard_p95(self, among: Callable[[Truck], bool] = lambda _: True) -> float:
        """Hours from joining to the call that 95 % of standard trucks did not exceed."""
        waits = [
            visit.wait
            for visit in self.visits
            if visit.truck.ticket_class in STANDARD and _to_be_served(visit.truck) and among(visit.truck)
        ]
        return float(np.quantile(waits, 0.95))

    def mean_wait(self, among: Callable[[Truck], bool]) -> float:
        """The mean of such waits."""
        return float(np.mean([v.wait for v in self.visits if among(v.truck) and _to_be_served(v.truck)]))

    def longest(self, among: Callable[[Truck], bool]) -> float:
        """The longest such wait."""
        return max(
            (visit.wait for visit in self.visits if among(visit.truck) and _to_be_served(visit.truck)), default=0
        )

    @property
    def left_over(self) -> int:
        """Trucks that were never served though they should have been."""
        return sum(_to_be_served(visit.truck) and visit.state is not Ending.SERVED for visit in self.visits)

    def told(self, name: str) -> Figures:
        """Its figures."""
        found: Figures = {
            f"{name}.loss": self.loss(),
            f"{name}.p95": self.standard_p95(),
            f"{name}.left over": self.left_over,
            f"{name}.apron": self.run.fullest_apron,
        }
        if isinstance(self.run.order, PromisedNumbers):
            found[f"{name}.broken"] = sum(self.run.order.witness.faults.values())
            found[f"{name}.exchanged"] = self.run.order.witness.exchanged
        return found


def _to_be_served(truck: Truck) -> bool:
    return truck.withdraws is None and (truck.rejoins or not truck.misses)


def played(scene: Scene, order: Order, *, just_in_time: bool = True) -> Trial:
    """One run, in which trucks are called as the service does: just in time, or spread over the hour."""
    run = HourlyRun(scene.site, scene.trucks, scene.services, order, just_in_time=just_in_time)
    return Trial(run, run.play())


def promised(scene: Scene, crisis: Crisis = (), graces: Graces = scenes.GRACES, *, just_in_time: bool = True) -> Trial:
    """The project's own order."""
    order = PromisedNumbers(scene.site, terms_of(graces), scenes.SECOND, crisis)
    return played(scene, order, just_in_time=just_in_time)


def whole(name: str, seed: int) -> Figures:
    """A scene under all orders, without and with withdrawals and holds."""
    scene = MAKERS[name](Draw(seed))
    first = played(scene, first_come())
    found = first.told("first come") | played(scene, fixed_pattern()).told("pattern")
    if name == "quiet":
        found["optimum.loss"] = least_loss(first.visits)
        found["optimum with the same promises.loss"] = _best_with_promises(scene)[1]
    if name in {"busy", "surge"}:
        found |= promised(scenes.in_groups(scene)).told("three groups")
    troubled = scenes.with_trouble(scene, first.visits, seed)
    found |= played(troubled, first_come()).told("first come, troubled")
    for regime, crisis in CRISES.items() if name == "crisis" else [("promised", ())]:
        trial = promised(scene, crisis)
        found |= trial.told(regime) | promised(troubled, crisis).told(f"{regime}, troubled")
        found[f"{regime}.longest"] = trial.longest(lambda truck: truck.life is not None)
    return found


def spread(name: str, seed: int) -> Figures:
    """A scene in which calls are spread over the hour, as routes are shipped; the same trucks and troubles."""
    scene = MAKERS[name](Draw(seed))
    crisis = THIRD_DAY if name == "crisis" else ()
    first = played(scene, first_come(), just_in_time=False)
    troubled = scenes.with_trouble(scene, first.visits, seed)
    return {
        **first.told("first come"),
        **played(troubled, first_come(), just_in_time=False).told("first come, troubled"),
        **promised(scene, crisis, just_in_time=False).told("promised"),
        **promised(troubled, crisis, just_in_time=False).told("promised, troubled"),
    }


def other_crises(seed: int) -> Figures:
    """A crisis declared on its third day and lifted two days later; one whose wider grace is on every first receipt."""
    scene = MAKERS["crisis"](Draw(seed))
    first = played(scene, first_come())
    troubled = scenes.with_trouble(scene, first.visits, seed)
    return {
        **first.told("first come"),
        **played(troubled, first_come()).told("first come, troubled"),
        **promised(scene, LIFTED).told("lifted"),
        **promised(scene, graces=scenes.WIDE).told("wider grace"),
        **promised(troubled, graces=scenes.WIDE).told("wider grace, troubled"),
    }


def other_evenings(name: str, seed: int) -> Figures:
    """The same, should as many trucks come after closing as at noon, or none."""
    found: Figures = {}
    for evenings, profile in scenes.EVENINGS.items():
        scene = MAKERS[name](Draw(seed, profile=profile))
        found |= played(scene, first_come()).told(f"first come, {evenings}")
        found |= promised(scene).told(f"promised, {evenings}")
    return found


def shares(name: str, seed: int) -> Figures:
    """A scene at 30, 50 and 70 % perishables: what the standard trucks have of it."""
    found: Figures = {}
    for share in SHARES:
        scene = MAKERS[name](Draw(seed, perishable=share))
        first = played(scene, first_come())
        troubled = scenes.with_trouble(scene, first.visits, seed)
        at = f" at {share:.0%}"
        found |= first.told(f"first come{at}") | promised(scene).told(f"promised{at}")
        found |= played(troubled, first_come()).told(f"first come, troubled{at}")
        found |= promised(troubled).told(f"promised, troubled{at}")
    return found


def liars(name: str, seed: int) -> Figures:
    """One perishable in ten says twice its shelf life in a crisis, or half of it when it is busy."""
    factor, _, crisis = LIARS[name]
    honest = MAKERS[name](Draw(seed))
    told, who = scenes.with_liars(honest, factor, seed)
    found: Figures = {}
    for label, scene in (("all honest", honest), ("some lie", told)):
        trial = promised(scene, crisis)
        found |= trial.told(label)
        found[f"{label}.liars"] = trial.loss(lambda truck: truck.number in who)
        found[f"{label}.others"] = trial.loss(lambda truck: truck.number not in who)
        found[f"{label}.liars wait"] = trial.mean_wait(lambda truck: truck.number in who)
    return found


def small_day(name: str, seed: int) -> Figures:
    """A small day against the best that anybody could do under the same promises."""
    scene = scenes.small(Draw(seed), SMALL[name])
    trial, optimum = _best_with_promises(scene, scenes.SMALL_GRACES)
    first = played(scene, first_come()).told("first come")
    return trial.told("promised") | first | {"optimum.loss": optimum}


def _best_with_promises(scene: Scene, graces: Graces = scenes.GRACES) -> tuple[Trial, float]:
    witness = Remembering()
    trial = played(scene, PromisedNumbers(scene.site, terms_of(graces), scenes.SECOND, witness=witness))
    return trial, least_loss(trial.visits, {crossing.int: number for crossing, number in witness.promises.items()})


@dataclass(eq=False)
class Remembering(Witness):
    """A witness that keeps every receipt's promise."""

    promises: dict[UUID, int] = field(default_factory=dict)

    def joined(self, crossing: UUID, ticket_class: TicketClass, promise: Promise) -> None:
        """Note it, and go on."""
        self.promises[crossing] = promise.number or 0
        super().joined(crossing, ticket_class, promise)
