"""The registration desk over HTTP."""

from bordergate.http import GateRouter
from services.vehicle_registration.api import by_hand, filing, sheet

router = GateRouter()
router.include(filing.router)
router.include(by_hand.router)
router.include(sheet.router)
