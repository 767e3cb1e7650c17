"""Drives a day's trucks: each does what is due by the gate's clock, and the clock waits for whoever is late."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from services.replay import desk
from services.replay.cast import Cast
from services.replay.client import Border
from services.replay.day import Truck
from services.replay.journey import Act, PlateRead, Seen, Sites, Stated, Timed, arrival, way
from services.replay.pace import Pacer, Reading

FILED_BEFORE = timedelta(minutes=30)
FILED_EVERY = timedelta(minutes=5)
TICK = 0.2
POLL = 1.0
DOUBT = 10.0
MOST_FACTS = 200
GIVE_UP_AFTER = timedelta(hours=30)
UNNOTICED = 1.5
OVER = "COMPLETED"


@dataclass
class Driven:
    """A truck on its way through the day."""

    truck: Truck
    arrives_at: datetime
    vehicle_id: str
    crossing_id: str = ""
    called: bool = False
    over: bool = False
    refused: list[str] = field(default_factory=list)

    def standing(self) -> str:
        """How far it came, for whoever asks why it is not through."""
        if self.refused:
            return f"refused: {', '.join(self.refused)}"
        return "called" if self.called else "waiting" if self.crossing_id else "not filed"


@dataclass(frozen=True)
class Filing:
    """The truck's papers are due."""


Due = tuple[datetime, int, Driven, Act | Filing]


@dataclass(frozen=True)
class Told:
    """How far the day is, for whoever watches."""

    now: datetime
    over: int
    filed: int
    called: int
    speed: float
    late: float


class Drive:
    """One day; `run` ends when every truck is through, or when nothing has moved for more than a day."""

    def __init__(
        self, border: Border, cast: Cast, sites: Mapping[str, Sites], pacer: Pacer, chance: random.Random
    ) -> None:
        self._border = border
        self._cast = cast
        self._sites = sites
        self._pacer = pacer
        self._chance = chance
        self._clock: Reading | None = None
        self._due: list[Due] = []
        self._order = itertools.count()
        self._trucks: list[Driven] = []
        self._by_crossing: dict[str, Driven] = {}
        self._late = self._shown = 0.0
        self._doubted: dict[str, list[str]] = {}
        self._doubted_at = float("-inf")

    def take(self, trucks: Iterable[Driven]) -> None:
        """Plan everybody's papers."""
        for driven in trucks:
            self._trucks.append(driven)
            self._plan(filed_at(driven.arrives_at), driven, Filing())

    async def run(self, tell: Callable[[Told], None]) -> list[Driven]:
        """Drive until all is over; returns the trucks, each with what became of it."""
        polled, moved_at = float("-inf"), None
        while any(not driven.over and not driven.refused for driven in self._trucks):
            if time.monotonic() - polled >= POLL:
                polled = time.monotonic()
                await self._look_around()
                tell(self._told())
            now = self._now()
            moved_at = now if await self._do_due(now) or moved_at is None else moved_at
            if now - moved_at > GIVE_UP_AFTER:
                break
            await asyncio.sleep(TICK)
        tell(self._told())
        return self._trucks

    async def set_pace(self, speed: float, now: datetime | None = None) -> None:
        """Set the gate's clock; it takes effect in some seconds, everywhere at once."""
        body = {"speed": speed} | ({"domain_at": now.isoformat()} if now else {})
        await self._border.put("/api/identity/clock", self._cast.admin, body)

    def _now(self) -> datetime:
        if self._clock is None:
            raise LookupError("the clock was not read yet")
        return self._clock.at(time.monotonic())

    def _plan(self, at: datetime, driven: Driven, act: Act | Filing) -> None:
        heapq.heappush(self._due, (at, next(self._order), driven, act))

    def _plan_all(self, begin: datetime, driven: Driven, made: Iterable[Timed]) -> None:
        for after, act in made:
            self._plan(begin + after, driven, act)

    async def _look_around(self) -> None:
        """Read the clock, hear who was called, and go slower if anything is late."""
        self._clock = await self._border.clock()
        routes = sorted({driven.truck.route for driven in self._trucks})
        boards = await asyncio.gather(*(self._board(route) for route in routes))
        self._shown = max([self._late, *(self._hear(board) for board in boards)])
        self._late = 0.0
        speed = self._pacer.watch(self._shown, time.monotonic())
        if speed is not None:
            await self.set_pace(speed)
        if time.monotonic() - self._doubted_at >= DOUBT:
            await self._give_up_refused()
            self._doubted_at = time.monotonic()

    async def _give_up_refused(self) -> None:
        """A truck that may not queue, twice in a row, will not come; there is time for customs to assess it."""
        refused = await desk.refused_crossings(self._border, self._cast)
        for crossing in refused.keys() & self._doubted.keys() & self._by_crossing.keys():
            self._by_crossing[crossing].refused = refused[crossing] or ["NOT_READY"]
        self._doubted = refused

    async def _board(self, route: str) -> dict[str, Any]:
        path = f"/api/queue-scheduling/routes/{route}/board"
        board: dict[str, Any] = await self._border.get(path, self._cast.authorities["BORDER_GUARD"])
        return board

    def _hear(self, board: Mapping[str, Any]) -> float:
        """Let the newly called trucks go; returns by how many real seconds the news came late."""
        now, late = self._now(), 0.0
        for called in (called for queue in board["queues"] for called in queue["called"]):
            driven = self._by_crossing.get(called["crossing_id"])
            if driven is None or driven.called:
                continue
            driven.called = True
            behind = (now - datetime.fromisoformat(called["called_at"])).total_seconds() / self._pacer.speed
            late = max(late, behind - UNNOTICED - POLL)
            begin = max(now, driven.arrives_at)
            self._plan_all(begin, driven, way(driven.truck, self._sites[driven.truck.route], self._chance))
        return late

    async def _do_due(self, now: datetime) -> int:
        due = []
        while self._due and self._due[0][0] <= now:
            due.append(heapq.heappop(self._due))
        if not due:
            return 0
        self._late = max(self._late, (now - due[0][0]).total_seconds() / self._pacer.speed - TICK)
        await asyncio.gather(
            self._file([driven for _, _, driven, act in due if isinstance(act, Filing)], now),
            self._report([(at, driven, act) for at, _, driven, act in due if isinstance(act, Seen)]),
            self._state([(at, driven, act) for at, _, driven, act in due if isinstance(act, Stated)]),
            self._read([(at, driven, act) for at, _, driven, act in due if isinstance(act, PlateRead)]),
        )
        return len(due)

    async def _file(self, driven: Sequence[Driven], now: datetime) -> None:
        if not driven:
            return
        trucks = [one.truck for one in driven]
        vehicles = {one.truck.number: one.vehicle_id for one in driven}
        crossings = await desk.file_trucks(self._border, self._cast, trucks, vehicles, now)
        for one in driven:
            one.crossing_id = crossings[one.truck.number]
            self._by_crossing[one.crossing_id] = one
            self._plan_all(one.arrives_at, one, arrival(one.truck, self._sites[one.truck.route]))

    async def _report(self, seen: Sequence[tuple[datetime, Driven, Seen]]) -> None:
        await asyncio.gather(
            *(
                self._border.report(desk.device_of(driven.vehicle_id), at, *act.place, act.speed_kmh)
                for at, driven, act in seen
            )
        )

    async def _read(self, read: Sequence[tuple[datetime, Driven, PlateRead]]) -> None:
        guard = self._cast.authorities["BORDER_GUARD"]
        for at, driven, act in read:
            body = {"plate": act.of(driven.truck.plate), "lane": act.lane, "at": at.isoformat()}
            await self._border.post(f"/api/gate-operations/crossings/{driven.crossing_id}/plates", guard, body)

    async def _state(self, stated: Sequence[tuple[datetime, Driven, Stated]]) -> None:
        by_authority: dict[str, list[dict[str, Any]]] = {}
        for at, driven, act in stated:
            fact = {"fact_id": str(uuid4()), "crossing_id": driven.crossing_id, "kind": act.kind, "at": at.isoformat()}
            by_authority.setdefault(act.authority, []).append(fact)
        await asyncio.gather(
            *(
                self._state_for(authority, facts[first : first + MOST_FACTS])
                for authority, facts in by_authority.items()
                for first in range(0, len(facts), MOST_FACTS)
            )
        )

    async def _state_for(self, authority: str, facts: Sequence[Mapping[str, Any]]) -> None:
        machine = self._cast.authorities[authority]
        told = await self._border.post("/api/gate-operations/facts", machine, {"facts": facts})
        for passage in told["crossings"]:
            if passage["stage"] == OVER:
                self._by_crossing[passage["crossing_id"]].over = True

    def _told(self) -> Told:
        return Told(
            now=self._now(),
            over=sum(driven.over for driven in self._trucks),
            filed=len(self._by_crossing),
            called=sum(driven.called for driven in self._trucks),
            speed=self._clock.speed if self._clock else 0,
            late=self._shown,
        )


def filed_at(arrives_at: datetime) -> datetime:
    """When a truck's papers are filed: half an hour before it comes, many together each five minutes."""
    early = arrives_at - FILED_BEFORE
    return early - timedelta(seconds=early.timestamp() % FILED_EVERY.total_seconds())
