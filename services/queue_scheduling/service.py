"""The queue's table of contents."""

from __future__ import annotations

from bordergate.service import Service
from events.gate_operations import (
    CrossingCompleted,
    StageTakenBack,
    TruckArriving,
    TruckCheckedIn,
    TruckRejected,
    TruckReturned,
)
from events.vehicle_registration import CrossingCancelled, CrossingExpired, CrossingNotReady, CrossingReady
from services.queue_scheduling import reactions, timers
from services.queue_scheduling.api import router
from services.queue_scheduling.domain.deadlines import CallRound, NoShow, OfferAgain, PauseEnds, PlanChanges
from services.queue_scheduling.tables import metadata

service = Service(
    name="queue_scheduling",
    metadata=metadata,
    router=router,
    reactions={
        CrossingReady: reactions.join_when_ready,
        CrossingNotReady: reactions.hold_back_when_not_ready,
        CrossingCancelled: reactions.leave_when_cancelled,
        CrossingExpired: reactions.leave_when_expired,
        TruckArriving: reactions.note_arrival,
        TruckCheckedIn: reactions.note_service,
        TruckRejected: reactions.end_when_turned_away,
        TruckReturned: reactions.end_when_turned_away,
        CrossingCompleted: reactions.end_when_turned_away,
        StageTakenBack: reactions.go_back,
    },
    timers={
        NoShow: timers.miss_call,
        CallRound: timers.call_next,
        OfferAgain: timers.offer_again,
        PauseEnds: timers.end_pause,
        PlanChanges: timers.change_plan,
    },
    after_reference=timers.follow_plan,
)
