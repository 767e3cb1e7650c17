"""The deadlines of customs_declarations: simulated customs' next act, on a demonstration."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.customs_declarations.commands import SimulatedCustoms, play_customs


def act_as_customs(timer: SimulatedCustoms, session: Session, clock: Clock) -> None:
    """Choose a channel, or clear."""
    play_customs(timer.declaration_id, session, clock)
