"""The catalogue of texts: a code has a message, and where it helps a hint, in each of the three languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.metadata import entry_points
from string import Formatter
from typing import Any, Literal, Self, get_args

from babel import Locale

Language = Literal["vi", "zh", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "vi"
FILE, FOLDER = "messages.toml", "messages"
PARTS = ("hint", "plural", "without", "words")
KERNEL = ("bordergate.i18n", "bordergate.border", "bordergate.geo", "bordergate.ledger")
SERVICES = "bordergate.services"


class _Shown(dict[str, Any]):
    """Details of a message; a missing one shows as a dash rather than failing the answer."""

    def __missing__(self, name: str) -> str:
        return "–"


@dataclass(frozen=True)
class Entry:
    """One code's texts.

    `plural` holds what a language says otherwise of some counts, by CLDR's categories: `one` in English; Vietnamese
    and Chinese have only the message itself. `without` is the message where there is no `value` to name. `words` are
    the details that are codes themselves, each with the text that says it: {stage} as `queue_scheduling.stage.CALLED`.
    """

    message: Mapping[str, str]
    hint: Mapping[str, str] = field(default_factory=dict)
    plural: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def form(self, language: str, details: Mapping[str, Any]) -> str:
        """The message in the form that suits the details `count` and `value`."""
        if language in self.without and details.get("value") in (None, ""):
            return self.without[language]
        forms, count = self.plural.get(language), str(details.get("count"))
        if not forms or not count.isdecimal():
            return self.message[language]
        return forms.get(Locale(language).plural_form(int(count)), self.message[language])

    def placeholders(self, language: str) -> frozenset[str]:
        """What the message and the hint want filled in."""
        both = self.message.get(language, "") + self.hint.get(language, "")
        return frozenset(name for _, name, _, _ in Formatter().parse(both) if name)


@dataclass(frozen=True)
class Catalogue:
    """All codes known in this process."""

    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, packages: Iterable[str]) -> Self:
        """The texts of these packages; a code told twice is a mistake (ValueError)."""
        entries: dict[str, Entry] = {}
        for package in packages:
            for code, entry in _read(package):
                if code in entries:
                    raise ValueError(f"{package} tells {code} again")
                entries[code] = entry
        return cls(entries)

    def text(self, code: str, language: str, details: Mapping[str, Any]) -> str:
        """The message of a code; the code itself when nobody wrote one."""
        entry = self.entries.get(code)
        if entry is None:
            return code
        said = {name: self.text(f"{texts}.{details.get(name)}", language, {}) for name, texts in entry.words.items()}
        return _filled(entry.form(language, details), {**details, **said})

    def hint(self, code: str, language: str, details: Mapping[str, Any]) -> str | None:
        """The next step, if the code has one."""
        entry = self.entries.get(code)
        return _filled(entry.hint[language], details) if entry and language in entry.hint else None


def packages() -> tuple[str, ...]:
    """The kernel's packages with texts, and those of every installed service."""
    found = {point.value.partition(":")[0].rpartition(".")[0] for point in entry_points(group=SERVICES)}
    return (*KERNEL, *sorted(found))


@cache
def catalogue() -> Catalogue:
    """The texts of the kernel and of all installed services, read once."""
    return Catalogue.of(packages())


def text(code: str, language: str, **details: Any) -> str:  # noqa: ANN401 - details are free
    """What a code says in a language."""
    return catalogue().text(code, language, details)


def hint(code: str, language: str, **details: Any) -> str | None:  # noqa: ANN401 - details are free
    """What to do about a code, if something is known."""
    return catalogue().hint(code, language, details)


def texts(code: str, **details: Any) -> dict[str, str]:  # noqa: ANN401 - details are free
    """What a code says in all three languages."""
    return {language: catalogue().text(code, language, details) for language in LANGUAGES}


def chosen(*wishes: str | None) -> Language:
    """The first of the wished languages that is spoken here; a wish may be an Accept-Language header."""
    for wish in wishes:
        for part in sorted((wish or "").split(","), key=_weight, reverse=True):
            tag = part.partition(";")[0].strip().lower().partition("-")[0]
            for language in LANGUAGES:
                if tag == language:
                    return language
    return DEFAULT


def _weight(part: str) -> float:
    _, _, quality = part.partition("q=")
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


def _filled(pattern: str, details: Mapping[str, Any]) -> str:
    return pattern.format_map(_Shown(details))


def _read(package: str) -> Iterator[tuple[str, Entry]]:
    """What a package's file of texts says, or its folder of such files where there are many."""
    try:
        root = resources.files(package)
    except ModuleNotFoundError:
        return
    folder = root / FOLDER
    for file in (root / FILE, *(folder.iterdir() if folder.is_dir() else ())):
        if file.is_file():
            for code, entry in tomllib.loads(file.read_text("utf-8")).items():
                message: dict[str, str] = {language: entry[language] for language in LANGUAGES}
                yield code, Entry(message, **{part: entry[part] for part in PARTS if part in entry})
