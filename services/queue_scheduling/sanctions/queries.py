"""Sanctions as their carrier and the officers read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.http.paging import Page, PageRequest, id_of
from events.sanctions import MissedCall
from services.queue_scheduling.queries.holding import RuleTold
from services.queue_scheduling.sanctions.refusals import NoSanction
from services.queue_scheduling.sanctions.rules import BECAUSE
from services.queue_scheduling.sanctions.sanction import Appeal, Sanction, SanctionStage
from services.queue_scheduling.sanctions.tables import sanctions


class SanctionView(BaseModel):
    """A sanction: on whom, by which rule, on what evidence, until when, and what was said to it."""

    id: UUID
    carrier: UUID
    vehicle_id: UUID | None
    plate: str | None
    because: RuleTold
    evidence: list[MissedCall]
    case: str | None
    reason: str | None
    imposed_at: datetime
    until: datetime
    stage: SanctionStage
    appeal: Appeal
    appeal_until: datetime
    may_appeal: bool
    appeal_text: str | None
    appealed_at: datetime | None
    decision: str | None
    decided_at: datetime | None
    ended_at: datetime | None
    version: int

    @classmethod
    def of(cls, sanction: Sanction, now: datetime) -> Self:
        """The view."""
        told: dict[str, Any] = {name: getattr(sanction, name, None) for name in cls.model_fields}
        told["evidence"] = [MissedCall.model_validate(one) for one in sanction.evidence]
        told |= {"because": RuleTold.of(BECAUSE[sanction.ground]), "may_appeal": sanction.may_be_appealed(now)}
        return cls(**told)


def sanctions_page(
    session: Session, wanted: PageRequest, which: Literal["active", "appealed", ""], now: datetime
) -> Page[SanctionView]:
    """The sanctions the reader may see, the newest first; all, those in force, or those with an open appeal."""
    found = select(Sanction).order_by(sanctions.c.id.desc()).limit(wanted.rows)
    if which == "active":
        found = found.where(sanctions.c.stage == SanctionStage.ACTIVE)
    if which == "appealed":
        found = found.where(sanctions.c.appeal == Appeal.PENDING)
    if wanted.after:
        found = found.where(sanctions.c.id < id_of(wanted.after[0]))
    rows = session.scalars(found).all()
    return Page[SanctionView].of(rows, wanted, lambda row: SanctionView.of(row, now), lambda row: [row.id])


def sanction_at(session: Session, sanction_id: UUID, now: datetime) -> SanctionView:
    """One sanction; raises NoSanction."""
    found = session.get(Sanction, sanction_id)
    if found is None:
        raise NoSanction
    return SanctionView.of(found, now)


def crossing_of(session: Session, sanction_id: UUID) -> UUID:
    """The crossing in whose ledger a sanction stands; raises NoSanction."""
    found: UUID | None = session.scalar(select(sanctions.c.crossing_id).where(sanctions.c.id == sanction_id))
    if found is None:
        raise NoSanction
    return found
