"""The moments at which a page changes though nothing was heard."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.portal import commands
from services.portal.commands import CallRunsOut


def warn_of_call(timer: CallRunsOut, session: Session, clock: Clock) -> None:
    """A call runs out soon: the board says so."""
    commands.warn_of_call(session, timer.crossing_id)
