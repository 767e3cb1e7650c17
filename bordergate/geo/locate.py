"""Naming the area of each line of positions, as many as there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from bordergate.errors import Invalid
from bordergate.geo.areas import AreaIndex, BadAreas, areas_of

_AT_ONCE = 4096
_FARTHEST_EAST = 180
_FARTHEST_NORTH = 90


class BadLine(Invalid):
    """A line that is no position; `details["line"]` counts from one."""

    code = "geo.bad_line"


def locate(areas: str | Path, lines: Iterable[str]) -> Iterator[str]:
    """Each `lon,lat` line followed by a comma and the code of the smallest area that covers it, if one does.

    `areas` is a GeoJSON file. Lines are read a few thousand at a time; a first line of column names is kept as one,
    blank lines are dropped.
    """
    index = AreaIndex(areas_of(_document(areas)))
    numbered = ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, start=1) if line.strip())
    while chunk := list(islice(numbered, _AT_ONCE)):
        if chunk[0][0] == 1 and chunk[0][1].lower().startswith("lon"):
            yield f"{chunk.pop(0)[1]},code"
        yield from _located(index, chunk)


def _located(index: AreaIndex, chunk: list[tuple[int, str]]) -> Iterator[str]:
    positions = [_position(number, line) for number, line in chunk]
    codes = index.covering([lon for lon, _ in positions], [lat for _, lat in positions])
    for (_, line), code in zip(chunk, codes, strict=True):
        yield f"{line},{code or ''}"


def _document(areas: str | Path) -> object:
    try:
        return json.loads(Path(areas).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BadAreas(why="it cannot be read as JSON") from None


def _position(number: int, line: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in line.split(",")[:2])
    except ValueError:
        raise BadLine(line=number) from None
    if not (abs(lon) <= _FARTHEST_EAST and abs(lat) <= _FARTHEST_NORTH):
        raise BadLine(line=number)
    return lon, lat
