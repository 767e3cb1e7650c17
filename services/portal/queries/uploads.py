"""Uploaded lists of crossings as their firm's pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bordergate.errors import NotFound
from events.words import UploadStage
from services.portal.tables import uploads

UNDER_WAY = frozenset({UploadStage.CHECKING, UploadStage.FILING})


class UnknownUpload(NotFound):
    """There is no such list, or none of the reader's."""

    code = "portal.unknown_upload"


class UploadShown(BaseModel):
    """A list, in figures."""

    upload_id: UUID
    stage: UploadStage
    uploaded_at: datetime
    lines: int
    through: int
    faulty: int
    filed: int

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The list, from its row."""
        return cls.model_validate(row, from_attributes=True)

    @property
    def under_way(self) -> bool:
        """Whether it goes on by itself."""
        return self.stage in UNDER_WAY

    @property
    def good(self) -> int:
        """How many lines can be filed, as far as is known."""
        return max(0, self.lines - self.faulty)

    @property
    def share(self) -> float:
        """How much of the present stage is done, of one."""
        return min(1.0, self.through / self.lines) if self.lines else 1.0


def uploads_shown(session: Session, most: int) -> list[UploadShown]:
    """The firm's last lists, the newest first."""
    rows = session.execute(select(uploads).order_by(uploads.c.uploaded_at.desc(), uploads.c.upload_id).limit(most))
    return [UploadShown.of(row) for row in rows]


def upload_shown(session: Session, upload_id: UUID) -> UploadShown:
    """One list; raises UnknownUpload."""
    row = session.execute(select(uploads).where(uploads.c.upload_id == upload_id)).one_or_none()
    if row is None:
        raise UnknownUpload
    return UploadShown.of(row)
