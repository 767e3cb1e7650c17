"""What traders and carriers do before a truck may come: vehicles, devices, declarations, registrations."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from events.words import Direction
from services.replay.cast import Cast
from services.replay.client import Border, Refused
from services.replay.day import GOODS, Goods, Truck, VehicleKind, with_another_plate

MOST_VEHICLES = MOST_CROSSINGS = 500
NOT_HEARD_OF_YET = frozenset({404})
PLATE_KNOWN = 409
WINDOW = timedelta(hours=18)


async def register_vehicles(
    border: Border, cast: Cast, trucks: Sequence[Truck], chance: random.Random
) -> dict[int, str]:
    """Make all trucks of the day known; returns each truck's vehicle id by its number.

    A plate that an earlier day's truck has is drawn again.
    """
    ids: dict[int, str] = {}
    waiting = _some(trucks, MOST_VEHICLES)
    while waiting:
        some = waiting.pop(0)
        try:
            ids |= await _register(border, cast, some)
        except Refused as refused:
            if refused.status != PLATE_KNOWN:
                raise
            waiting = _redrawn(some, chance) + waiting
    return ids


async def _register(border: Border, cast: Cast, trucks: Sequence[Truck]) -> dict[int, str]:
    """All of these trucks, or none: Refused."""
    body = {"vehicles": [papers(truck, cast.trader_id) for truck in trucks]}
    made = await border.post("/api/vehicle-registration/vehicles/batch", cast.carrier, body)
    return {truck.number: view["id"] for truck, view in zip(trucks, made["vehicles"], strict=True)}


def _redrawn(trucks: Sequence[Truck], chance: random.Random) -> list[Sequence[Truck]]:
    """Halves of trucks one of which has a known plate; once it stands alone it gets another."""
    if len(trucks) == 1:
        return [[with_another_plate(trucks[0], chance)]]
    return _some(trucks, -(-len(trucks) // 2))


async def enrol_device(border: Border, cast: Cast, hardware_id: str, vehicle_id: str) -> None:
    """Put a device into a truck; identity may not have heard of the truck yet."""
    body = {"hardware_id": hardware_id, "vehicle_id": vehicle_id}
    await border.post("/api/identity/devices", cast.carrier, body, again_on=NOT_HEARD_OF_YET)


async def declare(border: Border, cast: Cast, truck: Truck) -> None:
    """File the truck's customs declaration, if it carries anything."""
    if body := declaration(truck):
        await border.post("/api/customs-declarations/declarations", cast.trader, body)


async def register_crossings(
    border: Border, cast: Cast, trucks: Sequence[Truck], vehicles: dict[int, str], now: datetime
) -> dict[int, str]:
    """File the trucks' crossings and submit them; returns each crossing's id by the truck's number."""
    ids: dict[int, str] = {}
    for some in _some(trucks, MOST_CROSSINGS):
        plans = [plan(truck, vehicles[truck.number], now) for truck in some]
        body = {"carrier": cast.carrier_id, "crossings": plans, "submit": True}
        made = await border.post("/api/vehicle-registration/registrations", cast.trader, body)
        by_vehicle = {view["filing"]["vehicle_id"]: view["id"] for view in made["crossings"]}
        ids |= {truck.number: by_vehicle[vehicles[truck.number]] for truck in some}
    return ids


async def file_trucks(
    border: Border, cast: Cast, trucks: Sequence[Truck], vehicles: dict[int, str], now: datetime
) -> dict[int, str]:
    """Everything before the queue, for trucks that arrive soon; returns their crossings' ids."""
    mounted = [vehicles[truck.number] for truck in trucks]
    enrolled = (enrol_device(border, cast, device_of(vehicle), vehicle) for vehicle in mounted)
    declared = (declare(border, cast, truck) for truck in trucks)
    await asyncio.gather(*enrolled, *declared)
    return await register_crossings(border, cast, trucks, vehicles, now)


async def refused_crossings(border: Border, cast: Cast) -> dict[str, list[str]]:
    """The trader's crossings that may not queue, each with the codes of what is wrong."""
    path = "/api/vehicle-registration/crossings"
    page = await border.get(path, cast.trader, stage="NOT_READY", limit=200)
    return {
        one["id"]: [wrong["code"] for wrong in one["failures"] if wrong["severity"] == "BLOCK"] for one in page["items"]
    }


def device_of(vehicle_id: str) -> str:
    """What the device in a vehicle calls itself."""
    return f"sim-{vehicle_id}"


def papers(truck: Truck, trader: str) -> dict[str, Any]:
    """What the truck's papers say: a rigid one of ten tonnes, or a tractor."""
    tractor = truck.vehicle is VehicleKind.CONTAINER
    return {
        "plate": truck.plate,
        "country": truck.country,
        "vehicle_type": "VT6" if tractor else "VT5",
        "axles": 5 if tractor else 3,
        "tare_kg": 15_000 if tractor else 9_000,
        "gross_kg": 48_000 if tractor else 34_000,
        "shared_with": [trader],
    }


def declaration(truck: Truck) -> dict[str, Any] | None:
    """The customs declaration of what the truck carries; none for an empty one."""
    goods = GOODS[truck.goods]
    if goods is None or truck.declaration is None:
        return None
    return {
        "number": truck.declaration,
        "direction": truck.direction.value,
        "type_code": "B11" if truck.direction is Direction.EXPORT else "A11",
        "lines": [goods_line(truck, goods)],
    }


def goods_line(truck: Truck, goods: Goods) -> dict[str, Any]:
    """What is declared of the truck's goods, with the papers that plants travel with."""
    told: dict[str, Any] = {
        "hs_code": goods.hs_code,
        "weight_kg": goods.weight_kg,
        "description": goods.description,
        "origin": "VN" if truck.direction is Direction.EXPORT else "CN",
    }
    if goods.growers and truck.direction is Direction.EXPORT:
        told["planting_area"], told["packing_house"] = goods.growers
    if goods.plants:
        told["phytosanitary"] = f"{told['origin']}-{truck.declaration}"
    return told


def plan(truck: Truck, vehicle_id: str, now: datetime) -> dict[str, Any]:
    """What is filed of the truck's crossing."""
    return {
        "route": truck.route,
        "direction": truck.direction.value,
        "window_from": now.isoformat(),
        "window_to": (now + WINDOW).isoformat(),
        "vehicle_id": vehicle_id,
        "containers": [truck.container] if truck.container else [],
        "declarations": [truck.declaration] if truck.declaration else [],
        "declared_empty": truck.declaration is None,
    }


def _some(trucks: Sequence[Truck], most: int) -> list[Sequence[Truck]]:
    return [trucks[first : first + most] for first in range(0, len(trucks), most)]
