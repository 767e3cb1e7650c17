"""Every service keeps to what its OpenAPI description says, whatever it is sent: no fault, no undocumented answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import status_code_conformance

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from bordergate.service import Service, installed
from tests.builders.callers import a_caller
from tests.gates import StillGate

EXAMPLES = 25
CheckFunction = Callable[..., Any]
APIS = [service for service in installed() if service.router and not service.pages]
PAGES = [service for service in installed() if service.router and service.pages]
ENDLESS = "/live"
"""How the paths of streams end: they answer for as long as somebody listens."""


def operations(gate: StillGate, service: Service) -> Iterator[schemathesis.APIOperation]:
    place = "" if service.pages else f"/api/{service.name.replace('_', '-')}"
    schema = schemathesis.openapi.from_asgi(f"{place}/openapi.json", gate.client.app)
    for found in schema.get_all_operations():
        yield found.ok()


@pytest.mark.parametrize("service", APIS, ids=lambda service: service.name)
def test_no_request_brings_a_fault_or_an_answer_nobody_described(service: Service, still_gate: StillGate) -> None:
    wrong: dict[str, str] = {}
    for operation in operations(still_gate, service):
        _try(operation, still_gate, wrong)
    assert wrong == {}


@pytest.mark.parametrize("service", PAGES, ids=lambda service: service.name)
def test_no_address_of_a_page_brings_a_fault(
    service: Service, still_gate: StillGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.portal.pages.live.PAGE_WAITS", 0)
    monkeypatch.setattr("services.portal.pages.live.SCRIPT_WAITS", 0)
    wrong: dict[str, str] = {}
    tried = [operation for operation in operations(still_gate, service) if not operation.path.endswith(ENDLESS)]
    for operation in tried:
        _try(operation, still_gate, wrong, [not_a_server_error])
    assert len(tried) > 30
    assert wrong == {}


def admitted(operation: schemathesis.APIOperation) -> list[Caller]:
    """One caller of each role that may ask for it; an operation that is public is asked by a trader."""
    permission = operation.definition.raw["x-permission"]
    named = [Role(role) for role in (*permission.get("own", ()), *permission.get("every", ()))]
    return [a_caller(role, organisation=new_id()) for role in dict.fromkeys(named or [Role.TRADER])]


def _try(
    operation: schemathesis.APIOperation,
    gate: StillGate,
    wrong: dict[str, str],
    checks: Sequence[CheckFunction] = (not_a_server_error, status_code_conformance),
) -> None:
    callers = admitted(operation)

    @seed(20261125)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), caller=st.sampled_from(callers))
    def sent(case: schemathesis.Case, caller: object) -> None:
        answer = case.call(session=gate.client, headers=gate.issuer.headers(caller))
        try:
            case.validate_response(answer, checks=list(checks))
        except FailureGroup as found:
            wrong.setdefault(operation.label, f"{answer.status_code} {answer.text[:200]}: {found.exceptions}")

    sent()
