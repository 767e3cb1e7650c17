"""Which provinces issue plates, as rows of the law: a plate is judged by those of the day in question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol, Self

from bordergate.border import VietnamesePlate
from bordergate.border.value import plain
from events.vehicle_registration import Filing

PLATES = 16_384
"""So many are remembered: more than a list has lines, which is gone through twice."""
UNKNOWN = "plate.province_unknown"
NOT_ISSUED = "plate.province_not_issued"


class Bearing(Protocol):
    """What bears plates: a crossing, by what is filed of it."""

    filing: Filing


@dataclass(frozen=True)
class PlateCode:
    """A row of the law: two digits, issued by a province from one day until before another."""

    code: str
    valid_from: date
    valid_to: date | None = None
    province: str = ""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A row as JSON has it."""
        ends = row["valid_to"]
        until = date.fromisoformat(ends) if ends else None
        return cls(row["code"], date.fromisoformat(row["valid_from"]), until, row["province"])

    def holds(self, day: date) -> bool:
        """Whether plates with it are good on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@lru_cache(maxsize=PLATES)
def code_of(plate: str) -> str | None:
    """The province's digits of a Vietnamese plate; None of any other text."""
    return None if VietnamesePlate.read(plate).blocked else plain(plate)[:2]


def codes_on(filed: Iterable[Bearing]) -> list[str]:
    """The provinces' digits on the plates of trucks and trailers."""
    plates = {plate for one in filed for plate in (one.filing.plate, one.filing.trailer) if plate}
    return sorted({code for plate in plates if (code := code_of(plate))})


def province_problem(plate: str, rows: Iterable[PlateCode], day: date) -> str | None:
    """What is wrong with the province of a Vietnamese plate on a day; a foreign plate has none of ours."""
    code = code_of(plate)
    own = [row for row in rows if row.code == code]
    if code is None or any(row.holds(day) for row in own):
        return None
    return NOT_ISSUED if own else UNKNOWN


def province_told(plate: str, rows: Iterable[PlateCode]) -> dict[str, str]:
    """The digits of a plate's province, and whose they were last."""
    code = code_of(plate) or ""
    last = max((row for row in rows if row.code == code), key=lambda row: row.valid_from, default=None)
    return {"digits": code, "province": last.province if last else ""}
