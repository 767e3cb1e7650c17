"""The inspectorate's table of contents."""

from __future__ import annotations

from bordergate.service import Service
from services.inspectorate import reactions, timers
from services.inspectorate.api import router
from services.inspectorate.tables import metadata

service = Service(
    name="inspectorate",
    metadata=metadata,
    router=router,
    reactions=dict.fromkeys(reactions.TRACES, reactions.leave_traces),
    timers={timers.LookForSigns: timers.look},
    after_reference=timers.begin,
)
