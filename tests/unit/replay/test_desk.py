"""The desk makes a day's trucks known, whatever earlier days have left behind."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field

import httpx
import pytest

from services.replay.cast import Cast
from services.replay.client import Border, Machine, Refused
from services.replay.day import Truck, read_day, trucks_of
from services.replay.desk import register_vehicles

DAY = "time,route,direction,vehicle,goods,count\n7,hn-1119,IMPORT,TRUCK,FABRIC,1200\n"


@dataclass
class Registry:
    """Takes a batch of trucks only if it knows none of their plates, as the gate does."""

    known: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/identity/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 600})
        if self.broken:
            return httpx.Response(422, json={"code": "payload.malformed"})
        plates = [one["plate"] for one in json.loads(request.content)["vehicles"]]
        if self.known.keys() & set(plates):
            return httpx.Response(409, json={"code": "vehicle_registration.plate_known"})
        self.known |= {plate: f"id-of-{plate}" for plate in plates}
        return httpx.Response(201, json={"vehicles": [{"id": self.known[plate]} for plate in plates]})


def register(registry: Registry, trucks: list[Truck]) -> dict[int, str]:
    machine = Machine("id", "secret")
    cast = Cast("carrier", "trader", machine, machine, machine, {})

    async def go() -> dict[int, str]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(registry), base_url="http://gate") as http:
            return await register_vehicles(Border(http, "http://intake"), cast, trucks, random.Random(1))  # noqa: S311 - a simulation

    return asyncio.run(go())


def test_a_truck_whose_plate_an_earlier_day_has_used_gets_another() -> None:
    trucks = trucks_of(read_day(DAY), seed=1)
    earlier = [trucks[place].plate for place in (0, 7, 8, 600, 1199)]
    registry = Registry(dict.fromkeys(earlier, "of an earlier day"))
    vehicles = register(registry, trucks)
    assert vehicles.keys() == {truck.number for truck in trucks}
    assert len(set(vehicles.values())) == len(trucks)
    assert "of an earlier day" not in vehicles.values()


def test_a_day_that_is_wholly_the_same_as_an_earlier_one_still_runs() -> None:
    trucks = trucks_of(read_day(DAY), seed=1)[:40]
    registry = Registry({truck.plate: "of an earlier day" for truck in trucks})
    assert len(set(register(registry, trucks).values())) == 40


def test_whatever_else_the_registry_refuses_ends_the_day() -> None:
    with pytest.raises(Refused, match="422"):
        register(Registry(broken=True), trucks_of(read_day(DAY), seed=1))
