"""What a route declares of the headers it takes is what its handler does with them."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from bordergate.http.csrf import SAFE
from tests.contract.test_routes import GUARDED, Declared, method_of

DOORS = ("services.", "bordergate.http.")


def names_in(function: FunctionType, seen: set[FunctionType]) -> Iterator[str]:
    """The names that a handler uses, also in the functions of this project's that it calls by name."""
    seen.add(function)
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        yield from code.co_names
        codes += [part for part in code.co_consts if isinstance(part, CodeType)]
        for called in _called(function, code.co_names):
            if called not in seen:
                yield from names_in(called, seen)


def _called(function: FunctionType, names: tuple[str, ...]) -> Iterator[FunctionType]:
    found: list[Any] = [function.__globals__.get(name) for name in names]
    for module in [one for one in found if isinstance(one, ModuleType) and ".api" in one.__name__]:
        found += [getattr(module, name, None) for name in names]
    yield from (one for one in found if isinstance(one, FunctionType) and one.__module__.startswith(DOORS))


def uses(declared: Declared, name: str) -> bool:
    """Whether a route's handler uses something of the door."""
    handler = declared.route.endpoint
    return name in names_in(getattr(handler, "__func__", handler), set())


@pytest.mark.parametrize("declared", GUARDED, ids=lambda declared: declared.name)
def test_a_route_takes_the_headers_that_its_handler_heeds(declared: Declared) -> None:
    assert declared.route.versioned == uses(declared, "expected"), "If-Match"
    if declared.route.once:
        assert uses(declared, "run"), "nothing is done that a key could keep from being done twice"
    assert not (declared.route.once and method_of(declared.route) in SAFE)


def test_links_and_tokens_are_not_kept_for_repetition() -> None:
    kept = {declared.name for declared in GUARDED if declared.route.once}
    secrets = {"POST /invitations", "POST /people/{person_id}/invitation", "POST /machines", "POST /driver-links"}
    assert not kept & {f"identity {one}" for one in secrets}
    assert "identity POST /people/{person_id}/disable" in kept
