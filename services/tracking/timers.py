"""Deadlines of tracking: each hour the feed is made ready for the coming days and its old part forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import Timer, start_timer
from services.tracking.commands import keep_feed, lay_ground


class KeepFeed(Timer):
    """The feed is due to be looked after."""

    kind: ClassVar = "tracking.keep_feed"


EVERY = timedelta(hours=1)


def look_after_feed(timer: KeepFeed, session: Session, clock: Clock) -> None:
    """Look after the feed, and again in an hour."""
    keep_feed(session, clock)
    start_timer(session, timer, due=clock.now() + EVERY)


def begin(session: Session, clock: Clock) -> None:
    """With the reference data: the ground to stand on, and the feed looked after from now on."""
    lay_ground(session, clock)
    look_after_feed(KeepFeed(), session, clock)
