"""The streams of the gate: what each is about, and the key that orders it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from bordergate.event import Event

CROSSINGS = "bordergate.crossings"
DECLARATIONS = "bordergate.declarations"
FLEET = "bordergate.fleet"
ORGANISATIONS = "bordergate.organisations"
ROUTES = "bordergate.routes"


class CrossingEvent(Event):
    """Something that happened to one crossing, whichever service states it."""

    topic: ClassVar = CROSSINGS
    crossing_id: UUID

    @property
    def key(self) -> str:
        """The crossing."""
        return str(self.crossing_id)


class DeclarationEvent(Event):
    """Something that happened to one customs declaration."""

    topic: ClassVar = DECLARATIONS
    declaration_id: UUID

    @property
    def key(self) -> str:
        """The declaration."""
        return str(self.declaration_id)


class FleetEvent(Event):
    """Something that happened to one vehicle: its papers, its devices."""

    topic: ClassVar = FLEET
    vehicle_id: UUID

    @property
    def key(self) -> str:
        """The vehicle."""
        return str(self.vehicle_id)


class DriverEvent(Event):
    """Something that happened to one driver: his papers, what he consents to; who he is, no event says."""

    topic: ClassVar = FLEET
    driver_id: UUID

    @property
    def key(self) -> str:
        """The driver."""
        return str(self.driver_id)


class OrganisationEvent(Event):
    """Something that happened to one organisation."""

    topic: ClassVar = ORGANISATIONS
    organisation_id: UUID

    @property
    def key(self) -> str:
        """The organisation."""
        return str(self.organisation_id)


class RouteEvent(Event):
    """Something that happened to one route."""

    topic: ClassVar = ROUTES
    route: str

    @property
    def key(self) -> str:
        """The route's code."""
        return self.route
