"""How China numbers its trucks."""

from __future__ import annotations

import re
from typing import ClassVar

from bordergate.border.plate import Plate
from bordergate.border.value import Reading, blocks, plain

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_TRAILER = "挂"
_DUAL = re.compile(r"粤Z[A-HJ-NP-Z0-9]{4}[港澳]")
_PLACES = (5, 6)


class ChinesePlate(Plate):
    """A Chinese number plate; many records omit the province's character, so plates are compared on the Latin tail."""

    example: ClassVar = "桂F12345"
    country: ClassVar = "CN"

    @classmethod
    def read(cls, text: str) -> Reading:
        """A province's character if any, the city's letter, then five places, six on green plates; 挂 takes one."""
        plate = plain(text)
        if _DUAL.fullmatch(plate):
            return Reading(plate, blocks("plate.dual_not_enabled"))
        province, tail = _parted(plate)
        if not re.fullmatch(rf"[A-Z][A-Z0-9]*{_TRAILER}?", tail):
            return Reading(plate, blocks("plate.form"))
        return Reading(
            plate,
            blocks(
                "plate.cn_province" if province and province not in _PROVINCES else None,
                "plate.cn_letters" if re.search("[IO]", tail) else None,
                "plate.cn_length" if len(tail) - 1 not in _PLACES else None,
            ),
        )

    @property
    def province(self) -> str | None:
        """The province's character, where it was written down."""
        return _parted(self.canonical)[0] or None

    @property
    def tail(self) -> str:
        """The plate without its province's character."""
        return _parted(self.canonical)[1]

    @property
    def trailer(self) -> bool:
        """Whether it ends in 挂."""
        return self.canonical.endswith(_TRAILER)

    @property
    def shown(self) -> str:
        """As on the metal: a dot after the city's letter."""
        province, tail = _parted(self.canonical)
        return f"{province}{tail[0]}·{tail[1:]}"


def _parted(plate: str) -> tuple[str, str]:
    """The province's character, if there is one, and the rest."""
    return (plate[0], plate[1:]) if plate and not plate[0].isascii() else ("", plate)
