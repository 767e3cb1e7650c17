"""A driver's consents, as he and his carrier see them."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.vehicle_registration.domain.consents import Consent, How, Purpose
from services.vehicle_registration.tables import consents


class ConsentView(BaseModel):
    """One consent: for what, when and how it was given, and when and how it was taken back."""

    purpose: Purpose
    given_at: datetime
    how: How
    withdrawn_at: datetime | None
    withdrawn_how: How | None

    @classmethod
    def of(cls, consent: object) -> Self:
        """The consent, from itself or its row."""
        return cls.model_validate(consent, from_attributes=True)


class ConsentsView(BaseModel):
    """All consents of a driver, the latest first, and for what he was not asked or does not consent."""

    items: list[ConsentView]
    lacking: list[Purpose]


def may_be_called(session: Session, driver_id: UUID) -> bool:
    """Whether a driver lets others than his carrier telephone him."""
    held = consents.c.driver_id == driver_id, consents.c.purpose == Purpose.CONTACT, consents.c.withdrawn_at.is_(None)
    return session.execute(select(consents.c.driver_id).where(*held)).first() is not None


def consents_of(session: Session, driver_id: UUID) -> ConsentsView:
    """What a driver has consented to, now and before."""
    told = select(Consent).where(consents.c.driver_id == driver_id).order_by(consents.c.given_at.desc())
    found = list(session.execute(told).scalars())
    held = {one.purpose for one in found if one.withdrawn_at is None}
    return ConsentsView(
        items=[ConsentView.of(one) for one in found], lacking=[purpose for purpose in Purpose if purpose not in held]
    )
