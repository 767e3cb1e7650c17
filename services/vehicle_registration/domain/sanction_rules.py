"""The rule of sanctions, R070, judged by what the queue has published."""

from __future__ import annotations

from bordergate.clock import HANOI
from events.words import Failure
from services.vehicle_registration.domain.dossier import Dossier


def nobody_is_sanctioned(dossier: Dossier) -> Failure | None:
    """Who missed too many calls, or sold a place, is not called for a while; the others get the turns."""
    sanction = dossier.standing.sanction if dossier.standing else None
    if sanction is None:
        return None
    place = "$.vehicle_id" if sanction.vehicle else "$.carrier"
    return Failure(code="R070", field=place, value=sanction.until.astimezone(HANOI).date().isoformat())
