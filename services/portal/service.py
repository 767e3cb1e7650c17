"""The portal as a value."""

from __future__ import annotations

from bordergate.event import Event
from bordergate.inbox import Reaction
from bordergate.service import Service
from events.queue_scheduling import (
    AppealDecided,
    RoutePublished,
    RouteStatusChanged,
    SanctionAppealed,
    SanctionEnded,
    SanctionImposed,
    TruckCalled,
)
from events.vehicle_registration import (
    DelegationEnded,
    DelegationGiven,
    DriverPaperEnded,
    DriverPaperEndsSoon,
    DriverPaperKept,
    DriverPaperScanned,
    UploadForgotten,
    UploadWentOn,
    VehiclePaperEnded,
    VehiclePaperEndsSoon,
    VehiclePaperKept,
    VehiclePaperScanned,
    VehicleRegistered,
)
from services.portal import commands, reactions, timers
from services.portal.api import router
from services.portal.domain import STORY
from services.portal.tables import metadata

REACTIONS: dict[type[Event], Reaction] = {
    **dict.fromkeys(STORY, reactions.keep_story),
    TruckCalled: reactions.follow_calls,
    RoutePublished: reactions.show_route,
    RouteStatusChanged: reactions.show_status,
    VehicleRegistered: reactions.know_vehicle,
    VehiclePaperKept: reactions.keep_paper,
    VehiclePaperEndsSoon: reactions.warn_of_paper,
    VehiclePaperEnded: reactions.drop_paper,
    DriverPaperKept: reactions.keep_paper,
    DriverPaperEndsSoon: reactions.warn_of_paper,
    DriverPaperEnded: reactions.drop_paper,
    DelegationGiven: reactions.show_delegation,
    DelegationEnded: reactions.end_delegation,
    UploadWentOn: reactions.follow_upload,
    UploadForgotten: reactions.forget_upload,
    VehiclePaperScanned: reactions.show_scan,
    DriverPaperScanned: reactions.show_scan,
    SanctionImposed: reactions.show_sanction,
    SanctionAppealed: reactions.show_appeal,
    AppealDecided: reactions.show_decision,
    SanctionEnded: reactions.show_end,
}

service = Service(
    name="portal",
    metadata=metadata,
    router=router,
    reactions=REACTIONS,
    timers={commands.CallRunsOut: timers.warn_of_call},
    after_batch=commands.tell_pages,
    pages=True,
)
