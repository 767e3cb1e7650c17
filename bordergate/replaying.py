"""A read model made anew from the log, in one transaction: readers have the old one until the new one is whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bordergate.broker import Record
from bordergate.event import Envelope, Event, is_enveloped
from bordergate.inbox import Language
from bordergate.transactions import Origin, system

if TYPE_CHECKING:
    from bordergate.runtime import Gate
    from bordergate.service import Service

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReadModel:
    """How it is made anew: `begin` empties it, `hear` takes many events at once, `end` concludes.

    Its reactions do nothing to what they have heard before, so a consumer may go on meanwhile. `checksum` is the same
    for the same rows.
    """

    begin: Callable[[Session], None]
    hear: Callable[[Session, Sequence[Envelope[Event]]], None]
    end: Callable[[Session], None]
    checksum: Callable[[Session], str]


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
        for heard in history(gate, service):
            model.hear(session, heard)
            count += len(heard)
            tell(len(heard))
        model.end(session)
        return count

    events = gate.transactions[service.name].run(work, origin=Origin(system("replay")), scope="all")
    checksum = gate.transactions[service.name].read(model.checksum, scope="all")
    return Replayed(events, time.perf_counter() - started, checksum)


def history(gate: Gate, service: Service) -> Iterator[list[Envelope[Event]]]:
    """Everything the service has reactions to, batch by batch, each key's events in their order."""
    for topic, reactions in sorted(service.by_topic().items()):
        language = Language(reactions)
        for records in gate.broker.history(topic):
            yield [envelope for record in whole(records) if (envelope := language.read(record)) is not None]


def whole(records: Sequence[Record]) -> Iterator[Record]:
    """Those that are events; a damaged one is parked by who listens, and is left out of what is made anew."""
    for record in records:
        if is_enveloped(record.headers):
            yield record
        else:
            log.error("damaged record left out", extra={"stream": record.topic, "event_id": str(record.identity)})
