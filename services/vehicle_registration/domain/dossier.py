"""All that the rules of the desk may look at."""

from __future__ import annotations

from dataclasses import dataclass

from events.vehicle_registration import Filing
from services.vehicle_registration.domain.demands import Standing


@dataclass(frozen=True)
class Dossier:
    """What was filed, the vehicle, what other active crossings bear, and how papers and payer stand.

    `taken` are those of the crossing's marks that another active crossing bears; `standing` is None where only what
    was typed is looked at.
    """

    filing: Filing
    vin: str | None = None
    tractor: bool = False
    taken: frozenset[str] = frozenset()
    standing: Standing | None = None
