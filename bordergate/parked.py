"""Messages set aside: what a consumer could not take, everything of its key behind it, and the way back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from bordergate.broker import Record
from bordergate.errors import NotFound


class NotParked(NotFound):
    """Nothing is set aside under that name."""

    code = "parked.not_found"


def park(session: Session, consumer: str, record: Record, error: str) -> None:
    """Set a record aside, once."""
    session.connection().exec_driver_sql(
        f"INSERT INTO {session.info['service']}.parked"
        " (consumer, event_id, topic, key, headers, body, error, parked_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp()) ON CONFLICT DO NOTHING",
        (
            consumer,
            record.identity,
            record.topic,
            record.key,
            json.dumps(dict(record.headers)),
            record.body,
            error[:4000],
        ),
    )


def parked_keys(session: Session, consumer: str, keys: set[str]) -> set[str]:
    """Those of the keys that wait behind a parked event."""
    rows = session.connection().exec_driver_sql(
        f"SELECT DISTINCT key FROM {session.info['service']}.parked WHERE consumer = %s AND key = ANY(%s)",
        (consumer, sorted(keys)),
    )
    return set(rows.scalars())


def take_parked(session: Session, consumer: str, key: str) -> list[Record]:
    """Take a key's records back, in their order; raises NotParked."""
    rows = (
        session.connection()
        .exec_driver_sql(
            f"DELETE FROM {session.info['service']}.parked WHERE consumer = %s AND key = %s"
            " RETURNING id, topic, key, headers, body",
            (consumer, key),
        )
        .all()
    )
    if not rows:
        raise NotParked(consumer=consumer, key=key)
    return [Record(row.topic, row.key, row.headers, bytes(row.body)) for row in sorted(rows, key=lambda row: row.id)]


def list_parked(session: Session) -> Sequence[Any]:
    """What is set aside in this service, oldest first."""
    return (
        session.connection()
        .exec_driver_sql(
            "SELECT id, consumer, event_id, topic, key, headers ->> 'ce_type' AS type, error, parked_at"
            f" FROM {session.info['service']}.parked ORDER BY id"
        )
        .all()
    )


def show_parked(session: Session, identity: int) -> Any:  # noqa: ANN401 - a row, columns by name
    """One message set aside, whole; raises NotParked."""
    row = (
        session.connection()
        .exec_driver_sql(f"SELECT * FROM {session.info['service']}.parked WHERE id = %s", (identity,))
        .first()
    )
    if row is None:
        raise NotParked(id=identity)
    return row


def drop_parked(session: Session, identity: int) -> Any:  # noqa: ANN401 - a row, columns by name
    """Give one message up: it counts as heard from now on; raises NotParked. The caller audits who and why."""
    row = (
        session.connection()
        .exec_driver_sql(
            f"WITH gone AS (DELETE FROM {session.info['service']}.parked WHERE id = %s RETURNING *),"
            f" heard AS (INSERT INTO {session.info['service']}.inbox (consumer, event_id, received_at)"
            "  SELECT consumer, event_id, clock_timestamp() FROM gone ON CONFLICT DO NOTHING)"
            " SELECT * FROM gone",
            (identity,),
        )
        .first()
    )
    if row is None:
        raise NotParked(id=identity)
    return row
