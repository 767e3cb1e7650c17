"""The book of one queue as PostgreSQL rows: each question is one statement that an index answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import DEALT, Line, Place, Queue

ENDLESS = 2**62
COLUMNS = (
    "crossing_id, ticket_class, line, turn, callable, {number}, first_come, urgency, lot, joined_at, spoils_at, second"
)
OWN = COLUMNS.format(number="number")

TAKE = """
WITH span AS (
    DELETE FROM queue_scheduling.free_numbers WHERE queue = %(queue)s AND low = (
        SELECT max(low) FROM queue_scheduling.free_numbers WHERE queue = %(queue)s AND low <= %(number)s)
    RETURNING low, high, LEAST(high, %(number)s) AS taken
), rest AS (
    INSERT INTO queue_scheduling.free_numbers (queue, low, high)
    SELECT %(queue)s, low, taken - 1 FROM span WHERE low < taken
    UNION ALL SELECT %(queue)s, taken + 1, high FROM span WHERE taken < high
)
SELECT taken FROM span
"""
GIVE_BACK = """
WITH below AS (
    DELETE FROM queue_scheduling.free_numbers WHERE queue = %(queue)s AND high = %(number)s - 1 AND low = (
        SELECT max(low) FROM queue_scheduling.free_numbers WHERE queue = %(queue)s AND low < %(number)s)
    RETURNING low
), above AS (
    DELETE FROM queue_scheduling.free_numbers WHERE queue = %(queue)s AND low = %(number)s + 1 RETURNING high
)
INSERT INTO queue_scheduling.free_numbers (queue, low, high)
SELECT %(queue)s, COALESCE((SELECT low FROM below), %(number)s), COALESCE((SELECT high FROM above), %(number)s)
"""
FORGET = "DELETE FROM queue_scheduling.free_numbers WHERE queue = %(queue)s AND low <= %(n)s AND high <= %(n)s"
LARGEST = "SELECT max(number) FROM queue_scheduling.numbers WHERE queue = %(queue)s AND line = %(line)s"
HOLD = "INSERT INTO queue_scheduling.numbers (queue, line, number) VALUES (%(queue)s, %(line)s, %(number)s)"
DROP = "DELETE FROM queue_scheduling.numbers WHERE queue = %(queue)s AND line = %(line)s AND number = %(number)s"
SEAT = f"""
INSERT INTO queue_scheduling.places (queue, {OWN}) VALUES (%(queue)s, %(crossing_id)s, %(ticket_class)s, %(line)s,
    %(turn)s, %(callable)s, %(number)s, %(first_come)s, %(urgency)s, %(lot)s, %(joined_at)s, %(spoils_at)s,
    %(second)s)
"""
UNSEAT = "DELETE FROM queue_scheduling.places WHERE crossing_id = %(crossing_id)s"
LET_GO = "UPDATE queue_scheduling.places SET number = NULL WHERE crossing_id = ANY(%(crossings)s)"
RENUMBER = """
UPDATE queue_scheduling.places SET number = news.number, second = news.second, urgency = news.urgency
FROM unnest(%(crossings)s::uuid[], %(numbers)s::bigint[], %(seconds)s::bigint[], %(urgencies)s::bigint[])
    AS news (crossing_id, number, second, urgency)
WHERE places.crossing_id = news.crossing_id
"""
PLACE = f"SELECT {OWN} FROM queue_scheduling.places WHERE crossing_id = %(crossing_id)s"
SET_CALLABLE = "UPDATE queue_scheduling.places SET callable = %(callable)s WHERE crossing_id = %(crossing_id)s"
PERISHABLES = f"SELECT {OWN} FROM queue_scheduling.places WHERE queue = %(queue)s AND line = 'PERISHABLE'"
SET_URGENCY = """
UPDATE queue_scheduling.places SET urgency = news.urgency
FROM unnest(%(crossings)s::uuid[], %(urgencies)s::bigint[]) AS news (crossing_id, urgency)
WHERE places.crossing_id = news.crossing_id
"""
SET_FRESHNESS = """
UPDATE queue_scheduling.places SET spoils_at = %(spoils_at)s, urgency = %(urgency)s WHERE crossing_id = %(crossing_id)s
"""
ANYBODY = "SELECT EXISTS (SELECT FROM queue_scheduling.places WHERE queue = %(queue)s)"

STANDING = """
WITH held AS (
    SELECT line, number, row_number() OVER (PARTITION BY line ORDER BY number) AS rank
    FROM queue_scheduling.numbers WHERE queue = %(queue)s
), seated AS (
    SELECT *, row_number() OVER (PARTITION BY line ORDER BY turn) AS rank
    FROM queue_scheduling.places WHERE queue = %(queue)s AND line <> 'BOOKED'
), standing AS (
    SELECT seated.crossing_id, seated.ticket_class, seated.line, seated.turn, seated.callable, seated.first_come,
        seated.urgency, seated.lot, seated.joined_at, seated.spoils_at, COALESCE(seated.number, held.number) AS number
    FROM seated LEFT JOIN held ON held.line = seated.line AND held.rank = seated.rank
)
"""
"""Who waits with which number: a dealt line's trucks and its numbers are matched by rank. Holders stand apart."""


IN_ORDER = f"""{STANDING}, sorted AS (
    SELECT standing.*, called, number IS NOT NULL AND callable AND urgency > 0 AS urgent
    FROM standing JOIN queue_scheduling.queues ON key = %(queue)s
), rounds AS (
    SELECT *, CASE WHEN number IS NULL THEN CASE ticket_class WHEN 'P0' THEN 0 WHEN 'P1' THEN 2 ELSE 1 END
        WHEN urgent THEN row_number() OVER (peers ORDER BY urgency DESC, first_come, lot) - 1
        ELSE number - called - row_number() OVER (peers ORDER BY number) END AS round
    FROM sorted WINDOW peers AS (PARTITION BY number IS NULL, urgent)
), in_order AS (
    SELECT *, row_number() OVER (ORDER BY number IS NOT NULL, round, urgent, number, turn) - 1 AS rank FROM rounds
)
"""
"""The same in the order of calls (`in_order_of_calls`); `rank` is how many come before."""


def _first() -> str:
    """The first of a queue by their numbers; of each line no more are read than are shown."""
    about = "crossing_id, ticket_class, line, turn, callable, first_come, urgency, joined_at"
    here = "WHERE queue = %(queue)s"
    dealt = [
        f"""SELECT {about}, held.number FROM (
            SELECT {about}, row_number() OVER (ORDER BY turn) AS rank FROM queue_scheduling.places
            {here} AND line = '{line}' ORDER BY turn LIMIT %(limit)s
        ) AS seated JOIN (
            SELECT number, row_number() OVER (ORDER BY number) AS rank FROM queue_scheduling.numbers
            {here} AND line = '{line}' ORDER BY number LIMIT %(limit)s
        ) AS held USING (rank)"""
        for line in DEALT
    ]
    own = f"SELECT {about}, number FROM queue_scheduling.places {here}"
    parts = [
        *dealt,
        f"{own} AND number IS NOT NULL ORDER BY number LIMIT %(limit)s",
        f"{own} AND line = 'EXTRAORDINARY' ORDER BY turn LIMIT %(limit)s",
    ]
    return f"""
    SELECT first.*, tickets.reference, tickets.plate FROM (
        SELECT * FROM ({" UNION ALL ".join(f"({part})" for part in parts)}) AS several
        ORDER BY number NULLS FIRST, turn LIMIT %(limit)s
    ) AS first JOIN queue_scheduling.tickets USING (crossing_id) ORDER BY first.number NULLS FIRST, first.turn
    """


FIRST = _first()


def _dealt_heads(line: Line) -> tuple[str, str]:
    """The first of a dealt line holds its smallest number; the first callable holds the one of its own rank."""
    held = f"FROM queue_scheduling.numbers WHERE queue = %(queue)s AND line = '{line}' AND number >= %(next)s"
    seated = f"FROM queue_scheduling.places WHERE queue = %(queue)s AND line = '{line}'"
    first = f"""
    SELECT {COLUMNS.format(number="(SELECT min(number) " + held + ") AS number")}
    FROM (SELECT * {seated} ORDER BY turn LIMIT 1) AS head
    """
    rank = f"(SELECT count(*) {seated} AND NOT callable AND turn < head.turn)"
    callable_number = f"(SELECT number {held} ORDER BY number OFFSET {rank} LIMIT 1) AS number"
    first_callable = f"""
    SELECT {COLUMNS.format(number=callable_number)} FROM (SELECT * {seated} AND callable ORDER BY turn LIMIT 1) AS head
    """
    return first, first_callable


def _heads() -> str:
    waiting = f"SELECT {OWN} FROM queue_scheduling.places WHERE queue = %(queue)s"
    first_extraordinary = f"{waiting} AND callable AND line = 'EXTRAORDINARY' AND ticket_class"
    parts = [
        *(part for line in DEALT for part in _dealt_heads(line)),
        f"{waiting} AND number = %(next)s",
        f"{waiting} AND callable AND number >= %(next)s ORDER BY number LIMIT 1",
        f"{waiting} AND callable AND urgency > 0 ORDER BY urgency DESC, first_come, lot LIMIT 1",
        *(f"{first_extraordinary} {which} ORDER BY ticket_class, turn LIMIT 1" for which in ("= 'P0'", "= 'P1'")),
        f"{first_extraordinary} > 'P1' ORDER BY turn LIMIT 1",
    ]
    return " UNION ALL ".join(f"({part})" for part in parts)


HEADS = _heads()


class RowBook:
    """One queue's rows, whose `queues` row the transaction holds locked; `exchanges` waits to be told."""

    def __init__(self, session: Session, queue: Queue) -> None:
        self._connection = session.connection()
        self._queue = queue
        self.exchanges: list[tuple[Line, int, int]] = []

    @property
    def queue(self) -> Queue:
        """The queue's own counts."""
        return self._queue

    @classmethod
    def free_all(cls, session: Session, key: str) -> None:
        """All numbers of a new queue are free."""
        session.connection().exec_driver_sql(
            "INSERT INTO queue_scheduling.free_numbers (queue, low, high) VALUES (%s, 1, %s)", (key, ENDLESS)
        )

    def take(self, at_most: int) -> int:
        """The largest free number up to here; it is no longer free."""
        taken: int = self._ask(TAKE, number=at_most).scalar_one()
        return taken

    def give_back(self, number: int) -> None:
        """The number is free again."""
        self._ask(GIVE_BACK, number=number)

    def forget(self) -> None:
        """Free numbers that were called over are of no use to anybody."""
        self._ask(FORGET, n=self._queue.called)

    def hold(self, line: Line, number: int) -> None:
        """A dealt line holds one number more."""
        self._ask(HOLD, line=line.value, number=number)

    def drop(self, line: Line, number: int) -> None:
        """A dealt line no longer holds the number."""
        self._ask(DROP, line=line.value, number=number)

    def exchange(self, line: Line, number: int, at_most: int) -> None:
        """A dealt line's number is free again, and it holds the largest free one up to here."""
        self.drop(line, number)
        instead = self.take(at_most)
        self.hold(line, instead)
        self.give_back(number)
        self.exchanges.append((line, number, instead))

    def largest(self, line: Line) -> int | None:
        """The largest number a dealt line holds."""
        number: int | None = self._ask(LARGEST, line=line.value).scalar()
        return number

    def seat(self, place: Place) -> None:
        """A truck takes its place."""
        self._ask(SEAT, **_parameters(place))

    def unseat(self, crossing_id: UUID) -> None:
        """A truck leaves its place."""
        self._ask(UNSEAT, crossing_id=crossing_id)

    def renumber(self, places: Sequence[Place]) -> None:
        """These trucks hold other numbers; all let go of theirs first, for one may have taken what another had."""
        crossings = [place.crossing_id for place in places]
        if crossings:
            self._ask(LET_GO, crossings=crossings)
            self._ask(
                RENUMBER,
                crossings=crossings,
                numbers=[place.number for place in places],
                seconds=[place.second for place in places],
                urgencies=[place.urgency for place in places],
            )

    def heads(self) -> Sequence[Place]:
        """All who could be next."""
        return [place_of_row(row) for row in self._ask(HEADS, next=self._queue.called + 1).mappings()]

    def place_of(self, crossing_id: UUID) -> Place | None:
        """A truck's place, if it has one; in a dealt line without its number, which is dealt by rank."""
        row = self._ask(PLACE, crossing_id=crossing_id).mappings().first()
        return place_of_row(row) if row else None

    def set_callable(self, crossing_id: UUID, *, can_come: bool) -> None:
        """A waiting truck can or cannot come."""
        self._ask(SET_CALLABLE, crossing_id=crossing_id, callable=can_come)

    def perishables(self) -> list[Place]:
        """All perishables that wait."""
        return [place_of_row(row) for row in self._ask(PERISHABLES).mappings()]

    def set_urgencies(self, urgencies: Mapping[UUID, int]) -> None:
        """Write how urgent each of these is now."""
        if urgencies:
            self._ask(SET_URGENCY, crossings=list(urgencies), urgencies=list(urgencies.values()))

    def set_freshness(self, place: Place) -> None:
        """Write when a perishable spoils, and how urgent it is."""
        self._ask(SET_FRESHNESS, crossing_id=place.crossing_id, spoils_at=place.spoils_at, urgency=place.urgency)

    def is_empty(self) -> bool:
        """Whether nobody waits."""
        return not self._ask(ANYBODY).scalar()

    def _ask(self, statement: str, **parameters: Any) -> Any:  # noqa: ANN401 - columns and rows of any type
        return self._connection.exec_driver_sql(statement, parameters | {"queue": self._queue.key})


def _parameters(place: Place) -> dict[str, Any]:
    return vars(place) | {"ticket_class": place.ticket_class.value, "line": place.line.value}


def place_of_row(row: Mapping[str, Any]) -> Place:
    """A place as its row says."""
    return Place(
        **(dict(row) | {"ticket_class": TicketClass(row["ticket_class"]), "line": Line(row["line"])}),
    )
