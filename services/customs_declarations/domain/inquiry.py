"""What customs' own system is asked of a declaration whose number alone was stated, and what it can answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from events.words import Channel, Failure
from services.customs_declarations.domain.declaration import Papers

FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=10)
"""After how long customs is asked again, at first and at most."""
LENT = timedelta(minutes=2)
"""How long one who asks has until another may ask the same: longer than any answer is waited for."""
PATIENCE = timedelta(days=15)
"""How long customs is asked, as long as a filed crossing is kept."""
MOST_AWAITED = 500
"""So many numbers may wait for one declarant at a time."""
NOT_ITS_OWN = "customs_declarations.not_its_own"
CANCELLED_BY_CUSTOMS = "customs_declarations.cancelled_by_customs"
"""Why a declaration was cancelled by what customs' own system says: codes, for each reader's own language."""


class Answer(StrEnum):
    """How an asking ended; CONTRADICTS: what was said cannot be true, or is not what is declared here."""

    FOUND = "FOUND"
    NOT_KNOWN = "NOT_KNOWN"
    NO_ANSWER = "NO_ANSWER"
    UNREADABLE = "UNREADABLE"
    CONTRADICTS = "CONTRADICTS"


@dataclass(frozen=True)
class Found:
    """What customs has: the papers, and what it has decided; `simulated` when not customs but a simulation said so."""

    papers: Papers
    channel: Channel | None = None
    cleared: bool = False
    cancelled: bool = False
    simulated: bool = False


@dataclass(frozen=True)
class Silence:
    """Customs does not know the number yet, or cannot say now."""

    answer: Answer


NOT_KNOWN = Silence(Answer.NOT_KNOWN)
Reply = Found | Silence


class DeclarationSource(Protocol):
    """Where a declaration can be had by its number instead of being typed."""

    @property
    def name(self) -> str:
        """What it is called."""

    def fetch(self, number: str) -> Reply:
        """What is known of the number now; raises nothing, and answers within a minute."""

    def close(self) -> None:
        """Nothing more is asked."""


class Unconnected:
    """No system of customs is connected: everything is typed."""

    name = "none"

    def fetch(self, number: str) -> Reply:  # noqa: ARG002 - nobody can be asked about any number
        """Nobody can be asked."""
        return Silence(Answer.NO_ANSWER)

    def close(self) -> None:
        """Nobody was asked."""


@dataclass(eq=False)
class Inquiry:
    """The asking about one declaration, until customs has cleared or cancelled it.

    `since` and `asked_at` are the border's time, `ask_at`, when it is next asked, is real time; None: no more.
    `fruitless` counts the askings since customs last had news; `faults` say which rules its last answer broke, or in
    what it says otherwise than is declared here.
    """

    declaration_id: UUID
    number: str
    since: datetime
    ask_at: datetime | None
    times: int = 0
    fruitless: int = 0
    asked_at: datetime | None = None
    answer: Answer | None = None
    faults: tuple[Failure, ...] = ()

    def lend(self, real: datetime) -> None:
        """Somebody asks now; if nothing more is heard of him, it is asked again."""
        self.ask_at = real + LENT

    def note(self, answer: Answer, at: datetime, real: datetime, *, news: bool, over: bool) -> None:
        """Customs was asked; without news it is asked again ever later, and no more once all is decided."""
        self.times += 1
        self.asked_at, self.answer = at, answer
        wait = min(FIRST * 2**self.fruitless, LONGEST)
        self.fruitless = 0 if news else min(self.fruitless + 1, 20)
        self.ask_at = None if over or at - self.since > PATIENCE else real + wait


@dataclass(frozen=True)
class Standing:
    """How the source stands: when it last answered, and since when and why it does not; how many numbers wait."""

    waiting: int
    answered_at: datetime | None = None
    failing_since: datetime | None = None
    failure: Answer | None = None


DIVIDED_BY = ("hs_code", "quantity", "unit")
"""What must be the same of a line: what it is, and how much of it."""
TOLD_BY_BOTH = ("origin", "value", "currency")
"""What must be the same where both say it; an owner need not repeat what customs has."""


def differing(declared: Papers, told: Papers) -> tuple[Failure, ...]:
    """In what customs speaks of other goods, with what it has: its decision about other goods is none about these.

    What customs does not have, such as weights of lines and papers of plants, an owner may have added.
    """
    if len(declared.lines) != len(told.lines):
        return (_differs("$.lines", str(len(told.lines)), code="customs_declarations.differs_in_lines"),)
    types = [] if declared.type_code == told.type_code else [_differs("$.type_code", told.type_code)]
    lines = (
        _differs(f"$.lines[{place}].{name}", str(theirs) if theirs is not None else "–")
        for place, (ours_of, theirs_of) in enumerate(zip(declared.lines, told.lines, strict=True))
        for name in (*DIVIDED_BY, *TOLD_BY_BOTH)
        if (ours := getattr(ours_of, name)) != (theirs := getattr(theirs_of, name))
        if name in DIVIDED_BY or None not in (ours, theirs)
    )
    return (*types, *lines)


def agrees(declared: Papers, told: Papers) -> bool:
    """Whether customs speaks of the same goods."""
    return not differing(declared, told)


def _differs(field: str, value: str, code: str = "customs_declarations.differs") -> Failure:
    return Failure(code=code, field=field, value=value, source="VNACCS")
