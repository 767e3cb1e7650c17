"""Up to when a service has heard the news: its consumers say it, also when there was none, and its pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bordergate.broker import PARTITIONS

NOTE = """
INSERT INTO {schema}.listening (consumer, partition, at)
SELECT %s, partition, clock_timestamp() - age * interval '1 second'
FROM unnest(%s::smallint[], %s::float8[]) AS told (partition, age)
ON CONFLICT (consumer, partition) DO UPDATE SET at = greatest({schema}.listening.at, excluded.at)
"""
UNHEARD = """
SELECT CASE count(*) WHEN %s THEN greatest(extract(epoch FROM clock_timestamp() - min(at)), 0)::float8 END
FROM {schema}.listening WHERE consumer = ANY(%s)
"""


def consumer_of(service: str, topic: str) -> str:
    """What the consumer of a stream is called."""
    return f"{service}.{topic.removeprefix('bordergate.')}"


def note_heard(session: Session, service: str, consumer: str, ages: Mapping[int, float]) -> None:
    """Everything on these partitions was heard, as of so many seconds ago; another's later word stands."""
    session.connection().exec_driver_sql(
        NOTE.format(schema=service), (consumer, list(ages), list(map(float, ages.values())))
    )


def unheard_for(session: Session, service: str, topics: Sequence[str]) -> float | None:
    """For how many real seconds something may be there that a service has not heard; None when nobody ever listened."""
    consumers = [consumer_of(service, topic) for topic in topics]
    found = session.connection().exec_driver_sql(
        UNHEARD.format(schema=service), (len(consumers) * PARTITIONS, consumers)
    )
    seconds: float | None = found.scalar_one()
    return seconds
