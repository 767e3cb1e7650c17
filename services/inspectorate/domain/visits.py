"""What traces say of single crossings: under which plate one waited, whether it came, which tractor came instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.inspectorate.domain.trace import Sign, Trace

NAMING = frozenset({Sign.FILED, Sign.READY})
"""What says whose a crossing is."""


@dataclass(frozen=True)
class Visit:
    """A wait from joining until it was left: `came` says that the truck was seen at the gate, `over` that it ended."""

    crossing_id: UUID
    carrier: UUID
    plate: str
    queue: str
    joined_at: datetime
    left_at: datetime
    came: bool
    over: bool


@dataclass(frozen=True)
class Change:
    """Another tractor stood in a place that so many calls came before; `before` is the plate it had."""

    trace: Trace
    carrier: UUID
    before: str
    ahead: int


def carriers_of(traces: Iterable[Trace]) -> Mapping[UUID | None, UUID]:
    """Whose each crossing is, also of one that never became ready."""
    return {one.crossing_id: one.carrier for one in traces if one.sign in NAMING and one.carrier}


def visits(traces: Sequence[Trace]) -> Iterator[Visit]:
    """Each crossing's wait, as far as it is known."""
    stories: dict[UUID, dict[Sign, Trace]] = defaultdict(dict)
    for trace in traces:
        if trace.crossing_id:
            stories[trace.crossing_id].setdefault(trace.sign, trace)
    last = traces[-1].at if traces else None
    for crossing, story in stories.items():
        ready, joined = story.get(Sign.READY), story.get(Sign.JOINED)
        if not (ready and joined and ready.carrier and ready.plate and joined.queue and last):
            continue
        end = story.get(Sign.SEEN) or story.get(Sign.GONE)
        left_at = end.at if end else last
        came = Sign.SEEN in story
        yield Visit(crossing, ready.carrier, ready.plate, joined.queue, joined.at, left_at, came, end is not None)


def changes_of_tractor(traces: Sequence[Trace]) -> Iterator[Change]:
    """Crossings that became another tractor's while they waited, each with the calls that then came before its own.

    Counted are the calls that were made, of its own queue: a promise says how late the call may come and not when it
    does, and who holds a slot has none. A crossing that was never called is not among them.
    """
    calls: dict[str, int] = defaultdict(int)
    queues: dict[UUID, str] = {}
    called: set[UUID] = set()
    stood: dict[UUID, Trace] = {}
    changed: dict[UUID, list[tuple[Trace, Trace, int]]] = defaultdict(list)
    for trace in traces:
        crossing, queue = trace.crossing_id, trace.queue
        if crossing is None:
            continue
        if trace.sign is Sign.JOINED and queue:
            queues[crossing] = queue
            called.discard(crossing)
        elif trace.sign is Sign.CALLED and queue:
            yield from (_change(*one, calls[queue]) for one in changed.pop(crossing, ()))
            calls[queue] += 1
            called.add(crossing)
        elif trace.sign in (Sign.SEEN, Sign.GONE):
            queues.pop(crossing, None)
        elif trace.sign is Sign.READY:
            before = stood.get(crossing)
            if before and crossing in queues and before.vehicle_id != trace.vehicle_id and trace.carrier:
                so_far = calls[queues[crossing]]
                if crossing in called:
                    yield _change(before, trace, so_far, so_far)
                else:
                    changed[crossing].append((before, trace, so_far))
            stood[crossing] = trace


def _change(before: Trace, after: Trace, calls_then: int, calls: int) -> Change:
    if after.carrier is None:
        raise AssertionError("only crossings whose carrier is known change their tractor")
    return Change(after, after.carrier, before.plate or "", calls - calls_then)
