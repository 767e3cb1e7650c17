"""Uploaded lists as their firm sees them: how far they are, and every fault with line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bordergate.http.paging import Page, PageRequest, id_of, number_of
from bordergate.i18n import LANGUAGES, hint, texts
from events.words import UploadStage
from services.vehicle_registration.domain.upload import COLUMNS, UnknownUpload, Upload
from services.vehicle_registration.tables import uploads
from services.vehicle_registration.uploads import store


class UploadView(BaseModel):
    """A list: its lines, how many were gone through in its present stage, are faulty, were filed; and its end."""

    id: UUID
    uploaded_at: datetime
    kept_until: datetime
    stage: UploadStage
    only_good: bool
    lines: int
    through: int
    faulty: int
    filed: int
    version: int

    @classmethod
    def of(cls, upload: Upload | Row[Any]) -> Self:
        """The list, from its aggregate or its row."""
        return cls.model_validate(upload, from_attributes=True)


class FaultView(BaseModel):
    """One fault of a list: the line and the column in the file, what stood there, and what to do."""

    line: int
    column: int | None
    name: str
    names: dict[str, str]
    code: str
    value: str | None
    message: dict[str, str]
    hint: dict[str, str]


def upload_at(session: Session, upload_id: UUID) -> UploadView:
    """One list; raises UnknownUpload."""
    return UploadView.of(_row(session, upload_id))


def uploads_page(session: Session, wanted: PageRequest) -> Page[UploadView]:
    """The lists of the reader's firm, the newest first."""
    statement = select(uploads).order_by(uploads.c.id.desc()).limit(wanted.rows)
    if wanted.after:
        statement = statement.where(uploads.c.id < id_of(wanted.after[0]))
    return Page[UploadView].of(session.execute(statement).all(), wanted, UploadView.of, lambda row: [row.id])


def faults_page(session: Session, upload_id: UUID, wanted: PageRequest) -> Page[FaultView]:
    """The faults of a list in the file's order; a page has whole lines."""
    columns = _row(session, upload_id).columns
    after = number_of(wanted.after[0]) if wanted.after else 0
    rows = list(store.faulty_lines(session, upload_id, after, wanted.rows))
    shown = Page[Any].of(rows, wanted, lambda row: row, lambda row: [row.place])
    return Page[FaultView](items=[one for row in shown.items for one in _faults(row, columns)], next=shown.next)


def all_faults(session: Session, upload_id: UUID) -> Iterator[FaultView]:
    """Every fault of a list."""
    columns, place = _row(session, upload_id).columns, 0
    while rows := list(store.faulty_lines(session, upload_id, place, store.AT_ONCE)):
        place = rows[-1].place
        for row in rows:
            yield from _faults(row, columns)


def _row(session: Session, upload_id: UUID) -> Row[Any]:
    row = session.execute(select(uploads).where(uploads.c.id == upload_id)).first()
    if row is None:
        raise UnknownUpload
    return row


def _faults(row: Row[Any], columns: list[str]) -> Iterator[FaultView]:
    for fault in row.faults:
        column, code, details = fault["column"], fault["code"], fault["details"]
        hints = {language: _what_to_do(column, code, language, details) for language in LANGUAGES}
        yield FaultView(
            line=row.line,
            column=columns.index(column) + 1 if column in columns else None,
            name=column,
            names=texts(f"upload.column.{column}") if column in COLUMNS else {},
            code=code,
            value=fault["value"],
            message=texts(code, **details),
            hint={language: told for language, told in hints.items() if told},
        )


def _what_to_do(column: str, code: str, language: str, details: Mapping[str, Any]) -> str | None:
    """How to mend a fault; of one that says nothing of it, how its column is filled in."""
    told = hint(code, language, **details)
    return told or (hint(f"upload.column.{column}", language) if column in COLUMNS else None)
