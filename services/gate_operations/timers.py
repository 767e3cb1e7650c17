"""The gate's deadline: one authority may not keep a truck waiting unnoticed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.gate_operations.commands import Lagging, notice_lag


def ask_for_the_other(timer: Lagging, session: Session, clock: Clock) -> None:
    """Board and tablet show which authority a truck waits for."""
    notice_lag(timer.crossing_id, session, clock)
