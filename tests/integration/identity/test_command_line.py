from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from bordergate.auth import Role
from bordergate.installation import is_demonstration, read_paces, set_pace
from services.identity.demo import RealGate, begin_demonstration, keep, main, seed_demo
from services.identity.domain import OFFICERS
from services.identity.invite import organisation_for, token_for
from tests.builders.accounts import an_account, an_organisation
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


@pytest.fixture
def owned(owner_url: str) -> Iterator[Engine]:
    engine = create_engine(owner_url)
    yield engine
    engine.dispose()


@pytest.fixture
def on_the_command_line(owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDERGATE_OWNER_URL", owner_url)
    monkeypatch.setenv("BORDERGATE_VAR", str(tmp_path))


@pytest.mark.parametrize("live_here", [an_account, an_organisation])
def test_a_real_gate_is_never_made_a_demonstration(
    still_gate: StillGate, owned: Engine, live_here: Callable[[StillGate], object]
) -> None:
    live_here(still_gate)
    with owned.begin() as connection, pytest.raises(RealGate):
        begin_demonstration(connection)
    with owned.begin() as connection:
        assert not is_demonstration(connection)


def test_a_demonstration_may_be_begun_again(still_gate: StillGate, owned: Engine) -> None:
    for _ in range(2):
        with owned.begin() as connection:
            begin_demonstration(connection)
            assert is_demonstration(connection)
        still_gate.do("identity", lambda session: seed_demo(session, still_gate.clock))


@pytest.mark.usefixtures("on_the_command_line")
def test_who_asks_for_a_demonstration_on_a_real_gate_is_told_what_to_do(
    still_gate: StillGate, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    people = an_account(still_gate)
    assert main([]) == 1
    told = capsys.readouterr()
    assert "real gate" in told.err
    assert "next:  start the gate with deploy/up, without --demo" in told.err
    assert told.out == ""
    assert not (tmp_path / "demo").exists()
    logins = still_gate.rows("identity", "SELECT login FROM identity.people")
    assert [row.login for row in logins] == [people.login]


@pytest.mark.usefixtures("on_the_command_line")
def test_a_database_says_whether_it_is_a_demonstration(owned: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--ask"]) == 0
    with owned.begin() as connection:
        begin_demonstration(connection)
    assert main(["--ask"]) == 0
    assert capsys.readouterr().out.split() == ["real", "demonstration"]


@pytest.mark.usefixtures("on_the_command_line")
def test_a_demonstrations_clock_rests_at_the_pace_of_the_real_one(owned: Engine) -> None:
    with owned.begin() as connection:
        begin_demonstration(connection)
        set_pace(connection, 60)
    assert main(["--pace", "1"]) == 0
    assert [pace.speed for pace in read_paces(owned)][:1] == [1]
    assert main(["--pace", "30"]) == 0
    assert [pace.speed for pace in read_paces(owned)][:1] == [30]


@pytest.mark.usefixtures("on_the_command_line")
def test_a_real_gates_clock_is_not_set_and_no_clock_runs_backwards(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--pace", "30"]) == 1
    assert "next:" in capsys.readouterr().err
    for wrong in ("0", "-1", "999", "fast"):
        with pytest.raises(SystemExit, match="2"):
            main(["--pace", wrong])
