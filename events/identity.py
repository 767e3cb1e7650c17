"""What identity states: organisations, and the devices enrolled for a vehicle."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from events.streams import FleetEvent, OrganisationEvent
from events.words import OrganisationKind


class OrganisationRegistered(OrganisationEvent):
    """An organisation may use the gate; `tax_code_sound` says that it gave a tax code that can have been issued."""

    name: ClassVar = "identity.organisation_registered.v1"
    kind: OrganisationKind
    verified: bool = False
    trusted: bool = False
    tax_code_sound: bool | None = None


class OrganisationVerified(OrganisationEvent):
    """An administrator has checked that the organisation is who it says."""

    name: ClassVar = "identity.organisation_verified.v1"


class DeviceEnrolled(FleetEvent):
    """A tracking device reports for a vehicle; `hardware_id` is what it calls itself on its port."""

    name: ClassVar = "identity.device_enrolled.v1"
    device_id: UUID
    hardware_id: str
    carrier: UUID


class DeviceRevoked(FleetEvent):
    """A device no longer reports for the vehicle."""

    name: ClassVar = "identity.device_revoked.v1"
    device_id: UUID
    hardware_id: str
