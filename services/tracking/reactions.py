"""What tracking hears: devices enrolled and revoked, crossings that become active, end, or go on after all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from events.crossing import ENDS
from events.gate_operations import StageTakenBack
from events.identity import DeviceEnrolled, DeviceRevoked
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingReady
from services.tracking.commands import (
    FollowTruck,
    KnowDevice,
    follow_again,
    follow_truck,
    know_device,
    stop_following,
)


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
            told.crossing_id, told.reference, told.vehicle_id, told.route, told.direction, told.parties, heard.time
        ),
        session,
        clock,
    )


def stop_when_over(heard: Envelope[CrossingEvent], session: Session, clock: Clock) -> None:
    """A crossing that is completed, returned, rejected, cancelled or expired is followed no longer."""
    stop_following(heard.data.crossing_id, heard.happened, session)


def follow_when_taken_back(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """The crossing is not over after all."""
    if heard.data.stage in ENDS:
        follow_again(heard.data.crossing_id, session)
