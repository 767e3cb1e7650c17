from __future__ import annotations

from datetime import timedelta

import pytest
from httpx import Response

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from bordergate.service import installed
from tests.builders.accounts import an_account, an_admin
from tests.builders.callers import a_caller
from tests.gates import StillGate

AUDITOR = a_caller(Role.AUDITOR, organisation=new_id())
FILED = {"kind": "TRADER", "names": {"vi": "Công ty mẫu B", "zh": "示例公司 B"}}


def audit(gate: StillGate, caller: Caller = AUDITOR, service: str = "identity", **sought: str) -> Response:
    return gate.as_(caller).get(f"/api/{service.replace('_', '-')}/audit", params=sought)


def registered_by(gate: StillGate, admin: Caller, times: int = 1) -> None:
    for _ in range(times):
        assert gate.as_(admin).post("/api/identity/organisations", json=FILED).status_code == 201


def done_by(gate: StillGate, caller: Caller) -> list[dict[str, str]]:
    path = "/api/identity/audit"
    return list(gate.as_(AUDITOR).get(path, params={"caller": str(caller.id)}).json()["items"])


def test_an_auditor_finds_what_somebody_did(still_gate: StillGate) -> None:
    admin, other = an_admin(), an_admin()
    registered_by(still_gate, admin)
    registered_by(still_gate, other)
    (line,) = done_by(still_gate, admin)
    assert (line["what"], line["decision"], line["role"]) == ("identity.register_organisation", "allowed", "ADMIN")


def test_an_auditor_finds_who_looked_at_somebody(still_gate: StillGate) -> None:
    account, admin = an_account(still_gate), an_admin()
    still_gate.as_(admin).get(f"/api/identity/people/{account.id}")
    found = audit(still_gate, subject=str(account.id), what="identity.look_at_person").json()["items"]
    assert [line["caller"] for line in found] == [str(admin.id)]


def test_what_was_refused_is_found_by_that(still_gate: StillGate) -> None:
    trader = a_caller(Role.TRADER, organisation=new_id())
    still_gate.as_(trader).post("/api/identity/organisations", json=FILED)
    (line,) = audit(still_gate, decision="denied").json()["items"]
    assert line["caller"] == str(trader.id)


def test_the_latest_comes_first_page_by_page(still_gate: StillGate) -> None:
    admin = an_admin()
    registered_by(still_gate, admin, 5)
    seen: list[int] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = audit(still_gate, what="identity.register_organisation", limit="2", **cursor).json()
        seen += [line["id"] for line in page["items"]]
        cursor = {"cursor": page["next"]} if page["next"] else {}
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    assert cursor == {}


def test_a_period_holds_its_first_moment_and_not_its_last(still_gate: StillGate) -> None:
    registered_by(still_gate, an_admin())
    now = still_gate.clock.now()
    sought = {"what": "identity.register_organisation"}
    later = (now + timedelta(minutes=1)).isoformat()
    assert len(audit(still_gate, since=now.isoformat(), until=later, **sought).json()["items"]) == 1
    assert audit(still_gate, until=now.isoformat(), **sought).json()["items"] == []
    assert audit(still_gate, since=later, **sought).json()["items"] == []


def test_who_looks_at_the_audit_is_audited(still_gate: StillGate) -> None:
    audit(still_gate, subject="somebody")
    (line,) = done_by(still_gate, AUDITOR)
    assert (line["what"], line["subject"]) == ("identity.see_audit", "somebody")


@pytest.mark.parametrize("service", [service.name for service in installed()])
def test_every_service_shows_its_audit_to_auditors_and_to_nobody_else(still_gate: StillGate, service: str) -> None:
    assert audit(still_gate, service=service).status_code == 200
    operator = a_caller(Role.GATE_OPERATOR, organisation=new_id())
    assert audit(still_gate, operator, service).status_code == 403
