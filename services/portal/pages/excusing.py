"""What officers may say of a truck that should be there for its slot."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bordergate.auth import Caller, Role
from events.words import CrossingState
from services.portal.domain import CrossingFile
from services.portal.domain.slot import SlotLost, SlotShown, SlotStage, lost_slot_in


class Excusing(NamedTuple):
    """What of a slot can be said (`act` as its owner names it), of which slot."""

    act: str
    slot: SlotShown | SlotLost


def excusing(caller: Caller, file: CrossingFile, now: datetime) -> Excusing | None:
    """What this caller may excuse: a slot that is held, or was lost by absence; the queue decides again."""
    if Role.GATE_OPERATOR not in caller.roles or file.state is not CrossingState.QUEUED:
        return None
    slot = file.slot
    if slot is not None:
        asked = slot.stage is SlotStage.CONFIRMED and slot.there_by is not None and not slot.excused
        return Excusing("excuse", slot) if asked and now < slot.starts else None
    lost = lost_slot_in(file.history)
    return Excusing("make-good", lost) if lost is not None and lost.cause == "ABSENT" and lost.there_by else None
