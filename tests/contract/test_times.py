"""Every time that comes in over HTTP is one the gate can show in every zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bordergate.service import Service, installed
from tests.gates import StillGate

SERVICES = [service for service in installed() if service.router and not service.pages]
REF = "#/components/schemas/"


def sent_to(described: dict[str, Any]) -> Iterator[Any]:
    """The schemas of everything the API is sent."""
    for operations in described["paths"].values():
        for operation in operations.values():
            yield from (parameter["schema"] for parameter in operation.get("parameters", ()))
            yield operation.get("requestBody", {})


def times_in(part: Any, schemas: dict[str, Any], seen: set[str]) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON is anything
    """Every time in a schema, through what it refers to."""
    if isinstance(part, list):
        for one in part:
            yield from times_in(one, schemas, seen)
    if not isinstance(part, dict):
        return
    if part.get("format") == "date-time":
        yield part
    name = str(part.get("$ref", "")).removeprefix(REF)
    if name and name not in seen:
        yield from times_in(schemas[name], schemas, seen | {name})
    yield from times_in(list(part.values()), schemas, seen)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_time_that_is_sent_lies_in_this_century(service: Service, still_gate: StillGate) -> None:
    described = still_gate.client.get(f"/api/{service.name.replace('_', '-')}/openapi.json").json()
    times = list(times_in(list(sent_to(described)), described["components"]["schemas"], set()))
    assert times
    assert [time for time in times if "2000 to 2099" not in time.get("description", "")] == []
