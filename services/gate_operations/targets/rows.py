"""Accounts as rows: held against the targets in force when a wait ended, and counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.reference import as_of
from events.gate_operations import Authority, Target
from services.gate_operations.domain import Passage
from services.gate_operations.tables import accounts, targets
from services.gate_operations.targets.account import MINUTE, Account, Spent, spent


class Credit(BaseModel):
    """A target that the gate missed with one crossing: whose part it was, how long it took and how long it should."""

    crossing_id: UUID
    target: Target
    whose: Authority
    since: AwareDatetime
    until: AwareDatetime
    allowed_minutes: int
    took_minutes: int


class Tally(BaseModel):
    """How one side fared by one target: of so many waits so many were too long, by so many minutes.

    `day` is the Hà Nội one on which they ended, where days are told apart.
    """

    day: date | None = None
    route: str
    whose: Authority
    target: Target
    waits: int
    missed: int
    minutes_over: int


def hold_to_account(passage: Passage, session: Session) -> None:
    """Hold what is over of a passage against the targets; what a correction has undone is taken back."""
    if not passage.facts or passage.carrier is None or passage.direction is None or passage.route is None:
        return
    here = select(Account).where(accounts.c.crossing_id == passage.crossing_id)
    known = {one.target: one for one in session.scalars(here)}
    waits = {wait.target: wait for wait in spent(passage.direction, passage.reached)}
    for target, account in known.items():
        if target not in waits and account.until is not None:
            account.void()
    allowed = allowed_minutes(session, passage.route, waits.values())
    for target, wait in waits.items():
        if target not in allowed:
            continue
        about = (passage.crossing_id, target, passage.carrier, passage.route, list(passage.parties))
        account = known.get(target) or Account(*about, wait.whose, wait.since)
        account.hold(wait, allowed[target])
        session.add(account)


def allowed_minutes(session: Session, route: str, waits: Collection[Spent]) -> dict[Target, int]:
    """What the targets of a route allow each wait, as they were when it ended; without those that allow anything."""
    if not waits:
        return {}
    each = [(targets.c.target == one.target) & as_of(targets, one.until) for one in waits]
    rows = session.execute(select(targets.c.target, targets.c.minutes).where(targets.c.route == route, or_(*each)))
    return {row.target: row.minutes for row in rows}


def credits_of(session: Session, crossing_id: UUID) -> list[Credit]:
    """What stands to a crossing's credit, by time."""
    wanted = select(accounts).where(accounts.c.crossing_id == crossing_id, accounts.c.missed)
    rows = session.execute(wanted.order_by(accounts.c.until)).mappings()
    return [Credit(**row, took_minutes=(row["until"] - row["since"]) // MINUTE) for row in rows]


def tallies(session: Session, first: date, last: date, routes: frozenset[str] | None, *, by_day: bool) -> list[Tally]:
    """Each side's misses, of waits that ended on these Hà Nội days; `routes` None: all."""
    day = func.date(func.timezone("Asia/Ho_Chi_Minh", accounts.c.until)).label("day")
    took = func.floor(func.extract("epoch", accounts.c.until - accounts.c.since) / 60)
    over = func.coalesce(func.sum(took - accounts.c.allowed_minutes).filter(accounts.c.missed), 0).label("minutes_over")
    side = (accounts.c.target, accounts.c.whose, accounts.c.route)
    key: Sequence[Any] = (day, *side) if by_day else side
    missed = func.count().filter(accounts.c.missed).label("missed")
    wanted = select(*key, func.count().label("waits"), missed, over)
    since, until = (datetime.combine(one, time(), HANOI) for one in (first, last + timedelta(days=1)))
    wanted = wanted.where(accounts.c.until >= since, accounts.c.until < until).group_by(*key).order_by(*key)
    if routes is not None:
        wanted = wanted.where(accounts.c.route.in_(routes))
    return [Tally.model_validate(dict(row)) for row in session.execute(wanted).mappings()]
