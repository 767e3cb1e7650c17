"""identity's doors: signing in, organisations, people and machines, devices and drivers' links."""

from bordergate.http import GateRouter, audit_routes
from services.identity.api import accounts, devices, installation, organisations, sessions

router = GateRouter()
for part in (sessions, organisations, accounts, devices, installation):
    router.include(part.router)
router.include(audit_routes("identity"))

__all__ = ["router"]
