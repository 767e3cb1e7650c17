"""A queue with many tickets, written by the database itself."""

from __future__ import annotations

import psycopg

from events.words import Direction
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.dispatch.rows import ENDLESS

ROUTE, DIRECTION = "hn-1119", Direction.EXPORT
KEY = queue_key(ROUTE, DIRECTION)
HELD = ("places", "numbers", "free_numbers", "tickets")
EMPTY = f"TRUNCATE {', '.join(f'queue_scheduling.{table}' for table in HELD)}"
"""What stands in queues, of which the measured one is the only."""

TICKETS = """
INSERT INTO queue_scheduling.tickets (crossing_id, reference, route, direction, ticket_class, carrier, parties, plate,
    things, enqueued_at, stage, ready, passed, joined_at, first_come, promise, override, clashes, version, nonce)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'LSG-' || i, %(route)s, %(direction)s, 'P4',
    md5((i %% 900)::text)::uuid, ARRAY[md5((i %% 900)::text)::uuid], '12C' || i, ARRAY['PLATE 12C' || i], %(at)s,
    'WAITING', true, false, %(at)s, i, i, false, '{}', 1, substring(sha256(int8send(i)) for 16)
FROM generate_series(1, %(count)s::bigint) AS i
"""
PLACES = """
INSERT INTO queue_scheduling.places
    (crossing_id, queue, ticket_class, line, turn, callable, first_come, urgency, lot, joined_at)
SELECT crossing_id, %(key)s, ticket_class, 'STANDARD', first_come, true, first_come, 0, '', joined_at
FROM queue_scheduling.tickets
"""
NUMBERS = """
INSERT INTO queue_scheduling.numbers (queue, line, number)
SELECT %(key)s, 'STANDARD', i FROM generate_series(1, %(count)s::bigint) AS i
"""
FREE = """
INSERT INTO queue_scheduling.free_numbers (queue, low, high)
SELECT key, %(low)s, %(high)s FROM queue_scheduling.queues
"""
COUNTED = """
UPDATE queue_scheduling.queues SET called = 0, numbered = CASE WHEN key = %(key)s THEN %(count)s ELSE 0 END,
    joined = %(count)s, unsettled = false, calls = 0, hour = NULL, logged = true
"""


def fill_queue(owner_url: str, count: int, at: object) -> None:
    """So many standard trucks wait in one queue, and nobody anywhere else."""
    told = {"route": ROUTE, "direction": DIRECTION.value, "key": KEY, "count": count, "at": at}
    told |= {"low": count + 1, "high": ENDLESS}
    with psycopg.connect(owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(EMPTY)
        for statement in (TICKETS, PLACES, NUMBERS, FREE, COUNTED):
            connection.execute(statement, told)
        for table in (*HELD, "queues"):
            connection.execute(f"VACUUM ANALYZE queue_scheduling.{table}")
