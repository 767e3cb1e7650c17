"""The rules of all services as one list, read off the functions that judge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from bordergate.service import Service

CODE = re.compile(r"R\d{3}|[a-z_]+\.[a-z_]+")
Rule = Callable[..., Any]


@dataclass(frozen=True, order=True)
class Ruling:
    """A code that a failure may bear, and the service that judges it."""

    code: str
    service: str


def codes_of(rule: Rule) -> tuple[str, ...]:
    """The codes of the failures that a rule can state: those that its own code names."""
    return tuple(dict.fromkeys(_named(rule.__code__)))


def rulings(services: Iterable[Service]) -> list[Ruling]:
    """Every code that a rule of a service can state, in the order of the codes."""
    return sorted(
        {Ruling(code, service.name) for service in services for rule in service.rules for code in codes_of(rule)}
    )


def _named(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _named(constant)
        elif isinstance(constant, str) and CODE.fullmatch(constant):
            yield constant
