"""The tree in tiles of 256 hashes: a full tile never changes, and of each level only the tail is not yet in one.

Level L of tiles holds the hashes of whole subtrees of 256**L leaves. So a log is written by appending alone, and a
proof reads a tile a level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bordergate.ledger.hashing import EMPTY, node_hash, root_of
from bordergate.ledger.tree import Node, Span

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH = 32


@dataclass(frozen=True, order=True)
class Tile:
    """Which tile."""

    level: int
    index: int


@dataclass(frozen=True)
class FullTile:
    """256 hashes and their root, which is a hash of the next level."""

    level: int
    index: int
    hashes: bytes
    root: bytes


def full_tiles(size: int, level: int) -> int:
    """How many tiles of a level are full in a tree of so many leaves."""
    return size >> (HEIGHT * (level + 1))


def levels_of(size: int) -> range:
    """The levels of tiles on which a tree of so many leaves has a hash."""
    return range(-(-size.bit_length() // HEIGHT))


@dataclass
class Tail:
    """The hashes of each level after its last full tile: all that a log needs to grow."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        found: list[bytes] = []
        for level in self.levels:
            if row := level + found:
                found = [root_of(row)]
        return found[0] if found else EMPTY

    def grow(self, hashes: Iterable[bytes]) -> list[FullTile]:
        """Append leaves by their hashes; returns the tiles that became full, lower levels before higher ones."""
        added = list(hashes)
        index = full_tiles(self.size, 0)
        self.size += len(added)
        return list(self._rise(0, index, added))

    def _rise(self, level: int, index: int, added: Sequence[bytes]) -> Iterator[FullTile]:
        if level == len(self.levels):
            self.levels.append([])
        row = self.levels[level] + list(added)
        whole = len(row) - len(row) % WIDTH
        tiles: list[FullTile] = []
        for start in range(0, whole, WIDTH):
            hashes = row[start : start + WIDTH]
            tiles.append(FullTile(level, index + len(tiles), b"".join(hashes), root_of(hashes)))
        self.levels[level] = row[whole:]
        yield from tiles
        if tiles:
            yield from self._rise(level + 1, index >> HEIGHT, [tile.root for tile in tiles])


@dataclass(frozen=True)
class Tree:
    """A tree to be asked for proofs: its tail, and of its full tiles those that the question needs."""

    tail: Tail
    tiles: Mapping[Tile, bytes] = field(default_factory=dict)

    def path(self, spans: Iterable[Span]) -> list[bytes]:
        """The hashes of subtrees; raises LookupError when a tile is missing."""
        return [self._hash(span) for span in spans]

    def _hash(self, span: Span) -> bytes:
        hashes = [self._node(node) for node in span.nodes()]
        found = hashes.pop()
        while hashes:
            found = node_hash(hashes.pop(), found)
        return found

    def _node(self, node: Node) -> bytes:
        tile, start, count = _within(node)
        if tile.index < full_tiles(self.tail.size, tile.level):
            row = self.tiles[tile]
            return root_of([row[HASH * place : HASH * (place + 1)] for place in range(start, start + count)])
        return root_of(self.tail.levels[tile.level][start : start + count])


def tiles_for(spans: Iterable[Span], size: int) -> list[Tile]:
    """The full tiles that subtrees of a tree of so many leaves are read from."""
    wanted = {_within(node)[0] for span in spans for node in span.nodes()}
    return sorted(tile for tile in wanted if tile.index < full_tiles(size, tile.level))


def _within(node: Node) -> tuple[Tile, int, int]:
    """The tile a subtree's hash comes from, and from which of its hashes, how many."""
    level, above = divmod(node.level, HEIGHT)
    first = node.index << above
    return Tile(level, first >> HEIGHT), first % WIDTH, 1 << above
