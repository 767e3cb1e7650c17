"""`bordergate replay-day`: watch a day's trucks go through the gate."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Never

from tqdm import tqdm

from bordergate.clock import HANOI
from bordergate.settings import Settings
from services.replay.cast import Account, Cast, dismiss, gather_cast
from services.replay.client import Border, Refused, open_border
from services.replay.day import BadDay, Truck, between, read_day, trucks_of
from services.replay.desk import register_vehicles
from services.replay.drive import Drive, Driven, Told, filed_at
from services.replay.journey import sites_of
from services.replay.pace import FASTEST, SLOWEST, Pacer

LEAD = timedelta(minutes=5)
READY_WITHIN = 30.0
WATCHED, LOGGED = 0.5, 30.0
STOPPED = 128 + signal.SIGTERM


def main(arguments: Sequence[str]) -> int:
    """Replay a day; 0 when every truck went its whole way, 1 when one did not or the gate refused, 2 when misused."""
    settings = Settings.read()
    asked = _parser(settings).parse_args(arguments)
    try:
        trucks = _trucks(asked)
        accounts = Account.read(json.loads(asked.accounts.read_text(encoding="utf-8")))
    except (BadDay, OSError, ValueError) as error:
        return _fail(f"{error}", 2)
    try:
        return asyncio.run(replay(asked, trucks, accounts))
    except Refused as refused:
        return _fail(f"{refused}", 1)
    except asyncio.CancelledError:
        return _fail("The day was ended before its time; its clock rests and its machines are dismissed.", STOPPED)


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordergate replay-day",
        description="Drive a day's trucks through a demonstration's public APIs, under its scaled clock.",
    )
    parser.add_argument("file", nargs="?", type=Path, help="the day as CSV; without it the published day")
    parser.add_argument("--speed", type=float, default=60, help=f"{SLOWEST:g} to {FASTEST:g}, default 60")
    parser.add_argument("--from", dest="begin", type=_of_day, default=timedelta(), help="only trucks from HH:MM on")
    parser.add_argument("--until", type=_of_day, default=timedelta(days=1), help="only trucks before HH:MM")
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same trucks")
    parser.add_argument("--origin", default=settings.origin)
    parser.add_argument("--intake", default=f"http://{settings.host}:{settings.intake_port}")
    parser.add_argument("--accounts", type=Path, default=settings.var / "demo" / "accounts.json")
    return parser


def _of_day(raw: str) -> timedelta:
    moment = datetime.strptime(raw, "%H:%M")  # noqa: DTZ007 - a time of day
    return timedelta(hours=moment.hour, minutes=moment.minute)


def _trucks(asked: argparse.Namespace) -> list[Truck]:
    shipped = files("services.replay") / "published_day.csv"
    text = (asked.file or shipped).read_text(encoding="utf-8")
    seed = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    trucks = trucks_of(between(read_day(text), asked.begin, asked.until), seed)
    if not trucks:
        raise BadDay("No trucks in that part of the day.")
    return trucks


async def replay(asked: argparse.Namespace, trucks: Sequence[Truck], accounts: dict[str, Account]) -> int:
    """The whole day against a running gate; told to end (SIGTERM), it puts things in order first."""
    day = asyncio.current_task()
    if day is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, day.cancel)
    async with open_border(asked.origin, asked.intake) as border:
        clock = await border.clock()
        cast = await gather_cast(border, accounts)
        try:
            return await _replay_as(border, cast, asked, trucks, clock.domain)
        finally:
            await border.put("/api/identity/clock", cast.admin, {"speed": 1})
            await dismiss(border, cast)


async def _replay_as(
    border: Border, cast: Cast, asked: argparse.Namespace, trucks: Sequence[Truck], now: datetime
) -> int:
    sites = sites_of(await border.get("/api/tracking/areas"))
    if nowhere := sorted({truck.route for truck in trucks} - set(sites)):
        raise Refused(f"The gate has no waiting area, gate and yard for {', '.join(nowhere)}.")
    chance = random.Random(trucks[0].plate)  # noqa: S311 - a simulation
    vehicles = await register_vehicles(border, cast, trucks, chance)
    midnight = day_of(trucks, now)
    driven = [Driven(truck, midnight + truck.arrives, vehicles[truck.number]) for truck in trucks]
    drive = Drive(border, cast, sites, Pacer(asked.speed), chance)
    drive.take(driven)
    begin = filed_at(driven[0].arrives_at) - LEAD
    await drive.set_pace(Pacer(asked.speed).speed, begin)
    await _until_begun(border, begin)
    _say(f"the day has begun: {len(trucks)} trucks")
    started = time.monotonic()
    seldom = WATCHED if sys.stderr.isatty() else LOGGED
    with tqdm(total=len(trucks), unit="truck", dynamic_ncols=True, mininterval=seldom, maxinterval=seldom) as bar:
        ended = await drive.run(lambda told: _show(bar, told))
        end = (await border.clock()).domain
    return _conclude(ended, (end - begin).total_seconds(), time.monotonic() - started)


def day_of(trucks: Sequence[Truck], now: datetime) -> datetime:
    """Midnight, Hà Nội, of the day to replay: today if its first papers are still to be filed, else tomorrow."""
    midnight = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    if filed_at(midnight + trucks[0].arrives) - LEAD < now:
        midnight += timedelta(days=1)
    return midnight


async def _until_begun(border: Border, begin: datetime) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while (await border.clock()).domain < begin:
        if time.monotonic() > deadline:
            raise Refused("The gate's clock does not follow; is it started with BORDERGATE_CLOCK=scaled?")
        await asyncio.sleep(0.2)


def _show(bar: tqdm[Never], told: Told) -> None:
    moment = told.now.astimezone(HANOI).strftime("%H:%M")
    standing = f"{moment} ×{told.speed:g} filed {told.filed} called {told.called} late {told.late:.1f} s"
    bar.set_postfix_str(standing, refresh=False)
    bar.update(told.over - bar.n)


def _conclude(ended: Sequence[Driven], simulated: float, real: float) -> int:
    over = sum(driven.over for driven in ended)
    took = f"{simulated / 3600:.1f} h in {real / 60:.1f} min, ×{simulated / real:.0f}"
    _say(f"{over} of {len(ended)} trucks went their whole way: {took}")
    for driven in [driven for driven in ended if not driven.over][:20]:
        _say(f"  not through: {driven.crossing_id or driven.truck.number} on {driven.truck.route}, {driven.standing()}")
    return 0 if over == len(ended) else 1


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command line prints


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)  # noqa: T201 - a command line prints
    return code
