"""The simulator's queue against what books know of it (M/M/c, M/M/c/K, M/D/1, M/G/1).

Near saturation a mean to 2 % takes tens of millions of trucks. So each row is judged in two steps: the engine and a
recursion give the same wait to each of some thousand trucks, and the recursion, on 1,500 queues side by side, gives the
book's means.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.builders.closed_forms import Book, Measured, both_ways, measured

VARIABLE = "BORDERGATE_CONFORMANCE"
ERRORS, HALF_WIDTH = 3.3, 0.02
FIGURES = ("Wq", "W", "Lq", "L", "p_block", "erlang_c", "p0")
RARE = 0.01
"""Chances below it are not seen often enough to be judged."""


def books() -> list[Book]:
    path = Path(os.environ[VARIABLE]) / "queueing_closed_forms.json"
    return [Book(row) for row in json.loads(path.read_text("utf-8"))]


def test_there_are_all_fourteen_rows() -> None:
    assert len(books()) == 14


@pytest.mark.parametrize("book", books(), ids=str)
def test_the_engine_gives_each_truck_the_wait_of_the_recursion(book: Book) -> None:
    by_engine, by_recursion = both_ways(book, seed=20250602, trucks=4_000)
    assert by_engine == pytest.approx(by_recursion, abs=1e-6)
    assert any(by_engine) or book.row["Wq"] == 0


@pytest.mark.parametrize("book", books(), ids=str)
def test_the_means_are_the_books(book: Book) -> None:
    found = measured(book, seed=20250602)
    judged = {name: found[name] for name in FIGURES if book.row.get(name, 0.0) >= RARE}
    assert {"Wq", "W", "Lq", "L"} & set(judged)
    assert {name: off(one, book.row[name]) for name, one in judged.items() if off(one, book.row[name]) > ERRORS} == {}
    assert {name: one for name, one in judged.items() if 1.96 * one.error > HALF_WIDTH * one.value} == {}
    assert all(found[name].value == 0 for name in ("Wq", "Lq") if book.row[name] == 0)


def off(one: Measured, known: float) -> float:
    """By how many standard errors."""
    return abs(one.value - known) / one.error if one.error else float("inf") * (one.value != pytest.approx(known))
