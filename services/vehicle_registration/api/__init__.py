"""The registration desk over HTTP."""

from bordergate.http import GateRouter
from services.vehicle_registration.api import by_hand, corrections, filing, papers, scans, sheet, uploads, walk_up

router = GateRouter()
for part in (filing, by_hand, corrections, papers, scans, sheet, uploads, walk_up):
    router.include(part.router)
