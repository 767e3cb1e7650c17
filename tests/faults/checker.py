"""What must hold of a gate after any part of it died: nothing lost, nothing twice, nothing out of its order. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bordergate.broker import Record
from bordergate.gaps import irregularities
from events.queue_scheduling import TruckQueued
from events.tracking import AreaEntered, AreaLeft

Place = tuple[str, str, str]
"""A service, a stream and a key: what one sequence counts."""

Position = tuple[str, datetime]
"""A device, and when it was somewhere."""


@dataclass(frozen=True)
class Answer:
    """A command that was answered: under which key it was asked, with which vehicle, and the crossing it made."""

    key: str
    vehicle: str
    crossing: str


@dataclass(frozen=True)
class Answered:
    """Everything the clients were told is done."""

    commands: Sequence[Answer] = ()
    positions: frozenset[Position] = frozenset()


@dataclass(frozen=True)
class Kept:
    """What the database holds.

    `crossings` are the desk's with their vehicles, `joins` what the queues have counted, `written` how many events each
    service has ever put into its outbox a stream and key, `waiting` those still there, `heard` each consumer's inbox.
    """

    crossings: Sequence[tuple[str, str]] = ()
    tickets: Sequence[str] = ()
    files: Sequence[str] = ()
    joins: int = 0
    written: Mapping[Place, int] = field(default_factory=dict)
    waiting: int = 0
    parked: Sequence[str] = ()
    heard: Mapping[str, frozenset[str]] = field(default_factory=dict)
    positions: frozenset[Position] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """What was answered, what the database holds, and what is on the log: `events` in the order read, and the feed.

    `listens` names each consumer's stream.
    """

    answered: Answered
    kept: Kept
    events: Sequence[Record]
    feed: frozenset[Position]
    listens: Mapping[str, str]


def findings(evidence: Evidence) -> list[str]:
    """Everything that does not hold; empty when all is well."""
    return [finding for check in CHECKS for finding in check(evidence)]


def answered_is_kept(evidence: Evidence) -> Iterator[str]:
    """Every answered command is in the database, its ticket is drawn, its file is open."""
    kept = evidence.kept
    for what, there in (
        ("crossing", {crossing for crossing, _ in kept.crossings}),
        ("ticket", set(kept.tickets)),
        ("file", set(kept.files)),
    ):
        for answer in evidence.answered.commands:
            if answer.crossing not in there:
                yield f"lost: the {what} of crossing {answer.crossing}, answered under {answer.key}"


def done_once(evidence: Evidence) -> Iterator[str]:
    """However often it was asked, a command made one crossing, with one ticket."""
    kept = evidence.kept
    asked = {answer.vehicle for answer in evidence.answered.commands}
    made = Counter(vehicle for _, vehicle in kept.crossings if vehicle in asked)
    yield from (f"twice: {count} crossings of vehicle {vehicle}" for vehicle, count in made.items() if count > 1)
    yield from (f"twice: {n} tickets of {crossing}" for crossing, n in Counter(kept.tickets).items() if n > 1)
    told = defaultdict(set)
    for answer in evidence.answered.commands:
        told[answer.key].add(answer.crossing)
    yield from (f"twice: {key} was answered with {sorted(made)}" for key, made in told.items() if len(made) > 1)


def joined_once(evidence: Evidence) -> Iterator[str]:
    """Each crossing of an answered command joined the queue once, and the queues have counted as many joins."""
    joined = {record.headers["ce_id"]: record.key for record in evidence.events if is_a(record, TruckQueued)}
    times = Counter(joined.values())
    for answer in evidence.answered.commands:
        if times[answer.crossing] != 1:
            yield f"{'twice' if times[answer.crossing] else 'lost'}: the join of crossing {answer.crossing}"
    counted = evidence.kept.joins
    if counted != len(joined):
        yield f"{'twice' if counted > len(joined) else 'lost'}: the queues count {counted} joins, the log {len(joined)}"


def carried(evidence: Evidence) -> Iterator[str]:
    """Every row of every outbox arrived."""
    there = defaultdict(set)
    for record in evidence.events:
        there[place_of(record)].add(sequence_of(record))
    for place, last in evidence.kept.written.items():
        missing = set(range(1, last + 1)) - there[place]
        if missing:
            yield f"lost: {place} wrote {last} events, the log misses {sorted(missing)}"
    if evidence.kept.waiting:
        yield f"lost: {evidence.kept.waiting} events still wait in an outbox"


def in_order(evidence: Evidence) -> Iterator[str]:
    """Each key's events stand on the log in the order in which they left their source."""
    yield from map(str, irregularities(evidence.events))


def said_once(evidence: Evidence) -> Iterator[str]:
    """A number in a key's sequence is one event, an event has one number, and an event is answered once."""
    numbered = [(place_of(record), sequence_of(record)) for record in evidence.events]
    ids = [record.headers["ce_id"] for record in evidence.events]
    yield from (
        f"twice: {one} are the ids {sorted(map(str, found))}"
        for one, found in ambiguous(zip(numbered, ids, strict=True))
    )
    yield from (
        f"twice: event {one} is at {sorted(map(str, at))}" for one, at in ambiguous(zip(ids, numbered, strict=True))
    )
    answers = [
        ((record.headers["ce_causation"], place_of(record), record.headers["ce_type"]), record.headers["ce_id"])
        for record in evidence.events
        if "ce_causation" in record.headers
    ]
    yield from (f"twice: {cause} was answered by {sorted(map(str, found))}" for cause, found in ambiguous(answers))


def heard_by_all(evidence: Evidence) -> Iterator[str]:
    """Every consumer has heard every event of its stream."""
    on = defaultdict(set)
    for record in evidence.events:
        on[record.topic].add(record.headers["ce_id"])
    for consumer, topic in evidence.listens.items():
        missing = on[topic] - evidence.kept.heard.get(consumer, frozenset())
        if missing:
            yield f"lost: {consumer} has not heard {sorted(missing)}"


def nothing_parked(evidence: Evidence) -> Iterator[str]:
    """No consumer has set anything aside."""
    yield from (f"parked: {what}" for what in evidence.kept.parked)


def positions_taken(evidence: Evidence) -> Iterator[str]:
    """Every position that was answered is in the feed, and from there in the table."""
    for where, there in (("the feed", evidence.feed), ("the table", evidence.kept.positions)):
        missing = evidence.answered.positions - there
        if missing:
            yield f"lost: {len(missing)} positions answered are not in {where}: {sorted(missing)[:3]}"


def moved_once(evidence: Evidence) -> Iterator[str]:
    """A truck leaves an area before it enters it again."""
    inside: dict[tuple[str, str], bool] = {}
    seen = set()
    for record in evidence.events:
        entered = is_a(record, AreaEntered)
        if record.headers["ce_id"] in seen or not (entered or is_a(record, AreaLeft)):
            continue
        seen.add(record.headers["ce_id"])
        area = (AreaEntered if entered else AreaLeft).model_validate_json(record.body).area
        if inside.get((record.key, area), False) is entered:
            yield f"twice: crossing {record.key} {'entered' if entered else 'left'} {area}"
        inside[record.key, area] = entered


CHECKS: Sequence[Callable[[Evidence], Iterator[str]]] = (
    answered_is_kept,
    done_once,
    joined_once,
    carried,
    in_order,
    said_once,
    heard_by_all,
    nothing_parked,
    positions_taken,
    moved_once,
)


def is_a(record: Record, event: type[TruckQueued | AreaEntered | AreaLeft]) -> bool:
    """Whether the record holds such an event."""
    return record.headers["ce_type"] == event.type()


def place_of(record: Record) -> Place:
    """Where the record's sequence counts."""
    return record.headers["ce_source"].removeprefix("/services/"), record.topic, record.key


def sequence_of(record: Record) -> int:
    """The record's number there."""
    return int(record.headers["ce_sequence"])


def ambiguous(pairs: Iterable[tuple[object, object]]) -> Iterator[tuple[object, set[object]]]:
    """What stands for more than one thing."""
    found = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    yield from ((one, others) for one, others in found.items() if len(others) > 1)
