"""All that is on a stream, made into lines of text by several processes beside one another."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from multiprocessing.connection import Connection, wait

from bordergate.broker import PARTITIONS, Broker, BrokerError, Record
from bordergate.event import UnknownVersion, family, is_enveloped

log = logging.getLogger(__name__)

Line = Callable[[Record], str | None]
"""What of a record is wanted, or nothing."""
Lines = tuple[bytes, int]
"""Lines, and how many records they are of."""
MOST = 4


def lines(broker: Broker, topic: str, types: frozenset[str], line: Line) -> Iterator[Lines]:
    """The lines of all records of these types; raises BrokerError, UnknownVersion and what `line` raises.

    `line` must be found by its name in a module, for other processes look it up there.
    """
    count = min(MOST, os.cpu_count() or 1) if broker.shared else 1
    if count == 1:
        yield from _read(broker, topic, range(PARTITIONS), types, line)
        return
    spawn = multiprocessing.get_context("spawn")
    readers = {}
    try:
        for number in range(count):
            here, there = spawn.Pipe(duplex=False)
            share = range(number, PARTITIONS, count)
            reader = spawn.Process(target=_tell, args=(there, broker, topic, share, types, line), daemon=True)
            reader.start()
            there.close()
            readers[here] = reader
        yield from _gather(list(readers))
    finally:
        for here, reader in readers.items():
            here.close()
            reader.terminate()
            reader.join()


def _gather(open_ends: list[Connection]) -> Iterator[Lines]:
    """What the readers tell, until each has said that it is done."""
    while open_ends:
        for end in wait(open_ends):
            assert isinstance(end, Connection)  # noqa: S101 - what was given
            try:
                told = end.recv()
            except EOFError:
                raise BrokerError("ReaderLost") from None
            if isinstance(told, BaseException):
                raise told
            if told is None:
                open_ends.remove(end)
            else:
                yield told


def _tell(end: Connection, broker: Broker, topic: str, share: Sequence[int], types: frozenset[str], line: Line) -> None:
    """A reader's own process: everything, or why not, then nothing."""
    with closing(end):
        try:
            for told in _read(broker, topic, share, types, line):
                end.send(told)
            end.send(None)
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits for it
            end.send(error)


def _read(broker: Broker, topic: str, share: Sequence[int], types: frozenset[str], line: Line) -> Iterator[Lines]:
    families = {family(type_) for type_ in types}
    for records in broker.history(topic, share):
        wanted = []
        for record in whole(records):
            if (type_ := record.headers["ce_type"]) in types:
                wanted.append(record)
            elif family(type_) in families:
                raise UnknownVersion(type_)
        yield "".join(filter(None, map(line, wanted))).encode(), len(wanted)


def whole(records: Sequence[Record]) -> Iterator[Record]:
    """Those that are events; a damaged one is parked by who listens, and is left out of what is made anew."""
    for record in records:
        if is_enveloped(record.headers):
            yield record
        else:
            log.error("damaged record left out", extra={"stream": record.topic, "event_id": str(record.identity)})
