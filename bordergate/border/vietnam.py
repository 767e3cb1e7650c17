"""How Vietnam numbers its trucks, taxpayers and citizens."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from bordergate.border.plate import Plate
from bordergate.border.value import Problem, Reading, Severity, Value, blocks, plain

_SERIES = re.compile(r"[A-HK-NPS-VXYZ]|LD|KT|DA|MK|TD|HC|RM?")
_PARTS = re.compile(r"([0-9]{2})([A-Z]+)([0-9]+)")
_PLATE_DIGITS = (4, 5)
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_PERSONAL_LENGTH = 12
_BRANCH_FROM = 10


class VietnamesePlate(Plate):
    """A Vietnamese number plate of a truck or of a trailer (R, RM)."""

    example: ClassVar = "12C12345"
    country: ClassVar = "VN"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Two digits of the province, one series, four or five digits; which provinces there are, law says."""
        plate = plain(text)
        parts = _PARTS.fullmatch(plate)
        if parts is None:
            return Reading(plate, blocks("plate.form"))
        _, series, number = parts.groups()
        return Reading(
            plate,
            blocks(
                "plate.series" if not _SERIES.fullmatch(series) else None,
                "plate.digits" if len(number) not in _PLATE_DIGITS else None,
            ),
        )

    @property
    def province(self) -> str:
        """The two digits of the province that issued it."""
        return self.canonical[:2]

    @property
    def tail(self) -> str:
        """The whole plate: nobody shortens a Vietnamese one."""
        return self.canonical

    @property
    def trailer(self) -> bool:
        """Whether its series is a trailer's."""
        return self.canonical[2] == "R"

    @property
    def shown(self) -> str:
        """As on the metal: a hyphen after the series, a full stop before the last two of five digits."""
        head, number = self.canonical.rstrip("0123456789"), re.sub(r"^..[A-Z]+", "", self.canonical)
        return f"{head}-{number[:3]}.{number[3:]}" if len(number) == max(_PLATE_DIGITS) else f"{head}-{number}"


class TaxCode(Value):
    """A Vietnamese tax code: a firm's ten digits, its branch's thirteen, or a person's twelve."""

    kind: ClassVar = "tax-code"
    example: ClassVar = "0100109106"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Its length, its serial, its branch and the tenth digit; a person's code has no check digit."""
        code = plain(text)
        if not re.fullmatch(r"[0-9]{10}|[0-9]{12}|[0-9]{13}", code):
            return Reading(code, blocks("tax_code.form"))
        if len(code) == _PERSONAL_LENGTH:
            return Reading(code)
        firm, branch = code[:_BRANCH_FROM], code[_BRANCH_FROM:]
        problems = blocks(
            "tax_code.zero_serial" if not int(firm[2:9]) else None,
            "tax_code.branch_zero" if branch and not int(branch) else None,
        )
        return Reading(f"{firm}-{branch}" if branch else firm, problems + _check_digit_problems(firm))

    @property
    def personal(self) -> bool:
        """Whether it is a person's, and so a citizen's ID."""
        return len(self.canonical) == _PERSONAL_LENGTH

    @property
    def firm(self) -> str:
        """The code of the taxpayer a branch belongs to, or the code itself."""
        return self.canonical.partition("-")[0]

    @property
    def branch(self) -> str | None:
        """The three digits of a branch, if it is one."""
        return self.canonical.partition("-")[2] or None

    def __repr__(self) -> str:
        """A person's code is never shown in logs."""
        return "TaxCode(personal)" if self.personal else super().__repr__()


def _check_digit_problems(firm: str) -> tuple[Problem, ...]:
    """Ten minus the weighted sum modulo 11, 0 for a remainder of 10; codes with a remainder of 0 were never issued."""
    remainder = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, firm, strict=False)) % 11
    if int(firm[9]) != (10 - remainder) % 10:
        return blocks("tax_code.check_digit")
    return () if remainder else (Problem("tax_code.never_issued", Severity.WARN),)


class CitizenId(Value):
    """A Vietnamese citizen's twelve digits: province, century and sex, year of birth, serial."""

    kind: ClassVar = "citizen-id"
    example: ClassVar = "020095012345"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Twelve digits of which the first three are a place; there is no check digit."""
        number = plain(text)
        if not re.fullmatch(r"[0-9]{12}", number):
            return Reading(number, blocks("citizen_id.form"))
        return Reading(number, blocks("citizen_id.province" if number.startswith("000") else None))

    @property
    def province(self) -> str:
        """Three digits of the province, or country, where the birth was registered."""
        return self.canonical[:3]

    @property
    def sex(self) -> Literal["M", "F"]:
        """M on even digits, F on odd ones."""
        return "F" if int(self.canonical[3]) % 2 else "M"

    @property
    def birth_year(self) -> int:
        """Four digits: 0 and 1 stand for the twentieth century, 2 and 3 for the next."""
        return 1900 + 100 * (int(self.canonical[3]) // 2) + int(self.canonical[4:6])

    def __repr__(self) -> str:
        """A person's number is never shown in logs."""
        return "CitizenId(personal)"
