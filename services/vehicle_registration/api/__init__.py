"""The registration desk over HTTP."""

from bordergate.http import GateRouter
from services.vehicle_registration.api import (
    by_hand,
    consents,
    copying,
    corrections,
    delegation,
    drivers,
    exchanging,
    filing,
    history,
    keys,
    papers,
    scans,
    search,
    sheet,
    uploads,
    walk_up,
)

router = GateRouter()
PARTS = (
    filing,
    by_hand,
    consents,
    copying,
    corrections,
    delegation,
    drivers,
    exchanging,
    history,
    keys,
    papers,
    scans,
    search,
    sheet,
    uploads,
    walk_up,
)
for part in PARTS:
    router.include(part.router)
