"""Filing an earlier crossing again: looked at first, then filed for another time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.ids import new_id
from events.filing import LeftOut
from events.words import Failure
from services.vehicle_registration import repository
from services.vehicle_registration.commands.filing import FileRegistration, drafted, file_registration
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.copying import used_again
from services.vehicle_registration.domain.crossing import Crossing, Registration
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.plan import Plan
from services.vehicle_registration.domain.rules import failures_of
from services.vehicle_registration.repository.seen import crossing_seen, taken_marks

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CopyCrossing:
    """An earlier crossing is filed again; `changed` says its window, and whatever else is different now."""

    crossing_id: UUID
    trader: UUID
    agent: UUID | None
    changed: Mapping[str, Any]
    submit: bool
    prefix: str


@dataclass(frozen=True)
class Copied:
    """What of an earlier crossing a copy may state, what was left out, and what the rules say of the rest today."""

    of: Crossing
    stated: Mapping[str, Any]
    left_out: Sequence[LeftOut]
    failures: Sequence[Failure]


def look_at_copy(crossing_id: UUID, session: Session, clock: Clock) -> Copied:
    """What a copy would state if the truck came now; nothing is filed. Raises UnknownCrossing."""
    crossing = crossing_seen(session, crossing_id)
    now = clock.now()
    stated, left_out = used_again(crossing.filing, crossing.stage)
    plan = Plan(window_from=now, window_to=now + A_DAY, **stated)
    desk = repository.desk_of(session, crossing.filing.carrier, [plan], now)
    if plan.driver_id and plan.driver_id not in desk.drivers:
        stated["driver_id"] = None
        left_out.append(LeftOut("driver_id", refusals.DriverNotAvailable.code))
    truck = desk.trucks.get(plan.vehicle_id)
    if truck is None:
        return Copied(crossing, stated, [LeftOut("vehicle_id", refusals.VehicleNotAvailable.code), *left_out], ())
    registration = _as_registered(crossing, now)
    draft = drafted(registration, crossing.reference, plan.model_copy(update=stated), truck)
    return Copied(crossing, stated, left_out, _failures(draft, session, now))


def copy_crossing(command: CopyCrossing, session: Session, clock: Clock) -> Crossing:
    """File an earlier crossing again; refused as any filing is when something named is not to be had any more."""
    crossing = crossing_seen(session, command.crossing_id)
    stated, _ = used_again(crossing.filing, crossing.stage)
    filed = FileRegistration(
        trader=command.trader,
        carrier=crossing.filing.carrier,
        agent=command.agent,
        filed_by=command.agent or command.trader,
        plans=[Plan.model_validate({**stated, **command.changed})],
        submit=command.submit,
        prefix=command.prefix,
    )
    (copy,) = file_registration(filed, session, clock).crossings
    return copy


def _failures(draft: Crossing, session: Session, now: datetime) -> tuple[Failure, ...]:
    taken = taken_marks(session, draft.marks)
    standing = repository.standings_of(session, [draft], now)[draft.id]
    return failures_of(Dossier(draft.filing, draft.vin, draft.tractor, taken, standing))


def _as_registered(crossing: Crossing, now: datetime) -> Registration:
    filing = crossing.filing
    parties = [party for party in filing.parties if party != crossing.id]
    return Registration(new_id(), filing.trader, filing.carrier, None, filing.trader, now, parties)
