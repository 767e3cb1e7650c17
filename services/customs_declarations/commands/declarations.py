"""What can be asked about declarations, and about the loads that name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import HANOI, Clock
from bordergate.event import Actor
from bordergate.ids import new_id
from bordergate.timers import Timer, start_timer
from events.words import Channel
from services.customs_declarations.domain.declaration import Act, Declaration, Papers, Stage
from services.customs_declarations.domain.goods import Line
from services.customs_declarations.domain.history import Told, differences
from services.customs_declarations.domain.load import Load
from services.customs_declarations.domain.refusals import AlreadyFiled, OnlyCustomsCancels, RulesBroken
from services.customs_declarations.domain.rules import Filed, broken_by
from services.customs_declarations.repository import (
    ask_no_more,
    contesting,
    declaration_of,
    declarations_under,
    goods_numbers,
    last_channel,
    lists_for,
    loads_naming,
    lock_numbers,
    simulated_customs,
    tell,
)


class SimulatedCustoms(Timer):
    """On a demonstration: it is time for the next act of customs on a declaration."""

    kind: ClassVar[str] = "customs_declarations.simulated_customs"

    declaration_id: UUID


@dataclass(frozen=True)
class FileDeclaration:
    """A declaration is filed by a declarant, for itself or for a trader; `fetched` from customs' own system."""

    papers: Papers
    declarant: UUID
    trader: UUID
    shared_with: tuple[UUID, ...] = ()
    fetched: bool = False


@dataclass(frozen=True)
class Amend:
    """A filed declaration is to say something else; `expected` is the version its author looked at."""

    declaration_id: UUID
    type_code: str
    lines: tuple[Line, ...]
    expected: int | None
    destination: str | None = None


@dataclass(frozen=True)
class ShareWith:
    """The organisations that may name a declaration for a crossing besides its owners."""

    declaration_id: UUID
    shared_with: tuple[UUID, ...]
    expected: int | None


def file_declaration(command: FileDeclaration, session: Session, clock: Clock) -> Declaration:
    """Take a declaration under its number; raises RulesBroken and AlreadyFiled.

    Under a number that its declarant, as an owner, has stated alone, it is the declaration that was awaited; whom he
    names as trader does not make him one.
    """
    papers = command.papers
    refuse_broken(papers, session, clock)
    declaration = claim_number(papers.number, session)
    if declaration is None:
        declaration = Declaration.register(
            new_id(), papers, command.declarant, command.trader, clock.now(), command.shared_with
        )
        session.add(declaration)
    elif declaration.stage is Stage.AWAITED and command.declarant in declaration.owners:
        declaration.declare(papers)
    else:
        raise AlreadyFiled(field="$.number")
    keep_in_history(declaration, Act.FETCH if command.fetched else Act.FILE, session, clock)
    _await_simulated(declaration, session, clock)
    assess_again([papers.number], session, clock)
    return declaration


def claim_number(number: str, session: Session) -> Declaration | None:
    """The declaration that holds a number, which nobody else files until the commit; None when it is free."""
    lock_numbers(session, [number])
    return declarations_under(session, [number]).get(number)


def amend(command: Amend, session: Session, clock: Clock) -> Declaration:
    """Change what is declared; raises UnknownDeclaration, Stale, NotNow and RulesBroken."""
    declaration = declaration_of(session, command.declaration_id)
    declaration.expect(command.expected)
    before = declaration.papers
    papers = replace(before, type_code=command.type_code, lines=command.lines, destination=command.destination)
    refuse_broken(papers, session, clock)
    declaration.amend(papers.type_code, papers.lines, papers.destination)
    keep_in_history(declaration, Act.AMEND, session, clock, changes=differences(before, papers))
    _await_simulated(declaration, session, clock)
    assess_again([declaration.number], session, clock)
    return declaration


def share(command: ShareWith, session: Session, clock: Clock) -> Declaration:
    """Say who may name the declaration; raises UnknownDeclaration and Stale."""
    declaration = declaration_of(session, command.declaration_id)
    declaration.expect(command.expected)
    declaration.share(command.shared_with)
    keep_in_history(declaration, Act.SHARE, session, clock)
    assess_again([declaration.number], session, clock)
    return declaration


def cancel(
    declaration_id: UUID,
    reason: str,
    session: Session,
    clock: Clock,
    *,
    by_source: bool = False,
    by_owner: bool = False,
) -> Declaration:
    """The declaration no longer holds, and who contests its number has it.

    Raises UnknownDeclaration and NotNow; to an owner OnlyCustomsCancels, also when he has amended what was channelled.
    """
    declaration = declaration_of(session, declaration_id)
    if by_owner and (declaration.only_customs_cancels or _amended_away(declaration, session)):
        raise OnlyCustomsCancels
    held = declaration.holds_number
    declaration.cancel(reason, by_source=by_source)
    keep_in_history(declaration, Act.CANCEL, session, clock, reason=reason)
    ask_no_more(session, declaration.id)
    rivals = contesting(session, declaration.number) if held and not by_source else []
    if rivals:
        take_number(rivals[0], session, clock)
    assess_again([declaration.number], session, clock)
    return declaration


def _amended_away(declaration: Declaration, session: Session) -> bool:
    """Whether customs meant to look at what was declared before it was amended, and has not chosen anew since."""
    last = last_channel(session, declaration.id) if declaration.stage is Stage.REGISTERED else None
    return last not in (None, Channel.GREEN)


def take_number(rival: Declaration, session: Session, clock: Clock) -> None:
    """What was contested is decided: this is the declaration under its number."""
    rival.take_number()
    keep_in_history(rival, Act.TAKE, session, clock)
    _await_simulated(rival, session, clock)


def choose_channel(
    declaration_id: UUID, channel: Channel, session: Session, clock: Clock, *, simulated: bool = False
) -> Declaration:
    """Customs chooses the channel; raises UnknownDeclaration and NotNow."""
    declaration = declaration_of(session, declaration_id)
    _channel(declaration, channel, session, clock, simulated=simulated)
    assess_again([declaration.number], session, clock)
    return declaration


def clear(declaration_id: UUID, session: Session, clock: Clock, *, simulated: bool = False) -> Declaration:
    """Customs lets the goods go; raises UnknownDeclaration and NotNow."""
    declaration = declaration_of(session, declaration_id)
    _clear(declaration, session, clock, simulated=simulated)
    assess_again([declaration.number], session, clock)
    return declaration


def play_customs(declaration_id: UUID, session: Session, clock: Clock) -> None:
    """On a demonstration, do what customs would do next; nothing once an authority has acted."""
    habits = simulated_customs(session, clock.now())
    if habits is None:
        return
    declaration = declaration_of(session, declaration_id)
    if declaration.stage is Stage.REGISTERED:
        channel = habits.channel_of(declaration.number)
        _channel(declaration, channel, session, clock, simulated=True)
        start_timer(
            session, SimulatedCustoms(declaration_id=declaration.id), due=clock.now() + habits.until_cleared(channel)
        )
    elif declaration.stage is Stage.CHANNELLED and declaration.simulated:
        _clear(declaration, session, clock, simulated=True)
    else:
        return
    assess_again([declaration.number], session, clock)


def _channel(
    declaration: Declaration, channel: Channel, session: Session, clock: Clock, *, simulated: bool = False
) -> None:
    """The same channel again is no news."""
    seen = declaration.version
    declaration.choose_channel(channel, simulated=simulated)
    if declaration.version != seen:
        keep_in_history(declaration, Act.CHANNEL, session, clock, channel=channel, simulated=simulated)


def _clear(declaration: Declaration, session: Session, clock: Clock, *, simulated: bool = False) -> None:
    """A clearance said again is no news."""
    seen = declaration.version
    declaration.clear(simulated=simulated)
    if declaration.version != seen:
        keep_in_history(declaration, Act.CLEAR, session, clock, simulated=simulated)


def keep_in_history(declaration: Declaration, act: Act, session: Session, clock: Clock, **more: Any) -> None:  # noqa: ANN401 - Told's fields
    """Keep in the declaration's history what was done, and by whom."""
    actor: Actor = session.info["origin"].actor
    told = Told(clock.now(), act, declaration.revision, actor.organisation, actor.role, **more)
    tell(session, declaration.id, told)


def refuse_broken(papers: Papers, session: Session, clock: Clock) -> None:
    """Refuse a declaration that breaks rules, with all of them; raises RulesBroken."""
    broken = broken_by(Filed(papers, lists_for(session, papers, clock.now())))
    if broken:
        raise RulesBroken(broken)


def assess_again(
    named: Collection[str],
    session: Session,
    clock: Clock,
    *also: Load,
    on_behalf: Callable[[Load], None] | None = None,
) -> None:
    """Say anew what declarations mean for every crossing that names one of the numbers, which are locked.

    `also` are crossings that may name none; `on_behalf` notes, before each is assessed, what it is assessed for.
    """
    session.flush()
    concerned = {load.crossing_id: load for load in (*loads_naming(session, named, locked=True), *also)}
    if not concerned:
        return
    all_named = {number for load in concerned.values() for number in load.numbers}
    claiming: dict[str, list[Load]] = defaultdict(list)
    for load in loads_naming(session, all_named, locked=False):
        for number in load.numbers:
            claiming[number].append(load)
    filed = declarations_under(session, all_named)
    today = clock.now().astimezone(HANOI).date()
    declared = [one.papers for one in filed.values()]
    law = {day: goods_numbers(session, day, declared) for day in {load.law_of(today) for load in concerned.values()}}
    touched = filed.keys() & set(named)
    for load in concerned.values():
        for number in touched.intersection(load.numbers):
            if load.opens(filed[number]):
                filed[number].admit(load.parties)
        if on_behalf is not None:
            on_behalf(load)
        rivals = {rival.crossing_id: rival for number in load.numbers for rival in claiming[number]}
        load.assess(filed, list(rivals.values()), law[load.law_of(today)])


def _await_simulated(declaration: Declaration, session: Session, clock: Clock) -> None:
    """On a demonstration customs is played, but of what its own system, or what stands for it, is asked anyway."""
    habits = None if declaration.by_number else simulated_customs(session, clock.now())
    if habits is not None:
        timer = SimulatedCustoms(declaration_id=declaration.id)
        start_timer(session, timer, due=clock.now() + habits.until_channelled)
