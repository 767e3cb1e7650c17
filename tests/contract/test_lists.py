"""Every list of every service is read on from its own cursor, and refuses another's."""

from __future__ import annotations

from collections.abc import Iterator

from bordergate.auth import Role
from bordergate.http.paging import cursor_of
from bordergate.ids import new_id
from bordergate.service import Service, installed
from tests.builders.callers import a_caller
from tests.gates import StillGate

APIS = [service for service in installed() if service.router and not service.pages]
EVERY_ROLE = [role for role in Role if role is not Role.DRIVER]


SOUGHT = "12C12345"
"""What is looked for where a list wants to know."""


def lists_of(gate: StillGate, service: Service) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the service's lists are and what they must be asked, by what its description says of their query."""
    root = f"/api/{service.name.replace('_', '-')}"
    for path, operations in gate.client.get(f"{root}/openapi.json").json()["paths"].items():
        asked = operations.get("get", {}).get("parameters", ())
        if "{" not in path and any(parameter["name"] == "cursor" for parameter in asked):
            yield root + path, {parameter["name"]: SOUGHT for parameter in asked if parameter.get("required")}


def test_a_cursor_that_is_another_lists_is_refused_by_every_list(still_gate: StillGate) -> None:
    caller = still_gate.as_(a_caller(*EVERY_ROLE, organisation=new_id()))
    lists = dict(found for service in APIS for found in lists_of(still_gate, service))
    assert len(lists) >= 9
    for place in (["2026-05-04T01:00:00Z"], [7.5], ["12C\0", "no id"]):
        told = {
            path: caller.get(path, params={**asked, "cursor": cursor_of(place)}).json().get("code")
            for path, asked in lists.items()
        }
        assert told == dict.fromkeys(lists, "page.bad_cursor")
