"""Declarations as VNACCS writes them, filed without being typed again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.errors import Forbidden
from bordergate.http import Door, GateRouter
from services.customs_declarations import commands
from services.customs_declarations.api.declarations import FILE, OF_DECLARATION
from services.customs_declarations.domain.refusals import RulesBroken
from services.customs_declarations.domain.vnaccs import named_by_vnaccs
from services.customs_declarations.formats.fields import Sharers
from services.customs_declarations.formats.vnaccs import VnaccsFields
from services.customs_declarations.queries import DeclarationView

router = GateRouter()


class VnaccsDeclaration(VnaccsFields):
    """A declaration by VNACCS's names, for whom it is filed and who else may name it; docs/vnaccs.md says it all."""

    trader: UUID | None = None
    shared_with: Sharers = ()


@router.post(
    "/declarations/vnaccs",
    permission=FILE,
    status_code=201,
    response_model=DeclarationView,
    leads_to=dict.fromkeys(OF_DECLARATION, "id"),
)
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
            raise broken.placed(
                lambda wrong: wrong._replace(field=named_by_vnaccs(wrong.field or "$", papers.direction))
            ) from broken

    return door.run(work, status=201, scope="all")
