"""The intake answers a device only when the log has its position, and forgets what it may not keep."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import httpx
import pytest

from bordergate import metrics
from bordergate.broker import Broker, BrokerError, Record, Subscription
from bordergate.broker.memory import MemoryBroker
from bordergate.ids import new_id
from services.tracking.domain import TOPIC, Report
from services.tracking.intake.app import intake_app
from services.tracking.intake.roster import Known, Roster
from services.tracking.intake.sender import Sender
from services.tracking.queries import Carrying
from tests.builders.clock import FakeClock
from tests.builders.tracking import the_corridor

HERE = "lat=21.5&lon=106.5"
ABROAD = "lat=21.5&lon=108"


class SilentBroker:
    """A broker that acknowledges nothing."""

    def send(self, _records: Sequence[Record]) -> None:
        raise BrokerError("NoBrokersAvailable")

    def subscribe(self, _group: str, _topic: str) -> Subscription:
        raise BrokerError("NoBrokersAvailable")

    def close(self) -> None:
        pass


class Devices:
    """The enrolled devices, and how often they were read."""

    def __init__(self) -> None:
        self.known: dict[str, Carrying] = {}
        self.reads = 0

    def enrol(self, name: str, crossing: UUID | None) -> Carrying:
        self.known[name] = Carrying(new_id(), crossing)
        return self.known[name]

    def read(self) -> Known:
        self.reads += 1
        return Known(dict(self.known), the_corridor())


@pytest.fixture
def devices() -> Devices:
    return Devices()


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


def ask(devices: Devices, broker: Broker, *requests: tuple[str, str, object]) -> list[httpx.Response]:
    """Send the requests one after another; a body that is text is a form, anything else JSON."""

    async def go() -> list[httpx.Response]:
        sender = Sender(broker)
        app = intake_app(Roster(devices.read), sender, FakeClock())
        sender.start()
        transport = httpx.ASGITransport(app)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
                return [await client.request(method, url, **_body(body)) for method, url, body in requests]
        finally:
            sender.stop()

    return asyncio.run(go())


def _body(body: object) -> dict[str, object]:
    if isinstance(body, str):
        return {"content": body, "headers": {"content-type": "application/x-www-form-urlencoded"}}
    return {"json": body} if body is not None else {}


def sent(broker: MemoryBroker) -> list[tuple[str, Report]]:
    subscription = broker.subscribe("test", TOPIC)
    return [(record.key, Report.model_validate_json(record.body)) for record in subscription.poll(0, 100)]


def counted(result: str) -> float:
    return metrics.REGISTRY.get_sample_value("bordergate_positions_total", {"result": result}) or 0


def test_a_position_of_an_active_crossing_is_in_the_log_when_it_is_answered(
    devices: Devices, broker: MemoryBroker
) -> None:
    carrying = devices.enrol("7", new_id())
    (answer,) = ask(devices, broker, ("GET", f"/?id=7&{HERE}&speed=10", None))
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1})
    ((key, report),) = sent(broker)
    assert (key, report.crossing_id) == (str(carrying.device_id), carrying.crossing_id)
    assert (report.position.lat, report.position.speed_kmh) == (21.5, pytest.approx(18.52))


def test_a_form_and_a_query_may_be_posted(devices: Devices, broker: MemoryBroker) -> None:
    devices.enrol("7", new_id())
    answers = ask(devices, broker, ("POST", "/", f"id=7&{HERE}"), ("POST", f"/?id=7&{HERE}", None))
    assert [answer.json() for answer in answers] == [{"accepted": 1}] * 2


def test_a_batch_is_taken_and_each_left_out_position_counted(devices: Devices, broker: MemoryBroker) -> None:
    devices.enrol("7", new_id())
    places = [
        (106.5, 21.5, "2026-05-04T01:00:00Z"),
        (108, 21.5, "2026-05-04T01:00:00Z"),
        (106.5, 21.5, "2020-01-01T00:00:00Z"),
    ]
    batch = {"device": "7", "positions": [{"lon": lon, "lat": lat, "at": at} for lon, lat, at in places]}
    (answer,) = ask(devices, broker, ("POST", "/positions", batch))
    assert answer.json() == {"accepted": 1, "outside_corridor": 1, "too_old": 1}
    assert len(sent(broker)) == 1


def test_an_unknown_device_is_told_so(devices: Devices, broker: MemoryBroker) -> None:
    before = counted("unknown_device")
    (answer,) = ask(devices, broker, ("GET", f"/?id=8&{ABROAD}", None))
    assert (answer.status_code, answer.json()["code"]) == (401, "tracking.unknown_device")
    assert counted("unknown_device") == before + 1


def test_a_stranger_who_asks_again_costs_no_second_look(devices: Devices, broker: MemoryBroker) -> None:
    ask(devices, broker, *[("GET", f"/?id=8&{HERE}", None)] * 5)
    assert devices.reads == 1


@pytest.mark.parametrize(("place", "result"), [(ABROAD, "outside_corridor"), (HERE, "no_active_crossing")])
def test_what_may_not_be_kept_is_counted_and_forgotten(
    devices: Devices, broker: MemoryBroker, place: str, result: str
) -> None:
    devices.enrol("7", None)
    before = counted(result)
    (answer,) = ask(devices, broker, ("GET", f"/?id=7&{place}", None))
    assert (answer.status_code, answer.json()) == (200, {result: 1})
    assert counted(result) == before + 1
    assert sent(broker) == []


def test_without_the_broker_the_device_is_asked_to_come_back(devices: Devices) -> None:
    devices.enrol("7", new_id())
    accepted = counted("accepted")
    (answer,) = ask(devices, SilentBroker(), ("GET", f"/?id=7&{HERE}", None))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert counted("accepted") == accepted


@pytest.mark.parametrize(
    ("method", "url", "body", "status"),
    [
        ("GET", "/?lat=1&lon=2", None, 400),
        ("GET", "/", None, 400),
        ("POST", "/positions", {"device": "7", "positions": []}, 400),
        ("POST", "/positions", {"device": "7", "positions": [{"lon": 1, "lat": 2, "at": "2026-05-04T01:00:00"}]}, 400),
        ("POST", "/positions", {"device": "7"}, 400),
        ("POST", "/positions", "x" * 300_000, 413),
        ("DELETE", "/", None, 405),
        ("GET", "/elsewhere", None, 404),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    devices: Devices, broker: MemoryBroker, method: str, url: str, body: object, status: int
) -> None:
    (answer,) = ask(devices, broker, (method, url, body))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_it_tells_whether_it_is_ready_and_how_it_does(devices: Devices, broker: MemoryBroker) -> None:
    ready, alive, measured = ask(
        devices, broker, ("GET", "/readyz", None), ("GET", "/healthz", None), ("GET", "/metrics", None)
    )
    assert ready.json()["checks"] == {"roster": "stale", "broker": None}
    assert alive.status_code == 200
    assert "bordergate_positions_total" in measured.text
