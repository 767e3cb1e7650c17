"""Lines of uploaded lists in the database: written in pieces, read a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, cast, delete, func, select, update
from sqlalchemy import Row as Found
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from bordergate.errors import Wrong
from bordergate.writing import insert_rows
from services.vehicle_registration.domain.upload import UNDER_WAY, UnknownUpload, Upload
from services.vehicle_registration.tables import upload_lines, uploads

AT_ONCE = 1_000
FILED = """\
UPDATE vehicle_registration.upload_lines l SET crossing_id = became.crossing, cells = '{}'
FROM unnest(%b::int[], %b::uuid[]) AS became (place, crossing)
WHERE l.upload_id = %s AND l.place BETWEEN %s AND %s AND l.place = became.place
"""


class Line(NamedTuple):
    """One line of a list: its place among the lines, its number in the file, what it says by column, and if it may.

    Of one that was filed nothing is kept but which crossing it became.
    """

    place: int
    line: int
    cells: Mapping[str, str]
    good: bool = True
    filed: bool = False


def upload_if_known(session: Session, upload_id: UUID) -> Upload | None:
    """The list, locked; None when it is gone, or not the caller's."""
    return session.get(Upload, upload_id, with_for_update=True, populate_existing=True)


def upload_of(session: Session, upload_id: UUID) -> Upload:
    """The list, locked; raises UnknownUpload."""
    upload = upload_if_known(session, upload_id)
    if upload is None:
        raise UnknownUpload
    return upload


def take_out(session: Session, upload: Upload) -> None:
    """Delete a list with its lines; what it stated leaves with the transaction."""
    session.flush()
    session.execute(delete(upload_lines).where(upload_lines.c.upload_id == upload.id))
    session.delete(upload)


def same_upload(session: Session, organisation: UUID, digest: bytes) -> Upload | None:
    """The list that the same file of this firm made before."""
    wanted = select(Upload).where(uploads.c.organisation == organisation, uploads.c.digest == digest)
    return session.execute(wanted).scalar_one_or_none()


def waiting(session: Session, most: int) -> list[Found[UUID, UUID, UUID]]:
    """The lists that wait to be gone on with, those that had the fewest turns first."""
    wanted = select(uploads.c.id, uploads.c.organisation, uploads.c.uploaded_by)
    waits = wanted.where(uploads.c.stage.in_(UNDER_WAY)).order_by(uploads.c.version, uploads.c.uploaded_at)
    return list(session.execute(waits.limit(most)))


def upload_if_free(session: Session, upload_id: UUID) -> Upload | None:
    """The list, locked; None when another worker has it in hand."""
    free = select(Upload).where(uploads.c.id == upload_id).with_for_update(skip_locked=True)
    return session.execute(free, execution_options={"populate_existing": True}).scalar_one_or_none()


def keep_lines(session: Session, upload_id: UUID, parties: Sequence[UUID], lines: Iterable[Line]) -> int:
    """Write the lines of a list, some at a time; returns how many there were."""
    count, waiting = 0, iter(lines)
    while piece := list(islice(waiting, AT_ONCE)):
        rows = [
            {"upload_id": upload_id, "parties": [*parties], "place": one.place, "line": one.line, "cells": one.cells}
            for one in piece
        ]
        insert_rows(session, upload_lines, rows)
        count += len(rows)
    return count


def lines_after(session: Session, upload_id: UUID, place: int, most: int) -> list[Line]:
    """The next lines of a list, whose places follow one another."""
    kept = upload_lines.c
    wanted = select(kept.place, kept.line, kept.cells, kept.faults.is_(None), kept.crossing_id.is_not(None))
    # between two places: of a list just uploaded the database has no figures, and would read all that is left of it
    wanted = wanted.where(kept.upload_id == upload_id, kept.place > place, kept.place <= place + most)
    return [Line(*row) for row in session.execute(wanted.order_by(kept.place)).all()]


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
    if filed:
        values = ([*filed], [*filed.values()], upload_id, min(filed), max(filed))
        session.connection().exec_driver_sql(FILED, values)


def names_sealed_otherwise(session: Session, key_id: str, most: int) -> list[tuple[UUID, int, str]]:
    """Drivers' names in lists sealed under another key: of which list, at which place; locked."""
    named = upload_lines.c.cells["driver"].astext
    wanted = select(upload_lines.c.upload_id, upload_lines.c.place, named)
    other = wanted.where(named.is_not(None), func.split_part(named, ":", 1) != key_id)
    rows = session.execute(other.limit(most).with_for_update(skip_locked=True))
    return [(row[0], row[1], row[2]) for row in rows]


def keep_names(session: Session, sealed: Sequence[tuple[UUID, int, str]]) -> None:
    """Names of drivers as they are sealed now."""
    session.connection().exec_driver_sql(
        "UPDATE vehicle_registration.upload_lines l SET cells = l.cells || jsonb_build_object('driver', s.name)"
        " FROM unnest(%s::uuid[], %s::int[], %s::text[]) AS s (upload, place, name)"
        " WHERE l.upload_id = s.upload AND l.place = s.place",
        tuple(list(column) for column in zip(*sealed, strict=True)),
    )


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
