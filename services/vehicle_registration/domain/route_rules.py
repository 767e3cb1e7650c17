"""The rules of the route, R040 to R042, judged by what its owner has published and by when the truck was seen."""

from __future__ import annotations

from bordergate.clock import HANOI
from events.words import Failure, Severity
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


def truck_comes_in_its_window(dossier: Dossier) -> Failure | None:
    """Who comes too early stands in others' way, who comes too late loses his slot: it is said, and stops nobody.

    What it costs is the queue's to decide.
    """
    filing, arrival = dossier.filing, dossier.arrival
    if not arrival.misses(filing):
        return None
    first, last = arrival.expected(filing)
    arrived = arrival.seen[-1].isoformat() if arrival.seen else None
    value = {"first": first.isoformat(), "last": last.isoformat(), "arrived": arrived}
    return Failure(code="R042", severity=Severity.WARN, field="$.window_from", value=value)
