"""Whether a stream is whole: each record readable, each key's sequence without gap, without swap; repetitions pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from bordergate.broker import Record
from bordergate.event import is_enveloped

MOST_NAMED = 100


@dataclass(frozen=True)
class Irregularity:
    """One key's sequence is not as it left its source."""

    source: str
    topic: str
    key: str
    what: str


def irregularities(records: Iterable[Record]) -> list[Irregularity]:
    """What is damaged (no envelope), lost (a number missing) or swapped (first seen after a larger one)."""
    found = []
    first_seen: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    known: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for record in records:
        if not is_enveloped(record.headers):
            source = record.headers.get("ce_source", "unknown")
            found.append(Irregularity(source, record.topic, record.key, f"damaged: parked as {record.identity}"))
            continue
        place = (record.headers["ce_source"], record.topic, record.key)
        sequence = int(record.headers["ce_sequence"])
        if sequence not in known[place]:
            known[place].add(sequence)
            first_seen[place].append(sequence)
    for place, sequences in first_seen.items():
        missing = (number for number in range(1, max(sequences)) if number not in known[place])
        if lost := list(islice(missing, MOST_NAMED)):
            found.append(Irregularity(*place, f"lost: {lost}"))
        if sequences != sorted(sequences):
            found.append(Irregularity(*place, f"swapped: {sequences}"))
    return found
