"""An earlier crossing, filed again for another time: what of it can be used once more, and what cannot."""

from __future__ import annotations

from typing import Any

from events.filing import LeftOut, emptied_by, left_out
from events.vehicle_registration import Filing
from services.vehicle_registration.domain.crossing import ENDED, Stage
from services.vehicle_registration.domain.plan import Plan

GIVEN_BACK = frozenset({Stage.CANCELLED, Stage.EXPIRED})
"""Of a crossing that never took place, customs has the declarations back; any other carries or has carried them."""
ASKED_ANEW = frozenset({"window_from", "window_to", "empty_for"})


def used_again(filing: Filing, stage: Stage) -> tuple[dict[str, Any], list[LeftOut]]:
    """What a copy states of itself, but for its window; and what cannot be used while the earlier one has it."""
    stated = {name: getattr(filing, name) for name in Plan.model_fields if name not in ASKED_ANEW}
    left = left_out(filing, over=stage in ENDED, given_back=stage in GIVEN_BACK)
    return stated | emptied_by(left), left
