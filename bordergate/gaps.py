"""Whether a stream is whole: each key's sequence without gap, without swap; repetitions are allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bordergate.broker import Record


@dataclass(frozen=True)
class Irregularity:
    """One key's sequence is not as it left its source."""

    source: str
    topic: str
    key: str
    what: str


def irregularities(records: Iterable[Record]) -> list[Irregularity]:
    """What is lost (a number missing) or swapped (a number first seen after a larger one) in the order read."""
    first_seen: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    known: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for record in records:
        place = (record.headers["ce_source"], record.topic, record.key)
        sequence = int(record.headers["ce_sequence"])
        if sequence not in known[place]:
            known[place].add(sequence)
            first_seen[place].append(sequence)
    found = []
    for place, sequences in first_seen.items():
        missing = set(range(1, max(sequences) + 1)) - known[place]
        if missing:
            found.append(Irregularity(*place, f"lost: {sorted(missing)}"))
        if sequences != sorted(sequences):
            found.append(Irregularity(*place, f"swapped: {sequences}"))
    return found
