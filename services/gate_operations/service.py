"""The gate's table of contents."""

from __future__ import annotations

from bordergate.service import Service
from events.queue_scheduling import CallMissed, TicketWithdrawn, TruckCalled
from events.vehicle_registration import CrossingReady
from services.gate_operations import reactions, timers
from services.gate_operations.api import router
from services.gate_operations.commands import Lagging
from services.gate_operations.tables import metadata

service = Service(
    name="gate_operations",
    metadata=metadata,
    router=router,
    reactions={
        CrossingReady: reactions.know_the_truck,
        TruckCalled: reactions.let_it_come,
        CallMissed: reactions.let_it_wait,
        TicketWithdrawn: reactions.let_it_wait,
    },
    timers={Lagging: timers.ask_for_the_other},
)
