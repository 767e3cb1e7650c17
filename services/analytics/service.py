"""Analytics' table of contents."""

from __future__ import annotations

from bordergate.event import Event
from bordergate.inbox import Reaction
from bordergate.replaying import ReadModel
from bordergate.service import Service
from events.crossing import AT_THE_GATE
from events.gate_operations import StageTakenBack
from events.queue_scheduling import CallAnswered, CallMissed, RoutePublished, TruckCalled, TruckQueued
from events.streams import CROSSINGS
from events.vehicle_registration import CrossingReady
from services.analytics import commands, reactions
from services.analytics.api import router
from services.analytics.domain import COUNTED, told_again
from services.analytics.repository import HEARD
from services.analytics.tables import metadata

AT_GATE = [kind for kind, stage in AT_THE_GATE.items() if stage in COUNTED]
REACTIONS: dict[type[Event], Reaction] = {
    **dict.fromkeys(
        [CrossingReady, TruckQueued, TruckCalled, CallMissed, CallAnswered, StageTakenBack, *AT_GATE],
        reactions.take_note,
    ),
    RoutePublished: reactions.follow_the_plan,
}

service = Service(
    name="analytics",
    metadata=metadata,
    router=router,
    reactions=REACTIONS,
    after_batch=commands.count,
    read_model=ReadModel(
        commands.begin_anew,
        commands.hear_again,
        commands.conclude,
        commands.checksum,
        copied={CROSSINGS: told_again},
        into=HEARD,
    ),
)
