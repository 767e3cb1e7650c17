from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from bordergate.auth import Role
from services.identity.demo import keep, seed_demo
from services.identity.domain import OFFICERS
from services.identity.invite import organisation_for, token_for
from tests.gates import StillGate


def test_a_demonstration_has_an_account_of_every_role_that_signs_in_with_a_password(still_gate: StillGate) -> None:
    accounts = still_gate.do("identity", lambda session: seed_demo(session, still_gate.clock))
    assert {account.role for account in accounts} == set(Role) - {Role.DRIVER}
    assert sum(account.role is Role.GATE_OPERATOR for account in accounts) == 2
    for account in accounts[:2]:
        credentials = {"login": account.login, "password": account.password}
        assert still_gate.client.post("/api/identity/sessions", json=credentials).status_code == 201


def test_seeding_again_keeps_the_accounts_and_changes_the_passwords(still_gate: StillGate) -> None:
    first, second = (still_gate.do("identity", lambda session: seed_demo(session, still_gate.clock)) for _ in range(2))
    assert [(a.login, a.organisation) for a in first] == [(a.login, a.organisation) for a in second]
    assert not {a.password for a in first} & {a.password for a in second}


def test_demonstration_accounts_are_kept_where_only_their_owner_reads_them(
    still_gate: StillGate, tmp_path: Path
) -> None:
    accounts = still_gate.do("identity", lambda session: seed_demo(session, still_gate.clock))
    path = keep(accounts, tmp_path / "demo" / "accounts.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(json.loads(path.read_text())) == len(accounts)


@pytest.mark.parametrize("role", sorted(OFFICERS)[:3])
def test_an_invited_officer_sets_his_password_and_is_in(still_gate: StillGate, role: Role) -> None:
    def work_twice() -> list[str]:
        return [
            still_gate.do(
                "identity",
                lambda session: token_for(
                    "first@gate.local",
                    "First",
                    organisation_for(None, session, still_gate.clock),
                    frozenset({role}),
                    session,
                    still_gate.clock,
                ),
            )
            for _ in range(2)
        ]

    for token in work_twice():
        body = {"token": token, "password": "a long enough password"}
        assert still_gate.client.post("/api/identity/invitations/accept", json=body).json()["roles"] == [role]
