"""The table of contents of customs' declarations."""

from __future__ import annotations

from bordergate.service import Service
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.vehicle_registration import CrossingAmended, CrossingCancelled, CrossingExpired, CrossingSubmitted
from services.customs_declarations import reactions, timers
from services.customs_declarations.api import router
from services.customs_declarations.commands import SimulatedCustoms
from services.customs_declarations.domain.rules import RULES, goods_have_what_is_asked_of_them
from services.customs_declarations.tables import metadata

service = Service(
    name="customs_declarations",
    metadata=metadata,
    router=router,
    reactions={
        CrossingSubmitted: reactions.assess_what_it_carries,
        CrossingAmended: reactions.assess_what_it_carries,
        CrossingCancelled: reactions.free_its_declarations,
        CrossingExpired: reactions.free_its_declarations,
        CrossingCompleted: reactions.free_its_declarations,
        TruckReturned: reactions.free_its_declarations,
        TruckRejected: reactions.free_its_declarations,
        StageTakenBack: reactions.bind_its_declarations_again,
    },
    rules=tuple(rule for rule in RULES if rule is not goods_have_what_is_asked_of_them),  # it asks others of the list
    timers={SimulatedCustoms: timers.act_as_customs},
)
