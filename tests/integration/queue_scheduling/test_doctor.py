"""The doctor tells of deadlines that nobody meets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bordergate.doctor import Finding, examine_gate, examine_timers
from bordergate.service import Service
from bordergate.timers import TRIES
from tests.gates import StillGate

NOON = datetime(2025, 7, 1, 5, 0, tzinfo=UTC)


def stands(gate: StillGate, kind: str, due: datetime, tries: int = 0) -> None:
    """A timer waits for its time, or for somebody who meets it."""
    key = f"{due} {tries}"
    sql = "INSERT INTO queue_scheduling.timers (kind, key, due, tries) VALUES (%s, %s, %s, %s)"
    gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(sql, (kind, key, due, tries)))


def told(gate: StillGate, overdue: datetime) -> Sequence[Finding]:
    with gate.gate.engine.connect() as connection:
        return list(examine_timers(connection, "queue_scheduling", overdue))


def test_deadlines_that_are_late_are_told_by_kind_with_the_oldest_and_what_to_do(still_gate: StillGate) -> None:
    nothing = "DELETE FROM queue_scheduling.timers"
    still_gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(nothing))
    for minutes in (3, 7):
        stands(still_gate, "queue_scheduling.no_show", NOON - timedelta(minutes=minutes))
    stands(still_gate, "queue_scheduling.call_round", NOON - timedelta(seconds=50))
    stands(still_gate, "queue_scheduling.call_round", NOON - timedelta(hours=1), tries=TRIES)
    (late,) = told(still_gate, NOON - timedelta(minutes=1))
    assert late.what == (
        "queue_scheduling: 2 timers queue_scheduling.no_show are overdue, the oldest since 2025-07-01 04:53:00Z"
    )
    assert late.next_step is not None
    assert "deploy/logs worker" in late.next_step
    assert told(still_gate, NOON - timedelta(minutes=8)) == []


def test_the_doctor_looks_at_the_deadlines(still_gate: StillGate, services: list[Service]) -> None:
    stands(still_gate, "queue_scheduling.no_show", NOON)
    faults = (one.what for one in examine_gate(still_gate.gate.settings, services) if not one.ok)
    assert any("timers queue_scheduling.no_show are overdue" in one for one in faults)
