"""The registration desk's table of contents."""

from __future__ import annotations

from bordergate.service import Service
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.identity import OrganisationRegistered, OrganisationVerified
from events.queue_scheduling import (
    RoutePublished,
    RouteStatusChanged,
    SanctionEnded,
    SanctionImposed,
    SlotConfirmed,
    SlotEnded,
    TicketWithdrawn,
    TruckCalled,
    TruckNotQueued,
    TruckQueued,
)
from events.tracking import AreaEntered
from services.vehicle_registration import reactions, timers
from services.vehicle_registration.api import router
from services.vehicle_registration.domain.deadlines import (
    AssessAgain,
    Expiry,
    ForgetList,
    ForgetTelephone,
    JudgeAnew,
    JudgeSanctioned,
    LawChanges,
    Reminder,
    RunsOut,
)
from services.vehicle_registration.domain.rules import RULES
from services.vehicle_registration.tables import metadata
from services.vehicle_registration.uploads.desk import UploadDesk

service = Service(
    name="vehicle_registration",
    metadata=metadata,
    router=router,
    reactions={
        DeclarationsAssessed: reactions.assess_with_customs,
        TruckQueued: reactions.close_the_file,
        TruckNotQueued: reactions.open_the_file_again,
        TruckCalled: reactions.note_the_call,
        TicketWithdrawn: reactions.cancel_when_withdrawn,
        CrossingCompleted: reactions.free_the_plate,
        TruckReturned: reactions.free_the_plate,
        TruckRejected: reactions.free_the_plate,
        StageTakenBack: reactions.reopen_the_file,
        SlotConfirmed: reactions.note_slot,
        SlotEnded: reactions.forget_slot,
        AreaEntered: reactions.note_arrival,
        RoutePublished: reactions.learn_route,
        RouteStatusChanged: reactions.follow_route,
        OrganisationRegistered: reactions.know_organisation,
        OrganisationVerified: reactions.trust_organisation,
        SanctionImposed: reactions.heed_sanction,
        SanctionEnded: reactions.forget_sanction,
    },
    rules=RULES,
    timers={
        Expiry: timers.expire_filed,
        AssessAgain: timers.assess_who_waited,
        ForgetList: timers.forget_list,
        ForgetTelephone: timers.forget_telephone,
        RunsOut: timers.judge_without,
        Reminder: timers.remind_of_paper,
        JudgeAnew: timers.judge_anew,
        JudgeSanctioned: timers.judge_sanctioned,
        LawChanges: timers.change_law,
    },
    after_reference=timers.follow_law,
    workers={"uploads": UploadDesk},
)
