"""A sanction as the queue states it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from events.queue_scheduling import SanctionImposed
from events.sanctions import Ground, MissedCall
from tests.builders.clock import A_MORNING
from tests.builders.stories import Story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def imposed_on(story: Story, sanction_id: UUID, vehicle_id: UUID | None = None) -> SanctionImposed:
    """A vehicle of the story's carrier, or the carrier whole, missed two calls in a row the day before."""
    ended = (A_MORNING - DAY, A_MORNING - DAY - 2 * HOUR)
    missed = [
        MissedCall(
            crossing_id=story.crossing_id,
            reference=story.reference,
            route=story.route,
            called_at=at - HOUR,
            ended_at=at,
        )
        for at in ended
    ]
    return SanctionImposed(
        organisation_id=story.parties[-1],
        sanction_id=sanction_id,
        vehicle_id=vehicle_id,
        ground=Ground.IN_A_ROW if vehicle_id else Ground.CARRIER_OFTEN,
        imposed_at=ended[0],
        until=ended[0] + 14 * DAY,
        appeal_until=ended[0] + 10 * DAY,
        evidence=tuple(missed),
    )
