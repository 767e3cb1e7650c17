"""A declaration by VNACCS's names, as it is sent here and as VNACCS answers; docs/vnaccs.md says what they mean."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from events.words import Channel, Direction
from services.customs_declarations.domain.declaration import Papers
from services.customs_declarations.domain.refusals import OneNumber
from services.customs_declarations.domain.vnaccs import IN_KG, Item, papers_of
from services.customs_declarations.formats.fields import MOST_LINES, Body, Gross, Quantity, Typed, Value, Words

CHANNELS = {"1": Channel.GREEN, "2": Channel.YELLOW, "3": Channel.RED}
"""How VNACCS writes the class of inspection."""


class VnaccsLine(Body):
    """One kind of goods, by VNACCS's names."""

    hs_code: Typed = Field(alias="CMD")
    description: Words | None = Field(default=None, alias="CMN")
    quantity: Quantity | None = Field(default=None, alias="QN1")
    unit: Typed | None = Field(default=None, alias="QT1")
    value: Value | None = Field(default=None, alias="BPR")
    currency: Typed | None = Field(default=None, alias="BPC")
    origin: Typed | None = Field(default=None, alias="OR")

    def item(self) -> Item:
        """The goods."""
        return Item(**dict(self))


class VnaccsFields(Body):
    """A declaration by VNACCS's names."""

    export_number: Typed | None = Field(default=None, alias="ECN")
    import_number: Typed | None = Field(default=None, alias="ICN")
    export_type: Typed | None = Field(default=None, alias="ECB")
    import_type: Typed | None = Field(default=None, alias="ICB")
    gross: Gross = Field(alias="GW")
    gross_unit: Literal["KGM", "GRM", "DTN", "TNE"] = Field(default="KGM", alias="GWT")
    lines: tuple[VnaccsLine, ...] = Field(min_length=1, max_length=MOST_LINES)

    @property
    def direction(self) -> Direction:
        """Which way the goods go, told by which number there is; raises OneNumber."""
        if (self.export_number is None) == (self.import_number is None):
            raise OneNumber(field="$.ECN")
        return Direction.EXPORT if self.export_number else Direction.IMPORT

    def papers(self) -> Papers:
        """What it says; raises OneNumber."""
        way = self.direction
        export = way is Direction.EXPORT
        number = (self.export_number if export else self.import_number) or ""
        type_code = (self.export_type if export else self.import_type) or ""
        gross_kg = max(round(self.gross * IN_KG[self.gross_unit]), len(self.lines))
        return papers_of(number, type_code, way, gross_kg, [line.item() for line in self.lines])


class AnsweredLine(VnaccsLine):
    """A line as VNACCS answers it; what else it says of it is passed over."""

    model_config = ConfigDict(extra="ignore")


class AnsweredFields(VnaccsFields):
    """A declaration as VNACCS answers it; what else it says of it is passed over."""

    model_config = ConfigDict(extra="ignore")

    lines: tuple[AnsweredLine, ...] = Field(min_length=1, max_length=MOST_LINES)


class VnaccsAnswer(Body):
    """What VNACCS has under a number: the declaration, and what customs has decided about it."""

    model_config = ConfigDict(extra="ignore")

    declaration: AnsweredFields
    inspection_class: Literal["1", "2", "3"] | None = None
    cleared: bool = False
    cancelled: bool = False
    simulated: bool = False

    @property
    def channel(self) -> Channel | None:
        """The channel customs chose."""
        return CHANNELS[self.inspection_class] if self.inspection_class else None
