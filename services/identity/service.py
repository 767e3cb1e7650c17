"""identity at a glance."""

from bordergate.service import Service
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingSubmitted,
    DelegationEnded,
    DelegationGiven,
    VehicleRegistered,
)
from services.identity.api import router
from services.identity.reactions import (
    close_links,
    forget_leave,
    know_carriers,
    know_filing,
    know_leave,
    open_links_again,
)
from services.identity.tables import metadata

service = Service(
    name="identity",
    metadata=metadata,
    router=router,
    reactions={
        CrossingSubmitted: know_filing,
        CrossingAmended: know_filing,
        CrossingCancelled: close_links,
        CrossingExpired: close_links,
        CrossingCompleted: close_links,
        TruckReturned: close_links,
        TruckRejected: close_links,
        StageTakenBack: open_links_again,
        VehicleRegistered: know_carriers,
        DelegationGiven: know_leave,
        DelegationEnded: forget_leave,
    },
)
