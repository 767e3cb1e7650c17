"""Lists of crossings that a firm uploads, checked and filed as the worker does."""

from __future__ import annotations

from uuid import UUID

from bordergate.ids import new_id
from services.vehicle_registration.commands import ReceiveUpload, receive_upload
from services.vehicle_registration.domain.upload import COLUMNS
from services.vehicle_registration.sealing import KeyRing
from services.vehicle_registration.uploads.desk import UploadDesk
from services.vehicle_registration.uploads.store import Line
from tests.gates import StillGate

A_LINE = {"route": "hn-1119", "direction": "EXPORT", "day": "2026-05-30", "starts": "08:00", "ends": "12:00"}


def a_list(gate: StillGate, owner: UUID, *plates: str) -> UUID:
    """A list with a line a plate, just uploaded."""
    lines = [Line(place, place + 1, A_LINE | {"plate": plate}) for place, plate in enumerate(plates, start=1)]
    command = ReceiveUpload(owner, new_id(), new_id().bytes, COLUMNS, lines, only_good=False)
    ring = KeyRing.read(gate.gate.settings.var / "keys")
    upload: UUID = gate.do("vehicle_registration", lambda s: receive_upload(command, ring, s, gate.clock).id)
    return upload


def go_on(gate: StillGate, steps: int = 1_000) -> None:
    """Let the worker go on with lists, and the news of it arrive."""
    desk = UploadDesk(gate.gate)
    for _ in range(steps):
        if not desk.step():
            break
    gate.settle()
