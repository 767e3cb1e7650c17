"""identity's doors: signing in, organisations, people and machines, devices and drivers' links."""

from bordergate.http import GateRouter
from services.identity.api import accounts, devices, installation, organisations, sessions

router = GateRouter()
for part in (sessions, organisations, accounts, devices, installation):
    router.include(part.router)

__all__ = ["router"]
