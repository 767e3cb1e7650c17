"""Looks at cases."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.http.paging import Page, PageRequest, id_of
from services.inspectorate.domain.case import Case, CaseState
from services.inspectorate.domain.trace import Detector
from services.inspectorate.tables import cases


class SeenView(BaseModel):
    """One piece of evidence; what `plate`, `other` and `number` are depends on the detector."""

    at: AwareDatetime
    crossing_id: UUID | None
    plate: str | None
    other: str | None
    number: float | None


class CaseView(BaseModel):
    """A case as the inspectorate sees it: what was seen of whom, and what was made of it."""

    id: UUID
    detector: Detector
    subject: str
    opened_at: AwareDatetime
    state: CaseState
    seen: list[SeenView]
    reason: str | None
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    version: int

    @classmethod
    def of(cls, case: Case) -> Self:
        """The case as it stands."""
        seen = [SeenView(**vars(one)) for one in reversed(case.seen)]
        return cls(**{name: getattr(case, name) for name in cls.model_fields if name != "seen"}, seen=seen)


def cases_at(session: Session, wanted: PageRequest, *, decided: bool) -> Page[CaseView]:
    """Open cases or decided ones, the latest first."""
    which = cases.c.state != CaseState.OPEN if decided else cases.c.state == CaseState.OPEN
    asked = select(Case).where(which).order_by(cases.c.id.desc()).limit(wanted.rows)
    if wanted.after:
        asked = asked.where(cases.c.id < id_of(wanted.after[0]))
    return Page[CaseView].of(session.scalars(asked).all(), wanted, CaseView.of, lambda case: (case.id,))
