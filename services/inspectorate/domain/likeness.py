"""Names one edit apart: what a slip of the hand, or a hand that means to slip, makes of one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VALUES: Mapping[str, int] = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
"""ISO 3779: what each sign of a VIN counts, and its weight by place; the ninth is the check digit."""


def one_edit_apart(names: Mapping[K, str]) -> Iterator[tuple[K, K]]:
    """The pairs whose names differ by one sign changed, left out or put in; without comparing all with all."""
    by_form: defaultdict[tuple[str, int], list[K]] = defaultdict(list)
    for key, name in names.items():
        for form in _forms(name):
            by_form[form].append(key)
    found = set()
    for keys in by_form.values():
        for one, other in combinations(keys, 2):
            if names[one] != names[other] and (one, other) not in found:
                found.add((one, other))
                yield one, other


def _forms(name: str) -> Iterable[tuple[str, int]]:
    """What a name shares with all that are one edit from it: itself with a sign covered; itself, and less a sign."""
    yield name, -1
    for place in range(len(name)):
        yield f"{name[:place]}*{name[place + 1 :]}", len(name)
    for shorter in {name[:place] + name[place + 1 :] for place in range(len(name))}:
        yield shorter, -1


def is_one_edit(one: str, other: str) -> bool:
    """Whether they are: two that each lack a sign of something longer are not."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def check_digit_holds(vin: str) -> bool:
    """Whether a VIN's ninth sign is what the others make it."""
    if len(vin) != len(WEIGHTS) or any(sign not in VALUES for sign in vin):
        return False
    rest = sum(VALUES[sign] * weight for sign, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return vin[8] == ("X" if rest == 10 else str(rest))  # noqa: PLR2004 - ten is written X
