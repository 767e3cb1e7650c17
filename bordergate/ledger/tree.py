"""The shape of the tree: which parts of it prove that a leaf is there, or that a tree only grew (RFC 6962, 2.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bordergate.ledger.hashing import EMPTY, node_hash


@dataclass(frozen=True)
class Node:
    """The whole subtree of 2**level leaves, the index-th of its size."""

    level: int
    index: int


class Span(NamedTuple):
    """Leaves from `start` to before `end` that are one subtree, whole or not."""

    start: int
    end: int

    def nodes(self) -> Iterator[Node]:
        """The whole subtrees it is made of, largest first."""
        start = self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            yield Node(level, start >> level)
            start += 1 << level


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The subtrees beside a leaf's way to the root, from the leaf upward; raises ValueError for a leaf beyond."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """The subtrees from which both roots follow, from the earlier tree's edge upward; raises ValueError.

    Where the earlier tree is itself a subtree of the later one, its known root stands first and is left out.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} does not grow into one of {second}")
    spans, start, end = [], 0, second
    if first == 0:
        return []
    while first != end:
        middle = _middle(start, end)
        if first <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return ([] if start == 0 else [Span(start, end)]) + spans[::-1]


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path leads from a leaf's hash at its place to the root."""
    if not 0 <= index < size:
        return False
    spans = inclusion_spans(index, size)
    if len(spans) != len(path):
        return False
    found = leaf
    for span, beside in zip(spans, path, strict=True):
        found = node_hash(beside, found) if span.end <= index else node_hash(found, beside)
    return found == root


def proves_consistency(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path shows that the earlier tree's leaves are the later one's first."""
    if not 0 <= first <= second:
        return False
    spans = consistency_spans(first, second)
    if len(spans) != len(path):
        return False
    if first == 0:
        return first_root == EMPTY and (second > 0 or second_root == EMPTY)
    if not spans:
        return first_root == second_root
    starts_within = spans[0].end == first
    earlier = later = path[0] if starts_within else first_root
    for span, beside in list(zip(spans, path, strict=True))[starts_within:]:
        if span.end <= first:
            earlier = node_hash(beside, earlier)
            later = node_hash(beside, later)
        else:
            later = node_hash(later, beside)
    return earlier == first_root and later == second_root


def _middle(start: int, end: int) -> int:
    """Where a subtree is split: at the largest power of two below its size."""
    return start + (1 << ((end - start - 1).bit_length() - 1))
