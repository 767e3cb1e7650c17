"""What can be asked of the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import Timer, start_timer, stop_timer
from events.gate_operations import Authority
from events.words import Direction
from services.gate_operations.domain import AHEAD, Fact, Passage, QueueWord
from services.gate_operations.domain.plates import PlateReading
from services.gate_operations.domain.refusals import StillToCome
from services.gate_operations.repository import known_passage, lag_limit, passage_of
from services.gate_operations.targets.rows import hold_to_account


class Lagging(Timer):
    """One authority has confirmed a truck, and it is time to ask for the other."""

    kind: ClassVar[str] = "gate_operations.lagging"

    crossing_id: UUID


@dataclass(frozen=True)
class ExpectTruck:
    """Registration has told of a truck that may come."""

    crossing_id: UUID
    direction: Direction
    route: str
    reference: str
    plate: str
    carrier: UUID
    trailer: str | None
    parties: tuple[UUID, ...]


@dataclass(frozen=True)
class StateFacts:
    """Facts of one authority, on one or many crossings; `organisation` is whose they are."""

    facts: Sequence[Fact]
    organisation: UUID | None


@dataclass(frozen=True)
class ReadPlate:
    """The plate of the truck that came for a crossing was read."""

    crossing_id: UUID
    reading: PlateReading


def expect_truck(command: ExpectTruck, session: Session) -> Passage:
    """Know a crossing before it comes."""
    passage = passage_of(session, command.crossing_id)
    lag = passage.lagging()
    passage.admit(command.parties)
    passage.expect_truck(
        direction=command.direction,
        route=command.route,
        reference=command.reference,
        plate=command.plate,
        carrier=command.carrier,
        trailer=command.trailer,
    )
    _watch(passage, lag, session)
    hold_to_account(passage, session)
    return passage


def hear_queue(crossing_id: UUID, word: QueueWord, session: Session) -> Passage:
    """The queue has called the truck, or its call is over."""
    passage = passage_of(session, crossing_id)
    lag = passage.lagging()
    passage.hear(word)
    _watch(passage, lag, session)
    hold_to_account(passage, session)
    return passage


def state_facts(command: StateFacts, session: Session, clock: Clock) -> list[Passage]:
    """Take facts, each once; a crossing still unknown keeps them until it is known.

    Raises StillToCome, OtherFact and NotTheirFact. Passages are locked in one order, whoever asks.
    """
    latest = clock.now() + AHEAD
    passages: dict[UUID, Passage] = {}
    for crossing_id in sorted({fact.crossing_id for fact in command.facts}):
        passage = passages[crossing_id] = passage_of(session, crossing_id)
        lag = passage.lagging()
        for fact in command.facts:
            if fact.crossing_id != crossing_id:
                continue
            if fact.at > latest:
                raise StillToCome(field="$.at", fact=fact.id)
            _admit_yard(passage, fact, command.organisation)
            passage.state(fact)
        _watch(passage, lag, session)
        hold_to_account(passage, session)
    return list(passages.values())


def read_plate(command: ReadPlate, session: Session, clock: Clock) -> Passage:
    """Take what was read of a truck's plate, once; raises StillToCome and OtherReading."""
    if command.reading.at > clock.now() + AHEAD:
        raise StillToCome(field="$.at", fact=command.reading.id)
    passage = passage_of(session, command.crossing_id)
    passage.read_plate(command.reading)
    return passage


def notice_lag(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """Say that a truck still waits for one authority, if it does."""
    passage = known_passage(session, crossing_id)
    if passage is not None:
        passage.tell_lag(clock.now(), lag_limit(session, clock.now()))


def _admit_yard(passage: Passage, fact: Fact, organisation: UUID | None) -> None:
    """A yard sees the trucks it has spoken of."""
    if fact.authority is Authority.YARD and organisation:
        passage.admit([organisation])


def _watch(passage: Passage, before: object, session: Session) -> None:
    """Keep the deadline by which the second authority should have confirmed."""
    lag = passage.lagging()
    if lag == before:
        return
    timer = Lagging(crossing_id=passage.crossing_id)
    if lag is None:
        stop_timer(session, timer)
    else:
        start_timer(session, timer, due=lag[1] + lag_limit(session, lag[1]))
