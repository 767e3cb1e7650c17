"""A log of ten million leaves: its tiles written by COPY, and of its leaves those that are asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from bordergate.auth import SigningKey
from bordergate.ledger import WIDTH, FullTile, Tail, TreeHead

HASH = 32
A_PART = WIDTH * WIDTH
AT = datetime(2026, 5, 4, 1, tzinfo=UTC)
LEAF = b'{"kind":"MEASURED"}'


@dataclass(frozen=True)
class LongLog:
    """One route's log with so many leaves, whose hashes are drawn at random."""

    route: str
    size: int
    asked: frozenset[int]
    """The leaves somebody will ask for: they and those after the last full tile have rows."""

    def write(self, owner_url: str, key: SigningKey) -> TreeHead:
        """Write tiles, leaves and a signed head; returns that."""
        tail, leaves = Tail(), dict[int, bytes]()
        with (
            psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as connection,
            connection.cursor() as raw,
        ):
            columns = "route, level, index, hashes, root"
            with raw.copy(f"COPY queue_scheduling.tiles ({columns}) FROM STDIN") as tiles:
                for tile in self._grow(tail, leaves):
                    tiles.write_row((self.route, tile.level, tile.index, tile.hashes, tile.root))
            first = self.size - len(tail.levels[0])
            leaves |= {first + place: hash_ for place, hash_ in enumerate(tail.levels[0])}
            with raw.copy("COPY queue_scheduling.leaves (route, index, entry, leaf, hash) FROM STDIN") as rows:
                for index, hash_ in leaves.items():
                    rows.write_row((self.route, index, index, LEAF, hash_))
            head = TreeHead(self.route, self.size, tail.root, AT)
            raw.execute(
                "INSERT INTO queue_scheduling.tree_heads VALUES (%s, %s, %s, %s, %s)",
                (head.log, head.size, head.root, head.at, head.signed(key)),
            )
            raw.execute("VACUUM ANALYZE queue_scheduling.tiles, queue_scheduling.leaves, queue_scheduling.tree_heads")
        return head

    def _grow(self, tail: Tail, leaves: dict[int, bytes]) -> Iterator[FullTile]:
        wanted = sorted(self.asked)
        for start in range(0, self.size, A_PART):
            drawn = os.urandom(HASH * min(A_PART, self.size - start))
            hashes = [drawn[place : place + HASH] for place in range(0, len(drawn), HASH)]
            leaves |= {index: hashes[index - start] for index in wanted if start <= index < start + len(hashes)}
            yield from tail.grow(hashes)


def fill_pending(owner_url: str, route: str, count: int) -> None:
    """So many decisions that wait for their place, each as long as a joining is."""
    before, after = (
        '{"ahead":11,"at":"2026-05-04T01:00:00Z","class":"P4","commitment":"',
        '","direction":"EXPORT","first_come":12,"kind":"JOINED","promise":12,"ready_at":"2026-05-04T00:59:59Z"}',
    )
    leaf = f"'{before}' || encode(sha256(int8send(i)), 'hex') || '{after}'"
    with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO queue_scheduling.pending_leaves (route, leaf)"
            f" SELECT %s, convert_to({leaf}, 'UTF8') FROM generate_series(1, %s::bigint) AS i",
            (route, count),
        )
        connection.execute("VACUUM ANALYZE queue_scheduling.pending_leaves")


def copied(owner_url: str) -> float:
    """How many seconds COPY takes to write the leaves that were last given their places once more."""
    with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as connection, connection.cursor() as raw:
        last = "(SELECT * FROM queue_scheduling.leaves WHERE route = 'cm-1223' ORDER BY index DESC LIMIT 200000)"
        with raw.copy(f"COPY {last} TO STDOUT (FORMAT BINARY)") as out:
            rows = b"".join(bytes(part) for part in out)
        raw.execute("CREATE TABLE queue_scheduling.bare_leaves (LIKE queue_scheduling.leaves INCLUDING ALL)")
        started = time.perf_counter()
        with raw.copy("COPY queue_scheduling.bare_leaves FROM STDIN (FORMAT BINARY)") as into:
            into.write(rows)
        seconds = time.perf_counter() - started
        raw.execute("DROP TABLE queue_scheduling.bare_leaves")
    return seconds
