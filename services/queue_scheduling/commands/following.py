"""Where called trucks are, as tracking sees them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from events.tracking import AreaKind
from services.queue_scheduling.dispatch.approach import note_area, note_at_gate
from services.queue_scheduling.forecast import rows


def follow_into(crossing_id: UUID, kind: AreaKind, at: datetime, session: Session) -> None:
    """A truck is inside an area; at the gate its journey is over, whatever the authorities have scanned."""
    note_area(session, crossing_id, kind, at, inside=True)
    if kind is AreaKind.GATE:
        end_journey(session, crossing_id, at)


def end_journey(session: Session, crossing_id: UUID, at: datetime) -> None:
    """A truck is at the gate: so long it took, and so good was what had been foretold."""
    note_at_gate(session, crossing_id, at)
    rows.note_at_gate(session, crossing_id, at)


def follow_out_of(crossing_id: UUID, kind: AreaKind, at: datetime, session: Session) -> None:
    """A truck has left an area."""
    note_area(session, crossing_id, kind, at, inside=False)
