"""The queue's table of contents."""

from __future__ import annotations

from bordergate.service import Service
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import (
    CrossingCompleted,
    StageTakenBack,
    TruckArriving,
    TruckCheckedIn,
    TruckRejected,
    TruckReturned,
)
from events.tracking import AreaEntered, AreaLeft, TruckCameNear, TruckWentAway
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingNotReady,
    CrossingReady,
    CrossingSubmitted,
)
from services.queue_scheduling import reactions, timers
from services.queue_scheduling.api import router
from services.queue_scheduling.domain.arrival import EXCUSES, truck_is_nearly_there
from services.queue_scheduling.domain.deadlines import (
    CallRound,
    ChangeEnds,
    Foresight,
    NoShow,
    OfferAgain,
    PlanChanges,
    SanctionEnds,
    SeedTurns,
    TreesDue,
)
from services.queue_scheduling.holding.rules import BARS, CANCELLING, EXCHANGING, EXTENDING
from services.queue_scheduling.ledger.sequencer import Sequencer
from services.queue_scheduling.sanctions.rules import BY_CASE, OF_CARRIER, OF_VEHICLE
from services.queue_scheduling.slots import attending, rounds
from services.queue_scheduling.slots.deadlines import (
    BucketEnds,
    DrawDue,
    HoldersDue,
    OfferEnds,
    ReservationEnds,
    RoomChanged,
    SlotRound,
)
from services.queue_scheduling.slots.presence import GROUNDS
from services.queue_scheduling.slots.striking import look_for_room
from services.queue_scheduling.tables import metadata

service = Service(
    name="queue_scheduling",
    metadata=metadata,
    router=router,
    reactions={
        CrossingSubmitted: reactions.note_filing,
        CrossingAmended: reactions.note_filing,
        DeclarationsAssessed: reactions.note_goods,
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
        TruckCameNear: reactions.note_nearness,
        TruckWentAway: reactions.note_nearness,
        AreaEntered: reactions.note_place,
        AreaLeft: reactions.note_place,
    },
    rules=(
        truck_is_nearly_there,
        *EXCUSES,
        *GROUNDS,
        *CANCELLING,
        *EXTENDING,
        *BARS,
        *EXCHANGING,
        *OF_VEHICLE,
        *OF_CARRIER,
        *BY_CASE,
    ),
    timers={
        NoShow: timers.miss_call,
        CallRound: timers.call_next,
        Foresight: timers.foresee,
        TreesDue: timers.grow_trees,
        OfferAgain: timers.offer_again,
        ChangeEnds: timers.end_change,
        PlanChanges: timers.change_plan,
        ReservationEnds: rounds.end_reservation,
        OfferEnds: rounds.end_offer,
        BucketEnds: rounds.end_bucket,
        HoldersDue: attending.look_for_holders,
        DrawDue: rounds.draw_lots,
        SlotRound: rounds.slot_round,
        RoomChanged: look_for_room,
        SeedTurns: timers.turn_seeds,
        SanctionEnds: timers.end_sanction,
    },
    before_timer=timers.lock_queue,
    before_batch=reactions.lock_queues,
    after_reference=timers.follow_plan,
    workers={"ledger": Sequencer},
)
