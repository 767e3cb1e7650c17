"""Queues that books know the answer to: by the simulator's engine, and by a recursion on thousands at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.queue_scheduling.simulator.laws import Spread
from services.queue_scheduling.simulator.run import Run
from services.queue_scheduling.simulator.site import Ending, Site, Truck, never_closed
from tests.bench.parts.peers import first_come

Floats = NDArray[np.float64]
ABREAST = 1_500
STEPS_DRAWN = 500


@dataclass(frozen=True)
class Book:
    """One row: trucks come by chance, so many lanes, a law of service, perhaps a limit of how many may be there."""

    row: Mapping[str, Any]

    @property
    def lanes(self) -> int:
        return int(self.row.get("servers", 1))

    @property
    def room(self) -> int | None:
        return self.row.get("capacity")

    @property
    def mean_service(self) -> float:
        return float(self.row.get("mean_service") or 1 / self.row["service_rate"])

    @property
    def load(self) -> float:
        return float(self.row["arrival_rate"] * self.mean_service / self.lanes)

    def __str__(self) -> str:
        return f"{self.row['model']} {self.row['arrival_rate']} {self.lanes} {self.load:.2f}"

    def gaps(self, dice: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        """Between one arrival and the next."""
        return dice.exponential(1 / self.row["arrival_rate"], shape)

    def services(self, dice: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        """In a lane."""
        if self.row["model"].startswith("M/M"):
            return dice.exponential(self.mean_service, shape)
        law = Spread(self.mean_service, sqrt(self.row["scv_service"]))
        return law.draw(dice, int(np.prod(shape))).reshape(shape)

    def steps(self) -> tuple[int, int]:
        """Arrivals until nothing is left of the empty beginning, and arrivals to be counted (relaxation time)."""
        relaxation = 1 / (1 - sqrt(min(self.load, 0.95))) ** 2 if self.room is None else 5 * self.lanes
        variation = (1 + float(self.row.get("scv_service", 1))) / 2
        return int(8 * relaxation * variation) + 50, int(17 * relaxation * variation) + 400


@dataclass
class Abreast:
    """Many such queues side by side, one arrival of each at a time, first come first served."""

    book: Book
    count: int

    def __post_init__(self) -> None:
        self.now = np.zeros(self.count)
        self.free = np.zeros((self.count, self.book.lanes))
        self.leaving = np.full((self.count, self.book.room or 0), -np.inf)
        self.each = np.arange(self.count)

    def arrive(self, gap: Floats, service: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """The next truck of each: how long it waits for a lane, and whether it is let in at all."""
        self.now += gap
        room = self._room()
        lane = self.free.argmin(axis=1)
        start = np.maximum(self.now, self.free[self.each, lane])
        end = start + service
        self.free[self.each, lane] = np.where(room, end, self.free[self.each, lane])
        if self.book.room is not None:
            place = self.leaving.argmin(axis=1)
            self.leaving[self.each, place] = np.where(room, end, self.leaving[self.each, place])
        return start - self.now, room

    def finds_nobody(self, gap: Floats) -> NDArray[np.bool_]:
        """Whether the next truck of each will find all lanes free."""
        found: NDArray[np.bool_] = self.free.max(axis=1) <= self.now + gap
        return found

    def _room(self) -> NDArray[np.bool_]:
        if self.book.room is None:
            return np.ones(self.count, dtype=bool)
        found: NDArray[np.bool_] = self.leaving.min(axis=1) <= self.now
        return found


@dataclass(frozen=True)
class Measured:
    """A figure with its standard error."""

    value: float
    error: float

    @classmethod
    def ratio(cls, over: Floats, under: Floats) -> Measured:
        """Of sums over independent queues."""
        value = over.sum() / under.sum()
        off = over - value * under
        return cls(float(value), float(np.sqrt((off**2).sum()) / under.sum()))


def measured(book: Book, seed: int) -> dict[str, Measured]:
    """All that the books tell, from many queues side by side."""
    dice, queues = np.random.default_rng(seed), Abreast(book, ABREAST)
    before, counted = book.steps()
    names = ("waits", "stays", "let in", "came", "waited", "idle")
    sums = {name: np.zeros(ABREAST) for name in names}
    begun = queues.now.copy()
    for first in range(0, before + counted, STEPS_DRAWN):
        gaps, services = (draw(dice, (STEPS_DRAWN, ABREAST)) for draw in (book.gaps, book.services))
        for step in range(STEPS_DRAWN):
            if first + step == before:
                begun, sums = queues.now.copy(), {name: np.zeros(ABREAST) for name in names}
            idle = queues.finds_nobody(gaps[step])
            wait, room = queues.arrive(gaps[step], services[step])
            told = (wait * room, (wait + services[step]) * room, room, 1.0, (wait > 0) & room, idle)
            for name, value in zip(names, told, strict=True):
                sums[name] += value
    return _figures(sums, queues.now - begun)


def _figures(sums: Mapping[str, Floats], elapsed: Floats) -> dict[str, Measured]:
    return {
        "Wq": Measured.ratio(sums["waits"], sums["let in"]),
        "W": Measured.ratio(sums["stays"], sums["let in"]),
        "Lq": Measured.ratio(sums["waits"], elapsed),
        "L": Measured.ratio(sums["stays"], elapsed),
        "p_block": Measured.ratio(sums["came"] - sums["let in"], sums["came"]),
        "erlang_c": Measured.ratio(sums["waited"], sums["came"]),
        "p0": Measured.ratio(sums["idle"], sums["came"]),
    }


def both_ways(book: Book, seed: int, trucks: int) -> tuple[list[float | None], list[float | None]]:
    """The same trucks through the engine and through the recursion: each one's wait, none for who is turned back."""
    dice = np.random.default_rng(seed)
    gaps, services = book.gaps(dice, (trucks, 1)), book.services(dice, (trucks, 1))
    queue, by_recursion, stays = Abreast(book, 1), list[float | None](), list[float]()
    for gap, service in zip(gaps, services, strict=True):
        (wait,), (room,) = queue.arrive(gap, service)
        by_recursion.append(float(wait) if room else None)
        stays += [float(service[0])] if room else []
    site = Site([never_closed(book.lanes)], 1 / book.mean_service, room=book.room)
    came = [Truck(number, float(at)) for number, at in enumerate(np.cumsum(gaps))]
    visits = Run(site, came, stays, first_come()).play()
    by_engine = [None if visit.state is Ending.TURNED_BACK else visit.entered - visit.truck.arrives for visit in visits]
    return by_engine, by_recursion
