"""Every proof of every size verifies, and nothing that was changed does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.ledger import (
    EMPTY,
    FullTile,
    Tail,
    Tile,
    Tree,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
    root_of,
    tiles_for,
)

SMALL, LARGE = 70, 256 * 256 * 3 + 256 * 7 + 41
SIZES = st.one_of(
    st.integers(1, 2000), st.integers(1, LARGE), st.sampled_from([255, 256, 257, 511, 512, 65_535, 65_536, 65_537])
)


def leaf(number: int) -> bytes:
    return leaf_hash(number.to_bytes(4, "big"))


@cache
def grown(size: int) -> tuple[Tail, dict[Tile, FullTile]]:
    """A tree of so many leaves, and all its full tiles."""
    tail, tiles = Tail(), dict[Tile, FullTile]()
    for start in range(0, size, 100_000):
        for tile in tail.grow(leaf(number) for number in range(start, min(start + 100_000, size))):
            tiles[Tile(tile.level, tile.index)] = tile
    return tail, tiles


@cache
def tree_hash(start: int, end: int) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if start == end:
        return EMPTY
    if end - start == 1:
        return leaf(start)
    k = 1
    while k * 2 < end - start:
        k *= 2
    return node_hash(tree_hash(start, start + k), tree_hash(start + k, end))


def path_by_the_book(index: int, start: int, end: int) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1, word for word."""
    if end - start == 1:
        return []
    k = 1
    while k * 2 < end - start:
        k *= 2
    if index < k:
        return [*path_by_the_book(index, start, start + k), tree_hash(start + k, end)]
    return [*path_by_the_book(index - k, start + k, end), tree_hash(start, start + k)]


def growth_by_the_book(first: int, start: int, end: int, *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2, word for word."""
    if first == end - start:
        return [] if whole else [tree_hash(start, end)]
    k = 1
    while k * 2 < end - start:
        k *= 2
    if first <= k:
        return [*growth_by_the_book(first, start, start + k, whole=whole), tree_hash(start + k, end)]
    return [*growth_by_the_book(first - k, start + k, end, whole=False), tree_hash(start, start + k)]


def tree_of(size: int) -> Tree:
    return Tree(grown(size)[0])


@pytest.mark.parametrize("size", range(1, SMALL))
def test_every_proof_is_the_one_of_the_standard_and_verifies(size: int) -> None:
    tree, root = tree_of(size), tree_hash(0, size)
    assert tree.tail.root == root
    for index in range(size):
        path = tree.path(inclusion_spans(index, size))
        assert path == path_by_the_book(index, 0, size)
        assert proves_inclusion(leaf(index), index, size, path, root)
    for first in range(1, size + 1):
        path = tree.path(consistency_spans(first, size))
        assert path == growth_by_the_book(first, 0, size)
        assert proves_consistency(first, tree_hash(0, first), size, root, path)


@given(size=SIZES, share=st.floats(0, 1), other=st.floats(0, 1))
def test_proofs_from_tiles_verify_whatever_the_size(size: int, share: float, other: float) -> None:
    tail, tiles = shorter(size)
    index, first = int(share * (size - 1)), max(1, int(other * size))
    spans = inclusion_spans(index, size)
    wanted = tiles_for(spans, size)
    assert len(wanted) <= len(tail.levels), "a tile a level"
    path = Tree(tail, {tile: tiles[tile].hashes for tile in wanted}).path(spans)
    assert proves_inclusion(leaf(index), index, size, path, tail.root)
    spans = consistency_spans(first, size)
    path = Tree(tail, {tile: tiles[tile].hashes for tile in tiles_for(spans, size)}).path(spans)
    assert proves_consistency(first, shorter(first)[0].root, size, tail.root, path)


def shorter(size: int) -> tuple[Tail, dict[Tile, FullTile]]:
    """The tail of a smaller tree as it is rebuilt: from its last leaves, and the roots of full tiles a level below."""
    _, tiles = grown(LARGE)
    levels, count = [], size
    while count:
        level = len(levels)
        start = count - count % 256
        row = [leaf(place) if level == 0 else tiles[Tile(level - 1, place)].root for place in range(start, count)]
        levels.append(row)
        count >>= 8
    return Tail(size, levels), tiles


def split(hashes: bytes) -> list[bytes]:
    return [hashes[start : start + 32] for start in range(0, len(hashes), 32)]


@given(parts=st.lists(st.integers(0, 700), max_size=12))
def test_a_log_is_the_same_however_its_leaves_were_batched(parts: Sequence[int]) -> None:
    tail, tiles, number = Tail(), list[FullTile](), 0
    for part in parts:
        tiles += tail.grow(leaf(place) for place in range(number, number + part))
        number += part
    whole = Tail()
    assert sorted(whole.grow(map(leaf, range(number))), key=place_of) == sorted(tiles, key=place_of)
    assert tail.root == whole.root == root_of(list(map(leaf, range(number))))
    assert tail.size == number
    for tile in tiles:
        assert tile.root == root_of(split(tile.hashes))


def place_of(tile: FullTile) -> tuple[int, int]:
    return tile.level, tile.index


@given(size=st.integers(2, SMALL), data=st.data())
def test_whatever_is_changed_in_an_inclusion_proof_is_found(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root, own = tree_of(size).path(inclusion_spans(index, size)), tree_hash(0, size), leaf(index)
    place, byte = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 31))
    changed = [*path[:place], damaged(path[place], byte, data), *path[place + 1 :]]
    assert not proves_inclusion(own, index, size, changed, root)
    assert not proves_inclusion(damaged(own, byte, data), index, size, path, root)
    assert not proves_inclusion(own, index, size, path, damaged(root, byte, data))
    assert not proves_inclusion(own, index, size, path[:-1], root)
    assert not proves_inclusion(own, index, size, [*path, root], root)
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index))
    assert not proves_inclusion(own, other, size, path, root)
    assert not proves_inclusion(own, size, size, path, root)


@given(size=st.integers(2, SMALL), data=st.data())
def test_whatever_is_changed_in_a_consistency_proof_is_found(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size - 1))
    path, before, after = tree_of(size).path(consistency_spans(first, size)), tree_hash(0, first), tree_hash(0, size)
    place, byte = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 31))
    changed = [*path[:place], damaged(path[place], byte, data), *path[place + 1 :]]
    assert not proves_consistency(first, before, size, after, changed)
    assert not proves_consistency(first, damaged(before, byte, data), size, after, path)
    assert not proves_consistency(first, before, size, damaged(after, byte, data), path)
    assert not proves_consistency(first, before, size, after, path[1:])
    assert not proves_consistency(first, before, size, after, [*path, after])
    assert not proves_consistency(size, after, first, before, path)


def damaged(hash_: bytes, byte: int, data: st.DataObject) -> bytes:
    bits = data.draw(st.integers(1, 255))
    return hash_[:byte] + bytes([hash_[byte] ^ bits]) + hash_[byte + 1 :]


@given(size=st.integers(2, SMALL), data=st.data())
def test_a_tree_whose_past_was_rewritten_is_not_consistent_with_what_it_was(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    rewritten = data.draw(st.integers(0, first - 1))
    leaves = [leaf(size + number if number == rewritten else number) for number in range(size)]
    tail = Tail()
    tail.grow(leaves)
    path = Tree(tail).path(consistency_spans(first, size))
    assert not proves_consistency(first, tree_hash(0, first), size, tail.root, path)


def test_a_tree_grows_out_of_nothing_and_stays_what_it_is() -> None:
    root = tree_hash(0, 5)
    assert proves_consistency(0, EMPTY, 5, root, [])
    assert proves_consistency(0, EMPTY, 0, EMPTY, [])
    assert not proves_consistency(0, root, 5, root, [])
    assert not proves_consistency(0, EMPTY, 0, root, [])
    assert proves_consistency(5, root, 5, root, [])
    assert not proves_consistency(5, root, 5, EMPTY, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 4), (4, 4)])
def test_a_place_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_spans(index, size)
    assert not proves_inclusion(leaf(0), index, size, [], leaf(0))


def test_a_node_never_passes_for_a_leaf() -> None:
    left, right = leaf(0), leaf(1)
    assert leaf_hash(left + right) != node_hash(left, right)
