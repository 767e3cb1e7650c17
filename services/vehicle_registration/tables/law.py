"""The desk's law as data: rows that hold from one day until another."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from bordergate.tables import Words, effective
from services.vehicle_registration.domain.demands import Lack, Matter
from services.vehicle_registration.domain.fleet import VehicleType
from services.vehicle_registration.tables.schema import metadata

demands = Table(
    "demands",
    metadata,
    Column("what", Words(Matter), primary_key=True),
    Column("country", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("vehicle_type", Text, primary_key=True),
    *effective(),
    Column("lack", Words(Lack), nullable=False),
)
"""What is demanded of which trucks, and what it costs when it is not there; ANY stands for every one."""

usual_trucks = Table(
    "usual_trucks",
    metadata,
    Column("vehicle_type", Words(VehicleType), primary_key=True),
    *effective(),
    Column("axles", Integer, nullable=False),
    Column("tare_kg", Integer, nullable=False),
    Column("gross_kg", Integer, nullable=False),
)
"""What is taken of a truck that nobody has registered, until it is weighed."""

reminders = Table("reminders", metadata, Column("days", Integer, primary_key=True), *effective())
"""How many days before a paper ends its carrier is reminded."""

plate_provinces = Table(
    "plate_provinces",
    metadata,
    Column("code", Text, primary_key=True),
    *effective(),
    Column("province", Text, nullable=False),
)
"""Which provinces issue plates under which two digits."""

numbers = Table(
    "numbers",
    metadata,
    Column("name", Text, primary_key=True),
    *effective(),
    Column("value", BigInteger, nullable=False),
)
"""The desk's numbers, as law and season set them."""

LAW = (demands, numbers, plate_provinces)
"""By what filed crossings are judged."""
