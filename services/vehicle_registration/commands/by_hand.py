"""A crossing as people state it: plates and names are looked up, and all that was mistyped is said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from bordergate.border import Amount, Day, DeclarationNumber, Whole
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
from services.vehicle_registration.commands.recognition import Known, Named
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.fleet import VehicleType
from services.vehicle_registration.domain.plan import Plan, Typed
from services.vehicle_registration.domain.refusals import DriverNotAvailable, Mistyped, NotATruck, WindowTooLong
from services.vehicle_registration.domain.rules import failures_of, is_plate, tail_of
from services.vehicle_registration.repository import MeantTruck
from services.vehicle_registration.repository.plates import problems_of
from services.vehicle_registration.repository.seen import crossing_seen, drivers_of
from services.vehicle_registration.sealing import KeyRing

NOT_YET = UUID(int=0)
"""Stands for a truck, a registration or a firm that is not known when only what was typed is looked at."""


@dataclass(frozen=True)
class Clerk:
    """For whom it is filed, the keys with which his drivers are recognised, and who is told of each one recognised.

    `agent` is who files for him, if another does.
    """

    organisation: UUID
    ring: KeyRing
    recognised: Callable[[UUID], None]
    known: Known = field(default_factory=Known)
    agent: UUID | None = None

    def drivers(self, session: Session) -> Callable[[str], Sequence[Named]]:
        """Tells which drivers a name or a licence means."""
        return self.known.drivers(self.ring, self.organisation, session)


class AskedShare(Share):
    """A part of a declaration as somebody types it."""

    line: Whole = Field(ge=1, le=200)
    quantity: Amount = Field(gt=0, le=1_000_000_000, decimal_places=6)


class ByHand(BaseModel):
    """One crossing in people's words; its window is a part of one Hà Nội day.

    `driver` is his name as registered, or the number of his licence; without one, the driver of the crossing that this
    is a copy of (`copy_of`), if it is one. `trader` is for whom an agent files.
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
    shares: tuple[AskedShare, ...] = Field(default=(), max_length=200)
    copy_of: UUID | None = None
    trader: UUID | None = None

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when to when the truck is to come."""
        start, end = (datetime.combine(self.day, hour.replace(tzinfo=None), HANOI) for hour in (self.starts, self.ends))
        return start.astimezone(UTC), end.astimezone(UTC)

    @cached_property
    def stated(self) -> Plan:
        """The plan it states, as long as truck and driver are not known."""
        start, end = self.window
        return Plan(
            route=self.route,
            direction=self.direction,
            window_from=start,
            window_to=end,
            vehicle_id=NOT_YET,
            trailer=self.trailer,
            containers=self.containers,
            declarations=self.declarations,
            declared_empty=self.declared_empty,
            two_way=self.two_way,
            shares=tuple(Share(**dict(share)) for share in self.shares),
        )

    def plan(self, vehicle_id: UUID, driver_id: UUID | None) -> Plan:
        """The plan it states, once truck and driver are known."""
        return self.stated.model_copy(update={"vehicle_id": vehicle_id, "driver_id": driver_id})


def file_by_hand(asked: ByHand, clerk: Clerk, session: Session, clock: Clock, prefix: str) -> Crossing:
    """File and submit one crossing, carried by whose truck it is; raises Mistyped and WindowOver."""
    vehicle, driver = recognise(asked, clerk, session)
    plan = asked.plan(vehicle.id, driver.id if driver else driver_copied(asked, vehicle, session))
    plan.must_lie_ahead(clock.now(), "$")
    filed = FileRegistration(
        trader=clerk.organisation,
        carrier=vehicle.carrier,
        agent=clerk.agent,
        filed_by=clerk.agent or clerk.organisation,
        plans=[plan],
        submit=True,
        prefix=prefix,
    )
    (crossing,) = file_registration(filed, session, clock).crossings
    return crossing


def driver_copied(asked: ByHand, vehicle: MeantTruck, session: Session) -> UUID | None:
    """The driver of the crossing that this one is a copy of; raises Mistyped when he can no longer be named."""
    driver = crossing_seen(session, asked.copy_of).filing.driver_id if asked.copy_of else None
    if driver and driver not in drivers_of(session, vehicle.carrier, [driver]):
        raise Mistyped([Wrong("$.driver", DriverNotAvailable.code)])
    return driver


def amend_by_hand(
    crossing_id: UUID, asked: ByHand, seen: int | None, clerk: Clerk, session: Session, clock: Clock
) -> Crossing:
    """Say anew what is planned; without a driver the one named before stays; raises Mistyped and AmendedMeanwhile.

    `seen` is the revision that the form was filled in from.
    """
    filed = crossing_seen(session, crossing_id).filing
    vehicle, driver = recognise(asked, clerk, session, (filed.window_from, filed.window_to))
    plan = asked.plan(vehicle.id, driver.id if driver else None)
    kept = {"empty_for"} | ({"driver_id"} if driver is None else set())
    changed: dict[str, Any] = {name: value for name, value in plan if name not in kept}
    return amend_crossing(AmendCrossing(crossing_id, changed, seen=seen), session, clock)


def recognise(
    asked: ByHand, clerk: Clerk, session: Session, window: tuple[datetime, datetime] | None = None
) -> tuple[MeantTruck, Named | None]:
    """The truck and the driver that were meant; raises Mistyped with everything that is wrong.

    Of the `window` that was filed before, nobody asks again whether it lasts too long.
    """
    vehicle = repository.trucks_meant(session, [asked.plate], clerk.organisation).get(tail_of(asked.plate))
    found = clerk.drivers(session)(asked.driver) if asked.driver else []
    now = session.info["clock"].now()
    (misissued,) = problems_of(session, [asked.trailer], now)
    longest = None if asked.window == window else repository.longest_window(session, now)
    wrong = [*wrong_with(asked, vehicle, found, longest), *trailer_misissued(misissued)]
    if wrong or vehicle is None:
        raise Mistyped(wrong)
    driver = found[0] if found else None
    if driver:
        clerk.recognised(driver.id)
    return vehicle, driver


def trailer_misissued(wrong: Wrong | None) -> list[Wrong]:
    """What is wrong with the province of a trailer's plate, at its field."""
    return [wrong._replace(field="$.trailer")] if wrong else []


def wrong_with(
    asked: ByHand,
    vehicle: MeantTruck | None,
    drivers: Sequence[Named],
    longest: int | None = None,
    *,
    read_before: bool = False,
) -> list[Wrong]:
    """Everything that is wrong with what was stated, whose plate and driver may be these.

    `longest` is how many hours a window may have; `read_before` says that its text alone was found good before.
    """
    too_long = asked.stated.lasts_too_long(longest)
    lasting = [Wrong("$.ends", WindowTooLong.code, {"hours": longest})] if too_long else []
    mistyped = () if read_before and vehicle else _mistyped(asked, vehicle)
    return [*lasting, *mistyped, *_unknown(asked, vehicle, drivers)]


def _unknown(asked: ByHand, vehicle: MeantTruck | None, drivers: Sequence[Named]) -> Iterator[Wrong]:
    if vehicle is None and is_plate(asked.plate):
        yield Wrong("$.plate", "vehicle_registration.no_such_plate", {"value": asked.plate})
    if vehicle and vehicle.vehicle_type is VehicleType.TRAILER:
        yield Wrong("$.plate", NotATruck.code)
    if asked.driver and not drivers:
        yield Wrong("$.driver", "vehicle_registration.no_such_driver")
    if len(drivers) > 1:
        yield Wrong("$.driver", "vehicle_registration.several_drivers", {"count": len(drivers)})
    if vehicle and len(drivers) == 1 and drivers[0].carrier != vehicle.carrier:
        yield Wrong("$.driver", "vehicle_registration.driver_not_available")


def _mistyped(asked: ByHand, vehicle: MeantTruck | None) -> Iterable[Wrong]:
    """What the desk's own rules say of the text alone; who else bears a plate is seen once it is filed."""
    if asked.ends <= asked.starts:
        yield Wrong("$.ends", "vehicle_registration.window_backwards")
    for place in asked.stated.shares_of_nothing():
        yield Wrong(f"$.shares[{place}].declaration", "vehicle_registration.share_of_nothing")
    filing = Filing(
        reference="",
        registration_id=NOT_YET,
        trader=NOT_YET,
        carrier=NOT_YET,
        parties=(),
        plate=vehicle.plate if vehicle else asked.plate,
        **asked.stated.normal(),
    )
    yield from _misnumbered(asked)
    for failure in failures_of(Dossier(filing, tractor=vehicle.tractor if vehicle else False)):
        yield Wrong(failure.field, failure.code, {"value": _shown(failure.value)})


def _misnumbered(asked: ByHand) -> Iterator[Wrong]:
    """Declarations that nobody can have numbered so, or whose goods go the other way: customs would say it later."""
    for place, number in enumerate(asked.declarations):
        field = f"$.declarations[{place}]"
        read = DeclarationNumber.read(number)
        yield from (Wrong(field, problem.code) for problem in read.problems)
        if not read.blocked and DeclarationNumber(number).direction != asked.direction:
            yield Wrong(field, "R003", {"value": number})


def _shown(value: Any) -> Any:  # noqa: ANN401 - what stood in a field
    return ", ".join(value) if isinstance(value, list | tuple) else value
