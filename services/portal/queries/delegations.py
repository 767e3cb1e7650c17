"""Delegations as their two sides' pages know them: who may act for whom, how far and until when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.tables import delegations

MOST = 100


class DelegationShown(BaseModel):
    """One leave that was not ended; `driver_id` or `agent` is who may act for `giver`."""

    model_config = ConfigDict(from_attributes=True)

    delegation_id: UUID
    giver: UUID
    agent: UUID | None
    driver_id: UUID | None
    acts: tuple[str, ...]
    routes: tuple[str, ...]
    last_day: date


def delegations_in_force(session: Session, today: date) -> list[DelegationShown]:
    """Those that the reader's firm has given or holds, the first to run out before the others."""
    holds = select(delegations).where(delegations.c.last_day >= today)
    rows = session.execute(holds.order_by(delegations.c.last_day, delegations.c.delegation_id).limit(MOST))
    return [DelegationShown.model_validate(row) for row in rows]
