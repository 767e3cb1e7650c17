"""What a measurement says, and what it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bordergate.service import installed
from tests.databases import drop, migrated, named, own_topics
from tests.servers import Servers


@dataclass(frozen=True)
class Row:
    """One measured value, beside what it is compared with in the same run.

    `ratio` is value / against, or the median of `ratios` where both were measured in turn several times. The goal is
    met when the ratio (the value itself where the goal is `of_value` or nothing is compared) is at least `goal`, or at
    most when `lower` is better.
    """

    name: str
    value: float
    unit: str
    against: float | None = None
    goal: float | None = None
    lower: bool = False
    of_value: bool = False
    ratios: Sequence[float] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How much of what it is compared with."""
        if self.ratios:
            return median(self.ratios)
        return self.value / self.against if self.against else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        measured = self.value if self.of_value or self.ratio is None else self.ratio
        return measured <= self.goal if self.lower else measured >= self.goal

    def as_dict(self) -> dict[str, object]:
        """As it is written to a file."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "against": self.against,
            "ratio": self.ratio,
            "goal": self.goal,
            "met": self.met,
            "ratios": list(self.ratios),
            "note": self.note,
        }


@dataclass(frozen=True)
class Database:
    """A database, as the gate's processes and as its owner see it."""

    url: str
    owner_url: str


@dataclass(frozen=True)
class Setup:
    """The servers (those who need none may get none), a folder for what is written, and what was asked of simulations.

    That is how many seeds, and in which of their scenes: those whose names have one of these words, or all.
    """

    servers: Servers
    folder: Path
    seeds: int | None = None
    only: Sequence[str] = ()

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A fresh database with every service's tables."""
        name = migrated(self.servers, installed())
        try:
            yield Database(named(self.servers.database_url, name), named(self.servers.owner_url, name))
        finally:
            drop(self.servers, name)

    @contextmanager
    def topics(self) -> Iterator[str]:
        """The prefix of fresh streams."""
        with own_topics(self.servers) as prefix:
            yield prefix
