"""Declarations as XML over HTTP: taken by our schema, given by the same."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.errors import Forbidden
from bordergate.http import Door, GateRouter
from bordergate.http.forms import done
from bordergate.http.malformed import malformed_places
from services.customs_declarations import commands, queries
from services.customs_declarations.api.declarations import FILE, SEE, NewDeclaration
from services.customs_declarations.domain.refusals import RulesBroken, UnreadableXml
from services.customs_declarations.formats.wco import Sent, read_xml, schema_text, written
from services.customs_declarations.queries import DeclarationView

XML = "application/xml"
SCHEMA = {"schema": {"type": "string", "description": "By `declaration.xsd`."}}
FORM = "multipart/form-data"
FILE_FIELD = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
TAKES: dict[str, Any] = {
    "requestBody": {"required": True, "content": {XML: SCHEMA, FORM: {"schema": FILE_FIELD}}},
    "responses": {"303": {"description": "After a form: on to its `next` page, or back to it when refused"}},
}
GIVES: dict[int | str, dict[str, Any]] = {200: {"description": "The declaration", "content": {XML: SCHEMA}}}
router = GateRouter()


async def body_of(request: Request) -> bytes:
    """What was sent, as it is, or as a form's file."""
    if not request.headers.get("content-type", "").startswith(FORM):
        return await request.body()
    form = request.state.form = await request.form()
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    await form.close()
    return content


@router.post("/declarations/xml", permission=FILE, status_code=201, response_model=DeclarationView, openapi_extra=TAKES)
def post_xml(
    body: Annotated[bytes, Depends(body_of)],
    door: Door,
    trader: UUID | None = None,
    shared_with: Annotated[tuple[UUID, ...], Query(max_length=50)] = (),
) -> Response:
    """File a declaration sent as XML; everything wrong with it is said at once, by line and element."""
    declarant = door.caller.organisation
    if declarant is None:
        raise Forbidden
    sent = read_xml(body)
    papers = declared_in(sent).papers()
    command = commands.FileDeclaration(papers, declarant, trader or declarant, shared_with)

    def work(session: Session) -> DeclarationView:
        door.may(Resource(frozenset({declarant})))
        try:
            return DeclarationView.of(commands.file_declaration(command, session, door.clock))
        except RulesBroken as broken:
            raise broken.placed(sent.placed) from broken

    return done(door.request, door.run(work, status=201, scope="all"))


@router.get("/declarations/{declaration_id}/xml", permission=SEE, response_class=Response, responses=GIVES)
def get_xml(declaration_id: UUID, door: Door) -> Response:
    """A declaration as XML; one that is still awaited declares nothing yet."""
    return door.look(lambda session: Response(written(queries.papers_of(session, declaration_id)), media_type=XML))


@router.get(
    "/declaration.xsd",
    public="it says how a declaration is written, and nothing of any declaration",
    response_class=Response,
    responses=GIVES,
)
def get_schema(door: Door) -> Response:  # noqa: ARG001 - every request comes through the door
    """The schema of declarations as XML."""
    return Response(schema_text(), media_type=XML, headers={"Cache-Control": "public, max-age=3600"})


def declared_in(sent: Sent) -> NewDeclaration:
    """What was sent, held to the same limits as a declaration in JSON; raises UnreadableXml."""
    try:
        return NewDeclaration.model_validate(sent.values)
    except ValidationError as error:
        located = RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()])
        raise UnreadableXml([sent.placed(wrong) for wrong in malformed_places(located)]) from error
