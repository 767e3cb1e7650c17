"""The intake judges by a roster of a second ago, and by the one before when it cannot be read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bordergate.broker import BrokerError
from bordergate.ids import new_id
from services.tracking.intake.roster import Known, Roster
from services.tracking.queries import Carrying
from tests.builders.tracking import the_corridor

SEVEN = {"7": Carrying(new_id(), new_id())}


def reading(*rosters: dict[str, Carrying] | None) -> Callable[[], Known]:
    """Rosters in turn; None is a time when it cannot be read; the last one stays."""
    left = list(rosters)

    def read() -> Known:
        known = left.pop(0) if len(left) > 1 else left[0]
        if known is None:
            raise BrokerError("away")
        return Known(known, the_corridor())

    return read


def test_a_device_enrolled_since_is_found_at_once() -> None:
    async def go() -> None:
        roster = Roster(reading({}, SEVEN))
        await roster.refresh(time.monotonic())
        assert await roster.carrying("7") == SEVEN["7"]

    asyncio.run(go())


def test_many_strangers_at_once_are_looked_for_once() -> None:
    reads = 0

    def read() -> Known:
        nonlocal reads
        reads += 1
        time.sleep(0.02)
        return Known({}, the_corridor())

    async def go() -> None:
        roster = Roster(read)
        found = await asyncio.gather(*(roster.carrying(str(number)) for number in range(50)))
        assert found == [None] * 50

    asyncio.run(go())
    assert reads <= 2


def test_a_roster_that_cannot_be_read_leaves_the_one_before_in_force() -> None:
    async def go() -> None:
        roster = Roster(reading(SEVEN, None))
        await roster.refresh(time.monotonic())
        task = asyncio.create_task(roster.run())
        await asyncio.sleep(0.05)
        assert not task.done()
        task.cancel()
        assert await roster.carrying("7") == SEVEN["7"]
        assert roster.check() is None

    asyncio.run(go())


def test_a_roster_that_was_never_read_is_stale() -> None:
    assert Roster(reading(SEVEN)).check() == "stale"
