"""The registration desk's table of contents."""

from __future__ import annotations

from bordergate.service import Service
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.identity import OrganisationRegistered, OrganisationVerified
from events.queue_scheduling import RoutePublished, TicketWithdrawn, TruckCalled, TruckQueued
from services.vehicle_registration import reactions, timers
from services.vehicle_registration.api import router
from services.vehicle_registration.domain.deadlines import AssessAgain, Expiry, Reminder, RunsOut
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
        TruckCalled: reactions.note_the_call,
        TicketWithdrawn: reactions.cancel_when_withdrawn,
        CrossingCompleted: reactions.free_the_plate,
        TruckReturned: reactions.free_the_plate,
        TruckRejected: reactions.free_the_plate,
        StageTakenBack: reactions.reopen_the_file,
        RoutePublished: reactions.learn_route,
        OrganisationRegistered: reactions.know_organisation,
        OrganisationVerified: reactions.trust_organisation,
    },
    rules=RULES,
    timers={
        Expiry: timers.expire_filed,
        AssessAgain: timers.assess_who_waited,
        RunsOut: timers.judge_without,
        Reminder: timers.remind_of_paper,
    },
    workers={"uploads": UploadDesk},
)
