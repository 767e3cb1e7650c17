"""What became of a crossing at the desk, over HTTP."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from bordergate.http import Door, GateRouter
from services.vehicle_registration import queries
from services.vehicle_registration.api.filing import SEE_CROSSINGS
from services.vehicle_registration.queries import HistoryView

router = GateRouter()


@router.get("/crossings/{crossing_id}/history", permission=SEE_CROSSINGS, response_model=HistoryView)
def get_history(crossing_id: UUID, door: Door) -> Response:
    """What became of a crossing: who did what when, and what each amendment changed, in words of every language."""
    return door.look(lambda session: queries.history_of(session, crossing_id, str(door.caller.id)))
