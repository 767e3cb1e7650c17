"""The inbox: each event takes effect once, in the transaction that remembers having heard it."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bordergate import metrics
from bordergate.broker import Broker, BrokerError, Record, Subscription
from bordergate.clock import Clock
from bordergate.event import Envelope, Event, UnknownVersion, family
from bordergate.hearing import consumer_of, note_heard
from bordergate.outbox import gather
from bordergate.parked import park, parked_keys, take_parked
from bordergate.transactions import Busy, Origin, Transactions, infrastructure, system

BATCH = 200
POLL, COMMIT_EVERY, SAY_EVERY = 0.5, 0.25, 5.0
TRIES = 3
ALARM_KEYS, ALARM_SECONDS = 20, 60
Reaction = Callable[[Any, Session, Clock], None]
R = TypeVar("R", bound=Callable[..., None])
log = logging.getLogger(__name__)


def in_batches(reaction: R) -> R:
    """Mark a reaction that takes a list: all events of its types that one poll gave, in their order."""
    reaction.takes_lists = True  # type: ignore[attr-defined] # a mark on the function
    return reaction


class Language:
    """The events a consumer understands."""

    def __init__(self, reactions: Mapping[type[Event], Reaction]) -> None:
        self._types = {event.type(): event for event in reactions}
        self._families = {family(type_) for type_ in self._types}

    def read(self, record: Record) -> Envelope[Event] | None:
        """The event in a record; None when it is no business of ours.

        Raises UnknownVersion, or KeyError and ValueError (pydantic's among them) when the record is damaged.
        """
        type_ = record.headers["ce_type"]
        event = self._types.get(type_)
        if event is not None:
            return Envelope.read(record.headers, event.model_validate_json(record.body))
        if family(type_) in self._families:
            raise UnknownVersion(type_)
        return None


class Consumer:
    """One service listening to one stream."""

    def __init__(
        self,
        transactions: Transactions,
        topic: str,
        reactions: Mapping[type[Event], Reaction],
        clock: Clock,
        *,
        before_batch: Callable[[Session, Sequence[Envelope[Any]]], None] | None = None,
        after_batch: Callable[[Session], None] | None = None,
    ) -> None:
        self.name = consumer_of(transactions.service, topic)
        self.topic = topic
        self.alarmed = False
        self.waits_for: str | None = None
        self._transactions = transactions
        self._reactions = reactions
        self._language = Language(reactions)
        self._clock = clock
        self._before_batch = before_batch
        self._after_batch = after_batch
        self._in_key_order = not any(self._taker_of_lists(event) for event in reactions)
        self._origin = Origin(system(self.name))
        self._stop = threading.Event()
        self._parked_lately: deque[tuple[float, str]] = deque()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stop.set()

    def run(self, broker: Broker) -> None:
        """Listen until stopped or alarmed; infrastructure that fails is tried again for ever."""
        while not self._stop.is_set() and not self.alarmed:
            try:
                subscription = broker.subscribe(self.name, self.topic)
            except BrokerError as error:
                self._wait_for(error, 1)
                continue
            try:
                self._listen(subscription)
            except BrokerError as error:
                self._wait_for(error, 1)
            finally:
                subscription.close()

    def _listen(self, subscription: Subscription) -> None:
        """Take poll after poll; the broker hears of it now and then, for what it gives again the inbox knows."""
        behind, told_at, said_at = False, time.monotonic(), float("-inf")
        while not self._stop.is_set() and not self.alarmed:
            records = subscription.poll(COMMIT_EVERY if behind else POLL, BATCH)
            if records and not self.handle_for_ever(records):
                return
            self.waits_for = None
            behind = behind or bool(records)
            if behind and time.monotonic() - told_at >= COMMIT_EVERY:
                subscription.commit()
                behind, told_at = False, time.monotonic()
            if time.monotonic() - said_at >= SAY_EVERY and self.say(subscription.heard()):
                said_at = time.monotonic()
        if behind:
            subscription.commit()

    def say(self, heard: Mapping[int, float]) -> bool:
        """Write down how far it has heard, also when there was nothing; False when it cannot say so now."""
        if not heard:
            return False
        try:
            self._transactions.run(
                lambda session: note_heard(session, self._transactions.service, self.name, heard),
                origin=self._origin,
                scope="all",
            )
        except (SQLAlchemyError, Busy) as error:
            if not infrastructure(error):
                raise
            self._wait_for(error, 1)
            return False
        return True

    def handle_for_ever(self, records: Sequence[Record]) -> bool:
        """Take one poll's records, however long the database is away; False when told to stop meanwhile."""
        backoff = 0.1
        while not self._stop.is_set():
            try:
                self.handle(records)
            except (SQLAlchemyError, Busy) as error:
                if not infrastructure(error):
                    raise
                self._wait_for(error, backoff)
                backoff = min(backoff * 2, 30)
            else:
                return True
        return False

    def handle(self, records: Sequence[Record]) -> None:
        """Take one poll's records in one transaction; after a failure, each alone."""
        started = time.perf_counter()
        try:
            self._transactions.run(lambda session: self._take(session, records), origin=self._origin, scope="all")
        except Exception as error:
            if infrastructure(error):
                raise
            for record in records:
                self._handle_alone(record)
        metrics.CONSUMED.labels(self.name).inc(len(records))
        metrics.BATCH_SECONDS.labels(self.name).observe(time.perf_counter() - started)

    def _handle_alone(self, record: Record) -> None:
        last: Exception | None = None
        for attempt in range(TRIES):
            try:
                self._transactions.run(lambda session: self._take(session, [record]), origin=self._origin, scope="all")
            except Exception as error:
                if infrastructure(error):
                    raise
                last = error
                self._stop.wait(0.1 * 4**attempt)
            else:
                return
        self._park(record, last)

    def retry(self, key: str) -> int:
        """Let the key's parked events take effect now, in order, in one transaction; raises what they raise."""

        def work(session: Session) -> int:
            records = take_parked(session, self.name, key)
            self._hear(session, records)
            return len(records)

        return self._transactions.run(work, origin=self._origin, scope="all")

    def _wait_for(self, error: Exception, seconds: float) -> None:
        self.waits_for = type(error).__name__
        metrics.CONSUMER_WAITS.labels(self.name).inc()
        log.warning("consumer waits", extra={"consumer": self.name, "reason": type(error).__name__})
        self._stop.wait(seconds)

    def _park(self, record: Record, error: Exception | None) -> None:
        log.error("event parked", extra={"consumer": self.name, "event_id": str(record.identity)}, exc_info=error)
        self._transactions.run(
            lambda session: park(session, self.name, record, f"{type(error).__name__}: {error}"),
            origin=self._origin,
            scope="all",
        )
        metrics.PARKED.labels(self.name).inc()
        self._count_towards_alarm(record.key)

    def _count_towards_alarm(self, key: str) -> None:
        now = time.monotonic()
        self._parked_lately.append((now, key))
        while self._parked_lately and now - self._parked_lately[0][0] > ALARM_SECONDS:
            self._parked_lately.popleft()
        if len({key for _, key in self._parked_lately}) >= ALARM_KEYS:
            self.alarmed = True
            log.critical("consumer stopped: too many keys parked", extra={"consumer": self.name})

    def _take(self, session: Session, records: Sequence[Record]) -> None:
        waiting = parked_keys(session, self.name, {record.key for record in records})
        for record in records:
            if record.key in waiting:
                park(session, self.name, record, "waits behind an earlier event of its key")
        self._hear(session, [record for record in records if record.key not in waiting])

    def _hear(self, session: Session, records: Sequence[Record]) -> None:
        fresh = self._fresh(session, records)
        heard = [envelope for record in fresh if (envelope := self._language.read(record)) is not None]
        metrics.SKIPPED.labels(self.name).inc(len(fresh) - len(heard))
        if self._in_key_order:  # so that rows are locked in one order, whoever else locks them
            heard.sort(key=lambda envelope: envelope.data.key)
        if self._before_batch is not None and heard:
            self._before_batch(session, heard)
        self.react(session, heard)
        if self._after_batch is not None:
            self._after_batch(session)

    def _fresh(self, session: Session, records: Sequence[Record]) -> list[Record]:
        """Those never heard before, remembered from now on; another worker's uncommitted ones are waited for."""
        if not records:
            return []
        identities = [record.identity for record in records]
        rows = session.connection().exec_driver_sql(
            f"INSERT INTO {self._transactions.service}.inbox (consumer, event_id, received_at)"
            " SELECT %s, id, clock_timestamp() FROM unnest(%b::uuid[]) AS id ON CONFLICT DO NOTHING RETURNING event_id",
            (self.name, sorted(set(identities))),  # in one order, so that two workers do not wait in a circle
        )
        new = set(rows.scalars())
        fresh = []
        for record, identity in zip(records, identities, strict=True):
            if identity in new:
                new.discard(identity)
                fresh.append(record)
        return fresh

    def react(self, session: Session, heard: Sequence[Envelope[Event]]) -> None:
        """Let the reactions run; each key's events in the order heard, lists gathered as far as that allows."""
        for group in grouped(heard, lambda envelope: self._taker_of_lists(type(envelope.data))):
            reaction = self._reactions[type(group[0].data)]
            answering(session, group[0], self.name)
            reaction(group if self._taker_of_lists(type(group[0].data)) else group[0], session, self._clock)
            gather(session)

    def _taker_of_lists(self, event: type[Event]) -> Reaction | None:
        """The reaction, if it takes lists."""
        reaction = self._reactions[event]
        return reaction if getattr(reaction, "takes_lists", False) else None


def answering(session: Session, envelope: Envelope[Event], name: str | None = None) -> None:
    """From here on, what is recorded answers this event; a reaction that takes a list says so for each."""
    gather(session)
    origin = session.info["origin"]
    actor = system(name) if name else origin.actor
    session.info["origin"] = Origin(actor, causation=envelope.id, traceparent=envelope.traceparent)


def grouped(
    heard: Sequence[Envelope[Event]], taker_of_lists: Callable[[Envelope[Event]], Hashable | None]
) -> Iterator[list[Envelope[Event]]]:
    """Groups of one taker each, and alone what is taken alone (None); no event overtakes an earlier one of its key."""
    open_groups: dict[Hashable, list[Envelope[Event]]] = {}
    for envelope in heard:
        taker = taker_of_lists(envelope)
        for other in [known for known in open_groups if known is not taker]:
            if any(waiting.data.key == envelope.data.key for waiting in open_groups[other]):
                yield open_groups.pop(other)
        if taker is None:
            yield [envelope]
        else:
            open_groups.setdefault(taker, []).append(envelope)
    yield from open_groups.values()
