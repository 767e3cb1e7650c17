"""What follows when law changes: all whom it concerns and who have not come yet are judged anew, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import Timer, start_timer

FIRST = UUID(int=0)
AT_ONCE = 50
"""So many are judged anew in one transaction."""
SETTLED = timedelta(seconds=10)
"""Who began to judge by the old law before the new one was there has ended by then, and is judged anew too."""


class LawChanges(Timer):
    """On this day other rows begin or cease to be a service's law."""


class JudgeAnew(Timer):
    """Some are to be judged anew, those after one in the order of their ids."""

    after: UUID


def follow(
    anew: type[JudgeAnew], changes: type[LawChanges], due: datetime | None, session: Session, clock: Clock
) -> None:
    """Let all be judged by the law as it stands, and again on the day it next changes, if that is known (`due`)."""
    start_timer(session, anew(after=FIRST), due=clock.now() + SETTLED)
    if due:
        start_timer(session, changes(), due=due)


def go_on(anew: type[JudgeAnew], judged: Sequence[UUID], session: Session, clock: Clock) -> None:
    """Some were judged, AT_ONCE at most: when there may be more, they are next."""
    if len(judged) == AT_ONCE:
        start_timer(session, anew(after=judged[-1]), due=clock.now())
