"""Lines of uploaded lists in the database: written in pieces, read a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Uuid, cast, func, insert, select, update
from sqlalchemy import Row as Found
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from bordergate.errors import Wrong
from events.words import UploadStage
from services.vehicle_registration.domain.upload import UnknownUpload, Upload
from services.vehicle_registration.tables import upload_lines, uploads

AT_ONCE = 1_000
UNDER_WAY = (UploadStage.CHECKING, UploadStage.FILING)


class Line(NamedTuple):
    """One line of a list: its place among the lines, its number in the file, what it says by column, and if it may."""

    place: int
    line: int
    cells: Mapping[str, str]
    good: bool = True


def upload_of(session: Session, upload_id: UUID) -> Upload:
    """The list, locked; raises UnknownUpload."""
    upload = session.get(Upload, upload_id, with_for_update=True, populate_existing=True)
    if upload is None:
        raise UnknownUpload
    return upload


def same_upload(session: Session, organisation: UUID, digest: bytes) -> Upload | None:
    """The list that the same file of this firm made before."""
    wanted = select(Upload).where(uploads.c.organisation == organisation, uploads.c.digest == digest)
    return session.execute(wanted).scalar_one_or_none()


def first_waiting(session: Session) -> Found[UUID, UUID, UUID] | None:
    """A list that waits to be gone on with: the one that had the fewest turns."""
    wanted = select(uploads.c.id, uploads.c.organisation, uploads.c.uploaded_by)
    waiting = wanted.where(uploads.c.stage.in_(UNDER_WAY)).order_by(uploads.c.version, uploads.c.uploaded_at)
    return session.execute(waiting.limit(1)).first()


def keep_lines(session: Session, upload_id: UUID, parties: Sequence[UUID], lines: Iterable[Line]) -> int:
    """Write the lines of a list, some at a time; returns how many there were."""
    count, waiting = 0, iter(lines)
    while piece := list(islice(waiting, AT_ONCE)):
        rows = [
            {"upload_id": upload_id, "parties": [*parties], "place": one.place, "line": one.line, "cells": one.cells}
            for one in piece
        ]
        session.execute(insert(upload_lines), rows)
        count += len(rows)
    return count


def lines_after(session: Session, upload_id: UUID, place: int, most: int) -> list[Line]:
    """The next lines of a list."""
    kept = upload_lines.c
    wanted = select(kept.place, kept.line, kept.cells, kept.faults.is_(None))
    wanted = wanted.where(kept.upload_id == upload_id, kept.place > place)
    return [Line(*row) for row in session.execute(wanted.order_by(kept.place).limit(most))]


def mark_faults(session: Session, upload_id: UUID, found: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
    """Note what is wrong with lines."""
    if not found:
        return
    told = {str(place): [*faults] for place, faults in found.items()}
    wrong = func.jsonb_each(cast(told, JSONB)).table_valued("key", "value").render_derived()
    here = upload_lines.c.upload_id == upload_id, upload_lines.c.place == cast(wrong.c.key, Integer)
    session.connection().execute(update(upload_lines).where(*here).values(faults=cast(wrong.c.value, JSONB)))


def mark_filed(session: Session, upload_id: UUID, filed: Mapping[int, UUID]) -> None:
    """Note which crossing a line became; what was typed is no longer needed."""
    if not filed:
        return
    places, crossing_ids = cast([*filed], ARRAY(Integer)), cast([*filed.values()], ARRAY(Uuid))
    became = select(func.unnest(places).label("at"), func.unnest(crossing_ids).label("crossing")).subquery()
    changed = update(upload_lines).where(upload_lines.c.upload_id == upload_id, upload_lines.c.place == became.c.at)
    session.connection().execute(changed.values(crossing_id=became.c.crossing, cells={}))


def forget_faults(session: Session, upload_id: UUID) -> None:
    """The check is made again."""
    changed = update(upload_lines).where(upload_lines.c.upload_id == upload_id).values(faults=None)
    session.execute(changed, execution_options={"synchronize_session": False})


def faulty_lines(session: Session, upload_id: UUID, after: int, most: int) -> Iterator[Found[Any]]:
    """The lines that have faults, in the file's order."""
    wanted = select(upload_lines).where(upload_lines.c.upload_id == upload_id, upload_lines.c.faults.is_not(None))
    yield from session.execute(wanted.where(upload_lines.c.place > after).order_by(upload_lines.c.place).limit(most))


def as_fault(wrong: Wrong, column: str, value: str | None) -> dict[str, Any]:
    """A wrong place of a line as it is kept; a driver's name is not."""
    details = {name: told for name, told in wrong.details.items() if isinstance(told, str | int | float)}
    return {"column": column, "code": wrong.code, "value": value, "details": details}
