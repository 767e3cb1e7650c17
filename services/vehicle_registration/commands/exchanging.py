"""The one change that a truck in the queue may undergo and keep its place: another tractor, or another driver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.errors import Wrong
from events.vehicle_registration import Exchange, Exchanged
from services.vehicle_registration import repository
from services.vehicle_registration.commands.by_hand import Clerk
from services.vehicle_registration.commands.filing import assess_changed, checked
from services.vehicle_registration.commands.history import refuse_older, tell_amended
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Crossing, filed_anew
from services.vehicle_registration.domain.history import Act
from services.vehicle_registration.domain.plan import Plan
from services.vehicle_registration.domain.rules import tail_of
from services.vehicle_registration.domain.verdict import blocks_anew


@dataclass(frozen=True)
class ExchangeTruck:
    """Another tractor by its plate, or another driver by his name or licence, both of the same carrier, and why.

    `agreed`: whoever asks knows that within some hours of the call it costs a fee.
    """

    crossing_id: UUID
    plate: str | None
    driver: str | None
    reason: str
    agreed: bool
    expected: int | None = None


def exchange(command: ExchangeTruck, clerk: Clerk, session: Session, clock: Clock) -> Crossing:
    """Let another tractor or driver of the same carrier take the place; the queue is told with the next verdict.

    Raises NotReadyAfter, before anything is changed, when something stands against the other that did not before.
    """
    if (command.plate is None) is (command.driver is None):
        raise refusals.OneChangeOnly(field="$.plate")
    if not command.agreed:
        raise refusals.NotAgreed(field="$.agreed")
    crossing = repository.crossing_of(session, command.crossing_id)
    refuse_older(crossing, command.expected, session)
    before, verdict, now = crossing.filing, crossing.verdict, clock.now()
    plan = _plan(crossing, command, clerk, session)
    if plan == Plan.of(before):
        raise refusals.OneChangeOnly(field="$.plate" if command.plate else "$.driver")
    (truck,) = checked({"$": plan}, repository.desk_of(session, before.carrier, [plan], now), None)
    asked = filed_anew(before, plan, truck).model_copy(update={"exchange": _told(command, now)})
    crossing.exchange(asked, truck)
    tell_amended([(crossing, before)], Act.AMEND, session, clock)
    assess_changed([crossing], session, clock)
    if worse := blocks_anew(verdict, crossing.verdict):
        raise refusals.NotReadyAfter(worse)
    return crossing


def _told(command: ExchangeTruck, now: datetime) -> Exchange:
    what = Exchanged.TRACTOR if command.plate else Exchanged.DRIVER
    return Exchange(what=what, reason=command.reason, at=now)


def _plan(crossing: Crossing, command: ExchangeTruck, clerk: Clerk, session: Session) -> Plan:
    """What was planned with the other tractor or driver; raises Mistyped, also when he is another carrier's."""
    if command.plate:
        meant = repository.trucks_meant(session, [command.plate], clerk.organisation).get(tail_of(command.plate))
        if meant is None:
            wrong = Wrong("$.plate", "vehicle_registration.no_such_plate", {"value": command.plate})
            raise refusals.Mistyped([wrong])
        _same_carrier(meant.carrier, crossing, "$.plate")
        return Plan.of(crossing.filing, vehicle_id=meant.id)
    drivers = clerk.drivers(session)(command.driver or "")
    if len(drivers) != 1:
        code = "several_drivers" if drivers else "no_such_driver"
        raise refusals.Mistyped([Wrong("$.driver", f"vehicle_registration.{code}", {"count": len(drivers)})])
    _same_carrier(drivers[0].carrier, crossing, "$.driver")
    clerk.recognised(drivers[0].id)
    return Plan.of(crossing.filing, driver_id=drivers[0].id)


def _same_carrier(carrier: UUID, crossing: Crossing, at: str) -> None:
    """A place does not pass between firms."""
    if carrier != crossing.filing.carrier:
        raise refusals.Mistyped([Wrong(at, "vehicle_registration.exchange_other_carrier")])
