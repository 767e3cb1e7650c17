"""A truck's plate, of either side of the border."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Self, cast

from bordergate.border.value import BadValue, Value, plain


class Plate(Value):
    """A truck's or trailer's number plate, Vietnamese or Chinese.

    `tail` is what plates are compared on: the same truck has one tail, however much of its plate was written down.
    """

    kind: ClassVar = "plate"
    example: ClassVar = "12C12345"
    country: ClassVar[str]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The plate a text stands for: Vietnamese ones begin with a digit, Chinese ones never do."""
        return cls(text) if cls is not Plate else cast("Self", cls.national(text)(text))

    @staticmethod
    def national(text: str) -> type[Plate]:
        """The nation whose plate a text could be."""
        from bordergate.border.china import ChinesePlate  # noqa: PLC0415 - both nations' plates stand on this class
        from bordergate.border.vietnam import VietnamesePlate  # noqa: PLC0415 - as above

        return VietnamesePlate if plain(text)[:1] in {*"0123456789"} else ChinesePlate

    @property
    @abstractmethod
    def tail(self) -> str:
        """What stands on every record of this plate."""

    @property
    @abstractmethod
    def trailer(self) -> bool:
        """Whether it is a trailer's."""


def same_plate(read: str, *known: str | None) -> bool:
    """Whether what was read is one of these plates, however much of it was read; what is no plate is none of them."""
    return any(_tail(read) == _tail(one) for one in known if one)


def _tail(text: str) -> str:
    try:
        return Plate.parse(text).tail
    except BadValue:
        return plain(text)
