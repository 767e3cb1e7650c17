"""The commands that the gate is measured with, beside a bare endpoint that issues the same statements."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Table, create_engine, insert
from sqlalchemy.dialects.postgresql import psycopg

from bordergate.clock import HANOI
from bordergate.ids import new_id
from services.queue_scheduling.slots.queries import BookingView
from services.vehicle_registration.api.filing import NewRegistration, NewVehicle
from services.vehicle_registration.queries import RegistrationView, VehicleView
from services.vehicle_registration.tables import vehicles
from tests.bench.parts.gate import VEHICLES, new_vehicles

FIRM = UUID("00000000-0000-4000-8000-0000000f1f1f")
"""Who sends all commands of one measurement."""
SLOTS = "/api/queue-scheduling/slots/{crossing_id}/reserve"
REGISTRATIONS = "/api/vehicle-registration/registrations"
TRUCKS = """\
INSERT INTO vehicle_registration.vehicles
  (id, carrier, parties, plate, plate_typed, country, vehicle_type, tractor, axles, tare_kg, gross_kg, version)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(firm)s, ARRAY[%(firm)s::uuid], '12C' || lpad(n::text, 5, '0'),
  '12C' || lpad(n::text, 5, '0'), 'VN', 'VT4', false, 2, 7000, 15000, 1
FROM generate_series(0, %(count)s - 1) AS n
"""
FILED = """
INSERT INTO queue_scheduling.filed
    (crossing_id, route, direction, carrier, parties, vehicle_id, things, empty, ticket_class)
VALUES (%(crossing)s, 'hn-1119', 'EXPORT', %(vehicle)s, ARRAY[%(firm)s::uuid], %(vehicle)s,
    ARRAY['VEHICLE ' || %(vehicle)s::text], false, 'P4')
"""
ROOMY = """
INSERT INTO queue_scheduling.slot_buckets (queue, starts, minutes, places, p2, p3, p4, p5, measured_at)
VALUES ('hn-1119/EXPORT', %(at)s, 60, 10000000, 0, 0, 1, 0, %(now)s)
"""
Words = Mapping[str, str]


def open_bucket(owner_url: str) -> None:
    """The bucket that all want, just measured, with room for all."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(ROOMY, {"at": wanted_slot(), "now": datetime.now(UTC)})
    engine.dispose()


class WantedSlot(BaseModel):
    """Which crossing wants which slot."""

    crossing_id: UUID
    starts: datetime


@dataclass(frozen=True)
class Kind:
    """One command: where the gate takes it, what is sent and answered, and which row, if any, SQLAlchemy itself writes.

    `words` tells which words of the recorded command become which for another one, `made` what it then answers;
    `prepare` writes, by the owner's address, what has to stand once the gate has read its lists.
    """

    path: str
    body: type[BaseModel]
    answer: type[BaseModel]
    table: Table | None
    words: Callable[[Any, Any], Words]
    made: Callable[[Any, Words], BaseModel]
    prepare: Callable[[str], None] = lambda _owner_url: None

    @property
    def compiled(self) -> dict[str, Any]:
        """The statement that writes the row, by its text as SQLAlchemy compiles it for all that is not computed."""
        if self.table is None:
            return {}
        names = [column.name for column in self.table.columns if column.computed is None]
        statement = insert(self.table)
        return {str(statement.compile(dialect=psycopg.dialect(), column_keys=names)): statement}


def _of_vehicle(before: VehicleView, body: NewVehicle) -> Words:
    plate = body.plate.replace("-", "").replace(".", "")
    return {str(before.id): str(new_id()), before.plate_typed: body.plate, before.plate: plate}


def _vehicle(before: VehicleView, words: Words) -> VehicleView:
    told = {"id": UUID(words[str(before.id)]), "plate": words[before.plate], "plate_typed": words[before.plate_typed]}
    return before.model_copy(update=told)


def _of_registration(before: RegistrationView, body: NewRegistration) -> Words:
    (crossing,), (plan,) = before.crossings, body.crossings
    return {
        str(before.id): str(new_id()),
        str(crossing.id): str(new_id()),
        str(crossing.filing.vehicle_id): str(plan.vehicle_id),
        crossing.filing.plate: plate_of(plan.vehicle_id.int),
        crossing.reference: f"BARE-{plan.vehicle_id.int}",
    }


def _registration(before: RegistrationView, words: Words) -> RegistrationView:
    (crossing,) = before.crossings
    told = {"id": UUID(words[str(crossing.id)]), "reference": words[crossing.reference]}
    filing = {"vehicle_id": UUID(words[str(crossing.filing.vehicle_id)]), "plate": words[crossing.filing.plate]}
    other = crossing.model_copy(update=told | {"filing": crossing.filing.model_copy(update=filing)})
    return before.model_copy(update={"id": UUID(words[str(before.id)]), "crossings": [other]})


def _of_slot(before: BookingView, body: WantedSlot) -> Words:
    return {
        str(before.id): str(new_id()),
        str(before.crossing_id): str(body.crossing_id),
        str(vehicle_of(before.crossing_id)): str(vehicle_of(body.crossing_id)),
    }


def _slot(before: BookingView, words: Words) -> BookingView:
    told = {"id": UUID(words[str(before.id)]), "crossing_id": UUID(words[str(before.crossing_id)])}
    return before.model_copy(update=told)


KINDS: Mapping[str, Kind] = {
    "vehicle": Kind(VEHICLES, NewVehicle, VehicleView, vehicles, _of_vehicle, _vehicle),
    "slot": Kind(SLOTS, WantedSlot, BookingView, None, _of_slot, _slot, open_bucket),
    "registration": Kind(REGISTRATIONS, NewRegistration, RegistrationView, None, _of_registration, _registration),
}


def bodies(kind: str) -> Iterator[str]:
    """What is sent, one after another, each unlike all before."""
    return {"vehicle": new_vehicles, "registration": new_registrations, "slot": new_wishes}[kind]()


def new_registrations() -> Iterator[str]:
    """Bodies that each file and submit one crossing, of a truck that has none."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    plan = {
        "route": "hn-1119",
        "direction": "EXPORT",
        "window_from": start.isoformat(),
        "window_to": (start + timedelta(hours=12)).isoformat(),
        "declared_empty": True,
    }
    for number in itertools.count():
        yield json.dumps({"submit": True, "crossings": [plan | {"vehicle_id": str(UUID(int=number))}]})


def new_wishes() -> Iterator[str]:
    """Bodies that each want the same slot of tomorrow, for a crossing that has none."""
    for number in itertools.count(1):
        yield json.dumps({"crossing_id": str(crossing_of(number)), "starts": wanted_slot().isoformat()})


def wanted_slot() -> datetime:
    """Tomorrow at noon, at Hà Nội."""
    tomorrow = datetime.now(HANOI) + timedelta(days=1)
    return tomorrow.replace(hour=12, minute=0, second=0, microsecond=0)


def crossing_of(number: int) -> UUID:
    """The firm's crossing of this number."""
    return UUID(int=(0xC << 124) + number)


def vehicle_of(crossing_id: UUID) -> UUID:
    """The truck of a crossing."""
    return UUID(int=crossing_id.int ^ (0x3 << 124))


def file_crossings(owner_url: str, count: int) -> None:
    """The firm's crossings that may book."""
    engine = create_engine(owner_url)
    rows = [(crossing_of(number), vehicle_of(crossing_of(number))) for number in range(1, count + 1)]
    with engine.begin() as connection:
        connection.exec_driver_sql(
            FILED,
            [{"crossing": crossing, "vehicle": vehicle, "firm": FIRM} for crossing, vehicle in rows],
        )
    engine.dispose()


def plate_of(number: int) -> str:
    """The plate of the firm's truck of this number."""
    return f"12C{number:05}"


def make_trucks(owner_url: str, count: int) -> None:
    """The firm's trucks."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(TRUCKS, {"firm": FIRM, "count": count})
    engine.dispose()
