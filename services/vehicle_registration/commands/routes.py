"""What the desk keeps of the routes that others publish."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.vehicle_registration import repository
from services.vehicle_registration.domain.sheet import RouteName


def name_route(name: RouteName, session: Session) -> None:
    """Call a route by the name it was last published under."""
    repository.keep_route_name(session, name)
