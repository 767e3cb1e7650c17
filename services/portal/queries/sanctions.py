"""Sanctions as their carrier's pages and the officers' show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from bordergate.errors import NotFound
from events.sanctions import Ground, MissedCall
from services.portal.domain import Tone
from services.portal.tables import sanctions, vehicles


class UnknownSanction(NotFound):
    """There is no such sanction, or none of the reader's."""

    code = "portal.unknown_sanction"


class SanctionShown(BaseModel):
    """A sanction, with its vehicle's plate (None: the whole carrier)."""

    sanction_id: UUID
    parties: tuple[UUID, ...]
    vehicle_id: UUID | None
    plate: str | None
    ground: Ground
    imposed_at: datetime
    until: datetime
    appeal_until: datetime
    evidence: tuple[MissedCall, ...]
    case: str | None
    reason: str | None
    appeal: str | None
    appealed_at: datetime | None
    granted: bool | None
    decision: str | None
    ended_at: datetime | None
    lifted: bool

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The sanction, from its row."""
        return cls.model_validate(row, from_attributes=True)

    @property
    def carrier(self) -> UUID:
        """Whose it is."""
        return self.parties[0]

    @property
    def because(self) -> str:
        """The code of the rule behind it."""
        return f"queue_scheduling.sanction_{self.ground.lower()}"

    @property
    def pending(self) -> bool:
        """Whether an officer must decide on an appeal."""
        return self.appeal is not None and self.granted is None

    @property
    def standing(self) -> str:
        """How it stands, in one word."""
        if self.ended_at is not None:
            return "LIFTED" if self.lifted else "ENDED"
        return "PENDING" if self.pending else "ACTIVE"

    @property
    def tone(self) -> Tone:
        """The sign beside it."""
        tones = {"ACTIVE": Tone.STOP, "PENDING": Tone.ATTENTION, "LIFTED": Tone.OK}
        return tones.get(self.standing, Tone.UNKNOWN)

    def may_be_appealed(self, now: datetime) -> bool:
        """Whether the carrier may still say why it is wrong."""
        return self.appeal is None and now < self.appeal_until


STANDINGS = ("ACTIVE", "PENDING", "LIFTED", "ENDED")
MOST = 200


def sanctions_shown(session: Session) -> list[SanctionShown]:
    """Those the reader may see: open appeals first, then those in force, then the rest, each the newest first."""
    s = sanctions.c
    pressing = case((and_(s.appeal.is_not(None), s.granted.is_(None)), 0), (s.ended_at.is_(None), 1), else_=2)
    rows = session.execute(_all().order_by(pressing, s.imposed_at.desc(), s.sanction_id).limit(MOST))
    return [SanctionShown.of(row) for row in rows]


def sanction_shown(session: Session, sanction_id: UUID) -> SanctionShown:
    """One sanction; raises UnknownSanction."""
    row = session.execute(_all().where(sanctions.c.sanction_id == sanction_id)).one_or_none()
    if row is None:
        raise UnknownSanction
    return SanctionShown.of(row)


def in_force(session: Session) -> int:
    """How many sanctions the reader's firm is under."""
    return session.scalar(select(func.count()).select_from(sanctions).where(sanctions.c.ended_at.is_(None))) or 0


def _all() -> Select[Any]:
    known = vehicles.c.vehicle_id == sanctions.c.vehicle_id
    return select(*sanctions.c, vehicles.c.plate).outerjoin(vehicles, known)
