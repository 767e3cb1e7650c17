"""Whose a declaration's number is, when two say that it is theirs: customs' own system knows, or an officer decides."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.ids import new_id
from services.customs_declarations.commands.declarations import (
    FileDeclaration,
    assess_again,
    claim_number,
    file_declaration,
    keep_in_history,
    refuse_broken,
    take_number,
)
from services.customs_declarations.domain.declaration import Act, Declaration, Stage
from services.customs_declarations.domain.history import Told
from services.customs_declarations.domain.inquiry import MOST_AWAITED, NOT_ITS_OWN, Answer, Found, Inquiry, agrees
from services.customs_declarations.domain.refusals import AlreadyFiled, TooManyAwaited
from services.customs_declarations.repository import ask_no_more, asked_for, contesting, declarations_under, tell

SOON = 60
OVER = frozenset({Stage.CLEARED, Stage.CANCELLED})


def contest_number(command: FileDeclaration, session: Session, clock: Clock, real: datetime | None) -> Declaration:
    """File under a number that another organisation holds, to have it decided whose it is; else file as any.

    `real` is when customs' own system may first be asked; None when none is connected. Raises RulesBroken,
    AlreadyFiled when it is the caller's own, contested already or cleared, and TooManyAwaited.
    """
    number = command.papers.number
    holder = claim_number(number, session)
    if holder is None or command.declarant in holder.owners:
        return file_declaration(command, session, clock)
    if holder.stage in OVER or any(command.declarant in rival.owners for rival in contesting(session, number)):
        raise AlreadyFiled(field="$.number")
    refuse_broken(command.papers, session, clock)
    refuse_too_many(command.declarant, session)
    rival = Declaration.contest(
        new_id(), command.papers, command.declarant, command.trader, clock.now(), command.shared_with
    )
    session.add(rival)
    keep_in_history(rival, Act.CONTEST, session, clock)
    # who holds the number learns that it is contested, not by whom
    tell(session, holder.id, Told(clock.now(), Act.CONTEST, holder.revision))
    if real is not None:
        rival.by_number = True
        session.add(Inquiry(rival.id, number, since=clock.now(), ask_at=real))
    return rival


def refuse_too_many(declarant: UUID, session: Session) -> None:
    """Nobody waits for more numbers than anybody files in a day; raises TooManyAwaited."""
    if asked_for(session, declarant) >= MOST_AWAITED:
        raise TooManyAwaited(most=MOST_AWAITED, retry_after=SOON)


def settle(rival: Declaration, told: Found, session: Session, clock: Clock) -> Answer:
    """Give the number to who contests it, if what he declares, and only that, is what customs has under it.

    Of both or of neither, nobody but an officer can say whose it is.
    """
    if not agrees(rival.papers, told.papers):
        return Answer.CONTRADICTS
    holder = declarations_under(session, [rival.number]).get(rival.number)
    if holder is not None and (holder.stage in OVER or (holder.is_declared and agrees(holder.papers, told.papers))):
        return Answer.FOUND
    if holder is not None:
        holder.cancel(NOT_ITS_OWN)
        keep_in_history(holder, Act.CANCEL, session, clock, reason=NOT_ITS_OWN)
        ask_no_more(session, holder.id)
    take_number(rival, session, clock)
    assess_again([rival.number], session, clock)
    return Answer.FOUND


def rightful(number: str, told: Found, session: Session) -> Declaration | None:
    """Who contests a number and knows what customs has under it, if anybody does."""
    return next((rival for rival in contesting(session, number) if agrees(rival.papers, told.papers)), None)
