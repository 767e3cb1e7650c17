"""What tracking hears: devices, crossings that become active, end, or go on after all, and what drivers consent to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from events.crossing import ENDS
from events.gate_operations import StageTakenBack
from events.identity import DeviceEnrolled, DeviceRevoked
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingAmended, CrossingReady, DriverConsented, DriverConsentWithdrawn
from services.tracking.commands import (
    FollowTruck,
    KnowDevice,
    change_driver,
    follow_again,
    follow_truck,
    heed_consent,
    heed_withdrawal,
    know_device,
    stop_following,
)

POSITION = "POSITION"
"""The consent that is tracking's matter."""


def know_enrolled_device(heard: Envelope[DeviceEnrolled], session: Session, clock: Clock) -> None:
    """From now on the device speaks for the vehicle."""
    told = heard.data
    know_device(
        KnowDevice(told.device_id, told.vehicle_id, told.hardware_id, enrolled=True, since=heard.time), session, clock
    )


def know_revoked_device(heard: Envelope[DeviceRevoked], session: Session, clock: Clock) -> None:
    """The device speaks for the vehicle no longer."""
    told = heard.data
    know_device(
        KnowDevice(told.device_id, told.vehicle_id, told.hardware_id, enrolled=False, since=heard.time), session, clock
    )


def follow_when_ready(heard: Envelope[CrossingReady], session: Session, clock: Clock) -> None:
    """A ready crossing's positions count."""
    told = heard.data
    follow_truck(
        FollowTruck(
            crossing_id=told.crossing_id,
            reference=told.reference,
            vehicle_id=told.vehicle_id,
            route=told.route,
            direction=told.direction,
            parties=told.parties,
            ready_at=heard.time,
            driver_id=told.driver_id,
        ),
        session,
        clock,
    )


def change_when_amended(heard: Envelope[CrossingAmended], session: Session, clock: Clock) -> None:
    """Another may be named as driver, whose consent is his own."""
    change_driver(heard.data.crossing_id, heard.data.filing.driver_id, session)


def follow_who_consents(heard: Envelope[DriverConsented], session: Session, clock: Clock) -> None:
    """A driver lets his truck be followed."""
    if heard.data.purpose == POSITION:
        heed_consent(heard.data.driver_id, session)


def stop_when_withdrawn(heard: Envelope[DriverConsentWithdrawn], session: Session, clock: Clock) -> None:
    """A driver no longer lets his truck be followed."""
    if heard.data.purpose == POSITION:
        heed_withdrawal(heard.data.driver_id, session)


def stop_when_over(heard: Envelope[CrossingEvent], session: Session, clock: Clock) -> None:
    """A crossing that is completed, returned, rejected, cancelled or expired is followed no longer."""
    stop_following(heard.data.crossing_id, heard.happened, session)


def follow_when_taken_back(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """The crossing is not over after all."""
    if heard.data.stage in ENDS:
        follow_again(heard.data.crossing_id, session)
