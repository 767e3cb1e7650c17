"""A crossing as people state it: plates and names are looked up, and all that was mistyped is said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from bordergate.border import Day
from bordergate.border.value import plain
from bordergate.clock import HANOI, Clock
from bordergate.errors import Wrong
from events.vehicle_registration import Filing
from events.words import Direction, RouteCode, Share
from services.vehicle_registration import repository
from services.vehicle_registration.commands.filing import (
    AmendCrossing,
    FileRegistration,
    amend_crossing,
    file_registration,
)
from services.vehicle_registration.domain.crossing import Crossing, Plan, Typed
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.fleet import Driver, Vehicle
from services.vehicle_registration.domain.refusals import Mistyped
from services.vehicle_registration.domain.rules import failures_of, is_plate
from services.vehicle_registration.sealing import KeyRing

NOT_YET = UUID(int=0)
"""Stands for a truck, a registration or a firm that is not known when only what was typed is looked at."""


@dataclass(frozen=True)
class Clerk:
    """Who files, the keys with which his drivers are recognised, and who is told of each one recognised."""

    organisation: UUID
    ring: KeyRing
    recognised: Callable[[UUID], None]


class ByHand(BaseModel):
    """One crossing in people's words; its window is a part of one Hà Nội day.

    `driver` is his name as registered, or the number of his licence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    route: RouteCode
    direction: Direction
    day: Day
    starts: time
    ends: time
    plate: Annotated[str, Field(min_length=1, max_length=20)]
    trailer: Typed | None = None
    containers: tuple[Typed, ...] = Field(default=(), max_length=4)
    driver: str | None = Field(default=None, min_length=1, max_length=200)
    declarations: tuple[Typed, ...] = Field(default=(), max_length=50)
    declared_empty: bool
    two_way: bool = False
    shares: tuple[Share, ...] = Field(default=(), max_length=200)

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when to when the truck is to come."""
        start, end = (datetime.combine(self.day, hour.replace(tzinfo=None), HANOI) for hour in (self.starts, self.ends))
        return start.astimezone(UTC), end.astimezone(UTC)

    def plan(self, vehicle_id: UUID, driver_id: UUID | None) -> Plan:
        """The plan it states, once truck and driver are known."""
        start, end = self.window
        return Plan(
            route=self.route,
            direction=self.direction,
            window_from=start,
            window_to=end,
            vehicle_id=vehicle_id,
            trailer=self.trailer,
            containers=self.containers,
            driver_id=driver_id,
            declarations=self.declarations,
            declared_empty=self.declared_empty,
            two_way=self.two_way,
            shares=self.shares,
        )


def file_by_hand(asked: ByHand, clerk: Clerk, session: Session, clock: Clock, prefix: str) -> Crossing:
    """File and submit one crossing, carried by whose truck it is; raises Mistyped and WindowOver."""
    vehicle, driver = recognise(asked, clerk, session)
    plan = asked.plan(vehicle.id, driver.id if driver else None)
    plan.must_lie_ahead(clock.now(), "$")
    filed = FileRegistration(
        trader=clerk.organisation,
        carrier=vehicle.carrier,
        agent=None,
        filed_by=clerk.organisation,
        plans=[plan],
        submit=True,
        prefix=prefix,
    )
    (crossing,) = file_registration(filed, session, clock).crossings
    return crossing


def amend_by_hand(crossing_id: UUID, asked: ByHand, clerk: Clerk, session: Session, clock: Clock) -> Crossing:
    """Say anew what is planned; without a driver the one named before stays; raises Mistyped."""
    vehicle, driver = recognise(asked, clerk, session)
    plan = asked.plan(vehicle.id, driver.id if driver else None)
    kept = {"empty_for"} | ({"driver_id"} if driver is None else set())
    changed: dict[str, Any] = {name: value for name, value in plan if name not in kept}
    return amend_crossing(AmendCrossing(crossing_id, changed), session, clock)


def recognise(asked: ByHand, clerk: Clerk, session: Session) -> tuple[Vehicle, Driver | None]:
    """The truck and the driver that were meant; raises Mistyped with everything that is wrong."""
    vehicle = repository.vehicle_with_plate(session, asked.plate, clerk.organisation)
    found = list(drivers_called(asked.driver, clerk, session)) if asked.driver else []
    wrong = wrong_with(asked, vehicle, found)
    if wrong or vehicle is None:
        raise Mistyped(wrong)
    driver = found[0] if found else None
    if driver:
        clerk.recognised(driver.id)
    return vehicle, driver


def wrong_with(asked: ByHand, vehicle: Vehicle | None, drivers: Sequence[Driver]) -> list[Wrong]:
    """Everything that is wrong with what was stated, whose plate and driver may be these."""
    return [*_mistyped(asked, vehicle), *_unknown(asked, vehicle, drivers)]


def drivers_called(text: str, clerk: Clerk, session: Session) -> Iterator[Driver]:
    """The drivers meant by a name or a licence; another firm's, lent to this one, only by his licence."""
    name, licence = " ".join(text.split()).casefold(), plain(text)
    for driver in repository.drivers_seen(session):
        person = clerk.ring.open(driver)
        called = driver.carrier == clerk.organisation and " ".join(person.full_name.split()).casefold() == name
        if called or (person.licence and plain(person.licence) == licence):
            yield driver


def _unknown(asked: ByHand, vehicle: Vehicle | None, drivers: Sequence[Driver]) -> Iterator[Wrong]:
    if vehicle is None and is_plate(asked.plate):
        yield Wrong("$.plate", "vehicle_registration.no_such_plate", {"value": asked.plate})
    if asked.driver and not drivers:
        yield Wrong("$.driver", "vehicle_registration.no_such_driver")
    if len(drivers) > 1:
        yield Wrong("$.driver", "vehicle_registration.several_drivers", {"count": len(drivers)})
    if vehicle and len(drivers) == 1 and drivers[0].carrier != vehicle.carrier:
        yield Wrong("$.driver", "vehicle_registration.driver_not_available")


def _mistyped(asked: ByHand, vehicle: Vehicle | None) -> Iterable[Wrong]:
    """What the desk's own rules say of the text alone; who else bears a plate is seen once it is filed."""
    if asked.ends <= asked.starts:
        yield Wrong("$.ends", "vehicle_registration.window_backwards")
    for place in asked.plan(NOT_YET, None).shares_of_nothing():
        yield Wrong(f"$.shares[{place}].declaration", "vehicle_registration.share_of_nothing")
    filing = Filing(
        reference="",
        registration_id=NOT_YET,
        trader=NOT_YET,
        carrier=NOT_YET,
        parties=(),
        plate=vehicle.plate if vehicle else asked.plate,
        **asked.plan(NOT_YET, None).normal(),
    )
    for failure in failures_of(Dossier(filing, tractor=vehicle.tractor if vehicle else False)):
        yield Wrong(failure.field, failure.code, {"value": _shown(failure.value)})


def _shown(value: Any) -> Any:  # noqa: ANN401 - what stood in a field
    return ", ".join(value) if isinstance(value, list | tuple) else value
