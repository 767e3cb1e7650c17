"""The queue over HTTP."""

from bordergate.http import GateRouter
from services.queue_scheduling.api import crisis, holding, ledger, presence, queue, sanctions, slots
from services.queue_scheduling.open_data import doors

router = GateRouter()
for part in (queue, crisis, holding, ledger, sanctions, slots, presence, doors):
    router.include(part.router)
