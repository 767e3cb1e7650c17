"""Customs' declarations over HTTP."""

from bordergate.http import GateRouter
from services.customs_declarations.api import declarations, inquiries, lists, vnaccs, wco

router = GateRouter()
router.include(declarations.router)
router.include(lists.router)
router.include(vnaccs.router)
router.include(inquiries.router)
router.include(wco.router)
