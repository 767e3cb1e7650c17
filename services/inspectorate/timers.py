"""The inspectorate's deadline: the hour at which it looks again."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import Timer, start_timer
from services.inspectorate.commands import look_for_signs

EVERY = timedelta(hours=1)


class LookForSigns(Timer):
    """It is time to look for signs."""

    kind: ClassVar = "inspectorate.look_for_signs"


def look(timer: LookForSigns, session: Session, clock: Clock) -> None:
    """Look, and again in an hour."""
    look_for_signs(session, clock)
    start_timer(session, timer, due=clock.now() + EVERY)


def begin(session: Session, clock: Clock) -> None:
    """With the thresholds: look from now on."""
    start_timer(session, LookForSigns(), due=clock.now())
