"""What a text is worth as a value of some kind, with every problem in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bordergate.border.customs import DeclarationNumber, HsCode, TypeCode
from bordergate.border.iso import ContainerNumber, Vin
from bordergate.border.plate import Plate
from bordergate.border.reference import Reference
from bordergate.border.value import Severity, Value
from bordergate.border.vietnam import CitizenId, TaxCode
from bordergate.errors import Invalid
from bordergate.i18n import text as text_of

_TYPES: tuple[type[Value], ...] = (
    TaxCode,
    Plate,
    ContainerNumber,
    Vin,
    DeclarationNumber,
    TypeCode,
    HsCode,
    CitizenId,
    Reference,
)
KINDS: tuple[str, ...] = tuple(value.kind for value in _TYPES)
"""The kinds of value that can be examined."""


class UnknownKind(Invalid):
    """There is no such kind of value."""

    code = "value.unknown_kind"


@dataclass(frozen=True)
class Finding:
    """One problem of a text, in the reader's language."""

    code: str
    severity: Severity
    message: str


@dataclass(frozen=True)
class Examined:
    """What a text is worth: `canonical` is None unless it is a value, which problems of severity WARN leave it."""

    kind: str
    raw: str
    canonical: str | None
    ok: bool
    problems: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return asdict(self)


def examine(kind: str, text: str, language: str = "en") -> Examined:
    """Read a text as a value of a kind and say all that is wrong with it."""
    reading = _type_of(kind, text).read(text)
    findings = tuple(
        Finding(problem.code, problem.severity, text_of(problem.code, language)) for problem in reading.problems
    )
    ok = not reading.blocked
    return Examined(kind, text, reading.canonical if ok else None, ok, findings)


def _type_of(kind: str, text: str) -> type[Value]:
    for value in _TYPES:
        if value.kind == kind:
            return Plate.national(text) if value is Plate else value
    raise UnknownKind(kind=kind, known=" ".join(KINDS))
