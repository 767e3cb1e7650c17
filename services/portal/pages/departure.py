"""May the truck leave? What was checked of it, subject by subject, each with what speaks against going."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from events.tracking import AreaKind
from events.words import CrossingState, Failure, Severity
from services.portal.domain import DESK, QUEUE, CrossingFile, Tone


class Subject(StrEnum):
    """What is looked at before a truck leaves."""

    ROUTE = "ROUTE"
    TRUCK = "TRUCK"
    PAPERS = "PAPERS"
    DRIVER = "DRIVER"
    DECLARATION = "DECLARATION"
    GOODS = "GOODS"
    PAYER = "PAYER"


RULES_OF: dict[Subject, frozenset[str]] = {
    Subject.ROUTE: frozenset({"R040", "R042"}),
    Subject.TRUCK: frozenset({"R010", "R011", "R012", "R013", "R014", "R017", "R070"}),
    Subject.PAPERS: frozenset({"R015", "R016"}),
    Subject.DRIVER: frozenset({"R060", "R061"}),
    Subject.DECLARATION: frozenset({"R001", "R002", "R003", "R004", "R005"}),
    Subject.GOODS: frozenset({"R020", "R021", "R022", "R023", "R041"}),
    Subject.PAYER: frozenset({"R030", "R031"}),
}
"""Under which subject a failed rule stands; one that is nowhere here stands under the
declaration."""
NOT_ASSESSED = frozenset({CrossingState.SUBMITTED})
NEEDS_GOODS = frozenset({Subject.DECLARATION, Subject.GOODS})


class Checked(NamedTuple):
    """One subject, how it stands, and the rules that failed in it."""

    subject: Subject
    tone: Tone
    failures: tuple[Failure, ...]


class Departure(NamedTuple):
    """Whether the truck may leave, and why: OK go, STOP not so, UNKNOWN wait for customs."""

    tone: Tone
    checked: tuple[Checked, ...]


def departure_of(file: CrossingFile) -> Departure | None:
    """What to know before the truck leaves; None once it stands where trucks wait, or will not come."""
    if file.state not in DESK | QUEUE or file.area_kind is AreaKind.WAITING:
        return None
    empty = file.declared_empty and not file.declarations
    subjects = [subject for subject in Subject if not (empty and subject in NEEDS_GOODS)]
    checked = tuple(_checked(file, subject) for subject in subjects)
    if any(one.tone is Tone.STOP for one in checked):
        return Departure(Tone.STOP, checked)
    return Departure(Tone.UNKNOWN if file.state in NOT_ASSESSED else Tone.OK, checked)


def subject_of(code: str) -> Subject:
    """Under which subject a failed rule stands."""
    return next((subject for subject, codes in RULES_OF.items() if code in codes), Subject.DECLARATION)


def _checked(file: CrossingFile, subject: Subject) -> Checked:
    failures = tuple(failure for failure in file.failures if subject_of(failure.code) is subject)
    return Checked(subject, _tone(file.state, failures), failures)


def _tone(state: CrossingState, failures: Collection[Failure]) -> Tone:
    if any(failure.severity is Severity.BLOCK for failure in failures):
        return Tone.STOP
    if failures:
        return Tone.ATTENTION
    return Tone.UNKNOWN if state in NOT_ASSESSED else Tone.OK
