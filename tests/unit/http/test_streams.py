from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

import pytest

from bordergate.http.sse import MOST_WAITS, Hub, Watched, framed

URL = "postgresql+psycopg://nobody@127.0.0.1:1/none"


def watched(key: str) -> Watched:
    return Watched(key, lambda: "", itertools.count(1), 0)


def test_a_frame_names_its_events_and_carries_one_number() -> None:
    frame = framed({"queue": "<b>1</b>\n<i>2</i>", "map": ""}, 7).decode()
    assert frame == "event: queue\ndata: <b>1</b>\ndata: <i>2</i>\n\nid: 7\nevent: map\ndata: \n\n"


def test_pages_that_watch_one_thing_share_its_bytes() -> None:
    made = itertools.count(1)

    async def watch() -> list[bytes]:
        board = Watched("hn-1119", lambda: f"state {next(made)}", itertools.count(1), 0)
        first = [frame for _, frame in await asyncio.gather(*(board.newest() for _ in range(20)))]
        await board.wake()
        second = [frame for _, frame in await asyncio.gather(*(board.newest() for _ in range(20)))]
        return first + second

    frames = asyncio.run(watch())
    assert len(set(frames)) == 2
    assert next(made) == 3


def test_a_change_wakes_who_watches_it_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bordergate.http.sse.HEARTBEAT", 0.05)

    async def watch() -> tuple[bool, bool]:
        hub = Hub(URL)
        here, there = (hub._watch(watched(key), "") for key in ("hn-1119", "tt-1088"))
        seen = [(await one.newest())[0] for one in (here, there)]
        waiting = asyncio.gather(here.changed(seen[0]), there.changed(seen[1]))
        await asyncio.sleep(0.01)
        await hub.wake("hn-1119")
        woken, slept = await waiting
        return woken, slept

    assert asyncio.run(watch()) == (True, False)


def test_what_nobody_watches_any_more_is_forgotten() -> None:
    hub = Hub(URL)
    for _ in range(2):
        hub._watch(watched("hn-1119"), "vi")
    board = hub._watched["hn-1119", "vi"]
    for _ in range(2):
        hub._leave(board, ("hn-1119", "vi"))
    assert not hub._watched
    assert not hub._by_key


def test_a_state_that_could_not_be_drawn_is_drawn_anew() -> None:
    states: Iterator[LookupError | str] = iter([LookupError(), "there again"])

    def draw() -> str:
        state = next(states)
        if isinstance(state, Exception):
            raise state
        return state

    async def watch() -> bytes:
        board = Watched("hn-1119", draw, itertools.count(1), 0)
        with pytest.raises(LookupError):
            await board.newest()
        return (await board.newest())[1]

    assert b"there again" in asyncio.run(watch())


def test_waiting_for_ones_own_news_holds_no_thread_between_two_looks() -> None:
    looks = itertools.count()

    async def wait() -> bool:
        hub = Hub(URL)
        waiting = asyncio.create_task(hub.comes_true(lambda: next(looks) == 1, whose="me", within=5))
        await asyncio.sleep(0.15)
        await hub.wake("hn-1119")
        return await asyncio.wait_for(waiting, 0.25)

    assert asyncio.run(wait())
    assert next(looks) == 2


def test_who_waits_for_many_things_is_not_waited_for() -> None:
    async def ask() -> tuple[list[bool], float]:
        hub, loop = Hub(URL), asyncio.get_running_loop()
        first = [asyncio.create_task(hub.comes_true(lambda: False, whose="me", within=0.6)) for _ in range(MOST_WAITS)]
        await asyncio.sleep(0.05)
        began = loop.time()
        more = await asyncio.gather(*(hub.comes_true(lambda: False, whose="me", within=30) for _ in range(40)))
        took = loop.time() - began
        other = await hub.comes_true(lambda: True, whose="you", within=1)
        return [*more, *await asyncio.gather(*first), not other], took

    answers, took = asyncio.run(ask())
    assert not any(answers)
    assert took < 0.5


def test_a_stream_says_beside_its_changes_and_between_them_what_its_page_is_to_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bordergate.http.sse.HEARTBEAT", 0.02)
    monkeypatch.setattr("bordergate.http.sse.HERE_EVERY", 0.0)
    told = iter(["as of 8", "as of 9", "as of 10"])

    async def follow() -> list[bytes]:
        hub = Hub(URL)
        board = Watched("hn-1119", lambda: "now", itertools.count(1), 0, lambda: next(told))
        frames = hub._frames(board, "vi", -1)
        return [await anext(frames) for _ in range(4)]

    _, shown, with_it, between = asyncio.run(follow())
    assert b"data: now" in shown
    assert (with_it, between) == (b"event: here\ndata: as of 8\n\n", b"event: here\ndata: as of 9\n\n")
