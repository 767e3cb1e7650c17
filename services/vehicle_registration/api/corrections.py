"""Vehicles and drivers as people correct them: what is not named stays, so that a plain form can do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.border import Kilograms, Whole
from bordergate.border.at_once import ToldAtOnce
from bordergate.errors import Refusal
from bordergate.http import Door, GateRouter
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.filing import KEEP_FLEET, STAYS, Body, ring_of
from services.vehicle_registration.domain.fleet import Country, Phone, Text, VehicleType, faults_in, faults_in_person
from services.vehicle_registration.queries import DriverEntry, VehicleView

Version = Annotated[Whole | None, Field(ge=1, le=999_999_999)]
router = GateRouter()


class Correction(ToldAtOnce, Body):
    """New values of what is named; `version` is If-Match of a form."""

    version: Version = None

    def changed(self) -> dict[str, Any]:
        """What is said anew."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"version"}}


class VehicleCorrection(Correction):
    """What of a truck's papers was wrong."""

    plate: str = Field(default=STAYS, min_length=1, max_length=20)
    country: Country = STAYS
    vin: str | None = Field(default=STAYS, max_length=30)
    vehicle_type: VehicleType = STAYS
    tractor: bool | None = STAYS
    axles: Whole = Field(default=STAYS, ge=2, le=12)
    tare_kg: Kilograms = Field(default=STAYS, gt=0, le=100_000)
    gross_kg: Kilograms = Field(default=STAYS, gt=0, le=200_000)

    @classmethod
    def faults(cls, said: Mapping[str, Any]) -> Sequence[Refusal]:
        """What of a truck's papers cannot be right."""
        return faults_in(said)


class DriverCorrection(Correction):
    """What of who a driver is was wrong."""

    full_name: Text = STAYS
    citizen_id: str | None = Field(default=STAYS, max_length=30)
    licence: str | None = Field(default=STAYS, max_length=30)
    phone: Phone | None = STAYS

    @classmethod
    def faults(cls, said: Mapping[str, Any]) -> Sequence[Refusal]:
        """What of who a driver is cannot be right."""
        return faults_in_person(said)


@router.post(
    "/vehicles/{vehicle_id}/correct", permission=KEEP_FLEET, response_model=VehicleView, forms=True, versioned=True
)
def post_vehicle_correction(vehicle_id: UUID, body: VehicleCorrection, door: Door) -> Response:
    """Correct a truck; its crossings that have not queued follow."""
    command = commands.CorrectVehicle(vehicle_id, body.changed(), body.version or door.expected)

    def work(session: Session) -> VehicleView:
        door.may(Resource(parties=frozenset({queries.vehicle_at(session, vehicle_id).carrier})))
        return VehicleView.of(commands.correct_vehicle(command, session, door.clock))

    return door.run(work)


@router.post(
    "/drivers/{driver_id}/correct", permission=KEEP_FLEET, response_model=DriverEntry, forms=True, versioned=True
)
def post_driver_correction(driver_id: UUID, body: DriverCorrection, door: Door) -> Response:
    """Correct who a driver is; the answer does not say it."""
    command = commands.CorrectDriver(driver_id, body.changed(), body.version or door.expected)

    def work(session: Session) -> DriverEntry:
        door.may(Resource(parties=frozenset({queries.driver_at(session, driver_id).carrier})))
        return DriverEntry.of(commands.correct_driver(command, ring_of(door), session))

    return door.run(work)
