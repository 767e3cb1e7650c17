"""Requests of real devices, as another decoder's own tests hold them, decode to what their parameters state."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bordergate import metrics
from bordergate.ids import new_id
from services.tracking.decode import read_json, read_query
from services.tracking.domain import Heard, Position
from tests.builders.intake import an_intake
from tests.builders.news import as_record, enveloped
from tests.builders.tracking import an_enrolled_device
from tests.gates import StillGate

NOW = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
WRITTEN = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Asked:
    """One request of the file, as HTTP."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def read(cls, expression: str) -> Asked:
        """From the Java that makes it: `request("url")`, or method, url, headers and body."""
        texts = [json.loads(found) for found in WRITTEN.findall(expression)]
        if "HttpMethod" not in expression:
            return cls("GET", texts[0], {}, b"")
        url, *pairs, body = texts
        return cls("POST", url, dict(zip(pairs[::2], pairs[1::2], strict=True)), body.encode())

    def heard(self) -> Heard:
        """What the decoder makes of it."""
        return read_json(self.body, NOW) if self.body else read_query(urlsplit(self.url).query, NOW)


@pytest.fixture(scope="session")
def asked(outside_data: Path) -> list[Asked]:
    lines = (outside_data / "traccar_osmand.jsonl").read_text("utf-8").splitlines()
    found = [Asked.read(json.loads(line)["expr"]) for line in lines]
    assert len(found) == 6
    return found


def stated(request: Asked) -> tuple[str, dict[str, object]]:
    """The device and the position by the request's own parameters."""
    if request.body:
        whole = json.loads(request.body)
        coords = whole["location"]["coords"]
        return whole["device_id"], {
            "at": datetime.fromisoformat(whole["location"]["timestamp"]),
            "lat": coords["latitude"],
            "lon": coords["longitude"],
            "speed_kmh": pytest.approx(coords["speed"] * 3.6),
            "course": coords["heading"],
            "altitude_m": coords["altitude"],
            "accuracy_m": coords["accuracy"],
        }
    given = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
    course = given.get("bearing", given.get("heading"))
    return given.get("id", given.get("deviceid", "")), {
        "at": moment(given.get("timestamp")),
        "lat": float(given["lat"]),
        "lon": float(given["lon"]),
        "speed_kmh": pytest.approx(float(given["speed"]) * 1.852) if "speed" in given else None,
        "course": float(course) if course else None,
        "altitude_m": float(given["altitude"]) if "altitude" in given else None,
        "accuracy_m": float(given["hacc"]) if "hacc" in given else None,
    }


def moment(raw: str | None) -> datetime:
    if raw is None:
        return NOW
    return datetime.fromtimestamp(int(raw), UTC) if raw.isdecimal() else datetime.fromisoformat(raw)


def test_each_request_decodes_to_the_position_its_own_parameters_state(asked: list[Asked]) -> None:
    for request in asked:
        device, position = stated(request)
        heard = request.heard()
        assert heard.device == device
        assert [one.model_dump() for one in heard.positions] == [position]
        assert all(isinstance(one, Position) for one in heard.positions)


@pytest.fixture
def port(still_gate: StillGate) -> Iterator[httpx.Client]:
    with an_intake(still_gate.gate) as address, httpx.Client(base_url=address) as client:
        yield client


def counted(result: str) -> float:
    return metrics.REGISTRY.get_sample_value("bordergate_positions_total", {"result": result}) or 0


def send(port: httpx.Client, request: Asked) -> int:
    return port.request(request.method, request.url, headers=request.headers, content=request.body).status_code


def test_an_enrolled_device_is_answered_and_its_position_counted_as_outside_the_corridor(
    still_gate: StillGate, port: httpx.Client, asked: list[Asked]
) -> None:
    for device in {stated(request)[0] for request in asked}:
        still_gate.publish(as_record(enveloped(an_enrolled_device(device, new_id()))))
    still_gate.settle()
    for request in asked:
        before = counted("outside_corridor")
        assert send(port, request) == 200
        assert counted("outside_corridor") == before + 1


def test_an_unknown_device_is_answered_401(port: httpx.Client, asked: list[Asked]) -> None:
    assert [send(port, request) for request in asked] == [401] * 6
