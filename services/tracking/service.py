"""Tracking's table of contents."""

from __future__ import annotations

from bordergate.service import Service
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.identity import DeviceEnrolled, DeviceRevoked
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingReady,
    DriverConsented,
    DriverConsentWithdrawn,
)
from services.tracking import reactions, timers
from services.tracking.api import router
from services.tracking.feed import Feed
from services.tracking.intake.process import serve_intake
from services.tracking.tables import metadata

service = Service(
    name="tracking",
    metadata=metadata,
    router=router,
    reactions={
        DeviceEnrolled: reactions.know_enrolled_device,
        DeviceRevoked: reactions.know_revoked_device,
        CrossingReady: reactions.follow_when_ready,
        CrossingAmended: reactions.change_when_amended,
        DriverConsented: reactions.follow_who_consents,
        DriverConsentWithdrawn: reactions.stop_when_withdrawn,
        CrossingCancelled: reactions.stop_when_over,
        CrossingExpired: reactions.stop_when_over,
        CrossingCompleted: reactions.stop_when_over,
        TruckReturned: reactions.stop_when_over,
        TruckRejected: reactions.stop_when_over,
        StageTakenBack: reactions.follow_when_taken_back,
    },
    timers={timers.KeepFeed: timers.look_after_feed},
    after_reference=timers.begin,
    processes={"intake": serve_intake},
    workers={"positions": Feed},
)
