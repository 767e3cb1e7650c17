"""Who pays, as identity states it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.vehicle_registration import repository
from services.vehicle_registration.commands.filing import set_free
from services.vehicle_registration.domain.demands import Payer


def know_payer(organisation_id: UUID, payer: Payer, session: Session, clock: Clock) -> None:
    """An organisation may pay; crossings filed before it was heard of are assessed again."""
    repository.know_organisation(session, organisation_id, payer)
    set_free(repository.waiting_of_payer(session, organisation_id), session, clock)


def trust_payer(organisation_id: UUID, session: Session, clock: Clock) -> None:
    """An organisation was verified; the crossings it pays for are assessed again."""
    repository.verify_organisation(session, organisation_id)
    set_free(repository.waiting_of_payer(session, organisation_id), session, clock)
