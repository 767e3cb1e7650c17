"""Clients that do not give up: what was not answered is asked again, under the same key."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from events.words import Direction
from tests.builders.callers import Issuer, a_caller
from tests.builders.registration import an_empty_plan, papers
from tests.faults.checker import Answer, Answered, Position
from tests.gates import eventually

DESK = "/api/vehicle-registration"
CROSSINGS, REPORTS = 200, 100
CLERKS = 4
LASTS = 4.0
"""Seconds the work takes at least, however quick the gate: long enough to be in the middle of it."""
PATIENCE = 60.0
AT_THE_GATE, ON_THE_ROAD = (106.71518, 21.97295), (106.70, 21.96)
CREATED, SERVER_ERRORS = 201, 500
Way = dict[datetime, tuple[float, float]]
T = TypeVar("T")


def insist(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask until there is an answer that is not the gate's own trouble."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = ask()
            if answer.status_code < SERVER_ERRORS:
                return answer
            trouble = answer.text
        except httpx.TransportError as error:
            trouble = repr(error)
        assert time.monotonic() < deadline, f"no answer within {PATIENCE} s: {trouble}"
        time.sleep(0.1)


def unhurried(pause: float, work: Callable[[str], T], about: str) -> T:
    """Do it after a pause."""
    time.sleep(pause)
    return work(about)


@dataclass
class Carrier:
    """A carrier's clerks at the desk, and the devices in its trucks."""

    api: httpx.Client
    intake: httpx.Client
    issuer: Issuer
    organisation: UUID = field(default_factory=new_id)
    devices: dict[str, str] = field(default_factory=dict)
    caller: Caller = field(init=False)
    _plates: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.caller = a_caller(Role.CARRIER, organisation=self.organisation)

    def registers(self, count: int) -> list[str]:
        """New trucks; their ids."""
        plates = [f"12C-{number // 100:03d}.{number % 100:02d}" for number in itertools.islice(self._plates, count)]
        trucks = [papers(plate=plate).model_dump(mode="json") for plate in plates]
        answer = self._asks(f"{DESK}/vehicles/batch", {"vehicles": trucks}, str(new_id()))
        return [truck["id"] for truck in answer.json()["vehicles"]]

    def files(self, vehicle: str) -> Answer:
        """One truck's crossing, declared empty and submitted."""
        now, key = datetime.now(UTC), str(new_id())
        plan = an_empty_plan(
            vehicle_id=UUID(vehicle),
            window_from=now,
            window_to=now + timedelta(hours=12),
            direction=Direction.IMPORT if UUID(vehicle).int % 2 else Direction.EXPORT,
        )
        body = {"crossings": [plan.model_dump(mode="json")], "submit": True}
        (crossing,) = self._asks(f"{DESK}/registrations", body, key).json()["crossings"]
        return Answer(key, vehicle, crossing["id"])

    def equips(self, count: int) -> None:
        """Trucks with devices and ready crossings, whose positions the intake takes."""
        for vehicle in self.registers(count):
            self.files(vehicle)
            name = f"device-{len(self.devices)}"
            enrolled = eventually(lambda name=name, vehicle=vehicle: self._enrols(name, vehicle))
            self.devices[name] = enrolled["id"]
            eventually(lambda name=name: "accepted" in self._tells(name, the_way_in_and_out()).text)

    def reports(self, name: str) -> frozenset[Position]:
        """A device drives in and out of the gate once more; the positions that were taken."""
        way = the_way_in_and_out()
        answer = self._tells(name, way)
        assert (answer.status_code, answer.json()) == (200, {"accepted": len(way)}), answer.text
        return frozenset((self.devices[name], at) for at in way)

    @contextmanager
    def at_work(self) -> Iterator[Work]:
        """200 crossings and 100 reports are under way; at the end all are answered."""
        vehicles = self.registers(CROSSINGS)
        devices = list(itertools.islice(itertools.cycle(self.devices), REPORTS))
        with ThreadPoolExecutor(CLERKS) as clerks, ThreadPoolExecutor(1) as driver:
            work = Work(
                [clerks.submit(unhurried, LASTS * CLERKS / CROSSINGS, self.files, vehicle) for vehicle in vehicles],
                [driver.submit(unhurried, LASTS / REPORTS, self.reports, device) for device in devices],
            )
            yield work

    def _asks(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        answer = self._ask(path, body, key)
        assert answer.status_code == CREATED, answer.text
        return answer

    def _ask(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        headers = self.issuer.headers(self.caller) | {"Idempotency-Key": key}
        return insist(lambda: self.api.post(path, json=body, headers=headers))

    def _enrols(self, name: str, vehicle: str) -> dict[str, Any] | None:
        answer = self._ask("/api/identity/devices", {"hardware_id": name, "vehicle_id": vehicle}, str(new_id()))
        return answer.json() if answer.status_code == CREATED else None

    def _tells(self, name: str, way: Way) -> httpx.Response:
        positions = [{"at": at.isoformat(), "lon": lon, "lat": lat} for at, (lon, lat) in way.items()]
        return insist(lambda: self.intake.post("/positions", json={"device": name, "positions": positions}))


@dataclass(frozen=True)
class Work:
    """Crossings being filed and reports being sent."""

    filings: list[Future[Answer]]
    reports: list[Future[frozenset[Position]]]

    def reach(self, share: float) -> None:
        """Wait until this share of both is answered."""
        eventually(lambda: min(_done(self.filings), _done(self.reports)) >= share, within=PATIENCE)

    @property
    def over(self) -> bool:
        """Whether all of the crossings, or all of the reports, are answered."""
        return 1 in (_done(self.filings), _done(self.reports))

    @property
    def answered(self) -> Answered:
        """What the clients were told; raises what went wrong."""
        positions = [future.result() for future in self.reports]
        return Answered([future.result() for future in self.filings], frozenset().union(*positions))


def the_way_in_and_out() -> Way:
    """At the gate now, and on the road a moment later."""
    now = datetime.now(UTC)
    return {now: AT_THE_GATE, now + timedelta(microseconds=1): ON_THE_ROAD}


def _done(futures: list[Future[Any]]) -> float:
    return sum(future.done() for future in futures) / len(futures)
