"""One crossing as all services together have stated it: the fold that portal and analytics share.

A pure function of the set of envelopes: their order and repetition make no difference, because every statement replaces
only what the same service stated earlier (by `sequence`) about the same thing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bordergate.event import Envelope, Event
from events import customs_declarations, gate_operations, queue_scheduling, tracking, vehicle_registration
from events.gate_operations import Authority, FactStated
from events.streams import CrossingEvent
from events.vehicle_registration import Filing
from events.words import Channel, CrossingState, Direction, Failure, Goods, TicketClass

E = TypeVar("E", bound=Event)

EXPORT_PATH: tuple[CrossingState, ...] = (
    CrossingState.ARRIVING,
    CrossingState.CHECKED_IN,
    CrossingState.IN_YARD,
    CrossingState.RELEASABLE,
    CrossingState.RELEASED,
    CrossingState.CROSSED,
    CrossingState.COMPLETED,
)
IMPORT_PATH: tuple[CrossingState, ...] = (
    CrossingState.ARRIVING,
    CrossingState.CHECKED_IN,
    CrossingState.CROSSED,
    CrossingState.IN_YARD,
    CrossingState.RELEASABLE,
    CrossingState.RELEASED,
    CrossingState.LEFT_YARD,
    CrossingState.COMPLETED,
)
TURNED_AWAY: frozenset[CrossingState] = frozenset({CrossingState.RETURNED, CrossingState.REJECTED})
ENDS: frozenset[CrossingState] = TURNED_AWAY | {
    CrossingState.COMPLETED,
    CrossingState.CANCELLED,
    CrossingState.EXPIRED,
}

AT_THE_GATE: Mapping[type[Event], CrossingState] = {
    gate_operations.TruckArriving: CrossingState.ARRIVING,
    gate_operations.TruckCheckedIn: CrossingState.CHECKED_IN,
    gate_operations.TruckInYard: CrossingState.IN_YARD,
    gate_operations.CrossingReleasable: CrossingState.RELEASABLE,
    gate_operations.CrossingReleased: CrossingState.RELEASED,
    gate_operations.TruckCrossed: CrossingState.CROSSED,
    gate_operations.TruckLeftYard: CrossingState.LEFT_YARD,
    gate_operations.CrossingCompleted: CrossingState.COMPLETED,
    gate_operations.TruckReturned: CrossingState.RETURNED,
    gate_operations.TruckRejected: CrossingState.REJECTED,
}
IN_THE_QUEUE: Mapping[type[Event], CrossingState] = {
    queue_scheduling.TruckQueued: CrossingState.QUEUED,
    queue_scheduling.TruckCalled: CrossingState.CALLED,
    queue_scheduling.CallMissed: CrossingState.NO_SHOW,
}
OUT_OF_THE_QUEUE = (queue_scheduling.TicketWithdrawn, queue_scheduling.TruckNotQueued)
AT_THE_DESK: Mapping[type[Event], CrossingState] = {
    vehicle_registration.CrossingSubmitted: CrossingState.SUBMITTED,
    vehicle_registration.CrossingAmended: CrossingState.SUBMITTED,
    vehicle_registration.CrossingNotReady: CrossingState.NOT_READY,
    vehicle_registration.CrossingReady: CrossingState.READY,
    vehicle_registration.CrossingCancelled: CrossingState.CANCELLED,
    vehicle_registration.CrossingExpired: CrossingState.EXPIRED,
}


def path_of(direction: Direction | None) -> tuple[CrossingState, ...]:
    """The stages a truck goes through at the gate, in their order."""
    return IMPORT_PATH if direction is Direction.IMPORT else EXPORT_PATH


@dataclass(frozen=True)
class Call:
    """One call of the truck; `queued_at` is the join it ended, `missed_at` when nobody came."""

    queued_at: datetime | None
    called_at: datetime
    valid_until: datetime
    number: int | None
    override: bool
    missed_at: datetime | None = None


@dataclass(frozen=True)
class Place:
    """The ticket as last stated: class, promised number, and how many were ahead on joining."""

    ticket_class: TicketClass
    first_come: int | None
    promise: int | None
    ahead: int


@dataclass(frozen=True)
class Lag:
    """One authority keeps the truck waiting for its confirmation."""

    which: Authority
    since: datetime


@dataclass(frozen=True)
class Crossing:
    """A crossing, whole: its state, when it reached each step, and what every owner says of it.

    `reached` holds the steps that stand; `facts` are the authorities' own words, corrected ones included, by time.
    `failures` are registration's complete list, `assessment` customs' latest word on the declarations.
    """

    state: CrossingState | None = None
    reached: Mapping[CrossingState, datetime] = field(default_factory=dict)
    filing: Filing | None = None
    failures: tuple[Failure, ...] = ()
    goods: Goods | None = None
    assessment: customs_declarations.DeclarationsAssessed | None = None
    place: Place | None = None
    calls: tuple[Call, ...] = ()
    lag: Lag | None = None
    facts: tuple[FactStated, ...] = ()
    areas: tuple[str, ...] = ()
    reason: str | None = None
    last_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more is to happen."""
        return self.state in ENDS

    @property
    def channel(self) -> Channel | None:
        """Customs' channel, once there is one."""
        return self.assessment.channel if self.assessment else None

    @property
    def queued_at(self) -> datetime | None:
        """When it last joined the queue."""
        return self.reached.get(CrossingState.QUEUED)

    @property
    def called_at(self) -> datetime | None:
        """When it was last called."""
        return self.calls[-1].called_at if self.calls else None

    @property
    def arriving_at(self) -> datetime | None:
        """When the first authority saw it."""
        return self.reached.get(CrossingState.ARRIVING)

    @property
    def checked_in_at(self) -> datetime | None:
        """When both authorities had confirmed it."""
        return self.reached.get(CrossingState.CHECKED_IN)

    @property
    def in_yard_at(self) -> datetime | None:
        """When it stood in the yard."""
        return self.reached.get(CrossingState.IN_YARD)

    @property
    def released_at(self) -> datetime | None:
        """When customs released it."""
        return self.reached.get(CrossingState.RELEASED)

    @property
    def out_of_yard_at(self) -> datetime | None:
        """When it left the yard; an export does so by crossing the border."""
        left = self.reached.get(CrossingState.LEFT_YARD)
        exported = self.filing is None or self.filing.direction is Direction.EXPORT
        return left or (self.reached.get(CrossingState.CROSSED) if exported else None)

    @property
    def wait(self) -> timedelta | None:
        """From the last join to the call that ended it."""
        return between(self.calls[-1].queued_at, self.called_at) if self.calls else None

    @property
    def approach(self) -> timedelta | None:
        """From the call to check-in."""
        return between(self.called_at, self.checked_in_at)

    @property
    def clearance(self) -> timedelta | None:
        """From check-in to release."""
        return between(self.checked_in_at, self.released_at)

    @property
    def yard(self) -> timedelta | None:
        """How long it stood in the yard."""
        return between(self.in_yard_at, self.out_of_yard_at)

    @property
    def agency_lag(self) -> timedelta | None:
        """From the first authority's confirmation to the second's."""
        return between(self.arriving_at, self.checked_in_at)

    @property
    def came_on_call(self) -> bool | None:
        """Whether it checked in while its call was valid; None before that."""
        checked_in = self.checked_in_at
        return checked_in <= self.calls[-1].valid_until if checked_in and self.calls else None


def between(start: datetime | None, end: datetime | None) -> timedelta | None:
    """The time between two moments that both happened."""
    return end - start if start and end else None


def state_of(events: Iterable[Envelope[Event]]) -> Crossing:
    """What all statements about one crossing come to; events of other crossings must not be among them."""
    return _Statements(events).crossing()


def essential(events: Iterable[Envelope[Event]]) -> tuple[Envelope[Event], ...]:
    """The few statements that still count: `state_of(essential(old) + new)` is `state_of(old + new)`."""
    return tuple(sorted(_latest(events).values(), key=lambda stated: (stated.time, stated.source, stated.sequence)))


def _latest(events: Iterable[Envelope[Event]]) -> dict[Hashable, Envelope[Event]]:
    """Each service's last word on each thing it speaks of."""
    latest: dict[Hashable, Envelope[Event]] = {}
    for envelope in events:
        about = _about(envelope)
        known = latest.get(about)
        if known is None or known.sequence < envelope.sequence:
            latest[about] = envelope
    return latest


def _about(envelope: Envelope[Event]) -> Hashable:
    """What a statement replaces: every queue decision and every fact stands for itself, the rest only the last time."""
    event = envelope.data
    match event:
        case FactStated(fact_id=stated) | gate_operations.PlateRead(reading_id=stated):
            return type(event), stated
        case gate_operations.StageTakenBack():
            return "gate", event.stage
        case tracking.AreaEntered() | tracking.AreaLeft():
            return "area", event.area
        case _ if type(event) in AT_THE_GATE:
            return "gate", AT_THE_GATE[type(event)]
        case _ if type(event).__module__ == queue_scheduling.__name__:
            return queue_scheduling.__name__, envelope.sequence
        case _:
            return type(event)


class _Statements:
    """The statements that count, asked from several sides."""

    def __init__(self, events: Iterable[Envelope[Event]]) -> None:
        about_crossings = (envelope for envelope in events if isinstance(envelope.data, CrossingEvent))
        self._all = sorted(_latest(about_crossings).values(), key=lambda stated: (stated.source, stated.sequence))

    def crossing(self) -> Crossing:
        """Everything, put together."""
        filing = self._filing()
        gate = self._gate()
        ready = self._one(vehicle_registration.CrossingReady)
        assessed = self._one(customs_declarations.DeclarationsAssessed)
        last = self._last_of((*AT_THE_DESK, vehicle_registration.WarningsChanged))
        return Crossing(
            state=self._state(gate, _direction(filing, ready)),
            reached=self._reached(gate),
            filing=filing,
            failures=_found_wrong(last.data) if last else (),
            goods=ready.data.goods if ready else assessed.data.goods if assessed else None,
            assessment=assessed.data if assessed else None,
            place=self._place(),
            calls=self._calls(),
            lag=self._lag(gate),
            facts=tuple(sorted((fact.data for fact in self._of(FactStated)), key=lambda f: (f.at, f.fact_id))),
            areas=tuple(sorted(entered.data.area for entered in self._of(tracking.AreaEntered))),
            reason=self._reason(gate),
            last_at=max((stated.time for stated in self._all), default=None),
        )

    def _of(self, kind: type[E]) -> list[Envelope[E]]:
        return [stated for stated in self._all if isinstance(stated.data, kind)]  # type: ignore[misc]  # narrowed by its data

    def _one(self, kind: type[E]) -> Envelope[E] | None:
        found = self._of(kind)
        return found[-1] if found else None

    def _last_of(self, kinds: Iterable[type[Event]]) -> Envelope[Event] | None:
        """The last statement among kinds of one service."""
        among = set(kinds)
        return max(
            (stated for stated in self._all if type(stated.data) in among),
            key=lambda stated: stated.sequence,
            default=None,
        )

    def _filing(self) -> Filing | None:
        last = self._last_of((vehicle_registration.CrossingSubmitted, vehicle_registration.CrossingAmended))
        match last and last.data:
            case (
                vehicle_registration.CrossingSubmitted(filing=filing)
                | vehicle_registration.CrossingAmended(filing=filing)
            ):
                return filing
        return None

    def _gate(self) -> dict[CrossingState, Envelope[Event]]:
        """The stages at the gate that stand."""
        return {AT_THE_GATE[type(stated.data)]: stated for stated in self._all if type(stated.data) in AT_THE_GATE}

    def _state(self, gate: Mapping[CrossingState, object], direction: Direction | None) -> CrossingState | None:
        """The gate's word stands before the desk's end, that before the queue's, that before the desk's."""
        reached = [stage for stage in (*path_of(direction), *sorted(TURNED_AWAY)) if stage in gate]
        if reached:
            return reached[-1]
        desk, queue = self._last_of(AT_THE_DESK), self._last_of((*IN_THE_QUEUE, *OUT_OF_THE_QUEUE))
        filed = AT_THE_DESK[type(desk.data)] if desk else None
        if filed in ENDS or queue is None:
            return filed
        return IN_THE_QUEUE.get(type(queue.data), filed)

    def _reached(self, gate: Mapping[CrossingState, Envelope[Event]]) -> dict[CrossingState, datetime]:
        early = {
            state: stated.happened
            for kinds in (AT_THE_DESK, IN_THE_QUEUE)
            for kind, state in kinds.items()
            if (stated := self._one(kind)) and kind is not vehicle_registration.CrossingAmended
        }
        if not any(call.missed_at for call in self._calls()):
            early.pop(CrossingState.NO_SHOW, None)
        if self._place() is None:
            early.pop(CrossingState.QUEUED, None)
        return early | {stage: stated.happened for stage, stated in gate.items()}

    def _place(self) -> Place | None:
        joined, kept_out = self._one(queue_scheduling.TruckQueued), self._one(queue_scheduling.TruckNotQueued)
        if joined is None or (kept_out is not None and kept_out.sequence > joined.sequence):
            return None
        ticket, later = joined.data, self._one(queue_scheduling.PromiseExchanged)
        fell_back = later is not None and later.sequence > joined.sequence
        promise = later.data.promise if later and fell_back else ticket.promise
        return Place(ticket.ticket_class, ticket.first_come, promise, ticket.ahead)

    def _calls(self) -> tuple[Call, ...]:
        calls: list[Call] = []
        queued_at: datetime | None = None
        for stated in self._all:
            match stated.data:
                case queue_scheduling.TruckQueued():
                    queued_at = stated.happened
                case queue_scheduling.TruckCalled() as call:
                    calls.append(Call(queued_at, stated.happened, call.valid_until, call.number, call.override))
                case queue_scheduling.CallExtended(valid_until=until) if calls:
                    calls[-1] = replace(calls[-1], valid_until=until)
                case queue_scheduling.CallMissed() if calls:
                    calls[-1] = replace(calls[-1], missed_at=stated.happened)
                case queue_scheduling.CallAnswered() as answer:
                    calls = [_unless_answered(call, answer) for call in calls]
        return tuple(calls)

    def _lag(self, gate: Mapping[CrossingState, object]) -> Lag | None:
        """A lag is over with the second confirmation, or when the truck is no longer there."""
        lagging = self._one(gate_operations.AuthorityLagging)
        if lagging is None or set(gate) != {CrossingState.ARRIVING}:
            return None
        return Lag(lagging.data.which, lagging.data.since)

    def _reason(self, gate: Mapping[CrossingState, Envelope[Event]]) -> str | None:
        """Why it ended before its time, in the words of whoever ended it."""
        ends = [gate[state] for state in sorted(TURNED_AWAY) if state in gate]
        last = ends[0] if ends else self._last_of(AT_THE_DESK)
        return getattr(last.data, "reason", None) if last else None


def _unless_answered(call: Call, answer: queue_scheduling.CallAnswered) -> Call:
    """A call that was answered in time was not missed, however late that was heard."""
    return replace(call, missed_at=None) if call.called_at == answer.called_at else call


def _found_wrong(judged: Event) -> tuple[Failure, ...]:
    """What the desk's last word says is wrong, whether it stops the truck or not."""
    match judged:
        case vehicle_registration.CrossingNotReady(failures=failures):
            return failures
        case (
            vehicle_registration.CrossingReady(warnings=warnings)
            | vehicle_registration.WarningsChanged(warnings=warnings)
        ):
            return warnings
    return ()


def _direction(filing: Filing | None, ready: Envelope[vehicle_registration.CrossingReady] | None) -> Direction | None:
    return filing.direction if filing else ready.data.direction if ready else None
