"""A carrier's vehicles and papers, as the registration desk states them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bordergate.event import Event
from bordergate.ids import new_id
from events.vehicle_registration import (
    DriverPaperEndsSoon,
    DriverPaperKept,
    VehiclePaperEnded,
    VehiclePaperEndsSoon,
    VehiclePaperKept,
    VehiclePaperScanned,
    VehicleRegistered,
)
from events.words import PaperKind
from tests.builders.clock import A_MORNING
from tests.builders.news import as_record, enveloped
from tests.builders.pages import let_hear
from tests.gates import StillGate

TODAY = A_MORNING.date()
A_YEAR = timedelta(days=365)


@dataclass
class Fleet:
    """A carrier whose vehicle and driver the portal hears of."""

    gate: StillGate
    carrier: UUID
    vehicle_id: UUID = field(default_factory=new_id)
    driver_id: UUID = field(default_factory=new_id)
    sequence: int = 0
    papers: dict[PaperKind, UUID] = field(default_factory=dict)

    def states(self, *events: Event) -> None:
        """Let the portal hear what the desk states of them."""
        records = []
        for event in events:
            self.sequence += 1
            records.append(as_record(enveloped(event, self.sequence, source="vehicle_registration")))
        let_hear(self.gate, "portal.fleet", records)

    def registers(self, plate: str = "12C12345") -> None:
        """Its vehicle is known."""
        told: dict[str, Any] = {
            "country": "VN",
            "vehicle_type": "VT4",
            "axles": 2,
            "tare_kg": 7_000,
            "gross_kg": 15_000,
        }
        told |= {"tare_kg": 7_000, "gross_kg": 15_000, "version": 1}
        self.states(VehicleRegistered(vehicle_id=self.vehicle_id, carrier=self.carrier, plate=plate, **told))

    def has(self, kind: PaperKind, until: date = TODAY + A_YEAR, *, paper_id: UUID | None = None) -> UUID:
        """Its vehicle, or its driver, has a paper that holds until a day."""
        identity = self.papers[kind] = paper_id or new_id()
        told: dict[str, Any] = {"paper_id": identity, "version": 1, "carrier": self.carrier, "kind": kind}
        told |= {"valid_from": until - A_YEAR, "valid_to": until}
        if kind is PaperKind.LICENCE:
            self.states(DriverPaperKept(driver_id=self.driver_id, **told))
        else:
            told |= {"paper_number": "GP-0001", "issuer": "Sở Xây dựng"}
            self.states(VehiclePaperKept(vehicle_id=self.vehicle_id, **told))
        return identity

    def is_reminded(self, paper_id: UUID, days: int) -> None:
        """The desk reminds of a paper."""
        told: dict[str, Any] = {"paper_id": paper_id, "version": 2, "days": days}
        if self.papers.get(PaperKind.LICENCE) == paper_id:
            self.states(DriverPaperEndsSoon(driver_id=self.driver_id, **told))
        else:
            self.states(VehiclePaperEndsSoon(vehicle_id=self.vehicle_id, **told))

    def is_scanned(self, paper_id: UUID) -> None:
        """A scan of a paper of its vehicle was attached."""
        self.states(VehiclePaperScanned(vehicle_id=self.vehicle_id, paper_id=paper_id, version=3))

    def ends(self, paper_id: UUID) -> None:
        """A paper of its vehicle is gone."""
        self.states(VehiclePaperEnded(vehicle_id=self.vehicle_id, paper_id=paper_id))


def a_fleet(gate: StillGate, carrier: UUID) -> Fleet:
    """A vehicle one paper of which ends soon, one is over and one is missing; its driver's licence ends soon."""
    fleet = Fleet(gate, carrier)
    fleet.registers()
    fleet.is_reminded(fleet.has(PaperKind.TRANSPORT_PERMIT, TODAY + timedelta(days=6)), 7)
    fleet.has(PaperKind.INSURANCE, TODAY - timedelta(days=2))
    fleet.is_reminded(fleet.has(PaperKind.LICENCE, TODAY + timedelta(days=20)), 30)
    return fleet
