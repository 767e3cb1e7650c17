from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bordergate.auth import Role, decide
from bordergate.auth.permissions import Permission
from services.identity.passwords import AT_ONCE, _turn
from services.identity.throttle import FREE_BY_ACCOUNT
from tests.builders.accounts import PASSWORD, Account, an_account, an_admin, an_organisation
from tests.builders.callers import a_caller
from tests.gates import StillGate

SESSIONS = "/api/identity/sessions"
FROM_A_PAGE = {"Bordergate-Csrf": "1"}


def cookies_of(answer: httpx.Response) -> dict[str, str]:
    pairs = [line.split(";")[0].partition("=") for line in answer.headers.get_list("set-cookie")]
    return {name: value for name, _, value in pairs}


def cookie_header(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


@pytest.fixture
def account(still_gate: StillGate) -> Account:
    return an_account(still_gate)


def test_a_right_password_gives_a_token_and_both_cookies(still_gate: StillGate, account: Account) -> None:
    answer = still_gate.client.post(SESSIONS, json=account.credentials)
    assert answer.status_code == 201
    caller = still_gate.issuer.verifier().caller_of(answer.json()["token"])
    assert (caller.id, caller.organisation, caller.roles) == (account.id, account.organisation, {Role.CARRIER})
    assert cookies_of(answer).keys() == {"__Host-caller", "__Host-session"}
    for line in answer.headers.get_list("set-cookie"):
        assert all(word in line for word in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"))


def test_an_unknown_login_and_a_wrong_password_are_answered_alike(still_gate: StillGate, account: Account) -> None:
    wrong = still_gate.client.post(SESSIONS, json=account.credentials | {"password": "not this one"})
    unknown = still_gate.client.post(SESSIONS, json={"login": "khong@co.example", "password": "not this one"})
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "trace": ""} == {**unknown.json(), "trace": ""}
    assert wrong.headers.keys() == unknown.headers.keys()


def test_guessing_is_slowed_down_for_known_and_unknown_alike(still_gate: StillGate, account: Account) -> None:
    for login in (account.login, "khong@co.example"):
        tries = [
            still_gate.client.post(SESSIONS, json={"login": login, "password": "not this one"}).status_code
            for _ in range(FREE_BY_ACCOUNT + 2)
        ]
        assert tries == [401] * (FREE_BY_ACCOUNT + 1) + [429]
    slowed = still_gate.client.post(SESSIONS, json=account.credentials)
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) >= 1


def test_a_success_forgets_the_failures_before_it(still_gate: StillGate, account: Account) -> None:
    for _ in range(2):
        for _ in range(FREE_BY_ACCOUNT):
            still_gate.client.post(SESSIONS, json=account.credentials | {"password": "not this one"})
        assert still_gate.client.post(SESSIONS, json=account.credentials).status_code == 201


def test_a_disabled_person_is_signed_out_and_stays_out(still_gate: StillGate, account: Account) -> None:
    signed_in = cookies_of(still_gate.client.post(SESSIONS, json=account.credentials))
    disabled = still_gate.as_(an_admin()).post(f"/api/identity/people/{account.id}/disable")
    assert disabled.json()["disabled"] is True
    assert still_gate.client.post(SESSIONS, json=account.credentials).status_code == 401
    renewed = still_gate.client.post(f"{SESSIONS}/renew", headers=cookie_header(signed_in) | FROM_A_PAGE)
    assert (renewed.status_code, renewed.json()["code"]) == (401, "identity.session_over")


def test_a_session_renews_its_token_until_it_is_ended(still_gate: StillGate, account: Account) -> None:
    signed_in = cookies_of(still_gate.client.post(SESSIONS, json=account.credentials))
    browser = cookie_header({"__Host-session": signed_in["__Host-session"]}) | FROM_A_PAGE
    assert still_gate.client.post(f"{SESSIONS}/renew", headers=browser).status_code == 200
    ended = still_gate.client.post(f"{SESSIONS}/end", headers=browser, json={})
    assert ended.status_code == 204
    assert set(cookies_of(ended).values()) == {'""'}
    assert still_gate.client.post(f"{SESSIONS}/renew", headers=browser).status_code == 401


def test_a_form_of_another_site_is_refused(still_gate: StillGate, account: Account) -> None:
    signed_in = cookie_header(cookies_of(still_gate.client.post(SESSIONS, json=account.credentials)))
    for headers in (signed_in, signed_in | FROM_A_PAGE | {"Origin": "https://elsewhere.example"}):
        refused = still_gate.client.post(f"{SESSIONS}/end", headers=headers, data={"next": "/"})
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.forged")
    signing_in = still_gate.client.post(SESSIONS, json=account.credentials, headers={"Sec-Fetch-Site": "cross-site"})
    assert signing_in.status_code == 403


def test_sign_in_works_without_javascript(still_gate: StillGate, account: Account) -> None:
    form = account.credentials | {"next": "/board/hn-1119", "back": "/sign-in"}
    entered = still_gate.client.post(SESSIONS, data=form, follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/board/hn-1119")
    assert "__Host-session" in cookies_of(entered)
    wrong = still_gate.client.post(SESSIONS, data=form | {"password": "not this one"}, follow_redirects=False)
    assert wrong.headers["location"] == "/sign-in?problem=identity.not_signed_in"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "x"])
def test_a_form_leads_to_pages_of_this_origin_only(still_gate: StillGate, account: Account, elsewhere: str) -> None:
    form = account.credentials | {"next": elsewhere}
    entered = still_gate.client.post(SESSIONS, data=form, follow_redirects=False)
    assert entered.headers["location"] == "/"


def test_a_second_officer_signs_one_act_at_anothers_desk(still_gate: StillGate) -> None:
    second = an_account(still_gate, "ca-hai@cua-khau.example", Role.GATE_OPERATOR)
    first = a_caller(Role.GATE_OPERATOR)
    answer = still_gate.as_(first).post(f"{SESSIONS}/second", json=second.credentials)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    caller = still_gate.issuer.verifier().caller_of(answer.json()["token"])
    assert decide(caller, Permission("any", every={Role.GATE_OPERATOR}, seconded=True)).allowed


def test_an_invitation_sets_a_password_once(still_gate: StillGate) -> None:
    body = {
        "login": "+84 912 345 678",
        "name": "Người B",
        "organisation": str(an_organisation(still_gate)),
        "roles": ["CARRIER"],
    }
    link = still_gate.as_(an_admin()).post("/api/identity/invitations", json=body).json()["link"]
    acceptance = {"token": link.partition("token=")[2], "password": PASSWORD}
    weak = still_gate.client.post("/api/identity/invitations/accept", json=acceptance | {"password": "aaaaaaaaaaaa"})
    assert (weak.status_code, weak.json()["code"]) == (400, "identity.weak_password")
    assert still_gate.client.post("/api/identity/invitations/accept", json=acceptance).status_code == 201
    again = still_gate.client.post("/api/identity/invitations/accept", json=acceptance)
    assert (again.status_code, again.json()["code"]) == (400, "identity.bad_link")
    typed_otherwise = {"login": "0912345678", "password": PASSWORD}
    assert still_gate.client.post(SESSIONS, json=typed_otherwise).status_code == 201


def test_an_invitation_lasts_a_day(still_gate: StillGate) -> None:
    account = an_account(still_gate)
    invited = still_gate.as_(an_admin()).post(f"/api/identity/people/{account.id}/invitation").json()
    lasts = datetime.fromisoformat(invited["expires"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < lasts <= timedelta(hours=24)


def test_a_password_is_hashed_outside_any_transaction(still_gate: StillGate) -> None:
    body = {"login": "moi@nha-xe.example", "name": "Người B", "organisation": str(an_organisation(still_gate))}
    made = still_gate.as_(an_admin()).post("/api/identity/invitations", json=body | {"roles": ["CARRIER"]}).json()
    acceptance = {"token": made["link"].partition("token=")[2], "password": PASSWORD}
    open_ones = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state = %s"
    answers: list[int] = []

    def accept() -> None:
        answers.append(still_gate.client.post("/api/identity/invitations/accept", json=acceptance).status_code)

    with ExitStack() as all_turns:
        for _ in range(AT_ONCE):
            all_turns.enter_context(_turn())
        thread = threading.Thread(target=accept)
        thread.start()
        thread.join(1)
        assert thread.is_alive()
        assert still_gate.rows("identity", open_ones, "idle in transaction")[0].n == 0
    thread.join()
    assert answers == [201]


def test_a_link_is_good_for_one_of_two_who_follow_it_at_once(still_gate: StillGate) -> None:
    account = an_account(still_gate)
    made = still_gate.as_(an_admin()).post(f"/api/identity/people/{account.id}/invitation").json()
    acceptance = {"token": made["link"].partition("token=")[2], "password": PASSWORD}
    answers: list[int] = []

    def accept() -> None:
        answers.append(still_gate.client.post("/api/identity/invitations/accept", json=acceptance).status_code)

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 400]


def test_only_hashes_of_secrets_are_stored(still_gate: StillGate, account: Account) -> None:
    answer = still_gate.client.post(SESSIONS, json=account.credentials)
    secret = cookies_of(answer)["__Host-session"]
    stored = still_gate.rows("identity", "SELECT p.password, s.secret_hash FROM identity.people p, identity.sessions s")
    assert all(row.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for row in stored)
    assert all(secret.encode() not in bytes(row.secret_hash) for row in stored)


def test_a_machine_gets_a_token_for_its_client_credentials(still_gate: StillGate) -> None:
    organisation = an_organisation(still_gate)
    body = {"name": "TMS A", "organisation": str(organisation), "roles": ["CARRIER"]}
    client = still_gate.as_(an_admin()).post("/api/identity/machines", json=body).json()
    form = {"grant_type": "client_credentials", **client}
    answer = still_gate.client.post("/api/identity/token", data=form)
    assert answer.json()["expires_in"] <= 600
    caller = still_gate.issuer.verifier().caller_of(answer.json()["access_token"])
    assert (caller.kind, caller.organisation) == ("machine", organisation)
    basic = still_gate.client.post(
        "/api/identity/token",
        data={"grant_type": "client_credentials"},
        auth=(client["client_id"], client["client_secret"]),
    )
    assert basic.status_code == 200
    for wrong in (form | {"client_secret": "x"}, form | {"client_id": "x"}):
        refused = still_gate.client.post("/api/identity/token", data=wrong)
        assert (refused.status_code, refused.json()["code"]) == (401, "identity.bad_client")
    still_gate.as_(an_admin()).post(f"/api/identity/machines/{client['client_id']}/revoke")
    assert still_gate.client.post("/api/identity/token", data=form).status_code == 401
