"""Traces by their time, cases by their subject, thresholds as they are in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bordergate.reference import as_of
from bordergate.writing import insert_rows
from services.inspectorate.domain.case import Case, NoCase
from services.inspectorate.domain.numbers import Numbers
from services.inspectorate.domain.trace import Detector, Sign, Trace
from services.inspectorate.tables import cases, limits, lives, traces


def keep(session: Session, found: Iterable[Trace]) -> None:
    """Keep traces; each event's once, for the inbox hears it once."""
    insert_rows(session, traces, [vars(trace) | {"officers": list(trace.officers)} for trace in found])


def traces_since(session: Session, since: datetime) -> list[Trace]:
    """The traces from an instant on, and the vehicles registered ever, in the order of time."""
    wanted = or_(traces.c.at >= since, traces.c.sign == Sign.REGISTERED)
    rows = session.execute(select(traces).where(wanted).order_by(traces.c.at, traces.c.id)).mappings()
    return [Trace(**dict(row) | {"officers": tuple(row["officers"])}) for row in rows]


def forget(session: Session, before: datetime) -> None:
    """Traces of long ago are looked at no more, but for who a vehicle said it was."""
    session.execute(delete(traces).where(traces.c.at < before, traces.c.sign != Sign.REGISTERED))


def numbers_at(session: Session, now: datetime) -> Numbers:
    """The thresholds in force."""
    known = session.execute(select(limits).where(as_of(limits, now)))
    spans = session.execute(select(lives).where(as_of(lives, now)))
    return Numbers(
        {(row.detector, row.name): row.value for row in known},
        {row.chapter: (row.shortest_hours, row.longest_hours) for row in spans},
    )


def last_case_of(session: Session, detector: Detector, subject: str) -> Case | None:
    """The latest case of a detector about a subject, locked."""
    here = select(Case).where(cases.c.detector == detector, cases.c.subject == subject)
    return session.scalars(here.order_by(cases.c.opened_at.desc()).limit(1).with_for_update()).first()


def case_of(session: Session, case_id: UUID) -> Case:
    """A case, locked; raises NoCase."""
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NoCase(case=case_id)
    return case
