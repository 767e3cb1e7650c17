"""What can be asked about declarations whose number alone is stated: customs' own system says the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.ids import new_id
from events.words import Failure
from services.customs_declarations.commands.contests import OVER, refuse_too_many, rightful, settle
from services.customs_declarations.commands.declarations import (
    FileDeclaration,
    assess_again,
    cancel,
    choose_channel,
    claim_number,
    clear,
    file_declaration,
    keep_in_history,
)
from services.customs_declarations.domain.declaration import Act, Declaration, Stage
from services.customs_declarations.domain.inquiry import (
    CANCELLED_BY_CUSTOMS,
    Answer,
    Found,
    Inquiry,
    Reply,
    differing,
)
from services.customs_declarations.domain.refusals import AlreadyFiled, RulesBroken
from services.customs_declarations.domain.rules import NUMBERS_LAW, goes
from services.customs_declarations.repository import (
    declaration_of,
    due_inquiry,
    inquiry_of,
    note_source,
)


@dataclass(frozen=True)
class StateNumber:
    """A declarant states the number of a declaration that customs' own system has, and nothing else."""

    number: str
    declarant: UUID
    trader: UUID
    shared_with: tuple[UUID, ...] = ()


def state_number(command: StateNumber, session: Session, clock: Clock, real: datetime) -> Declaration:
    """Await what customs says of a number; raises RulesBroken, AlreadyFiled and TooManyAwaited."""
    number = command.number
    direction = goes(number)
    if direction is None:
        raise RulesBroken([Failure(code="R003", field="$.number", value=number, source=NUMBERS_LAW)])
    if claim_number(number, session) is not None:
        raise AlreadyFiled(field="$.number")
    refuse_too_many(command.declarant, session)
    declaration = Declaration.state(
        new_id(), number, direction, command.declarant, command.trader, clock.now(), command.shared_with
    )
    session.add(declaration)
    keep_in_history(declaration, Act.AWAIT, session, clock)
    session.add(Inquiry(declaration.id, number, since=clock.now(), ask_at=real))
    assess_again([number], session, clock)
    return declaration


def lend_inquiry(session: Session, real: datetime) -> tuple[UUID, str] | None:
    """The declaration, and its number, about which customs is to be asked now; None when none is due."""
    inquiry = due_inquiry(session, real)
    if inquiry is None:
        return None
    inquiry.lend(real)
    return inquiry.declaration_id, inquiry.number


def take_answer(declaration_id: UUID, told: Reply, session: Session, clock: Clock, real: datetime, source: str) -> None:
    """Do what customs has told; told twice it takes effect once. A declaration given up meanwhile is left alone."""
    inquiry = inquiry_of(session, declaration_id)
    if inquiry is not None:
        declaration = declaration_of(session, declaration_id)
        before = declaration.version
        answer, inquiry.faults = _take(declaration, told, session, clock)
        news, over = declaration.version != before, declaration.stage in OVER
        inquiry.note(answer, clock.now(), real, news=news, over=over)
    note_source(session, source, told, clock.now())


def _take(declaration: Declaration, told: Reply, session: Session, clock: Clock) -> tuple[Answer, tuple[Failure, ...]]:
    """How it ended, and what rules the answer broke."""
    if not isinstance(told, Found):
        return told.answer, ()
    if declaration.stage is Stage.CONTESTED:
        # in what he is wrong, who contests another's number is not told: he might learn what the other declared
        answer = settle(declaration, told, session, clock)
        if declaration.stage is Stage.CONTESTED:
            return answer, ()
    elif declaration.stage is Stage.AWAITED:
        if rival := rightful(declaration.number, told, session):
            settle(rival, told, session, clock)
            return Answer.CONTRADICTS, ()
        if broken := _fetch(declaration, told, session, clock):
            return Answer.CONTRADICTS, broken
    elif differences := differing(declaration.papers, told.papers):
        return Answer.CONTRADICTS, differences
    _follow(declaration, told, session, clock)
    return Answer.FOUND, ()


def _fetch(declaration: Declaration, told: Found, session: Session, clock: Clock) -> tuple[Failure, ...]:
    """File what customs has under the number; the rules it breaks, if any."""
    owners = declaration.declarant, declaration.trader
    try:
        file_declaration(FileDeclaration(told.papers, *owners, fetched=True), session, clock)
    except RulesBroken as broken:
        return broken.failures
    return ()


def _follow(declaration: Declaration, told: Found, session: Session, clock: Clock) -> None:
    """What customs has decided holds here too, unless it is decided already."""
    if declaration.stage in OVER:
        return
    if told.cancelled:
        cancel(declaration.id, CANCELLED_BY_CUSTOMS, session, clock, by_source=True)
        return
    if told.channel is not None:
        choose_channel(declaration.id, told.channel, session, clock, simulated=told.simulated)
    if told.cleared:
        clear(declaration.id, session, clock, simulated=told.simulated)
