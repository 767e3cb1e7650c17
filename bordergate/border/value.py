"""What every value typed at the border has in common: the text, its one written form, what is wrong with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self

from pydantic_core import PydanticCustomError, core_schema

from bordergate.errors import Invalid
from bordergate.i18n import text as text_of

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

Way = Literal["IMPORT", "EXPORT"]
"""Which way the goods of a customs document go."""

LONGEST = 64
"""No value is written with more characters, however it is spaced."""

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_PLAIN = str.maketrans(_LOWER, _LOWER.upper(), " \u00a0\u3000.-·")


class Severity(StrEnum):
    """Whether a problem makes the value unusable or only doubtful."""

    BLOCK = "BLOCK"
    WARN = "WARN"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a value; its texts are in the catalogue under the code."""

    code: str
    severity: Severity = Severity.BLOCK


class Reading(NamedTuple):
    """A text in its one written form, and all that is wrong with it."""

    canonical: str
    problems: tuple[Problem, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether no value can be made of the text."""
        return any(problem.severity is Severity.BLOCK for problem in self.problems)


class BadValue(Invalid):
    """A text that is no value of its kind; its code is that of the first problem, `problems` holds all of them.

    The text itself is not carried: it may be personal.
    """

    def __init__(self, kind: str, problems: tuple[Problem, ...], *, field: str | None = None) -> None:
        super().__init__(field=field, kind=kind)
        self.problems = problems
        first = min(problems, key=lambda problem: problem.severity is Severity.WARN)
        self.code = first.code  # type: ignore[misc]  # the class has one code for many problems, this one knows its own

    def __str__(self) -> str:
        """The codes of all problems."""
        return ", ".join(problem.code for problem in self.problems)


def plain(text: str) -> str:
    """A text as it is compared: trimmed, in capitals, without spaces, full stops, hyphens and middle dots."""
    return text.strip().translate(_PLAIN)


def blocks(*codes: str | None) -> tuple[Problem, ...]:
    """The problems that were found, of those looked for."""
    return tuple(Problem(code) for code in codes if code)


@dataclass(frozen=True, repr=False)
class Value(ABC):
    """A text that keeps the rules of its kind; making one of a text that does not raises `BadValue`.

    Two values are the same when their `canonical` forms are; `raw` is the text as it was typed, `doubts` are
    problems that do not make it unusable.
    """

    kind: ClassVar[str]
    example: ClassVar[str]

    raw: str = field(compare=False)
    canonical: str = field(init=False)
    doubts: tuple[Problem, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Read the raw text, or refuse it."""
        reading = self.read(self.raw)
        if reading.blocked:
            raise BadValue(self.kind, reading.problems)
        object.__setattr__(self, "canonical", reading.canonical)
        object.__setattr__(self, "doubts", reading.problems)

    @classmethod
    @abstractmethod
    def read(cls, text: str) -> Reading:
        """The text's written form and everything wrong with it."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value a text stands for; `BadValue` when it stands for none."""
        return cls(text)

    @property
    def shown(self) -> str:
        """The value as people are used to seeing it; it reads back as the same value."""
        return self.canonical

    def __str__(self) -> str:
        """The one written form, as it is stored and sent."""
        return self.canonical

    def __repr__(self) -> str:
        """Kind and written form."""
        return f"{type(self).__name__}({self.canonical})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """In a request a value is a string; a bad one is an error of its field, typed by the problem's code."""
        return core_schema.no_info_wrap_validator_function(
            cls._validate,
            core_schema.str_schema(max_length=LONGEST),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """A string with what it means and an example."""
        meaning = (cls.__doc__ or "").partition("\n")[0]
        return {**handler(schema), "description": meaning, "examples": [cls.example]}

    @classmethod
    def _validate(cls, given: object, as_text: core_schema.ValidatorFunctionWrapHandler) -> Self:
        if isinstance(given, cls):
            return given
        try:
            return cls.parse(as_text(given))
        except BadValue as bad:
            raise PydanticCustomError(bad.code, text_of(bad.code, "en"), {"error": bad}) from None
