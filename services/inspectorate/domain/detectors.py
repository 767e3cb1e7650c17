"""The detectors: each a small function over traces and thresholds, that says what it saw and of whom."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from uuid import UUID

from bordergate.clock import HANOI
from services.inspectorate.domain.likeness import check_digit_holds, is_one_edit, one_edit_apart
from services.inspectorate.domain.numbers import Numbers
from services.inspectorate.domain.trace import Detector, Hit, Seen, Sign, Trace
from services.inspectorate.domain.visits import Visit, carriers_of, changes_of_tractor, visits

Found = Callable[[Sequence[Trace], Numbers], Iterator[Hit]]
ByOfficer = Mapping[UUID, Sequence[Trace]]
Carriers = Mapping[UUID | None, UUID]
MAKER, SERIAL = 8, 6
"""Of a VIN the signs that name maker and model, and those that count its trucks (ISO 3779)."""
SERIES, CHECKED = 6, 0.8
"""From so many VINs on, so many of them right, a maker is taken to write check digits."""
OUT_OF_TURN = frozenset({Sign.OVERRIDDEN, Sign.EMERGENCY})
"""What lets a truck go before others because two officers say so."""
OWN_WISH = frozenset({"GIVEN_UP", "NOT_CONFIRMED"})
"""Slots that ended because their holder let them go."""


def repeated_releases(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """Somebody takes slots and lets them go far more often than others do: places to offer to whoever pays."""
    carriers, taken = carriers_of(traces), Counter[UUID]()
    released: dict[UUID, list[Trace]] = defaultdict(list)
    for trace in traces:
        carrier = carriers.get(trace.crossing_id)
        if carrier and trace.sign is Sign.RESERVED:
            taken[carrier] += 1
        elif carrier and trace.sign is Sign.RELEASED and trace.word in OWN_WISH:
            released[carrier].append(trace)
    least, chance = (numbers.of(Detector.REPEATED_RELEASES, name) for name in ("least", "chance"))
    let_go_by_all = sum(map(len, released.values()))
    for carrier, let_go in released.items():
        others = max(1, taken.total() - taken[carrier])
        norm = max(0.5, taken[carrier] * (let_go_by_all - len(let_go)) / others)
        if len(let_go) >= least and at_least(len(let_go), norm) < chance:
            seen = (Seen(one.at, one.crossing_id, other=one.word, number=round(norm, 1)) for one in let_go)
            yield Hit(Detector.REPEATED_RELEASES, str(carrier), tuple(seen))


def device_of_many(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """One tracker reports for trucks of many carriers: where it is, at most one of them is."""
    enrolled: dict[str, dict[UUID, Trace]] = defaultdict(dict)
    for trace in traces:
        if trace.sign is Sign.ENROLLED and trace.word and trace.carrier:
            enrolled[trace.word].setdefault(trace.carrier, trace)
    for device, by_carrier in enrolled.items():
        if len(by_carrier) >= numbers.of(Detector.DEVICE_OF_MANY, "least"):
            seen = (Seen(one.at, other=str(carrier)) for carrier, one in by_carrier.items())
            yield Hit(Detector.DEVICE_OF_MANY, device, tuple(seen))


def plates_apart(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """Again and again a carrier holds two places under plates one edit apart, of which one never came to the gate.

    Plates of a fleet are in a row, so neighbours that wait together are no sign: a plate that nobody ever saw is.
    """
    known = list(visits(traces))
    real = {visit.plate for visit in known if visit.came}
    waits: dict[UUID, dict[str, list[Visit]]] = defaultdict(lambda: defaultdict(list))
    for visit in known:
        waits[visit.carrier][visit.plate].append(visit)
    pairs: dict[UUID, list[Seen]] = defaultdict(list)
    for carrier, by_plate in waits.items():
        for phantom, plate in product(by_plate.keys() - real, by_plate):
            if is_one_edit(phantom, plate):
                held = product(by_plate[phantom], by_plate[plate])
                stayed = [one for one, other in held if _only_one_came(one, other)]
                pairs[carrier] += [Seen(one.joined_at, one.crossing_id, phantom, plate) for one in stayed]
    for carrier, seen in pairs.items():
        if len(seen) >= numbers.of(Detector.PLATES_APART, "least"):
            yield Hit(Detector.PLATES_APART, str(carrier), tuple(sorted(seen, key=lambda one: one.at)))


def _only_one_came(one: Visit, other: Visit) -> bool:
    together = one.queue == other.queue and one.joined_at < other.left_at and other.joined_at < one.left_at
    return together and one.came is not other.came and one.over and other.over


def vins_apart(traces: Sequence[Trace], _: Numbers) -> Iterator[Hit]:
    """Two trucks whose VINs are one edit apart, of which only one can be a VIN: one truck with two identities.

    Neighbours in a series differ in their check digit too. Makers who write none have series whose neighbours are one
    edit apart: there only an edit outside the serial number speaks.
    """
    known = {one.vehicle_id: one for one in traces if one.sign is Sign.REGISTERED and one.word and one.vehicle_id}
    names = {vehicle: one.word or "" for vehicle, one in known.items()}
    makers = _makers_that_check(names.values())
    for one, other in one_edit_apart(names):
        pair_of_names = names[one], names[other]
        holds = [check_digit_holds(name) for name in pair_of_names]
        if is_one_edit(*pair_of_names) and holds[0] is not holds[1] and _out_of_series(*pair_of_names, makers):
            pair = sorted((known[one], known[other]), key=lambda trace: trace.at)
            seen = (Seen(trace.at, plate=trace.plate, other=trace.word) for trace in pair)
            yield Hit(Detector.VINS_APART, " ".join(sorted((names[one], names[other]))), tuple(seen))


def _makers_that_check(names: Iterable[str]) -> frozenset[str]:
    """The makers and models (the first eight signs) whose VINs carry a check digit, as far as they are known."""
    found: dict[str, list[bool]] = defaultdict(list)
    for name in names:
        found[name[:MAKER]].append(check_digit_holds(name))
    return frozenset(maker for maker, held in found.items() if len(held) >= SERIES and sum(held) >= CHECKED * len(held))


def _out_of_series(one: str, other: str, makers: frozenset[str]) -> bool:
    return one[:-SERIAL] != other[:-SERIAL] or one[:MAKER] in makers


def tractor_changed(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """A place near the head goes to another tractor, and not once: who waited may not be who comes."""
    near, least = (numbers.of(Detector.TRACTOR_CHANGED, name) for name in ("near", "least"))
    changed: dict[UUID, list[Seen]] = defaultdict(list)
    for change in changes_of_tractor(traces):
        if change.ahead <= near:
            trace = change.trace
            changed[change.carrier].append(Seen(trace.at, trace.crossing_id, change.before, trace.plate, change.ahead))
    for carrier, seen in changed.items():
        if len(seen) >= least:
            yield Hit(Detector.TRACTOR_CHANGED, str(carrier), tuple(seen))


def overrides_beyond(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """An officer lets trucks go out of turn, by call or by order, far more often than the others do."""
    return _beyond(Detector.OVERRIDES_BEYOND, _overrides(traces), numbers)


def overrides_for_one(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """Most of an officer's calls out of turn are for one carrier."""
    return _for_one(Detector.OVERRIDES_FOR_ONE, _overrides(traces), carriers_of(traces), numbers)


def excuses_beyond(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """An officer excuses holders who were not there on far more occasions than the others do."""
    return _beyond(Detector.EXCUSES_BEYOND, _excuses(traces, {}), numbers)


def excuses_for_one(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """Most of an officer's excuses are for one carrier."""
    carriers = carriers_of(traces)
    return _for_one(Detector.EXCUSES_FOR_ONE, _excuses(traces, carriers), carriers, numbers)


def _beyond(detector: Detector, by_officer: ByOfficer, numbers: Numbers) -> Iterator[Hit]:
    """Who does far more of it than the others; of too few officers nobody is the norm."""
    least, chance = (numbers.of(detector, name) for name in ("least", "chance"))
    total = sum(len(made) for made in by_officer.values())
    if len(by_officer) < numbers.of(detector, "officers"):
        return
    for officer, made in by_officer.items():
        norm = max(1.0, (total - len(made)) / (len(by_officer) - 1))
        if len(made) >= least and at_least(len(made), norm) < chance:
            seen = (Seen(one.at, one.crossing_id, number=round(norm, 1)) for one in made)
            yield Hit(detector, str(officer), tuple(seen))


def _for_one(detector: Detector, by_officer: ByOfficer, carriers: Carriers, numbers: Numbers) -> Iterator[Hit]:
    """Who does most of it for one carrier."""
    least, share = (numbers.of(detector, name) for name in ("least", "share"))
    for officer, made in by_officer.items():
        favoured = Counter(carriers[one.crossing_id] for one in made if one.crossing_id in carriers)
        for carrier, times in favoured.most_common(1):
            if times >= least and times >= share * len(made):
                theirs = [one for one in made if carriers.get(one.crossing_id) == carrier]
                seen = (Seen(one.at, one.crossing_id, other=str(carrier)) for one in theirs)
                yield Hit(detector, str(officer), tuple(seen))


def lives_beyond(traces: Sequence[Trace], numbers: Numbers) -> Iterator[Hit]:
    """A carrier's goods keep being said to last longer than such goods do, or to be nearly gone."""
    least, share = (numbers.of(Detector.LIVES_BEYOND, name) for name in ("least", "share"))
    claims: dict[UUID, dict[UUID, Trace]] = defaultdict(dict)
    for trace in traces:
        if trace.sign is Sign.READY and trace.hours is not None and trace.carrier and trace.crossing_id:
            claims[trace.carrier][trace.crossing_id] = trace
    for carrier, stated in claims.items():
        beyond = [one for one in stated.values() if _is_beyond(one, numbers.lives)]
        if len(beyond) >= least and len(beyond) >= share * len(stated):
            seen = (Seen(one.at, one.crossing_id, one.plate, one.word, one.hours) for one in beyond)
            yield Hit(Detector.LIVES_BEYOND, str(carrier), tuple(seen))


def _is_beyond(trace: Trace, lives: Mapping[str, tuple[float, float]]) -> bool:
    spans = [lives[chapter] for chapter in (trace.word or "").split(",") if chapter in lives]
    if not spans or trace.hours is None:
        return False
    return trace.hours > max(longest for _, longest in spans) or trace.hours < min(shortest for shortest, _ in spans)


def _overrides(traces: Iterable[Trace]) -> ByOfficer:
    made: dict[UUID, list[Trace]] = defaultdict(list)
    for trace in traces:
        if trace.sign in OUT_OF_TURN:
            for officer in trace.officers:
                made[officer].append(trace)
    return made


def _excuses(traces: Iterable[Trace], carriers: Carriers) -> ByOfficer:
    """The first excuse of each occasion: what keeps several trucks of a queue back on a day is one, of each carrier."""
    given: dict[UUID, dict[Hashable, Trace]] = defaultdict(dict)
    for trace in traces:
        if trace.sign is Sign.EXCUSED:
            day = trace.at.astimezone(HANOI).date()
            for officer in trace.officers:
                given[officer].setdefault((trace.queue, trace.word, day, carriers.get(trace.crossing_id)), trace)
    return {officer: list(by_occasion.values()) for officer, by_occasion in given.items()}


def at_least(count: int, norm: float) -> float:
    """The chance of so many or more where so many are usual (Poisson)."""
    below = sum(math.exp(n * math.log(norm) - norm - math.lgamma(n + 1)) for n in range(count))
    return max(0.0, 1.0 - below)


DETECTORS: Mapping[Detector, Found] = {
    Detector.REPEATED_RELEASES: repeated_releases,
    Detector.DEVICE_OF_MANY: device_of_many,
    Detector.PLATES_APART: plates_apart,
    Detector.VINS_APART: vins_apart,
    Detector.TRACTOR_CHANGED: tractor_changed,
    Detector.OVERRIDES_BEYOND: overrides_beyond,
    Detector.OVERRIDES_FOR_ONE: overrides_for_one,
    Detector.EXCUSES_BEYOND: excuses_beyond,
    Detector.EXCUSES_FOR_ONE: excuses_for_one,
    Detector.LIVES_BEYOND: lives_beyond,
}


def hits_in(traces: Sequence[Trace], numbers: Numbers) -> list[Hit]:
    """What all detectors see; traces are in the order of time."""
    return [hit for found in DETECTORS.values() for hit in found(traces, numbers)]
