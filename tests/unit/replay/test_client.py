"""Whatever the day asks of the gate is asked until it answers, and done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import httpx
import pytest

from services.replay.client import Border, Machine, Refused

EIGHT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
Answer = httpx.Response | httpx.TransportError


class Gate:
    """Answers in turn, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers: Sequence[Answer] = answers
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(request)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


def use(gate: Gate, act: Callable[[Border], object]) -> object:
    async def go() -> object:
        async with httpx.AsyncClient(transport=httpx.MockTransport(gate), base_url="http://gate") as http:
            return await act(Border(http, "http://intake"))  # type: ignore[misc] # the act is awaitable

    return asyncio.run(go())


def test_a_command_without_an_answer_is_asked_again_under_the_same_key() -> None:
    gate = Gate(httpx.ConnectError("gone"), httpx.Response(503), httpx.Response(201, json={"id": 7}))
    assert use(gate, lambda border: border.post("/api/x", "token", {"a": 1})) == {"id": 7}
    keys = {request.headers["idempotency-key"] for request in gate.asked}
    assert (len(gate.asked), len(keys)) == (3, 1)
    assert gate.asked[0].headers["authorization"] == "Bearer token"


def test_what_the_gate_refuses_is_told_and_not_asked_again() -> None:
    gate = Gate(httpx.Response(409, json={"code": "queue.closed"}))
    with pytest.raises(Refused, match=r"409 .*queue\.closed"):
        use(gate, lambda border: border.post("/api/x", None, {}))
    assert len(gate.asked) == 1


def test_a_device_that_is_not_known_yet_reports_again() -> None:
    gate = Gate(httpx.Response(401), httpx.Response(200, json={"accepted": 1}))
    assert use(gate, lambda border: border.report("7", EIGHT, 106.7, 21.9, 18.52)) == {"accepted": 1}
    query = dict(gate.asked[0].url.params)
    assert query == {"id": "7", "lat": "21.900000", "lon": "106.700000", "timestamp": "1777856400", "speed": "10.0"}
    assert gate.asked[0].url.host == "intake"


def test_a_machine_takes_one_token_for_many_requests() -> None:
    gate = Gate(httpx.Response(200, json={"access_token": "t", "expires_in": 600}), httpx.Response(200, json={}))
    machine = Machine("id", "secret")

    async def twice(border: Border) -> None:
        await border.get("/api/x", machine)
        await border.get("/api/y", machine)

    use(gate, twice)
    assert [request.url.path for request in gate.asked] == ["/api/identity/token", "/api/x", "/api/y"]


def test_a_real_gate_is_not_driven() -> None:
    told = {"demonstration": False, "speed": 1, "now": EIGHT.isoformat()}
    with pytest.raises(Refused, match="demonstration"):
        use(Gate(httpx.Response(200, json=told)), lambda border: border.clock())
