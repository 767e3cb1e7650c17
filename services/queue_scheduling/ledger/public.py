"""What anybody may ask of a route's log: its head, its leaves, its tiles, and proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bordergate.ledger import (
    Consistency,
    Inclusion,
    Tail,
    Tile,
    Tree,
    TreeHead,
    consistency_spans,
    inclusion_spans,
    tiles_for,
)
from bordergate.ledger.tree import Span
from services.queue_scheduling.domain.refusals import NoLog, NoSuchLeaf, NoSuchTile, NotInLogYet
from services.queue_scheduling.ledger import log
from services.queue_scheduling.ledger.log import Kept

AT_ONCE = 1_000
HEADS = """
SELECT statement FROM queue_scheduling.tree_heads WHERE route = %s AND size > %s ORDER BY size LIMIT %s
"""
LEAVES = "SELECT leaf FROM queue_scheduling.leaves WHERE route = %s AND index >= %s AND index < %s ORDER BY index"
ENTRY = """
SELECT leaf, index FROM queue_scheduling.leaves WHERE route = %(route)s AND entry = %(entry)s
UNION ALL SELECT leaf, NULL FROM queue_scheduling.pending_leaves WHERE route = %(route)s AND entry = %(entry)s
"""
LOGS = """
SELECT code AS route, last.* FROM queue_scheduling.route_status CROSS JOIN LATERAL (
    SELECT size, root, at, statement FROM queue_scheduling.tree_heads WHERE route = code ORDER BY size DESC LIMIT 1
) AS last ORDER BY code
"""


class HeadView(BaseModel):
    """How a log stands: `statement` is what the gate signed of it, the rest is what that says."""

    log: str
    size: int
    root: str
    at: datetime
    simulated: bool
    statement: str

    @classmethod
    def of(cls, head: TreeHead, statement: str) -> HeadView:
        """The view of a signed head."""
        return cls(
            log=head.log,
            size=head.size,
            root=head.root.hex(),
            at=head.at,
            simulated=head.simulated,
            statement=statement,
        )


@dataclass(frozen=True)
class Entry:
    """A leaf, and its place in the log once it has one."""

    leaf: bytes
    index: int | None


class Tails:
    """The last tails that a process read: a proof needs one, and that of a larger tree serves a smaller one too."""

    def __init__(self) -> None:
        self._known: dict[str, Tail] = {}

    def of(self, session: Session, route: str, size: int | None) -> Tail:
        """The tail of a log of at least so many leaves, or of all; raises NoLog, NoSuchLeaf."""
        known = self._known.get(route)
        if known is not None and size is not None and size <= known.size:
            return known
        last = head_of(session, route).head.size
        if size is not None and size > last:
            raise NoSuchLeaf(route=route)
        if known is None or known.size != last:
            known = self._known[route] = log.tail_of(session, route, last)
        return known


def logs_now(session: Session) -> list[Kept]:
    """How every log stands."""
    return [log.kept(row.route, row) for row in session.connection().exec_driver_sql(LOGS)]


def head_of(session: Session, route: str) -> Kept:
    """How a log stands; raises NoLog."""
    kept = log.last_head(session, route)
    if kept is None:
        raise NoLog(route=route)
    return kept


def heads_above(session: Session, route: str, size: int) -> Sequence[str]:
    """What was signed of a log's larger trees, smallest first."""
    return session.connection().exec_driver_sql(HEADS, (route, size, AT_ONCE)).scalars().all()


def leaves_of(session: Session, route: str, first: int, count: int) -> Sequence[bytes]:
    """Leaves from one on, as they were written."""
    rows = session.connection().exec_driver_sql(LEAVES, (route, first, first + count))
    return [bytes(leaf) for leaf in rows.scalars()]


def tile_of(session: Session, route: str, tile: Tile) -> bytes:
    """A full tile; raises NoSuchTile."""
    found = log.tiles_of(session, route, [tile])
    if tile not in found:
        raise NoSuchTile(route=route)
    return found[tile]


def entry_of(session: Session, route: str, entry: int) -> Entry:
    """A leaf by its entry; raises NoSuchLeaf."""
    row = session.connection().exec_driver_sql(ENTRY, {"route": route, "entry": entry}).first()
    if row is None:
        raise NoSuchLeaf(route=route)
    leaf, index = row
    return Entry(bytes(leaf), index)


def place_of(session: Session, route: str, entry: int) -> int:
    """Where an entry stands in the log; raises NoSuchLeaf, NotInLogYet."""
    index = entry_of(session, route, entry).index
    if index is None:
        raise NotInLogYet(route=route)
    return index


def inclusion_of(session: Session, tails: Tails, route: str, index: int, size: int | None) -> Inclusion:
    """That a leaf stands in the tree of a size, by default the last; raises NoLog, NoSuchLeaf."""
    tail = tails.of(session, route, size)
    wanted = tail.size if size is None else size
    if index >= wanted:
        raise NoSuchLeaf(route=route)
    return Inclusion(route, index, wanted, _path(session, tail, route, inclusion_spans(index, wanted)))


def consistency_of(session: Session, tails: Tails, route: str, first: int, second: int) -> Consistency:
    """That the tree of one size became that of another; raises NoLog, NoSuchLeaf."""
    tail = tails.of(session, route, second)
    if first > second:
        raise NoSuchLeaf(route=route)
    return Consistency(route, first, second, _path(session, tail, route, consistency_spans(first, second)))


def _path(session: Session, tail: Tail, route: str, spans: Sequence[Span]) -> tuple[bytes, ...]:
    tiles = log.tiles_of(session, route, tiles_for(spans, tail.size))
    return tuple(Tree(tail, tiles).path(spans))
