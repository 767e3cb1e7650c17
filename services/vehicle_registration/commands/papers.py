"""The papers of a carrier's vehicles and drivers: handed in, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.ids import new_id
from services.vehicle_registration import repository
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


def keep_paper(command: KeepPaper, ring: KeyRing, session: Session) -> Paper:
    """Take a paper; of a driver's, number and issuer are sealed."""
    holder, terms, identity = command.holder, command.terms, new_id()
    terms.check(holder.kinds)
    if holder.driver:
        sealed = ring.seal(particulars_of(terms), identity)
        paper = Paper.sealed_for(identity, holder, terms, sealed, ring.current)
    else:
        paper = Paper.of_vehicle(identity, holder, terms)
    session.add(paper)
    repository.keep_validity(session, paper)
    return paper


def correct_paper(command: CorrectPaper, ring: KeyRing, session: Session) -> Paper:
    """Say anew what a paper says."""
    paper = repository.paper_of(session, command.holder, command.paper_id)
    paper.expect(command.expected)
    terms = PaperTerms.model_validate({**dict(terms_of(paper, ring)), **command.changed})
    terms.check(command.holder.kinds)
    if paper.of_driver:
        paper.correct_sealed(terms, ring.seal(particulars_of(terms), paper.id), ring.current)
    else:
        paper.correct(terms)
    repository.keep_validity(session, paper)
    return paper


def end_paper(command: EndPaper, session: Session) -> None:
    """Take a paper away."""
    paper = repository.paper_of(session, command.holder, command.paper_id)
    paper.expect(command.expected)
    withdraw(paper, session)


def withdraw(paper: Paper, session: Session) -> None:
    """A paper is gone."""
    paper.end()
    repository.withdraw_paper(session, paper)


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


def particulars_of(terms: PaperTerms) -> Particulars:
    """What lies sealed of a driver's paper."""
    return Particulars(paper_number=terms.paper_number, issuer=terms.issuer)


def reseal_papers(ring: KeyRing, session: Session, most: int) -> int:
    """Seal drivers' papers under the current key that are sealed under another; returns how many."""
    sealed = repository.papers_sealed_otherwise(session, ring.current, most)
    for paper in sealed:
        paper.reseal(ring.seal(ring.open_paper(paper), paper.id), ring.current)
    return len(sealed)
