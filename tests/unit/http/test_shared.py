from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from bordergate.errors import Unavailable
from bordergate.http.shared import Shared

AWAY = OperationalError("SELECT 1", {}, Exception("the server is away"))


@dataclass
class Source:
    """What is read, and how often it was."""

    fails: Exception | None = None
    reads: int = 0
    at: float = 100.0
    shared: Shared = field(init=False)

    def __post_init__(self) -> None:
        self.shared = Shared(lambda: self.at)

    def read(self) -> int:
        if self.fails:
            raise self.fails
        self.reads += 1
        return self.reads

    def look(self, reading: Callable[[], int] | None = None) -> int:
        return self.shared.of("waiting", reading or self.read, at_most_every=5).value


@pytest.fixture
def source() -> Source:
    return Source()


def test_many_readers_cost_one_read(source: Source) -> None:
    assert {source.look() for _ in range(1_000)} == {1}
    assert source.reads == 1


def test_what_has_grown_old_is_read_again(source: Source) -> None:
    source.look()
    source.at += 5
    assert source.look() == 2


def test_while_the_database_is_away_readers_get_the_reading_before_and_its_age(source: Source) -> None:
    source.look()
    source.fails = AWAY
    source.at += 60
    kept = source.shared.of("waiting", source.read, at_most_every=5)
    assert (kept.value, kept.age) == (1, 60)


def test_a_database_that_is_away_is_not_asked_by_every_reader(source: Source) -> None:
    source.look()
    source.at += 5
    tried = []

    def fail() -> int:
        tried.append(1)
        raise AWAY

    for _ in range(10):
        assert source.look(fail) == 1
    assert len(tried) == 1


def test_without_any_reading_readers_are_told_to_come_back(source: Source) -> None:
    source.fails = AWAY
    with pytest.raises(Unavailable):
        source.look()


def test_a_mistake_of_our_own_is_not_hidden_behind_an_old_reading(source: Source) -> None:
    source.look()
    source.at += 5
    source.fails = ProgrammingError("SELEC 1", {}, Exception("syntax"))
    with pytest.raises(ProgrammingError):
        source.look()


def test_readers_do_not_wait_for_the_one_who_reads_anew(source: Source) -> None:
    source.look()
    source.at += 5
    reading, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        reading.set()
        assert go_on.wait(5)
        return 2

    first = threading.Thread(target=source.look, args=(slow,))
    first.start()
    assert reading.wait(5)
    assert source.look() == 1
    go_on.set()
    first.join()
    assert source.look() == 2


def test_of_many_readings_the_one_nobody_asked_for_longest_makes_room() -> None:
    reads: list[str] = []
    shared = Shared(most=2)
    for name in ("May", "June", "May", "July", "May", "June"):
        shared.of(name, lambda name=name: reads.append(name), at_most_every=float("inf"))  # type: ignore[misc] # as read
    assert reads == ["May", "June", "July", "June"]
