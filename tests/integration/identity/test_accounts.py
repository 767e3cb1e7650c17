from __future__ import annotations

import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected
from events.words import CrossingState, OrganisationKind
from services.identity.commands import end_crossing, know_crossing, know_vehicles
from tests.builders.accounts import an_account, an_admin, an_organisation
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.registration import a_filing
from tests.gates import StillGate

ORGANISATIONS = "/api/identity/organisations"
NEW = {"kind": "TRADER", "names": {"vi": "Công ty mẫu B", "zh": "示例公司 B"}, "tax_code": "0100109106"}


def a_vehicle(gate: StillGate, carrier: UUID) -> UUID:
    vehicle = new_id()
    gate.do("identity", lambda session: know_vehicles({vehicle: carrier}, session))
    return vehicle


def a_crossing(gate: StillGate, *parties: UUID) -> UUID:
    crossing = new_id()
    filing = a_filing(parties=parties)
    gate.do("identity", lambda session: know_crossing(crossing, filing, session, datetime.now(UTC)))
    return crossing


def published(gate: StillGate, topic: str) -> list[dict[str, str]]:
    rows = gate.rows("identity", "SELECT headers FROM identity.outbox WHERE topic = %s ORDER BY seq", topic)
    return [row.headers for row in rows]


def test_an_organisation_is_registered_then_verified_and_both_are_told(still_gate: StillGate) -> None:
    admin = still_gate.as_(an_admin())
    made = admin.post(ORGANISATIONS, json=NEW)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    verified = admin.post(f"{ORGANISATIONS}/{made.json()['id']}/verify", headers={"If-Match": '"1"'})
    assert (verified.json()["verified"], verified.headers["etag"]) == (True, '"2"')
    told = published(still_gate, "bordergate.organisations")
    assert [headers["ce_type"].rsplit(".", 2)[1] for headers in told] == [
        "organisation_registered",
        "organisation_verified",
    ]
    assert verified.headers["bordergate-event"] == told[-1]["ce_id"]


def test_names_and_tax_codes_never_leave_identity(still_gate: StillGate) -> None:
    still_gate.as_(an_admin()).post(ORGANISATIONS, json=NEW)
    bodies = still_gate.rows("identity", "SELECT body FROM identity.outbox")
    assert all(b"m\xe1\xba\xabu" not in bytes(row.body) and b"0100109106" not in bytes(row.body) for row in bodies)


def test_a_stale_version_is_refused_with_the_present_one(still_gate: StillGate) -> None:
    admin = still_gate.as_(an_admin())
    made = admin.post(ORGANISATIONS, json=NEW).json()
    refused = admin.post(f"{ORGANISATIONS}/{made['id']}/verify", headers={"If-Match": '"7"'})
    assert (refused.status_code, refused.json()["current"], refused.headers["etag"]) == (412, 1, '"1"')


def test_a_tax_code_is_registered_once(still_gate: StillGate) -> None:
    admin = still_gate.as_(an_admin())
    assert admin.post(ORGANISATIONS, json=NEW).status_code == 201
    again = admin.post(ORGANISATIONS, json=NEW)
    assert (again.status_code, again.json()["code"], again.json()["field"]) == (
        409,
        "identity.tax_code_taken",
        "$.tax_code",
    )


def test_a_command_sent_twice_under_one_key_takes_effect_once(still_gate: StillGate) -> None:
    admin = still_gate.as_(an_admin())
    key = {"Idempotency-Key": "once-and-no-more"}
    first = admin.post(ORGANISATIONS, json=NEW, headers=key)
    second = admin.post(ORGANISATIONS, json=NEW, headers=key)
    assert (second.status_code, second.content, second.headers["etag"]) == (201, first.content, '"1"')
    assert second.headers["bordergate-replayed"] == "true"
    assert second.headers["bordergate-event"] == first.headers["bordergate-event"]
    other = admin.post(ORGANISATIONS, json=NEW | {"trusted": True}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.key_reused")


def test_a_refused_command_does_not_use_its_key_up(still_gate: StillGate) -> None:
    admin = still_gate.as_(an_admin())
    admin.post(ORGANISATIONS, json=NEW)
    key = {"Idempotency-Key": "again"}
    assert [admin.post(ORGANISATIONS, json=NEW, headers=key).status_code for _ in range(2)] == [409, 409]


def test_one_key_sent_by_eight_at_once_takes_effect_once(still_gate: StillGate) -> None:
    admin = still_gate.as_(an_admin())
    answers: list[tuple[int, bytes]] = []

    def send() -> None:
        answer = admin.post(ORGANISATIONS, json=NEW, headers={"Idempotency-Key": "all at once"})
        answers.append((answer.status_code, answer.content))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert len(published(still_gate, "bordergate.organisations")) == 1


def test_a_firm_sees_itself_and_no_other(still_gate: StillGate) -> None:
    own, other = an_organisation(still_gate), an_organisation(still_gate)
    carrier = still_gate.as_(a_caller(Role.CARRIER, organisation=own))
    assert [row["id"] for row in carrier.get(ORGANISATIONS).json()["items"]] == [str(own)]
    assert carrier.get(f"{ORGANISATIONS}/{own}").status_code == 200
    assert carrier.get(f"{ORGANISATIONS}/{other}").status_code == 403


def test_row_level_security_hides_rows_even_from_a_query_without_a_condition(still_gate: StillGate) -> None:
    own = an_organisation(still_gate)
    an_organisation(still_gate)

    def count(session: Session) -> int:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM identity.organisations").scalar_one())

    transactions = still_gate.gate.transactions["identity"]
    assert [transactions.read(count, party=party) for party in (own, None, new_id())] == [1, 0, 0]
    assert transactions.read(count, scope="all") == 2


def test_pages_of_organisations_follow_one_another(still_gate: StillGate) -> None:
    made = {str(an_organisation(still_gate)) for _ in range(5)}
    admin = still_gate.as_(an_admin())
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = admin.get(ORGANISATIONS, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert len(seen) == 5
    assert set(seen) == made


def test_a_partner_is_found_by_his_tax_code(still_gate: StillGate) -> None:
    partner = an_organisation(still_gate, OrganisationKind.CARRIER, "0100109106")
    trader = still_gate.as_(a_caller(Role.TRADER, organisation=new_id()))
    found = trader.post(f"{ORGANISATIONS}/find", json={"tax_code": "01.00109106"})
    assert found.json()["id"] == str(partner)
    assert "tax_code" not in found.json()
    assert trader.post(f"{ORGANISATIONS}/find", json={"tax_code": "0101243150"}).status_code == 404


def test_each_look_at_a_person_is_audited(still_gate: StillGate) -> None:
    account = an_account(still_gate)
    admin = an_admin()
    assert still_gate.as_(admin).get(f"/api/identity/people/{account.id}").json()["login"] == account.login
    audited = still_gate.rows("identity", "SELECT * FROM identity.audit WHERE what = 'identity.look_at_person'")
    assert [(row.caller, row.subject, row.decision) for row in audited] == [(str(admin.id), str(account.id), "allowed")]
    assert len(audited[0].request) == 32


def test_what_was_denied_is_audited(still_gate: StillGate) -> None:
    carrier = a_caller(Role.CARRIER, organisation=new_id())
    assert still_gate.as_(carrier).post(ORGANISATIONS, json=NEW).status_code == 403
    audited = still_gate.rows("identity", "SELECT * FROM identity.audit")
    assert [(row.caller, row.what, row.decision) for row in audited] == [
        (str(carrier.id), "identity.register_organisation", "denied")
    ]


def test_a_colleague_is_invited_for_ones_own_firm_only_and_with_its_roles_only(still_gate: StillGate) -> None:
    own, other = an_organisation(still_gate), an_organisation(still_gate)
    carrier = still_gate.as_(a_caller(Role.CARRIER, organisation=own))
    body = {"login": "moi@nha-xe.example", "name": "Người C", "organisation": str(own), "roles": ["CARRIER"]}
    assert carrier.post("/api/identity/invitations", json=body | {"organisation": str(other)}).status_code == 403
    raised = carrier.post("/api/identity/invitations", json=body | {"roles": ["CARRIER", "ADMIN"]})
    assert (raised.status_code, raised.json()["code"]) == (400, "identity.role_not_for_kind")
    assert carrier.post("/api/identity/invitations", json=body).status_code == 201
    assert carrier.post("/api/identity/invitations", json=body).json()["code"] == "identity.login_taken"


def test_only_an_administrator_gives_a_new_link_to_somebody_who_has_a_password(still_gate: StillGate) -> None:
    colleague = an_account(still_gate)
    path = f"/api/identity/people/{colleague.id}/invitation"
    carrier = still_gate.as_(a_caller(Role.CARRIER, organisation=colleague.organisation))
    refused = carrier.post(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.has_password")
    assert still_gate.rows("identity", "SELECT 1 FROM identity.invitations WHERE used_at IS NULL") == []
    assert still_gate.as_(an_admin()).post(path).status_code == 201


def test_a_colleague_who_never_set_a_password_gets_another_link_from_his_firm(still_gate: StillGate) -> None:
    own = an_organisation(still_gate)
    carrier = still_gate.as_(a_caller(Role.CARRIER, organisation=own))
    body = {"login": "moi@nha-xe.example", "name": "Người C", "organisation": str(own), "roles": ["CARRIER"]}
    invited = carrier.post("/api/identity/invitations", json=body).json()
    assert carrier.post(f"/api/identity/people/{invited['person']}/invitation").status_code == 201


def test_a_carrier_enrols_a_device_for_its_own_vehicle(still_gate: StillGate) -> None:
    own, other = new_id(), new_id()
    vehicle = a_vehicle(still_gate, own)
    body = {"hardware_id": "861234567890123", "vehicle_id": str(vehicle)}
    stranger = still_gate.as_(a_caller(Role.CARRIER, organisation=other))
    assert stranger.post("/api/identity/devices", json=body).json()["code"] == "identity.no_such_vehicle"
    carrier = still_gate.as_(a_caller(Role.CARRIER, organisation=own))
    device = carrier.post("/api/identity/devices", json=body)
    assert device.status_code == 201
    assert carrier.post("/api/identity/devices", json=body).json()["code"] == "identity.device_taken"
    assert stranger.post(f"/api/identity/devices/{device.json()['id']}/revoke").status_code == 404
    assert carrier.post(f"/api/identity/devices/{device.json()['id']}/revoke").json()["revoked_at"] is not None
    assert carrier.post("/api/identity/devices", json=body).status_code == 201
    assert len(published(still_gate, "bordergate.fleet")) == 3


def test_a_drivers_link_opens_one_crossing_until_it_is_over(still_gate: StillGate) -> None:
    trader = new_id()
    crossing = a_crossing(still_gate, trader)
    maker = still_gate.as_(a_caller(Role.TRADER, organisation=trader))
    made = maker.post("/api/identity/driver-links", json={"crossing_id": str(crossing)})
    assert made.json()["code"].startswith("data:image/svg+xml")
    token = {"token": made.json()["link"].partition("token=")[2]}
    opened = still_gate.client.post("/api/identity/driver-links/open", json=token)
    caller = still_gate.issuer.verifier().caller_of(opened.json()["token"])
    assert (caller.kind, caller.crossing, caller.party, caller.roles) == ("driver", crossing, crossing, {Role.DRIVER})
    still_gate.do("identity", lambda session: end_crossing(crossing, session))
    refused = still_gate.client.post("/api/identity/driver-links/open", json=token)
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.crossing_over")


def test_an_end_taken_back_opens_the_drivers_link_again(still_gate: StillGate) -> None:
    trader = new_id()
    crossing = a_crossing(still_gate, trader)
    maker = still_gate.as_(a_caller(Role.TRADER, organisation=trader))
    body = {"crossing_id": str(crossing)}
    token = {"token": maker.post("/api/identity/driver-links", json=body).json()["link"].partition("token=")[2]}
    for sequence, (event, status) in enumerate(
        [
            (TruckRejected(crossing_id=crossing, reason="x"), 409),
            (StageTakenBack(crossing_id=crossing, stage=CrossingState.ARRIVING), 409),
            (StageTakenBack(crossing_id=crossing, stage=CrossingState.REJECTED), 201),
        ]
    ):
        still_gate.publish(as_record(enveloped(event, sequence + 1, source="gate_operations")))
        still_gate.settle()
        assert still_gate.client.post("/api/identity/driver-links/open", json=token).status_code == status
        assert maker.post("/api/identity/driver-links", json=body).status_code == status


def test_a_link_is_made_for_ones_own_crossing_only(still_gate: StillGate) -> None:
    crossing = a_crossing(still_gate, new_id())
    stranger = still_gate.as_(a_caller(Role.TRADER, organisation=new_id()))
    body = {"crossing_id": str(crossing)}
    assert stranger.post("/api/identity/driver-links", json=body).status_code == 404


def test_a_revoked_link_opens_nothing(still_gate: StillGate) -> None:
    trader = new_id()
    maker = still_gate.as_(a_caller(Role.TRADER, organisation=trader))
    body = {"crossing_id": str(a_crossing(still_gate, trader))}
    made = maker.post("/api/identity/driver-links", json=body).json()
    assert maker.post(f"/api/identity/driver-links/{made['id']}/revoke").status_code == 204
    token = {"token": made["link"].partition("token=")[2]}
    refused = still_gate.client.post("/api/identity/driver-links/open", json=token)
    assert refused.json()["code"] == "identity.bad_link"


@pytest.mark.parametrize("over_first", [True, False])
def test_a_crossing_is_over_whichever_news_comes_first(still_gate: StillGate, over_first: bool) -> None:  # noqa: FBT001 - the parameter is the case
    crossing, trader = new_id(), new_id()

    def end(session: Session) -> None:
        end_crossing(CrossingCompleted(crossing_id=crossing).crossing_id, session)

    def know(session: Session) -> None:
        know_crossing(crossing, a_filing(parties=(trader,)), session, datetime.now(UTC))

    for news in (end, know) if over_first else (know, end):
        still_gate.do("identity", news)
    rows = still_gate.rows("identity", "SELECT parties, over FROM identity.crossings")
    assert [(row.parties, row.over) for row in rows] == [([trader], True)]


def names_found(gate: StillGate, caller: Caller, what: str, text: str) -> list[str]:
    answer = gate.as_(caller).post(f"/api/identity/{what}/search", json={"text": text})
    assert answer.status_code == 200, answer.text
    return [found["login"] if what == "people" else found["names"]["vi"] for found in answer.json()]


def test_people_are_found_by_a_part_of_the_name_or_the_whole_login(still_gate: StillGate) -> None:
    own, other = an_account(still_gate, "mot@nha-xe.example"), an_account(still_gate, "hai@nha-xe.example")
    assert names_found(still_gate, an_admin(), "people", "người a") == [own.login, other.login]
    assert names_found(still_gate, an_admin(), "people", "MOT@nha-xe.example") == [own.login]
    assert names_found(still_gate, an_admin(), "people", "mot@nha") == []
    assert names_found(still_gate, an_admin(), "people", "%%") == []


def test_a_firm_finds_its_own_people_and_itself_only(still_gate: StillGate) -> None:
    own, _ = an_account(still_gate, "mot@nha-xe.example"), an_account(still_gate, "hai@nha-xe.example")
    carrier = a_caller(Role.CARRIER, organisation=own.organisation)
    assert names_found(still_gate, carrier, "people", "người") == [own.login]
    assert names_found(still_gate, carrier, "organisations", "nhà xe") == ["Nhà xe mẫu B"]
    assert len(names_found(still_gate, an_admin(), "organisations", "nhà xe")) == 2


def test_everybody_who_was_found_is_a_look_that_is_audited(still_gate: StillGate) -> None:
    account, admin = an_account(still_gate), an_admin()
    names_found(still_gate, admin, "people", "người")
    looks = still_gate.rows("identity", "SELECT caller, subject FROM identity.audit WHERE what LIKE '%%look_at_person'")
    assert [(row.caller, row.subject) for row in looks] == [(str(admin.id), str(account.id))]


def test_an_organisation_is_found_by_its_tax_code(still_gate: StillGate) -> None:
    an_organisation(still_gate, tax_code="0100109106")
    an_organisation(still_gate)
    assert names_found(still_gate, an_admin(), "organisations", "0100109106") == ["Nhà xe mẫu B"]
    assert names_found(still_gate, an_admin(), "organisations", "01001") == []
