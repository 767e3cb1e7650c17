"""The papers of a carrier's vehicles and drivers: handed in, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.ids import new_id
from bordergate.timers import start_timer, stop_timer
from services.vehicle_registration import repository
from services.vehicle_registration.commands.filing import assess_holder
from services.vehicle_registration.domain.deadlines import Reminder, RunsOut
from services.vehicle_registration.domain.papers import Holder, Paper, PaperTerms, Particulars
from services.vehicle_registration.sealing import KeyRing


@dataclass(frozen=True)
class KeepPaper:
    """A carrier hands in a paper of his vehicle or driver."""

    holder: Holder
    terms: PaperTerms


@dataclass(frozen=True)
class CorrectPaper:
    """A paper was mistyped, or says something else now; `changed` holds the new values of its terms."""

    holder: Holder
    paper_id: UUID
    changed: Mapping[str, Any]
    expected: int | None = None


@dataclass(frozen=True)
class EndPaper:
    """A paper no longer holds, or never did."""

    holder: Holder
    paper_id: UUID
    expected: int | None = None


def keep_paper(command: KeepPaper, ring: KeyRing, session: Session, clock: Clock) -> Paper:
    """Take a paper; of a driver's, number and issuer are sealed."""
    holder, terms, identity = command.holder, command.terms, new_id()
    terms.check(holder.kinds)
    if holder.driver:
        sealed = ring.seal(particulars_of(terms), identity)
        paper = Paper.sealed_for(identity, holder, terms, sealed, ring.current)
    else:
        paper = Paper.of_vehicle(identity, holder, terms)
    session.add(paper)
    count_on(paper, session, clock)
    return paper


def correct_paper(command: CorrectPaper, ring: KeyRing, session: Session, clock: Clock) -> Paper:
    """Say anew what a paper says."""
    paper = repository.paper_of(session, command.holder, command.paper_id)
    paper.expect(command.expected)
    terms = PaperTerms.model_validate({**dict(terms_of(paper, ring)), **command.changed})
    terms.check(command.holder.kinds)
    if paper.of_driver:
        known = particulars_of(terms, ring.open_paper(paper).scan_key)
        paper.correct_sealed(terms, ring.seal(known, paper.id), ring.current)
    else:
        paper.correct(terms)
    count_on(paper, session, clock)
    return paper


def count_on(paper: Paper, session: Session, clock: Clock) -> None:
    """From now on the paper counts as it reads: for who waits, and until it runs out."""
    repository.keep_validity(session, paper)
    start_timer(session, RunsOut(paper_id=paper.id), due=paper.runs_out_at)
    remind_or_wait(paper, session, clock.now())
    assess_holder(paper.holder, session, clock)


def end_paper(command: EndPaper, session: Session, clock: Clock) -> str | None:
    """Take a paper away; returns the scan it had."""
    paper = repository.paper_of(session, command.holder, command.paper_id)
    paper.expect(command.expected)
    withdraw(paper, session, clock)
    for other in repository.papers_of(session, paper.holder):
        remind_or_wait(other, session, clock.now())
    return paper.scan


def withdraw(paper: Paper, session: Session, clock: Clock) -> None:
    """A paper is gone, for who waits too."""
    paper.end()
    repository.withdraw_paper(session, paper)
    stop_timer(session, RunsOut(paper_id=paper.id))
    stop_timer(session, Reminder(paper_id=paper.id))
    assess_holder(paper.holder, session, clock)


def run_out(paper_id: UUID, session: Session, clock: Clock) -> None:
    """A paper's last day is over; one that was corrected or taken away since is left alone."""
    paper = repository.paper_if_known(session, paper_id)
    if paper is not None and clock.now() >= paper.runs_out_at:
        assess_holder(paper.holder, session, clock)


def remind(paper_id: UUID, session: Session, clock: Clock) -> None:
    """The time has come to remind of a paper, unless it is gone."""
    paper = repository.paper_if_known(session, paper_id)
    if paper is not None:
        remind_or_wait(paper, session, clock.now())


def remind_or_wait(paper: Paper, session: Session, now: datetime) -> None:
    """Remind of a paper that ends soon, and set the next reminder; one that is renewed or over reminds nobody."""
    if now >= paper.runs_out_at or repository.is_renewed(session, paper):
        return
    marks = {days: paper.runs_out_at - timedelta(days=days) for days in repository.reminder_days(session, now)}
    passed = [days for days, mark in marks.items() if mark <= now]
    if passed:
        paper.remind(min(passed))
    ahead = [mark for mark in marks.values() if mark > now]
    if ahead:
        start_timer(session, Reminder(paper_id=paper.id), due=min(ahead))


def terms_of(paper: Paper, ring: KeyRing) -> PaperTerms:
    """What a paper says; of a driver's, what lies sealed is opened."""
    known = ring.open_paper(paper) if paper.of_driver else None
    return PaperTerms(
        kind=paper.kind,
        paper_number=known.paper_number if known else paper.paper_number or "",
        issuer=known.issuer if known else paper.issuer or "",
        valid_from=paper.valid_from,
        valid_to=paper.valid_to,
    )


def particulars_of(terms: PaperTerms, scan_key: str | None = None) -> Particulars:
    """What lies sealed of a driver's paper."""
    return Particulars(scan_key=scan_key, paper_number=terms.paper_number, issuer=terms.issuer)


def reseal_papers(ring: KeyRing, session: Session, most: int) -> int:
    """Seal drivers' papers under the current key that are sealed under another; returns how many."""
    sealed = repository.papers_sealed_otherwise(session, ring.current, most)
    for paper in sealed:
        paper.reseal(ring.seal(ring.open_paper(paper), paper.id), ring.current)
    return len(sealed)
