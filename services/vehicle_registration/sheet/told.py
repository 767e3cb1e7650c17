"""What a sheet says of its crossing: each line's name, and its value as both sides of the border read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bordergate.border import ContainerNumber, DeclarationNumber, Plate
from bordergate.border.value import BadValue, Value
from bordergate.clock import BEIJING, HANOI
from bordergate.i18n import text
from bordergate.i18n.formats import shown_date, shown_gate, shown_time
from services.vehicle_registration.domain.sheet import Sheet

STEPS = ("sheet.step.wait", "sheet.step.show", "sheet.step.both", "sheet.step.holds", "sheet.step.change")
ROOM = 24
"""So many declarations can be printed."""
MANY, A_LINE_OF_FEW, A_LINE_OF_MANY = 8, 4, 5


@dataclass(frozen=True)
class Line:
    """One thing that was filed: the code of its name, and its value line by line."""

    code: str
    value: list[str]
    size: float = 11


def lines_of(sheet: Sheet) -> Iterator[Line]:
    """What was filed, in the order an officer asks for it."""
    filing = sheet.filing
    yield Line("sheet.plate", [shown(Plate.parse, filing.plate)], size=15)
    if filing.trailer:
        yield Line("sheet.trailer", [shown(Plate.parse, filing.trailer)], size=15)
    if filing.containers:
        yield Line("sheet.containers", [",  ".join(shown(ContainerNumber.parse, one) for one in filing.containers)])
    yield Line("sheet.route", [_route(sheet)])
    yield Line("sheet.direction", [_both(f"sheet.direction.{filing.direction}")])
    yield Line("sheet.window", [window(filing.window_from, filing.window_to, language) for language in ("vi", "zh")])
    yield Line("sheet.load", [_both("sheet.empty" if filing.declared_empty else "sheet.loaded")])
    if filing.declarations:
        yield _declarations([shown(DeclarationNumber.parse, number) for number in filing.declarations])


def shown(parse: Callable[[str], Value], written: str) -> str:
    """A value as people are used to seeing it; one that cannot be read as it was written."""
    try:
        return parse(written).shown
    except BadValue:
        return written


def window(start: datetime, end: datetime, language: str) -> str:
    """From when to when, by the clocks of both sides."""
    told = [
        f"{text(f'sheet.in.{place}', language)} {_span(start, end, language, zone)}"
        for place, zone in (("hanoi", HANOI), ("beijing", BEIJING))
    ]
    return "  ·  ".join(told)


def moment_in_both(at: datetime, language: str) -> str:
    """An instant by the clocks of both sides."""
    clocks = [
        f"{shown_time(at, language, zone)} {text(f'sheet.in.{place}', language)}"
        for place, zone in (("hanoi", HANOI), ("beijing", BEIJING))
    ]
    return f"{' / '.join(clocks)}, {shown_date(at, language)}"


def _span(start: datetime, end: datetime, language: str, zone: tzinfo) -> str:
    first, last = shown_date(start, language, zone), shown_date(end, language, zone)
    until = shown_time(end, language, zone) if first == last else f"{shown_time(end, language, zone)} {last}"
    return f"{shown_time(start, language, zone)}{f' {first}' if first != last else ''} – {until}" + (
        f", {first}" if first == last else ""
    )


def _route(sheet: Sheet) -> str:
    name = sheet.name
    if name is None:
        return sheet.filing.route
    return f"{_gate(name.gate)} {name.label}  →  {_gate(name.opposite)}"


def _gate(name: str) -> str:
    """As the signs before it say it, and as those who come from beyond do."""
    in_chinese = shown_gate(name, "zh")
    return name if in_chinese == name else f"{name} {in_chinese}"


def _both(code: str) -> str:
    return f"{text(code, 'vi')} · {text(code, 'zh')}"


def _declarations(numbers: list[str]) -> Line:
    """All that there is room for, and how many there are beside."""
    many = len(numbers) > MANY
    in_a_line = A_LINE_OF_MANY if many else A_LINE_OF_FEW
    printed = numbers[:ROOM]
    lines = [",  ".join(printed[start : start + in_a_line]) for start in range(0, len(printed), in_a_line)]
    if rest := len(numbers) - len(printed):
        lines.append(" · ".join(text("sheet.more", language, count=rest) for language in ("vi", "zh")))
    return Line("sheet.declarations", lines, size=9 if many else 11)
