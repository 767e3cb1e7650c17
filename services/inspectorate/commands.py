"""What the inspectorate does: keep traces, look for signs, decide cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.ids import new_id
from services.inspectorate import repository
from services.inspectorate.domain.case import Case, CaseState
from services.inspectorate.domain.detectors import DETECTORS, hits_in
from services.inspectorate.domain.numbers import Numbers
from services.inspectorate.domain.trace import Hit, Trace

SPAN = timedelta(days=30)
"""Over how many days a pattern is looked for."""
KEPT = timedelta(days=60)


@dataclass(frozen=True)
class DecideCase:
    """The inspectorate dismisses or confirms a case."""

    case_id: UUID
    state: CaseState
    reason: str
    officer: UUID
    expected: int | None = None


def keep_traces(found: Iterable[Trace], session: Session) -> None:
    """Remember what was stated."""
    repository.keep(session, found)


def look_for_signs(session: Session, clock: Clock) -> None:
    """Look at the last thirty days, and open a case for whatever a detector sees that nobody has decided yet."""
    now = clock.now()
    numbers, traces = repository.numbers_at(session, now), repository.traces_since(session, now - SPAN)
    for hit in hits_in(traces, numbers):
        _take_up(hit, traces, numbers, session, now)
    repository.forget(session, now - KEPT)


def _take_up(hit: Hit, traces: Sequence[Trace], numbers: Numbers, session: Session, now: datetime) -> None:
    """Add to the open case, or open one; what was decided before is not brought up again without news of its own."""
    case = repository.last_case_of(session, hit.detector, hit.subject)
    if case is not None and case.decided_at is not None:
        later = [trace for trace in traces if trace.at > case.decided_at]
        again = (one for one in DETECTORS[hit.detector](later, numbers) if one.subject == hit.subject)
        fresh = next(again, None)
        if fresh is None:
            return
        case, hit = None, fresh
    if case is None:
        case = Case(new_id(), hit.detector, hit.subject, now)
        session.add(case)
    case.add(hit.seen)


def decide_case(command: DecideCase, session: Session, clock: Clock) -> Case:
    """Dismiss or confirm a case; raises NoCase, AlreadyDecided."""
    case = repository.case_of(session, command.case_id)
    case.expect(command.expected)
    case.decide(command.state, command.reason, command.officer, clock.now())
    return case
