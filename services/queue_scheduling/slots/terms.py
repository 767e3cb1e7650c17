"""The numbers of slots as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from events.words import TicketClass


@dataclass(frozen=True)
class SlotTerms:
    """What the reference rows in force say of slots.

    The bookable share of the capacity lies between `share_least` and `share_most` and is `growth` times what was booked
    lately. `least` are minimum shares of a bucket's sales. `apart` is how long after one reservation of a vehicle the
    next may follow. `absent_most` bounds the overbooking, which needs `samples` of calls to go by. Between `there_from`
    and `there_by` before its slot a truck comes to the waiting area; `there_grace` later it is looked for.
    """

    bucket: timedelta
    horizon: timedelta
    horizon_empty: timedelta
    hold: timedelta
    share_least: Decimal
    share_most: Decimal
    growth: Decimal
    least: Mapping[TicketClass, Decimal]
    flows_down: timedelta
    carrier_share: Decimal
    carrier_least: int
    apart: timedelta
    absent_most: Decimal
    samples: int
    offer: timedelta
    window: timedelta
    there_from: timedelta
    there_by: timedelta
    there_grace: timedelta

    @classmethod
    def of(cls, value: Mapping[str, Decimal]) -> SlotTerms:
        """The terms that rows of this name and value give."""
        return cls(
            bucket=_minutes(value["slot_minutes"]),
            horizon=timedelta(hours=float(value["slot_horizon_hours"])),
            horizon_empty=timedelta(hours=float(value["slot_horizon_empty_hours"])),
            hold=_minutes(value["slot_hold_minutes"]),
            share_least=value["slot_share_least"],
            share_most=value["slot_share_most"],
            growth=value["slot_share_growth"],
            least={TicketClass.P4: value["slot_standard_least"], TicketClass.P5: value["slot_empty_least"]},
            flows_down=_minutes(value["slot_flows_down_minutes"]),
            carrier_share=value["slot_carrier_share"],
            carrier_least=int(value["slot_carrier_least"]),
            apart=_minutes(value["slot_vehicle_apart_minutes"]),
            absent_most=value["slot_overbook_most"],
            samples=int(value["slot_overbook_samples"]),
            offer=_minutes(value["slot_offer_minutes"]),
            window=_minutes(value["slot_draw_minutes"]),
            there_from=timedelta(hours=float(value["slot_there_from_hours"])),
            there_by=_minutes(value["slot_there_by_minutes"]),
            there_grace=_minutes(value["slot_there_grace_minutes"]),
        )

    def horizon_of(self, ticket_class: TicketClass) -> timedelta:
        """How long before its slot a truck can book."""
        return self.horizon_empty if ticket_class is TicketClass.P5 else self.horizon

    def opening(self, starts: datetime) -> tuple[datetime, datetime]:
        """From when until when those who want a bucket are collected for its draw."""
        opens = starts - self.horizon
        return opens, opens + self.window


def _minutes(value: Decimal) -> timedelta:
    return timedelta(minutes=float(value))
