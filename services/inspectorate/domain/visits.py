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
    """Another tractor stood in a place before which so many calls were left; `before` is the plate it had."""

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
    """Waiting crossings that became another tractor's, with how many calls they then stood from their own."""
    called: dict[str, int] = defaultdict(int)
    waiting: dict[UUID, Trace] = {}
    stood: dict[UUID, Trace] = {}
    for trace in traces:
        crossing = trace.crossing_id
        if trace.sign is Sign.CALLED and trace.queue and trace.number:
            called[trace.queue] = max(called[trace.queue], trace.number)
        if crossing is None:
            continue
        if trace.sign is Sign.JOINED:
            waiting[crossing] = trace
        elif trace.sign in (Sign.SEEN, Sign.GONE):
            waiting.pop(crossing, None)
        elif trace.sign is Sign.READY:
            before, place = stood.get(crossing), waiting.get(crossing)
            if before and place and place.number and before.vehicle_id != trace.vehicle_id and trace.carrier:
                ahead = max(0, place.number - called[place.queue or ""])
                yield Change(trace, trace.carrier, before.plate or "", ahead)
            stood[crossing] = trace
