"""Guessing made slow: failed sign-ins are counted by account and by address, known or not, in real time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.identity.domain import SlowDown, plain_login, wait_after
from services.identity.passwords import digest
from services.identity.tables import attempts

FREE_BY_ACCOUNT = 5
FREE_BY_ADDRESS = 50
FORGOTTEN_AFTER = timedelta(hours=24)


def count_attempt(session: Session, login: str, address: str, now: datetime) -> None:
    """Count an attempt as failed before it is looked at, so that many at once are many; raises SlowDown."""
    limits = {_account(login): FREE_BY_ACCOUNT, _address(address): FREE_BY_ADDRESS}
    for subject in sorted(limits):
        _count(session, subject, limits[subject], now)


def forgive(session: Session, login: str, address: str) -> None:
    """The sign-in succeeded: the account's failures are forgotten, the address has one fewer."""
    session.execute(delete(attempts).where(attempts.c.subject == _account(login)))
    own = attempts.c.subject == _address(address)
    session.execute(update(attempts).where(own, attempts.c.failures > 0).values(failures=attempts.c.failures - 1))


def forget_old_attempts(session: Session, now: datetime) -> None:
    """Failures of a day ago count no more."""
    session.execute(delete(attempts).where(attempts.c.last_at < now - FORGOTTEN_AFTER))


def _count(session: Session, subject: bytes, free: int, now: datetime) -> None:
    row = _locked(session, subject, now)
    if row["wait_until"] > now:
        raise SlowDown(retry_after=int((row["wait_until"] - now).total_seconds()) + 1)
    failures = 1 if row["last_at"] < now - FORGOTTEN_AFTER else row["failures"] + 1
    changed = {"failures": failures, "last_at": now, "wait_until": now + wait_after(failures, free)}
    session.execute(update(attempts).where(attempts.c.subject == subject).values(changed))


def _locked(session: Session, subject: bytes, now: datetime) -> RowMapping:
    new = insert(attempts).values(subject=subject, failures=0, last_at=now, wait_until=now)
    session.execute(new.on_conflict_do_nothing())
    return session.execute(select(attempts).where(attempts.c.subject == subject).with_for_update()).mappings().one()


def _account(login: str) -> bytes:
    return digest(f"account {plain_login(login)}")


def _address(address: str) -> bytes:
    return digest(f"address {address}")
