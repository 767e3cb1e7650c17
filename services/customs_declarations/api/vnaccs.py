"""Declarations as VNACCS writes them, filed without being typed again."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.errors import Forbidden
from bordergate.http import Door, GateRouter
from events.words import Direction
from services.customs_declarations import commands
from services.customs_declarations.api.declarations import (
    DEAREST,
    FILE,
    HEAVIEST,
    LARGEST,
    MOST_LINES,
    Body,
    Sharers,
    Typed,
    Words,
)
from services.customs_declarations.domain.declaration import Papers
from services.customs_declarations.domain.refusals import OneNumber, RulesBroken
from services.customs_declarations.domain.vnaccs import IN_KG, Item, named_by_vnaccs, papers_of
from services.customs_declarations.queries import DeclarationView

Quantity = Annotated[Decimal, Field(gt=0, le=LARGEST, decimal_places=6)]
Gross = Annotated[Decimal, Field(gt=0, le=HEAVIEST, decimal_places=6)]
router = GateRouter()


class VnaccsLine(Body):
    """One kind of goods, by VNACCS's names."""

    hs_code: Typed = Field(alias="CMD")
    description: Words | None = Field(default=None, alias="CMN")
    quantity: Quantity | None = Field(default=None, alias="QN1")
    unit: Typed | None = Field(default=None, alias="QT1")
    value: Decimal | None = Field(default=None, ge=0, le=DEAREST, decimal_places=4, alias="BPR")
    currency: Typed | None = Field(default=None, alias="BPC")
    origin: Typed | None = Field(default=None, alias="OR")

    def item(self) -> Item:
        """The goods."""
        return Item(**dict(self))


class VnaccsDeclaration(Body):
    """A declaration by VNACCS's names; docs/vnaccs.md says what becomes of them."""

    export_number: Typed | None = Field(default=None, alias="ECN")
    import_number: Typed | None = Field(default=None, alias="ICN")
    export_type: Typed | None = Field(default=None, alias="ECB")
    import_type: Typed | None = Field(default=None, alias="ICB")
    gross: Gross = Field(alias="GW")
    gross_unit: Literal["KGM", "GRM", "DTN", "TNE"] = Field(default="KGM", alias="GWT")
    lines: list[VnaccsLine] = Field(min_length=1, max_length=MOST_LINES)
    trader: UUID | None = None
    shared_with: Sharers = ()

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


@router.post("/declarations/vnaccs", permission=FILE, status_code=201, response_model=DeclarationView)
def post_vnaccs(body: VnaccsDeclaration, door: Door) -> Response:
    """File a declaration as VNACCS has it; everything wrong with it is said under VNACCS's names."""
    declarant = door.caller.organisation
    if declarant is None:
        raise Forbidden
    papers = body.papers()
    command = commands.FileDeclaration(papers, declarant, body.trader or declarant, body.shared_with)

    def work(session: Session) -> DeclarationView:
        door.may(Resource(frozenset({declarant})))
        try:
            return DeclarationView.of(commands.file_declaration(command, session, door.clock))
        except RulesBroken as broken:
            raise broken.named(lambda field: named_by_vnaccs(field, papers.direction)) from broken

    return door.run(work, status=201, scope="all")
