"""Whatever is sent to the desk to harm it is refused with its reason, and takes no more memory than any other."""

from __future__ import annotations

import asyncio
import json
import re
import tracemalloc
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.types import Message

from bordergate.auth import Role
from bordergate.http import GateRoute
from bordergate.ids import new_id
from services.vehicle_registration.api import router
from tests.builders.callers import a_caller
from tests.builders.registration import a_paper, a_plan, papers
from tests.gates import Asking, StillGate
from tests.integration.vehicle_registration.conftest import API, Border
from tests.unit.vehicle_registration.test_list_files import SHEET, a_sheet, with_part

MEBIBYTE = 1024 * 1024
HUGE = 50
MARKS = ["\u202e", "\u202b", "\u2067", "\u200f", "\u061c", "\a", "\u0085"]
"""Marks of writing direction of every kind, a bell, and a control of the second set."""
BY_HAND = {
    "route": "hn-1119",
    "direction": "EXPORT",
    "day": "2026-05-05",
    "starts": "08:00",
    "ends": "12:00",
    "plate": "12C-123.45",
    "declared_empty": True,
}
WALK_UP = {"route": "hn-1119", "direction": "EXPORT", "plate": "29H-543.21", "vehicle_type": "VT4"}
PARAMETER = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True)
class WordsDoor:
    """A door that takes words: a good body, and where in it somebody's own words stand."""

    asking: Asking
    path: str
    body: dict[str, Any]
    place: str

    def spoilt(self, mark: str) -> dict[str, Any]:
        """The body with a mark in the middle of the words."""
        copy: dict[str, Any] = json.loads(json.dumps(self.body))
        *steps, last = re.findall(r"\w+", self.place)
        inner: Any = copy
        for step in steps:
            inner = inner[int(step)] if step.isdigit() else inner[step]
        inner[last] = f"{inner[last][:2]}{mark}{inner[last][2:]}"
        return copy

    def sends(self, content: bytes) -> tuple[int, list[tuple[str, str]]]:
        """The status, and each wrong place with its code."""
        answer = self.asking.post(f"{API}{self.path}", content=content, headers={"Content-Type": "application/json"})
        told = answer.json()
        return answer.status_code, [(one["field"], one["code"]) for one in told.get("problems", ())]


def doors(border: Border) -> list[WordsDoor]:
    """Every door of the desk that takes somebody's own words."""
    firm = border.firm()
    truck = firm.registers()
    driver = firm.asking.post(f"{API}/drivers", json={"full_name": "Lái xe A"}).json()["id"]
    crossing, other = (firm.crossing(truck, submit=False)["id"] for _ in range(2))
    plan = a_plan(vehicle_id=truck["id"]).model_dump(mode="json") | {"trailer": "12R-123.45"}
    paper = a_paper().model_dump(mode="json")
    correction = {"plate": "12C-000.01"}
    told = [
        ("/registrations", {"crossings": [plan]}, "$.crossings[0].trailer"),
        ("/crossings", BY_HAND, "$.plate"),
        (f"/crossings/{crossing}/amend", BY_HAND, "$.plate"),
        (f"/crossings/{other}/cancel", {"reason": "hàng chưa tới"}, "$.reason"),
        ("/vehicles", papers(plate="29H-000.01").model_dump(mode="json"), "$.plate"),
        ("/vehicles/batch", {"vehicles": [papers(plate="29H-000.02").model_dump(mode="json")]}, "$.vehicles[0].plate"),
        (f"/vehicles/{truck['id']}/correct", correction, "$.plate"),
        ("/drivers", {"full_name": "Lái xe B"}, "$.full_name"),
        (f"/drivers/{driver}/correct", {"full_name": "Lái xe C"}, "$.full_name"),
        (f"/vehicles/{truck['id']}/papers", paper, "$.issuer"),
        ("/uploads", {"lines": [BY_HAND | {"declared_empty": "yes"}]}, "$.lines[0].plate"),
    ]
    walk_up = WordsDoor(border.officer(Role.GATE_OPERATOR), "/walk-ups", WALK_UP | {"declared_empty": True}, "$.plate")
    return [*(WordsDoor(firm.asking, *one) for one in told), walk_up]


def test_marks_that_nobody_sees_are_refused_by_their_place_at_every_door_and_the_same_words_without_them_pass(
    border: Border,
) -> None:
    for door in doors(border):
        for mark in MARKS:
            for escaped in (True, False):
                content = json.dumps(door.spoilt(mark), ensure_ascii=escaped).encode()
                assert door.sends(content) == (422, [(door.place, "payload.hidden_marks")]), (door.path, mark)
        status, _ = door.sends(json.dumps(door.body, ensure_ascii=False).encode())
        assert status in (200, 201), door.path


def test_a_nul_and_half_a_sign_are_no_words_at_any_door(border: Border) -> None:
    for door in doors(border):
        for mark in ("\0", "\ud800", "\udfff"):
            assert door.sends(json.dumps(door.spoilt(mark)).encode()) == (422, [("$", "payload.not_json")]), door.path


def test_words_in_another_encoding_are_refused_at_every_door(border: Border) -> None:
    for door in doors(border):
        told = json.dumps(door.spoilt("ế"), ensure_ascii=False)
        for content in (told.encode("utf-16"), told.encode("cp1258", "replace").replace(b"?", b"\xea"), b"\xff" * 9):
            assert door.sends(content) == (422, [("$", "payload.not_json")]), door.path


def test_what_is_nested_without_end_is_refused_at_every_door(border: Border) -> None:
    for door in doors(border):
        for content in (b"[" * 500_000, b'{"crossings":' * 50_000):
            assert door.sends(content)[0] == 422, door.path


def test_a_form_with_hidden_marks_is_refused_like_json(border: Border) -> None:
    firm = border.firm()
    fields = {name: str(value) for name, value in (BY_HAND | {"plate": "12C\u202e12345"}).items()}
    answer = firm.asking.post(f"{API}/crossings", data=fields, follow_redirects=False)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "payload.hidden_marks")


def test_a_workbook_that_would_unpack_to_very_much_is_refused_at_the_door(border: Border) -> None:
    cells = "".join(f"<c><v>{number * 7919 % 1_000_003}</v></c>" for number in range(300_000))
    for bomb in (with_part(SHEET, a_sheet(f"<row>{cells}</row>")), with_part(SHEET, b"0" * (20 * MEBIBYTE))):
        answer = border.firm().asking.post(f"{API}/uploads", content=bomb)
        assert (answer.status_code, answer.json()["code"]) == (400, "vehicle_registration.list_too_dense")


COMMANDS = [
    (method, route.path)
    for route in router.routes
    if isinstance(route, GateRoute)
    for method in route.methods - {"GET", "HEAD"}
]


@pytest.mark.parametrize("declared", [True, False])
def test_fifty_megabytes_are_refused_at_every_door_and_never_held(border: Border, *, declared: bool) -> None:
    assert len(COMMANDS) > 20
    for method, path in COMMANDS:
        tracemalloc.start()
        status = asyncio.run(poured(border.gate, method, f"{API}{PARAMETER.sub(str(new_id()), path)}", declared))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert status == 413 or (not declared and status in (403, 404)), (method, path, status)
        assert peak < 14 * MEBIBYTE, (method, path, peak)


async def poured(gate: StillGate, method: str, path: str, declared: bool) -> int:  # noqa: FBT001 - a test's own
    """Fifty megabytes, a piece at a time, whether or not their length was said before; the answer's status."""
    caller = a_caller(Role.CARRIER, Role.ADMIN, Role.GATE_OPERATOR, organisation=new_id())
    headers = {"content-type": "application/json", "host": "localhost"} | gate.issuer.headers(caller)
    if declared:
        headers["content-length"] = str(HUGE * MEBIBYTE)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    pieces = (b" " * MEBIBYTE for _ in range(HUGE))
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": next(pieces, b""), "more_body": True}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await gate.client.app(scope, receive, send)
    return statuses[0]
