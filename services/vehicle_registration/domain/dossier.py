"""All that the rules of the desk may look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from events.vehicle_registration import Filing
from events.words import Goods
from services.vehicle_registration.domain.arrival import Arrival
from services.vehicle_registration.domain.demands import Standing
from services.vehicle_registration.domain.route_plan import RoutePlan


@dataclass(frozen=True)
class Dossier:
    """What was filed, the vehicle, what other active crossings bear, and how papers and payer stand.

    `taken` are those of the crossing's marks that another active crossing bears; `standing` is None where only what
    was typed is looked at, `plan` where the route was never published; `queued` once it stands in the queue;
    `arrival` is when its truck should come, and came.
    """

    filing: Filing
    vin: str | None = None
    tractor: bool = False
    taken: frozenset[str] = frozenset()
    standing: Standing | None = None
    plan: RoutePlan | None = None
    goods: Goods = field(default_factory=Goods)
    queued: bool = False
    arrival: Arrival = field(default_factory=Arrival)
