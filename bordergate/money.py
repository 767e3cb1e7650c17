"""Money at a Vietnamese border: whole đồng, nothing smaller."""

from __future__ import annotations

from dataclasses import dataclass

from bordergate.i18n.formats import shown_money


@dataclass(frozen=True, order=True)
class Money:
    """An amount in whole Vietnamese đồng."""

    dong: int

    def __post_init__(self) -> None:
        """Refuse anything that is not a whole number: a fraction of a đồng does not exist."""
        if type(self.dong) is not int:
            message = f"money is a whole number of đồng, not {self.dong!r}"
            raise TypeError(message)

    def __add__(self, other: Money) -> Money:
        """Both amounts together."""
        return Money(self.dong + other.dong)

    def __sub__(self, other: Money) -> Money:
        """What is left of this amount after the other."""
        return Money(self.dong - other.dong)

    def __mul__(self, count: int) -> Money:
        """The amount for so many of the same."""
        return Money(self.dong * count)

    def shown(self, language: str) -> str:
        """The amount as readers of a language (vi, zh, en) write it."""
        return shown_money(self.dong, language)
