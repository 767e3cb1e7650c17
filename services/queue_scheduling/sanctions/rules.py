"""When missed calls are too many: each rule names its evidence; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, Self
from uuid import UUID

from events.sanctions import Ground


@dataclass(frozen=True)
class Outcome:
    """How a call ended that was the truck's own to follow: it came, or it did not."""

    crossing_id: UUID
    reference: str
    route: str
    called_at: datetime
    ended_at: datetime
    came: bool

    @classmethod
    def told(cls, evidence: Mapping[str, str]) -> Self:
        """A missed call as the evidence of a sanction shows it."""
        called_at, ended_at = (datetime.fromisoformat(evidence[name]) for name in ("called_at", "ended_at"))
        return cls(
            UUID(evidence["crossing_id"]), evidence["reference"], evidence["route"], called_at, ended_at, came=False
        )


@dataclass(frozen=True)
class Limits:
    """What the reference rows in force say of sanctions."""

    in_a_row: int
    vehicle_no_shows: int
    vehicle_span: timedelta
    carrier_no_shows: int
    carrier_share: Decimal
    carrier_span: timedelta
    lasts: timedelta
    lasts_gravely: timedelta
    appeal_within: timedelta


@dataclass(frozen=True)
class Conduct:
    """How the calls of a vehicle, and of its carrier, ended since each was last sanctioned; the latest first.

    `carrier` are the carrier's latest missed calls within its span, of `carrier_missed` in all out of so many
    `carrier_calls`.
    """

    now: datetime
    vehicle: Sequence[Outcome] = ()
    carrier: Sequence[Outcome] = ()
    carrier_missed: int = 0
    carrier_calls: int = 0


@dataclass(frozen=True)
class Charge:
    """What is held against a vehicle or a carrier, and the calls that show it."""

    ground: Ground
    evidence: tuple[Outcome, ...]
    because: str

    @property
    def of_vehicle(self) -> bool:
        """Whether it is one vehicle that is sanctioned, and not its carrier."""
        return self.ground in (Ground.IN_A_ROW, Ground.VEHICLE_OFTEN)


Accusation = Callable[[Conduct, Limits], Charge | None]


def vehicle_missed_in_a_row(conduct: Conduct, limits: Limits) -> Charge | None:
    """A truck that lets one call after another pass takes the turn of those who would have come."""
    latest = tuple(conduct.vehicle[: limits.in_a_row])
    if len(latest) < limits.in_a_row or any(one.came for one in latest):
        return None
    return Charge(Ground.IN_A_ROW, latest, "queue_scheduling.sanction_in_a_row")


def vehicle_missed_often(conduct: Conduct, limits: Limits) -> Charge | None:
    """So does one that comes only now and then."""
    missed = missed_since(conduct.vehicle, conduct.now - limits.vehicle_span)
    if len(missed) < limits.vehicle_no_shows:
        return None
    return Charge(Ground.VEHICLE_OFTEN, missed, "queue_scheduling.sanction_vehicle_often")


def carrier_missed_often(conduct: Conduct, limits: Limits) -> Charge | None:
    """A carrier whose trucks stay away has taken more places than it means to use.

    Of a large one some always miss a call: it is judged by their share as well.
    """
    missed = missed_since(conduct.carrier, conduct.now - limits.carrier_span)
    count = max(len(missed), conduct.carrier_missed)
    if count < limits.carrier_no_shows or count < limits.carrier_share * conduct.carrier_calls:
        return None
    return Charge(Ground.CARRIER_OFTEN, missed, "queue_scheduling.sanction_carrier_often")


def place_was_sold(ground: Ground) -> str | None:
    """Whoever sells a place sells what is nobody's; an inspector brings the case."""
    return "queue_scheduling.sanction_resale" if ground is Ground.RESALE else None


def machines_took_places(ground: Ground) -> str | None:
    """Places taken by a program in other people's names are kept from those who have goods."""
    return "queue_scheduling.sanction_bots" if ground is Ground.BOTS else None


OF_VEHICLE: tuple[Accusation, ...] = (vehicle_missed_in_a_row, vehicle_missed_often)
OF_CARRIER: tuple[Accusation, ...] = (carrier_missed_often,)
BY_CASE = (place_was_sold, machines_took_places)
BECAUSE = {
    Ground.IN_A_ROW: "queue_scheduling.sanction_in_a_row",
    Ground.VEHICLE_OFTEN: "queue_scheduling.sanction_vehicle_often",
    Ground.CARRIER_OFTEN: "queue_scheduling.sanction_carrier_often",
    Ground.RESALE: "queue_scheduling.sanction_resale",
    Ground.BOTS: "queue_scheduling.sanction_bots",
}
"""The rule behind each ground, by the code of its text."""


def missed_since(outcomes: Sequence[Outcome], since: datetime) -> tuple[Outcome, ...]:
    """The calls that were missed after an instant."""
    return tuple(one for one in outcomes if not one.came and one.ended_at > since)


def charge_of(rules: Sequence[Accusation], conduct: Conduct, limits: Limits) -> Charge | None:
    """What the first rule that speaks holds against somebody."""
    return next((charge for rule in rules if (charge := rule(conduct, limits))), None)


class Imposed(Protocol):
    """What was imposed, and when."""

    ground: Ground
    imposed_at: datetime


def stands_on(evidence: Sequence[Outcome], imposed: Imposed, limits: Limits) -> bool:
    """Whether what is left of its evidence would still have brought a sanction when it was imposed."""
    rules = OF_CARRIER if imposed.ground is Ground.CARRIER_OFTEN else OF_VEHICLE
    conduct = Conduct(imposed.imposed_at, vehicle=evidence, carrier=evidence)
    return charge_of(rules, conduct, limits) is not None
