"""Many crossings at once over HTTP: the template, the list, how far it is, its faults."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.http import Door, GateRouter, Page, Paging
from bordergate.http.door import Doorway
from bordergate.http.forms import done
from bordergate.i18n import text
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.acting import with_own_list
from services.vehicle_registration.api.filing import FILE, organisation_of, ring_of
from services.vehicle_registration.api.sheet import drawn_as
from services.vehicle_registration.domain.upload import COLUMNS, MOST_LINES, NoLines, UnknownColumn, Upload
from services.vehicle_registration.queries import FaultView, UploadView
from services.vehicle_registration.uploads.columns import columns_of
from services.vehicle_registration.uploads.files import LARGEST, Row, refuse_hidden, rows_of
from services.vehicle_registration.uploads.store import Line
from services.vehicle_registration.uploads.template import as_csv, template_text, template_workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORM, JSON = "multipart/form-data", "application/json"
LONGEST = 8_000
"""No field says more: as many parts of declarations as a crossing can name are shorter."""
Stated = str | bool | list[str] | None
router = GateRouter()


class Lines(BaseModel):
    """A list as JSON: each line has the columns' own names, its values written as in a file."""

    model_config = ConfigDict(extra="forbid")

    lines: list[dict[str, Stated]] = Field(min_length=1, max_length=MOST_LINES)
    only_good: bool = False


@dataclass(frozen=True)
class Posted:
    """What was sent: a file, or lines as JSON."""

    content: bytes
    lines: Lines | None
    only_good: bool

    @property
    def digest(self) -> bytes:
        """By which the same list is known again."""
        told = self.lines.model_dump_json(include={"lines"}).encode() if self.lines else self.content
        return hashlib.sha256(told).digest()

    def table(self) -> tuple[list[str], Iterator[Line]]:
        """Which column holds what, and the lines, read as they are asked for."""
        if self.lines:
            return [*COLUMNS], _stated(self.lines.lines)
        rows = rows_of(self.content)
        header = next(rows, None)
        if header is None:
            raise NoLines
        columns = columns_of(header.fields)
        return columns, _read(rows, columns)


async def posted(request: Request, only_good: bool = False) -> Posted:  # noqa: FBT001, FBT002 - a query's parameter
    """What was sent, as a form's file, as a file alone, or as JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        form = request.state.form = await request.form()
        file = form.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        await form.close()
        return Posted(content, None, only_good=form.get("only_good") == "true")
    if kind != JSON:
        return Posted(await request.body(), None, only_good)
    try:
        lines = Lines.model_validate(await request.json())
    except json.JSONDecodeError as error:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": {}}]) from error
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
    return Posted(b"", lines, lines.only_good)


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": Lines.model_json_schema()},
            "text/csv": {"schema": {"type": "string"}},
            WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "only_good": {"type": "string", "enum": ["true", "false"]},
                    },
                }
            },
        },
    },
    "responses": {"303": {"description": "After a form: on to its `next` page, or back to it when refused"}},
}


@router.post(
    "/uploads",
    permission=FILE,
    status_code=201,
    response_model=UploadView,
    body_limit=LARGEST,
    openapi_extra=BODY,
    leads_to=dict.fromkeys(("get_upload", "get_faults", "get_faults_file", "post_file_good", "post_check"), "id"),
)
def post_upload(sent: Annotated[Posted, Depends(posted)], door: Door) -> Response:
    """Upload a list of up to 10,000 crossings (8 MiB at most); the same file again is the list it made before."""
    with_own_list(door)

    def work(session: Session) -> UploadView:
        columns, lines = sent.table()
        command = commands.ReceiveUpload(
            organisation_of(door), door.caller.id, sent.digest, columns, lines, sent.only_good
        )
        return UploadView.of(commands.receive_upload(command, ring_of(door), session, door.clock))

    return done(door.request, door.run(work, status=201))


@router.get("/uploads", permission=FILE, response_model=Page[UploadView])
def get_uploads(door: Door, paging: Paging) -> Response:
    """The lists that the caller's firm uploaded, the newest first."""
    return door.look(lambda session: queries.uploads_page(session, paging))


@router.get("/uploads/{upload_id}", permission=FILE, response_model=UploadView)
def get_upload(upload_id: UUID, door: Door) -> Response:
    """How far a list is."""
    return door.look(lambda session: queries.upload_at(session, upload_id))


@router.get("/uploads/{upload_id}/faults", permission=FILE, response_model=Page[FaultView])
def get_faults(upload_id: UUID, door: Door, paging: Paging) -> Response:
    """Every fault with line, column and value, whole lines a page."""
    return door.look(lambda session: queries.faults_page(session, upload_id, paging))


@router.get("/uploads/{upload_id}/faults.csv", permission=FILE, responses=drawn_as("text/csv"))
def get_faults_file(upload_id: UUID, door: Door) -> Response:
    """Every fault as a file, in the reader's language."""
    language = door.language

    def look(session: Session) -> Response:
        head = [
            text(f"upload.fault.{name}", language) for name in ("line", "column", "value", "code", "message", "hint")
        ]
        rows = (
            [
                fault.line,
                fault.names.get(language, fault.name),
                fault.value or "",
                fault.code,
                fault.message[language],
                fault.hint.get(language, ""),
            ]
            for fault in queries.all_faults(session, upload_id)
        )
        return a_file(as_csv([head, *rows]), CSV, "faults.csv")

    return door.look(look)


@router.post("/uploads/{upload_id}/file-good", permission=FILE, response_model=UploadView, forms=True)
def post_file_good(upload_id: UUID, door: Door) -> Response:
    """File the good lines of a list in which others are faulty."""
    with_own_list(door)
    return door.run(lambda session: own(door, commands.file_good_lines(upload_id, session)))


@router.post("/uploads/{upload_id}/check", permission=FILE, response_model=UploadView, forms=True)
def post_check(upload_id: UUID, door: Door) -> Response:
    """Check a faulty list once more: what it lacked may be there now."""
    with_own_list(door)
    return door.run(lambda session: own(door, commands.check_upload_again(upload_id, session)))


@router.get("/upload-template.csv", permission=FILE, responses=drawn_as("text/csv"))
def get_template_text(door: Door) -> Response:
    """The template in the reader's language, as CSV."""
    return a_file(template_text(door.language), CSV, "bordergate.csv")


@router.get("/upload-template.xlsx", permission=FILE, responses=drawn_as(WORKBOOK))
def get_template_workbook(door: Door) -> Response:
    """The template in the reader's language, as a workbook."""
    return a_file(template_workbook(door.language), WORKBOOK, "bordergate.xlsx")


def a_file(content: bytes, kind: str, name: str) -> Response:
    """An answer that a browser keeps as a file."""
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def own(door: Doorway, upload: Upload) -> UploadView:
    """The list in figures, if it is the caller's."""
    door.may(Resource(parties=frozenset(upload.parties)))
    return UploadView.of(upload)


def _read(rows: Iterator[Row], columns: list[str]) -> Iterator[Line]:
    for place, row in enumerate(rows, start=1):
        cells = {column: told[:LONGEST] for column, told in zip(columns, row.fields, strict=False) if column and told}
        yield Line(place, row.number, cells)


def _stated(lines: list[dict[str, Stated]]) -> Iterator[Line]:
    for place, line in enumerate(lines, start=1):
        if unknown := [name for name in line if name not in COLUMNS]:
            raise UnknownColumn(field=f"$.lines[{place - 1}].{unknown[0][:40]}", column=place, value=unknown[0][:40])
        cells = {name: _written(value)[:LONGEST] for name, value in line.items()}
        refuse_hidden([cells.get(name, "") for name in COLUMNS], place)
        yield Line(place, place, {name: told for name, told in cells.items() if told})


def _written(value: Stated) -> str:
    """A value of JSON as a file would have it."""
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or ""
