"""The rules of the route, R040 and R041, judged by what its owner has published."""

from __future__ import annotations

from bordergate.clock import HANOI
from events.words import Failure
from services.vehicle_registration.domain.dossier import Dossier


def route_opens_in_the_window(dossier: Dossier) -> Failure | None:
    """A truck that sets out for a closed gate waits in front of it; in the queue its window no longer counts."""
    filing, plan = dossier.filing, dossier.plan
    if plan is None or dossier.queued or plan.opens_between(filing.window_from, filing.window_to):
        return None
    return Failure(code="R040", field="$.window_from", value=filing.route)


def route_takes_the_goods(dossier: Dossier) -> Failure | None:
    """What a route does not take is turned back at its gate; here it costs another route."""
    filing, plan = dossier.filing, dossier.plan
    if plan is None:
        return None
    refused = plan.refused(filing.direction, filing.window_from.astimezone(HANOI).date())
    carried = sorted(refused & set(dossier.goods.hs_chapters))
    return Failure(code="R041", field="$.route", value=carried) if carried else None
