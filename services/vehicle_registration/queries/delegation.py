"""Delegations as their givers and those who hold them see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bordergate.http.paging import Page, PageRequest, id_of
from services.vehicle_registration.domain.delegation import Act, Delegation
from services.vehicle_registration.repository.delegation import in_force
from services.vehicle_registration.tables import delegations


class DelegationView(BaseModel):
    """One firm's leave for another, or for a driver, to act for it; `in_force` until it is ended or its day is over.

    `used` counts the crossings filed by it, of at most `most`.
    """

    id: UUID
    giver: UUID
    agent: UUID | None
    driver_id: UUID | None
    acts: list[Act]
    routes: list[str]
    most: int | None
    used: int
    last_day: date
    given_at: datetime
    last_used_at: datetime | None
    ended_at: datetime | None
    in_force: bool
    version: int

    @classmethod
    def of(cls, delegation: Delegation | Row[Any], now: datetime) -> Self:
        """The delegation as it stands."""
        told = {name: getattr(delegation, name) for name in cls.model_fields if name != "in_force"}
        return cls(**told, in_force=Delegation.holds(delegation, now))  # type: ignore[arg-type] # a row reads alike


def delegations_page(
    session: Session, wanted: PageRequest, now: datetime, *, held_by: UUID | None, only_in_force: bool
) -> Page[DelegationView]:
    """What the reader's firm has given and holds, the latest first; or only what it holds."""
    statement = select(delegations).order_by(delegations.c.id.desc()).limit(wanted.rows)
    if held_by:
        statement = statement.where(delegations.c.agent == held_by)
    if only_in_force:
        statement = statement.where(in_force(now))
    if wanted.after:
        statement = statement.where(delegations.c.id < id_of(wanted.after[0]))
    rows = session.execute(statement).all()
    return Page[DelegationView].of(rows, wanted, lambda row: DelegationView.of(row, now), lambda row: [row.id])
