"""One seed of one scene at a gate that counts each hour's calls: without slots, and with more and more of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from events.words import TicketClass
from services.queue_scheduling.simulator.holders import BookedHours
from services.queue_scheduling.simulator.order import Order, terms_of
from services.queue_scheduling.simulator.site import Whose
from services.queue_scheduling.slots.buckets import BOOKABLE
from tests.bench.parts import scenes
from tests.bench.parts.peers import first_come
from tests.bench.parts.scenes import Draw, Scene
from tests.bench.parts.trials import MAKERS, Figures, Trial, played

BOOKED = ("0.1", "0.2", "0.4")
FORWARDED: Mapping[str, bool] = {"": True, ", spread": False}
"""Whether trucks are called just in time or spread over the hour."""
NOT_PERISHABLE = frozenset(BOOKABLE) - {TicketClass.P2}
NO_SLOTS, FIRST_COME = "no slots", "first come"


@dataclass(frozen=True)
class Gate:
    """How a gate calls, and the scene there; `name` is added to what is told of it."""

    scene: Scene
    name: str
    just_in_time: bool = True

    def played(self, scene: Scene, order: Order) -> Trial:
        """One run."""
        return played(scene, order, just_in_time=self.just_in_time)

    def booked(self, scene: Scene) -> Trial:
        """The project's own order, with whatever slots the trucks have."""
        return self.played(scene, BookedHours(scene.site, terms_of(scenes.GRACES), scenes.SECOND))

    def told(self, label: str, scene: Scene, without: Trial) -> Figures:
        """What slots do, also to those who have none, beside the same trucks `without` any slots."""
        trial, name = self.booked(scene), f"{label}{self.name}"
        live = {truck.number for truck in scene.trucks if truck.slot is None}
        found = trial.told(name)
        for which, one in (("", trial), (" without", without)):
            found[f"{name}.live loss{which}"] = one.loss(lambda truck: truck.number in live)
            found[f"{name}.live p95{which}"] = one.standard_p95(lambda truck: truck.number in live)
        order = trial.run.order
        if isinstance(order, BookedHours):
            found |= {
                f"{name}.trucks": len(scene.trucks),
                f"{name}.slots": len(scene.trucks) - len(live),
                f"{name}.used": order.used,
                f"{name}.late": order.ended[Whose.OWN],
                f"{name}.ours": order.ended[Whose.OURS],
            }
        return found


def booked(name: str, seed: int) -> Figures:
    """A scene under first come, without slots, and with slots that all ask for alike, or only who does not spoil."""
    found: Figures = {}
    for how, just_in_time in FORWARDED.items():
        gate = Gate(MAKERS[name](Draw(seed)), how, just_in_time)
        found |= gate.played(gate.scene, first_come()).told(f"{FIRST_COME}{how}")
        found |= _with_slots(gate, seed)
    return found


def _with_slots(gate: Gate, seed: int) -> Figures:
    without = gate.booked(gate.scene)
    found = without.told(f"{NO_SLOTS}{gate.name}")
    for share in BOOKED:
        for classes, who in asking(share):
            scene = scenes.with_hours_booked(gate.scene, share, classes, seed)
            found |= gate.told(f"{share} booked{who}", scene, without)
    return found


def asking(share: str) -> list[tuple[Collection[TicketClass], str]]:
    """Who asks: all alike, and where much is booked also nobody with a perishable load."""
    return [(BOOKABLE, ""), *([(NOT_PERISHABLE, ", no perishables")] if share != BOOKED[0] else [])]


def troubled(name: str, seed: int) -> Figures:
    """The same at a fifth, with withdrawals, holds and no-shows that join again."""
    gate = Gate(MAKERS[name](Draw(seed)), ", troubled")
    first = gate.played(gate.scene, first_come())
    scene = scenes.with_trouble(gate.scene, first.visits, seed)
    without = gate.booked(scene)
    booked = scenes.with_hours_booked(scene, "0.2", BOOKABLE, seed)
    return {
        **gate.played(scene, first_come()).told(f"{FIRST_COME}{gate.name}"),
        **without.told(f"{NO_SLOTS}{gate.name}"),
        **gate.told("0.2 booked", booked, without),
    }
