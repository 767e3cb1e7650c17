"""Scans of papers over HTTP: sent as a form's file or as the body itself, and looked at by few."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.http import Door, GateRouter
from bordergate.http.door import Doorway
from bordergate.http.forms import SentFile
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.cabinet import cabinet_of, swept
from services.vehicle_registration.api.filing import KEEP_FLEET, SEE_DRIVER, SEE_FLEET, ring_of
from services.vehicle_registration.api.papers import known_driver, own_driver, own_vehicle
from services.vehicle_registration.documents import TYPES
from services.vehicle_registration.domain.papers import Holder, Paper
from services.vehicle_registration.queries import PaperView

LARGEST = 10 * 1024 * 1024
"""The most that is read at all; how much a scan may have is one of the desk's numbers."""
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **dict.fromkeys(TYPES, BINARY),
            "multipart/form-data": {"schema": {"type": "object", "properties": {"scan": BINARY["schema"]}}},
        },
    }
}
TAKEN: dict[str, Any] = {"forms": True, "file": "scan", "body_limit": LARGEST, "openapi_extra": FILE}
GIVEN: dict[int | str, dict[str, Any]] = {200: {"content": dict.fromkeys(TYPES, BINARY)}}
router = GateRouter()


@router.post(
    "/vehicles/{vehicle_id}/papers/{paper_id}/scan",
    permission=KEEP_FLEET,
    response_model=PaperView,
    **TAKEN,
    versioned=True,
)
def post_vehicle_scan(vehicle_id: UUID, paper_id: UUID, sent: SentFile, door: Door) -> Response:
    """Attach a scan to a paper of a vehicle."""
    return attached(door, door.step(lambda session: own_vehicle(door, session, vehicle_id)), paper_id, sent)


@router.post(
    "/drivers/{driver_id}/papers/{paper_id}/scan",
    permission=KEEP_FLEET,
    response_model=PaperView,
    **TAKEN,
    versioned=True,
)
def post_driver_scan(driver_id: UUID, paper_id: UUID, sent: SentFile, door: Door) -> Response:
    """Attach a scan to a paper of a driver; it is stored sealed."""
    return attached(door, door.step(lambda session: own_driver(door, session, driver_id)), paper_id, sent)


@router.get(
    "/vehicles/{vehicle_id}/papers/{paper_id}/scan", permission=SEE_FLEET, response_class=Response, responses=GIVEN
)
def get_vehicle_scan(vehicle_id: UUID, paper_id: UUID, door: Door) -> Response:
    """The scan of a paper of a vehicle, to be saved."""

    def work(session: Session) -> Paper:
        return queries.paper_at(session, queries.vehicle_holder(session, vehicle_id), paper_id)

    return given(door, door.step(work))


@router.get(
    "/drivers/{driver_id}/papers/{paper_id}/scan", permission=SEE_DRIVER, response_class=Response, responses=GIVEN
)
def get_driver_scan(driver_id: UUID, paper_id: UUID, door: Door) -> Response:
    """The scan of a paper of a driver, to be saved; the look is audited."""

    def work(session: Session) -> Paper:
        return queries.paper_at(session, known_driver(door, session, driver_id), paper_id)

    return given(door, door.step(work))


def attached(door: Doorway, holder: Holder, paper_id: UUID, sent: bytes) -> Response:
    """Look at what was sent, store it, and only then attach it: nobody waits on a disk inside a transaction."""
    door.step(lambda session: queries.paper_at(session, holder, paper_id))
    scan = door.step(lambda session: commands.looked_at(sent, holder, session, door.clock))
    cabinet = cabinet_of(door)
    name = cabinet.store(scan.content)

    left = [name]  # a file that no paper has, when it is refused

    def work(session: Session) -> PaperView:
        command = commands.AttachScan(holder, paper_id, name, scan, door.expected)
        paper, replaced = commands.attach_scan(command, cabinet, ring_of(door), session)
        left[:] = [replaced] if replaced else []
        return PaperView.of(paper)

    try:
        return door.run(work)
    finally:
        swept(door, left)


def given(door: Doorway, paper: Paper) -> Response:
    """The file as an attachment: a browser saves it and shows nothing of it as a page of ours."""
    content = commands.opened(paper, cabinet_of(door), ring_of(door))
    kind = paper.scan_type or "application/octet-stream"
    name = f"{paper.kind.value.lower()}-{paper.valid_to.isoformat()}.{TYPES.get(kind, 'bin')}"
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
