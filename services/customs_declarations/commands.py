"""What can be asked of customs_declarations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Actor
from bordergate.ids import new_id
from bordergate.timers import Timer, start_timer
from events.words import Channel, Direction, Share
from services.customs_declarations.domain.declaration import Act, Declaration, Papers, Stage
from services.customs_declarations.domain.goods import Line
from services.customs_declarations.domain.history import Told, differences
from services.customs_declarations.domain.load import Load
from services.customs_declarations.domain.refusals import AlreadyFiled, RulesBroken
from services.customs_declarations.domain.rules import Filed, broken_by
from services.customs_declarations.repository import (
    declaration_of,
    declarations_under,
    goods_numbers,
    lists_for,
    load_of,
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
    """A declaration is filed by a declarant, for itself or for a trader."""

    papers: Papers
    declarant: UUID
    trader: UUID
    shared_with: tuple[UUID, ...] = ()


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


@dataclass(frozen=True)
class NameDeclarations:
    """A crossing was filed or amended, `by` an organisation, and names the declarations it carries."""

    crossing_id: UUID
    numbers: tuple[str, ...]
    parties: tuple[UUID, ...]
    direction: Direction
    declared_empty: bool
    at: datetime
    by: UUID | None
    two_way: bool = False
    shares: tuple[Share, ...] = ()


def file_declaration(command: FileDeclaration, session: Session, clock: Clock) -> Declaration:
    """Take a declaration under its number; raises RulesBroken and AlreadyFiled."""
    papers = command.papers
    _refuse_broken(papers, session, clock)
    lock_numbers(session, [papers.number])
    if declarations_under(session, [papers.number]):
        raise AlreadyFiled(field="$.number")
    declaration = Declaration.register(
        new_id(), papers, command.declarant, command.trader, clock.now(), command.shared_with
    )
    session.add(declaration)
    _tell(declaration, Act.FILE, session, clock)
    _await_simulated(declaration, session, clock)
    _assess_again([papers.number], session, clock)
    return declaration


def amend(command: Amend, session: Session, clock: Clock) -> Declaration:
    """Change what is declared; raises UnknownDeclaration, Stale, NotNow and RulesBroken."""
    declaration = declaration_of(session, command.declaration_id)
    declaration.expect(command.expected)
    before = declaration.papers
    papers = replace(before, type_code=command.type_code, lines=command.lines, destination=command.destination)
    _refuse_broken(papers, session, clock)
    declaration.amend(papers.type_code, papers.lines, papers.destination)
    _tell(declaration, Act.AMEND, session, clock, changes=differences(before, papers))
    _await_simulated(declaration, session, clock)
    _assess_again([declaration.number], session, clock)
    return declaration


def share(command: ShareWith, session: Session, clock: Clock) -> Declaration:
    """Say who may name the declaration; raises UnknownDeclaration and Stale."""
    declaration = declaration_of(session, command.declaration_id)
    declaration.expect(command.expected)
    declaration.share(command.shared_with)
    _tell(declaration, Act.SHARE, session, clock)
    _assess_again([declaration.number], session, clock)
    return declaration


def cancel(declaration_id: UUID, reason: str, session: Session, clock: Clock) -> Declaration:
    """The declaration no longer holds; raises UnknownDeclaration and NotNow."""
    declaration = declaration_of(session, declaration_id)
    declaration.cancel(reason)
    _tell(declaration, Act.CANCEL, session, clock, reason=reason)
    _assess_again([declaration.number], session, clock)
    return declaration


def choose_channel(declaration_id: UUID, channel: Channel, session: Session, clock: Clock) -> Declaration:
    """Customs chooses the channel; raises UnknownDeclaration and NotNow."""
    declaration = declaration_of(session, declaration_id)
    _channel(declaration, channel, session, clock)
    _assess_again([declaration.number], session, clock)
    return declaration


def clear(declaration_id: UUID, session: Session, clock: Clock) -> Declaration:
    """Customs lets the goods go; raises UnknownDeclaration and NotNow."""
    declaration = declaration_of(session, declaration_id)
    _clear(declaration, session, clock)
    _assess_again([declaration.number], session, clock)
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
    _assess_again([declaration.number], session, clock)


def name_declarations(command: NameDeclarations, session: Session, clock: Clock) -> None:
    """Assess what a crossing carries; one declared empty that never named a declaration needs none."""
    load = load_of(session, command.crossing_id)
    if load is None and command.declared_empty and not command.numbers:
        return
    touched = {*command.numbers, *(load.numbers if load else ())}
    lock_numbers(session, touched)
    if load is None:
        load = Load(command.crossing_id, command.direction)
        session.add(load)
    load.name(
        command.numbers,
        command.parties,
        command.direction,
        empty=command.declared_empty,
        at=command.at,
        by=command.by,
        two_way=command.two_way,
        shares=command.shares,
    )
    _assess_again(touched, session, clock, load)


def end_load(crossing_id: UUID, session: Session, clock: Clock, *, carried: bool) -> None:
    """A crossing is over, its goods carried across or not; who else named its declarations is assessed again."""
    load = load_of(session, crossing_id)
    if load is not None and load.active:
        lock_numbers(session, load.numbers)
        load.end(carried=carried)
        _assess_again(load.numbers, session, clock)


def resume_load(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """A crossing is not over after all."""
    load = load_of(session, crossing_id)
    if load is not None and not load.active:
        lock_numbers(session, load.numbers)
        load.resume()
        _assess_again(load.numbers, session, clock)


def _channel(
    declaration: Declaration, channel: Channel, session: Session, clock: Clock, *, simulated: bool = False
) -> None:
    """The same channel again is no news."""
    seen = declaration.version
    declaration.choose_channel(channel, simulated=simulated)
    if declaration.version != seen:
        _tell(declaration, Act.CHANNEL, session, clock, channel=channel, simulated=simulated)


def _clear(declaration: Declaration, session: Session, clock: Clock, *, simulated: bool = False) -> None:
    """A clearance said again is no news."""
    seen = declaration.version
    declaration.clear(simulated=simulated)
    if declaration.version != seen:
        _tell(declaration, Act.CLEAR, session, clock, simulated=simulated)


def _tell(declaration: Declaration, act: Act, session: Session, clock: Clock, **more: Any) -> None:  # noqa: ANN401 - Told's fields
    """Keep in the declaration's history what was done, and by whom."""
    actor: Actor = session.info["origin"].actor
    told = Told(clock.now(), act, declaration.revision, actor.organisation, actor.role, **more)
    tell(session, declaration.id, told)


def _refuse_broken(papers: Papers, session: Session, clock: Clock) -> None:
    broken = broken_by(Filed(papers, lists_for(session, papers, clock.now())))
    if broken:
        raise RulesBroken(broken)


def _assess_again(named: Collection[str], session: Session, clock: Clock, *also: Load) -> None:
    """Say anew what declarations mean for every crossing that names one of the numbers."""
    session.flush()
    concerned = [*loads_naming(session, named, locked=True)]
    concerned += [load for load in also if load not in concerned]
    if not concerned:
        return
    all_named = {number for load in concerned for number in load.numbers}
    rivals = loads_naming(session, all_named, locked=False)
    filed = declarations_under(session, all_named)
    goods = goods_numbers(session, clock.now(), (line for one in filed.values() for line in one.lines))
    for load in concerned:
        for number in load.numbers:
            if number in filed and load.opens(filed[number]):
                filed[number].admit(load.parties)
        load.assess(filed, rivals, goods)


def _await_simulated(declaration: Declaration, session: Session, clock: Clock) -> None:
    habits = simulated_customs(session, clock.now())
    if habits is not None:
        timer = SimulatedCustoms(declaration_id=declaration.id)
        start_timer(session, timer, due=clock.now() + habits.until_channelled)
