"""The log of each route as PostgreSQL rows: what is decided waits for its place; what has one is never changed.

Leaves, tiles and heads are only ever added: the service's own role may neither change nor delete them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bordergate.auth import SigningKey
from bordergate.ledger import WIDTH, FullTile, Tail, Tile, TreeHead
from services.queue_scheduling.ledger.leaf import Leaf

HASH = 32
ENTER = "INSERT INTO queue_scheduling.pending_leaves (route, leaf) VALUES (%s, %s) RETURNING entry"
ENTER_ALL = """
INSERT INTO queue_scheduling.pending_leaves (route, leaf)
SELECT %(route)s, leaf FROM unnest(%(leaves)b::bytea[]) WITH ORDINALITY AS told (leaf, turn) ORDER BY turn
"""
WAITING = "SELECT DISTINCT route FROM queue_scheduling.pending_leaves ORDER BY route"
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('queue_scheduling.ledger'), hashtext(%s))"
NUMBER = """
WITH edge AS (
    SELECT max(entry) AS entry FROM (
        SELECT entry FROM queue_scheduling.pending_leaves WHERE route = %(route)s ORDER BY entry LIMIT %(most)s
    ) AS first
), taken AS (
    DELETE FROM queue_scheduling.pending_leaves WHERE route = %(route)s AND entry <= (SELECT entry FROM edge)
    RETURNING entry, leaf
), numbered AS (
    INSERT INTO queue_scheduling.leaves (route, index, entry, leaf, hash)
    SELECT %(route)s, %(size)s + row_number() OVER (ORDER BY entry) - 1, entry, leaf, sha256('\\000'::bytea || leaf)
    FROM taken RETURNING index, hash
) SELECT string_agg(hash, ''::bytea ORDER BY index) FROM numbered
"""
KEEP_TILES = """
INSERT INTO queue_scheduling.tiles (route, level, index, hashes, root)
SELECT %(route)s, * FROM unnest(%(levels)b::smallint[], %(indexes)b::bigint[], %(hashes)b::bytea[], %(roots)b::bytea[])
"""
KEEP_HEAD = """
INSERT INTO queue_scheduling.tree_heads (route, size, root, at, statement) VALUES (%s, %s, %s, %s, %s)
"""
HEAD = "SELECT size, root, at, statement FROM queue_scheduling.tree_heads WHERE route = %s ORDER BY size DESC LIMIT 1"
LEAF_TAIL = "SELECT hash FROM queue_scheduling.leaves WHERE route = %s AND index >= %s AND index < %s ORDER BY index"
TILE_TAIL = """
SELECT root FROM queue_scheduling.tiles WHERE route = %s AND level = %s AND index >= %s AND index < %s ORDER BY index
"""
TILES = """
SELECT level, index, tile.hashes FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index), LATERAL (
    SELECT hashes FROM queue_scheduling.tiles
    WHERE route = %s AND tiles.level = wanted.level AND tiles.index = wanted.index LIMIT 1
) AS tile
"""
"""The limit keeps each tile to one look in the index, whatever the planner believes of the table."""


@dataclass(frozen=True)
class Kept:
    """The last head of a log as it was signed."""

    head: TreeHead
    statement: str


def enter(session: Session, route: str, leaf: Leaf) -> int:
    """Let a decision's leaf leave with its transaction; returns the entry under which it waits for its place."""
    entry: int = session.connection().exec_driver_sql(ENTER, (route, leaf.written())).scalar_one()
    return entry


def enter_all(session: Session, route: str, leaves: Iterable[Leaf]) -> None:
    """Let the leaves of many decisions leave with their transaction, in this order."""
    told = [leaf.written() for leaf in leaves]
    if told:
        session.connection().exec_driver_sql(ENTER_ALL, {"route": route, "leaves": told})


def waiting_routes(session: Session) -> Sequence[str]:
    """The routes of which some leaf waits for its place."""
    return session.connection().exec_driver_sql(WAITING).scalars().all()


def lock(session: Session, route: str) -> bool:
    """Be the one who numbers a route's leaves until the transaction ends; False while another is."""
    return bool(session.connection().exec_driver_sql(LOCK, (route,)).scalar())


def append(session: Session, route: str, tail: Tail, at_most: int) -> int:
    """Give the leaves that have waited longest their places, and the tiles they fill; returns how many there were."""
    parameters = {"route": route, "most": at_most, "size": tail.size}
    hashes: bytes | None = session.connection().exec_driver_sql(NUMBER, parameters).scalar()
    if not hashes:
        return 0
    rows = bytes(hashes)
    keep_tiles(session, route, tail.grow(rows[start : start + HASH] for start in range(0, len(rows), HASH)))
    return len(rows) // HASH


def keep_tiles(session: Session, route: str, tiles: Iterable[FullTile]) -> None:
    """Write full tiles, once."""
    full = list(tiles)
    if full:
        parameters = {
            "route": route,
            "levels": [tile.level for tile in full],
            "indexes": [tile.index for tile in full],
            "hashes": [tile.hashes for tile in full],
            "roots": [tile.root for tile in full],
        }
        session.connection().exec_driver_sql(KEEP_TILES, parameters)


def keep_head(session: Session, head: TreeHead, key: SigningKey) -> None:
    """Sign how the log stands."""
    row = (head.log, head.size, head.root, head.at, head.signed(key))
    session.connection().exec_driver_sql(KEEP_HEAD, row)


def last_head(session: Session, route: str) -> Kept | None:
    """How the log stood when it was last added to; None when it has no leaf."""
    row = session.connection().exec_driver_sql(HEAD, (route,)).first()
    return None if row is None else kept(route, row)


def kept(route: str, row: Any) -> Kept:  # noqa: ANN401 - a row
    """A head's row."""
    return Kept(TreeHead(route, row.size, bytes(row.root), row.at), row.statement)


def tail_of(session: Session, route: str, size: int) -> Tail:
    """The hashes of each level that are not yet in a full tile, from the leaves and the roots of tiles below."""
    levels: list[list[bytes]] = []
    connection, count = session.connection(), size
    while count:
        start = count - count % WIDTH
        level = len(levels)
        rows = (
            connection.exec_driver_sql(LEAF_TAIL, (route, start, count))
            if level == 0
            else connection.exec_driver_sql(TILE_TAIL, (route, level - 1, start, count))
        )
        levels.append([bytes(one) for one in rows.scalars()])
        if len(levels[-1]) != count - start:
            raise LookupError(f"the log of {route} lacks hashes of level {level}")
        count //= WIDTH
    return Tail(size, levels)


def tiles_of(session: Session, route: str, wanted: Sequence[Tile]) -> Mapping[Tile, bytes]:
    """Full tiles of a log."""
    if not wanted:
        return {}
    parameters = ([tile.level for tile in wanted], [tile.index for tile in wanted], route)
    rows = session.connection().exec_driver_sql(TILES, parameters)
    return {Tile(level, index): bytes(hashes) for level, index, hashes in rows}
