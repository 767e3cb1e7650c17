"""A read model made anew from the log, in one transaction: readers have the old one until the new one is whole."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bordergate.broker.readers import Line, lines, whole
from bordergate.event import Envelope, Event
from bordergate.inbox import Language
from bordergate.transactions import Origin, system

if TYPE_CHECKING:
    from bordergate.runtime import Gate
    from bordergate.service import Service


@dataclass(frozen=True)
class ReadModel:
    """How it is made anew: `begin` empties it, `hear` takes many events at once, `end` concludes.

    Its reactions do nothing to what they have heard before, so a consumer may go on meanwhile. `checksum` is the same
    for the same rows. A stream of much is not heard but `copied`: a function of the module's own makes each record that
    the service has a reaction to a line of the table `into`, in processes beside one another.
    """

    begin: Callable[[Session], None]
    hear: Callable[[Session, Sequence[Envelope[Event]]], None]
    end: Callable[[Session], None]
    checksum: Callable[[Session], str]
    copied: Mapping[str, Line] = field(default_factory=dict)
    into: str = ""


@dataclass(frozen=True)
class Replayed:
    """What it took, and what came of it."""

    events: int
    seconds: float
    checksum: str


class NothingToReplay(LookupError):
    """The service keeps no read model that the log alone makes."""


def replay(gate: Gate, service: Service, tell: Callable[[int], object] = lambda _count: None) -> Replayed:
    """Make a service's read model anew; `tell` hears how many events more were read. Raises NothingToReplay."""
    model = service.read_model
    if model is None:
        raise NothingToReplay(f"{service.name} keeps no read model that the log alone makes.")
    started = time.perf_counter()

    def work(session: Session) -> int:
        model.begin(session)
        count = 0
        for heard in itertools.chain(_hear(gate, service, model, session), _copy(gate, service, model, session)):
            count += heard
            tell(heard)
        model.end(session)
        return count

    events = gate.transactions[service.name].run(work, origin=Origin(system("replay")), scope="all")
    checksum = gate.transactions[service.name].read(model.checksum, scope="all")
    return Replayed(events, time.perf_counter() - started, checksum)


def _hear(gate: Gate, service: Service, model: ReadModel, session: Session) -> Iterator[int]:
    """Everything the service has reactions to and does not copy, batch by batch, each key's events in their order."""
    for topic, reactions in sorted(service.by_topic().items()):
        if topic in model.copied:
            continue
        language = Language(reactions)
        for records in gate.broker.history(topic):
            heard = [envelope for record in whole(records) if (envelope := language.read(record)) is not None]
            model.hear(session, heard)
            yield len(heard)


def _copy(gate: Gate, service: Service, model: ReadModel, session: Session) -> Iterator[int]:
    """The lines of what is copied, as they come; what understands none of a record's version stops it all."""
    for topic, line in model.copied.items():
        types = frozenset(event.type() for event in service.by_topic()[topic])
        cursor = session.connection().connection.cursor()
        with cursor.copy(f"COPY {model.into} FROM STDIN") as copy:
            for text, count in lines(gate.broker, topic, types, line):
                copy.write(text)
                yield count
