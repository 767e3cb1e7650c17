"""Every service keeps to what its OpenAPI description says, whatever it is sent: no fault, no undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import status_code_conformance

from bordergate.auth import Role
from bordergate.ids import new_id
from bordergate.service import Service, installed
from tests.builders.callers import a_caller
from tests.gates import StillGate

EXAMPLES = 25
APIS = [service for service in installed() if service.router and not service.pages]


def operations(gate: StillGate, service: Service) -> Iterator[schemathesis.APIOperation]:
    path = f"/api/{service.name.replace('_', '-')}/openapi.json"
    schema = schemathesis.openapi.from_asgi(path, gate.client.app)
    for found in schema.get_all_operations():
        yield found.ok()


@pytest.mark.parametrize("service", APIS, ids=lambda service: service.name)
def test_no_request_brings_a_fault_or_an_answer_nobody_described(service: Service, still_gate: StillGate) -> None:
    wrong: dict[str, str] = {}
    for operation in operations(still_gate, service):
        _try(operation, still_gate, wrong)
    assert wrong == {}


def _try(operation: schemathesis.APIOperation, gate: StillGate, wrong: dict[str, str]) -> None:
    roles = [a_caller(role, organisation=new_id()) for role in (Role.ADMIN, Role.GATE_OPERATOR, Role.TRADER)]

    @seed(20261125)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), caller=st.sampled_from(roles))
    def sent(case: schemathesis.Case, caller: object) -> None:
        answer = case.call(session=gate.client, headers=gate.issuer.headers(caller))
        try:
            case.validate_response(answer, checks=[not_a_server_error, status_code_conformance])
        except FailureGroup as found:
            wrong.setdefault(operation.label, f"{answer.status_code} {answer.text[:200]}: {found.exceptions}")

    sent()
