"""The crossing file: one crossing's story folded into what its pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from bordergate.border.plate import same_plate
from bordergate.errors import NotFound
from bordergate.event import Envelope
from events import customs_declarations, gate_operations, queue_scheduling, tracking, vehicle_registration
from events.crossing import ENDS, Crossing, state_of
from events.gate_operations import Authority, FactKind, PlateRead
from events.queue_scheduling import TruckNotQueued, TruckQueued
from events.streams import CrossingEvent
from events.tracking import AreaEntered, AreaKind
from events.vehicle_registration import CrossingReady, Filing
from events.words import Channel, CrossingState, Direction, Failure, Severity, Share, TicketClass
from services.portal.domain.history import SHOWN_EVENTS, Heard, history_of
from services.portal.domain.slot import SlotShown, slot_in

NO_SHOW_WARNING = timedelta(minutes=15)


class UnknownCrossing(NotFound):
    """There is no such crossing file, or none this caller may see."""

    code = "portal.unknown_crossing"


class UnknownRoute(NotFound):
    """No such route is published."""

    code = "portal.unknown_route"


class CrossingFile(BaseModel):
    """Everything the pages show of one crossing; a row of the projection has exactly these fields."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    crossing_id: UUID
    parties: tuple[UUID, ...]
    reference: str
    route: str
    direction: Direction
    plate: str
    trailer: str | None = None
    containers: tuple[str, ...] = ()
    declarations: tuple[str, ...] = ()
    declared_empty: bool = False
    two_way: bool = False
    shares: tuple[Share, ...] = ()
    window_from: datetime
    window_to: datetime
    revision: int = 1
    state: CrossingState
    since: datetime
    failures: tuple[Failure, ...] = ()
    blocked: bool = False
    channel: Channel | None = None
    ticket_class: TicketClass | None = None
    first_come: int | None = None
    promise: int | None = None
    ahead: int | None = None
    queued_at: datetime | None = None
    called_at: datetime | None = None
    called_number: int | None = None
    valid_until: datetime | None = None
    by_hand: bool = False
    arrived_at: datetime | None = None
    confirmed_by: tuple[Authority, ...] = ()
    lagging: Authority | None = None
    lagging_since: datetime | None = None
    checked_in_at: datetime | None = None
    released_at: datetime | None = None
    area: str | None = None
    area_kind: AreaKind | None = None
    misread: str | None = None
    misread_at: datetime | None = None
    misread_lane: str | None = None
    slot: SlotShown | None = None
    gap: bool = False
    history: tuple[Heard, ...] = ()


class Step(StrEnum):
    """The platform's eight steps of a crossing."""

    DECLARE = "DECLARE"
    TRANSPORT = "TRANSPORT"
    REGULATE = "REGULATE"
    MEDICAL = "MEDICAL"
    CHECK = "CHECK"
    QUARANTINE = "QUARANTINE"
    TRANSSHIPMENT = "TRANSSHIPMENT"
    FEES = "FEES"


class Standing(StrEnum):
    """How a step stands; one that this system does not cover says so."""

    DONE = "DONE"
    NOW = "NOW"
    AHEAD = "AHEAD"
    STOPPED = "STOPPED"
    NOT_COVERED = "NOT_COVERED"


class StepShown(NamedTuple):
    """A step and how it stands."""

    step: Step
    standing: Standing


class Tone(StrEnum):
    """The four signs a state may carry; each has a colour and a shape of its own."""

    OK = "ok"
    ATTENTION = "attention"
    STOP = "stop"
    UNKNOWN = "unknown"


class DriverWord(StrEnum):
    """The one word a driver reads from his cab."""

    WAIT = "WAIT"
    GO = "GO"
    STOP = "STOP"


class Whereto(StrEnum):
    """Where a driver belongs now, and to whom he reports."""

    WAITING_AREA = "WAITING_AREA"
    GATE = "GATE"
    APRON = "APRON"
    OFFICERS = "OFFICERS"
    YARD = "YARD"
    WAY_OUT = "WAY_OUT"
    CARRIER = "CARRIER"
    NOWHERE = "NOWHERE"


class Concern(StrEnum):
    """Why a truck needs the operator now, most pressing first."""

    PLATE_MISMATCH = "PLATE_MISMATCH"
    AGENCY_LAG = "AGENCY_LAG"
    NO_SHOW_SOON = "NO_SHOW_SOON"
    NOT_READY = "NOT_READY"


S = CrossingState
DESK = frozenset({S.SUBMITTED, S.NOT_READY, S.READY})
QUEUE = frozenset({S.QUEUED, S.CALLED, S.NO_SHOW})
GATE = frozenset({S.ARRIVING, S.CHECKED_IN, S.CROSSED, S.IN_YARD, S.RELEASABLE, S.RELEASED, S.LEFT_YARD})
UNDER_EYES = GATE | QUEUE - {S.NO_SHOW}
"""The states in which a truck may stand where plates are read."""
OVER = ENDS
ENDED_BADLY = ENDS - {S.COMPLETED}
FILED = (
    "reference", "route", "direction", "plate", "trailer", "containers", "declarations", "declared_empty", "two_way",
    "shares", "revision",
)  # fmt: skip


def file_of(story: Sequence[Envelope[CrossingEvent]]) -> CrossingFile | None:
    """The file a crossing's story makes, in whatever order it was heard; None before anybody filed it."""
    crossing = state_of(story)
    filing, state = crossing.filing, crossing.state
    if filing is None or state is None:
        return None
    crossing_id = story[0].data.crossing_id
    failures = (*crossing.failures, *_refused_by_queue(story))
    history = history_of(story)
    return CrossingFile(
        crossing_id=crossing_id,
        parties=(*filing.parties, crossing_id),
        **filing.model_dump(include={*FILED, "window_from", "window_to"}),
        state=state,
        since=crossing.reached.get(state) or max(heard.happened for heard in story),
        failures=failures,
        blocked=any(failure.severity is Severity.BLOCK for failure in failures),
        channel=crossing.channel,
        **_ticket(crossing),
        **_call(crossing),
        **_at_gate(crossing),
        **_whereabouts(story, crossing.areas),
        **_misread(story, filing),
        slot=slot_in(history),
        gap=has_gap(story),
        history=history[:SHOWN_EVENTS],
    )


def _refused_by_queue(story: Iterable[Envelope[CrossingEvent]]) -> tuple[Failure, ...]:
    """Why a ready crossing has no place, until it is ready anew or gets one."""
    deciding = (TruckNotQueued, TruckQueued, CrossingReady)
    last = max((heard for heard in story if isinstance(heard.data, deciding)), key=lambda h: h.time, default=None)
    return last.data.failures if last and isinstance(last.data, TruckNotQueued) else ()


def _ticket(crossing: Crossing) -> dict[str, Any]:
    place = crossing.place
    if place is None:
        return {}
    return {
        "ticket_class": place.ticket_class,
        "first_come": place.first_come,
        "promise": place.promise,
        "ahead": place.ahead,
        "queued_at": crossing.queued_at,
    }


def _call(crossing: Crossing) -> dict[str, Any]:
    """The call in force: one that was missed no longer counts."""
    last = crossing.calls[-1] if crossing.calls else None
    if last is None or last.missed_at or crossing.state in {S.QUEUED, S.READY, S.NOT_READY}:
        return {}
    return {
        "called_at": last.called_at,
        "called_number": last.number,
        "valid_until": last.valid_until,
        "by_hand": last.override,
    }


def _at_gate(crossing: Crossing) -> dict[str, Any]:
    replaced = {fact.corrects for fact in crossing.facts}
    confirmed = {
        fact.authority
        for fact in crossing.facts
        if fact.kind is FactKind.ARRIVAL_CONFIRMED and fact.fact_id not in replaced
    }
    return {
        "confirmed_by": tuple(sorted(confirmed)),
        "lagging": crossing.lag.which if crossing.lag else None,
        "lagging_since": crossing.lag.since if crossing.lag else None,
        "arrived_at": crossing.arriving_at,
        "checked_in_at": crossing.checked_in_at,
        "released_at": crossing.released_at,
    }


def _whereabouts(story: Iterable[Envelope[CrossingEvent]], inside: tuple[str, ...]) -> dict[str, Any]:
    """The area the truck entered last of those it has not left."""
    entered = [(heard.happened, heard.data) for heard in story if isinstance(heard.data, AreaEntered)]
    last = max((e for e in entered if e[1].area in inside), key=lambda e: e[0], default=None)
    return {"area": last[1].area, "area_kind": last[1].kind} if last else {}


def _misread(story: Iterable[Envelope[CrossingEvent]], filing: Filing) -> dict[str, Any]:
    """The plate that was read last at the gate, when it is not that of the truck as it is filed now."""
    read = (heard.data for heard in story if isinstance(heard.data, PlateRead))
    last = max(read, key=lambda one: (one.at, one.reading_id), default=None)
    if last is None or same_plate(last.plate, filing.plate, filing.trailer):
        return {}
    return {"misread": last.plate, "misread_at": last.at, "misread_lane": last.lane}


def has_gap(told: Iterable[Envelope[CrossingEvent]]) -> bool:
    """Whether news is missing: a source's sequence on this crossing counts from one without gaps."""
    numbers: dict[str, set[int]] = {}
    for heard in told:
        numbers.setdefault(heard.source, set()).add(heard.sequence)
    return any(max(seen) != len(seen) for seen in numbers.values())


def steps_of(file: CrossingFile) -> tuple[StepShown, ...]:
    """The eight steps as they stand for this crossing; those not built yet are not pretended."""
    covered = {
        Step.DECLARE: _declare(file),
        Step.TRANSPORT: _transport(file),
        Step.REGULATE: _regulate(file),
        Step.CHECK: _check(file),
    }
    return tuple(StepShown(step, covered.get(step, Standing.NOT_COVERED)) for step in Step)


def _declare(file: CrossingFile) -> Standing:
    if file.state is S.NOT_READY or file.blocked or file.state in {S.CANCELLED, S.EXPIRED}:
        return Standing.STOPPED
    return Standing.NOW if file.state is S.SUBMITTED else Standing.DONE


def _transport(file: CrossingFile) -> Standing:
    if file.arrived_at or file.area:
        return Standing.DONE
    return Standing.NOW if file.state in QUEUE | {S.READY} else Standing.AHEAD


def _regulate(file: CrossingFile) -> Standing:
    if file.arrived_at:
        return Standing.DONE
    if file.state is S.NO_SHOW:
        return Standing.STOPPED
    return Standing.NOW if file.state in QUEUE else Standing.AHEAD


def _check(file: CrossingFile) -> Standing:
    if file.state in {S.RETURNED, S.REJECTED}:
        return Standing.STOPPED
    if file.state is S.COMPLETED:
        return Standing.DONE
    return Standing.NOW if file.state in GATE else Standing.AHEAD


def tone_of(file: CrossingFile) -> Tone:
    """The sign beside the crossing's state."""
    if file.state in ENDED_BADLY:
        return Tone.STOP
    if file.blocked or file.lagging or is_misread(file) or file.state in {S.NOT_READY, S.NO_SHOW}:
        return Tone.ATTENTION
    return Tone.UNKNOWN if file.state is S.SUBMITTED else Tone.OK


def word_for_driver(file: CrossingFile) -> DriverWord:
    """Whether the driver moves now."""
    if file.state in ENDED_BADLY | {S.NOT_READY}:
        return DriverWord.STOP
    return DriverWord.GO if file.state in {S.CALLED, S.RELEASED, S.LEFT_YARD, S.COMPLETED} else DriverWord.WAIT


PLACES = {
    S.NOT_READY: Whereto.CARRIER,
    S.CANCELLED: Whereto.CARRIER,
    S.EXPIRED: Whereto.CARRIER,
    S.RETURNED: Whereto.CARRIER,
    S.REJECTED: Whereto.CARRIER,
    S.CALLED: Whereto.GATE,
    S.ARRIVING: Whereto.APRON,
    S.CHECKED_IN: Whereto.OFFICERS,
    S.CROSSED: Whereto.OFFICERS,
    S.IN_YARD: Whereto.YARD,
    S.RELEASABLE: Whereto.YARD,
    S.RELEASED: Whereto.WAY_OUT,
    S.LEFT_YARD: Whereto.WAY_OUT,
    S.COMPLETED: Whereto.NOWHERE,
}


def place_for_driver(file: CrossingFile) -> Whereto:
    """Where the driver reports; before the call he stays in the waiting area."""
    return PLACES.get(file.state, Whereto.WAITING_AREA)


def calls_left(promise: int | None, last_number: int) -> int | None:
    """At most how many numbered calls before this truck's own; None for one that holds no number."""
    return None if promise is None else max(promise - last_number, 0)


def needs_owner(file: CrossingFile) -> bool:
    """Whether its owner must do something."""
    return file.state in {S.NOT_READY, S.NO_SHOW, S.CALLED} or (file.blocked and file.state not in OVER)


def is_misread(file: CrossingFile) -> bool:
    """Whether another truck may stand at the gate than was filed; once it is over, that is history."""
    return file.misread is not None and file.state in UNDER_EYES


def concern_of(file: CrossingFile, now: datetime) -> Concern | None:
    """Why the operator should look at this truck, if he should."""
    if is_misread(file):
        return Concern.PLATE_MISMATCH
    if file.lagging:
        return Concern.AGENCY_LAG
    if file.state is S.CALLED and file.valid_until and file.valid_until - now <= NO_SHOW_WARNING:
        return Concern.NO_SHOW_SOON
    return Concern.NOT_READY if file.state is S.QUEUED and file.blocked else None


STORY: tuple[type[CrossingEvent], ...] = tuple(
    event
    for stated in (vehicle_registration, customs_declarations, queue_scheduling, gate_operations, tracking)
    for event in vars(stated).values()
    if isinstance(event, type) and issubclass(event, CrossingEvent) and event is not CrossingEvent
)
