"""Papers with a validity: handed in, corrected and taken away; a driver's number lies sealed."""

from __future__ import annotations

from typing import Any

import pytest

from bordergate.auth import Role
from events.streams import FLEET
from tests.builders.registration import a_paper, a_person
from tests.integration.vehicle_registration.conftest import API, Border, Firm

NUMBER = "790123456789"


def hands_in(firm: Firm, of: str, holder: dict[str, Any], **terms: Any) -> dict[str, Any]:  # noqa: ANN401 - any term
    answer = firm.asking.post(f"{API}/{of}/{holder['id']}/papers", json=a_paper(**terms).model_dump(mode="json"))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def a_licence(firm: Firm, driver: dict[str, Any], **terms: Any) -> dict[str, Any]:  # noqa: ANN401 - any term
    return hands_in(firm, "drivers", driver, **({"kind": "LICENCE", "paper_number": NUMBER} | terms))


def a_driver_of(firm: Firm) -> dict[str, Any]:
    driver: dict[str, Any] = firm.asking.post(f"{API}/drivers", json=a_person().model_dump()).json()
    return driver


def told_of(border: Border, holder: dict[str, Any]) -> list[str]:
    """What the desk has stated of a vehicle or a driver, in order."""
    border.gate.settle()
    own = [record for record in border.heard(FLEET) if record.key == holder["id"]]
    return [record.headers["ce_type"].split(".")[2] for record in own]


def test_a_paper_is_handed_in_corrected_by_who_saw_it_and_taken_away(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    paper = hands_in(firm, "vehicles", truck, kind="INSURANCE", paper_number="BH-1")
    path = f"{API}/vehicles/{truck['id']}/papers/{paper['id']}"
    later = a_paper(kind="INSURANCE", paper_number="BH-2", valid_to="2028-01-01").model_dump(mode="json")
    assert firm.asking.put(path, json=later, headers={"If-Match": '"1"'}).json()["paper_number"] == "BH-2"
    assert firm.asking.put(path, json=later, headers={"If-Match": '"1"'}).status_code == 412
    seen = firm.asking.get(path)
    assert (seen.json()["valid_to"], seen.headers["ETag"]) == ("2028-01-01", '"2"')
    assert firm.asking.post(f"{path}/end", json={"version": 1}).status_code == 412
    assert firm.asking.post(f"{path}/end", json={"version": 2}).status_code == 204
    assert firm.asking.get(path).status_code == 404
    stated = ["vehicle_registered", "vehicle_paper_kept", "vehicle_paper_kept", "vehicle_paper_ended"]
    assert told_of(border, truck) == stated


def test_a_form_says_only_what_is_new_and_the_rest_of_a_paper_stays(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    paper = hands_in(firm, "vehicles", truck, paper_number="GP-1")
    path = f"{API}/vehicles/{truck['id']}/papers/{paper['id']}/correct"
    changed = firm.asking.post(path, data={"valid_to": "2027-12-31", "issuer": "", "version": "1"})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["paper_number"], changed.json()["valid_to"]) == ("GP-1", "2027-12-31")


@pytest.mark.parametrize(
    ("terms", "field", "code"),
    [
        ({"kind": "LICENCE"}, "$.kind", "not_this_holders_paper"),
        ({"valid_from": "2026-05-02", "valid_to": "2026-05-01"}, "$.valid_to", "validity_backwards"),
    ],
)
def test_a_paper_that_cannot_be_one_is_refused_at_its_field(
    border: Border, terms: dict[str, str], field: str, code: str
) -> None:
    firm = border.firm()
    body = a_paper().model_dump(mode="json") | terms
    refused = firm.asking.post(f"{API}/vehicles/{firm.registers()['id']}/papers", json=body)
    assert (refused.status_code, refused.json()["field"]) == (400, field)
    assert refused.json()["code"] == f"vehicle_registration.{code}"


def test_a_paper_that_holds_for_one_day_is_a_paper(border: Border) -> None:
    firm = border.firm()
    one_day = hands_in(firm, "vehicles", firm.registers(), valid_from="2026-05-01", valid_to="2026-05-01")
    assert one_day["valid_from"] == one_day["valid_to"]


def test_a_licences_number_lies_sealed_and_is_in_no_event_and_no_kept_answer(border: Border) -> None:
    firm = border.firm()
    driver = a_driver_of(firm)
    body = a_paper(kind="LICENCE", paper_number=NUMBER).model_dump(mode="json")
    made = firm.asking.post(f"{API}/drivers/{driver['id']}/papers", json=body, headers={"Idempotency-Key": "one"})
    assert (made.status_code, made.json()["paper_number"]) == (201, None)
    assert told_of(border, driver) == ["driver_paper_kept"]
    (row,) = border.gate.rows("vehicle_registration", "SELECT * FROM vehicle_registration.papers")
    (kept,) = border.gate.rows("vehicle_registration", "SELECT body FROM vehicle_registration.idempotency")
    told = bytes(row.sealed) + bytes(kept.body) + b"".join(record.body for record in border.heard(FLEET))
    assert NUMBER.encode() not in told
    assert (row.paper_number, row.issuer) == (None, None)


def test_each_look_at_a_drivers_papers_is_audited_and_only_his_carrier_and_the_border_guard_look(
    border: Border,
) -> None:
    firm, other = border.firm(), border.firm()
    driver = a_driver_of(firm)
    a_licence(firm, driver)
    path = f"{API}/drivers/{driver['id']}/papers"
    for reader in (firm.asking, border.officer(Role.BORDER_GUARD)):
        (seen,) = reader.get(path).json()["papers"]
        assert seen["paper_number"] == NUMBER
    assert other.asking.get(path).status_code == 404
    assert border.officer(Role.CUSTOMS).get(path).status_code == 403
    looks = border.gate.rows(
        "vehicle_registration",
        "SELECT subject FROM vehicle_registration.audit WHERE what = 'vehicle_registration.see_driver'"
        " AND decision = 'allowed'",
    )
    assert [row.subject for row in looks] == [driver["id"]] * 2


def test_an_erased_driver_takes_his_papers_with_him(border: Border) -> None:
    firm = border.firm()
    driver = a_driver_of(firm)
    a_licence(firm, driver)
    assert firm.asking.request("DELETE", f"{API}/drivers/{driver['id']}").status_code == 204
    assert told_of(border, driver) == ["driver_paper_kept", "driver_paper_ended"]
    for table in ("papers", "validities"):
        assert border.gate.rows("vehicle_registration", f"SELECT * FROM vehicle_registration.{table}") == []


def test_after_a_rotation_licences_are_sealed_again_under_the_new_key(border: Border) -> None:
    firm, admin = border.firm(), border.officer(Role.ADMIN)
    driver = a_driver_of(firm)
    licence = a_licence(firm, driver)
    assert admin.post(f"{API}/drivers/reseal", json={"new_key": True}).json() == {"resealed": 2}
    seen = firm.asking.get(f"{API}/drivers/{driver['id']}/papers/{licence['id']}").json()
    assert (seen["paper_number"], seen["version"]) == (NUMBER, 1)


def test_who_is_lent_a_truck_sees_its_papers_and_changes_none(border: Border) -> None:
    carrier, trader = border.firm(), border.firm(Role.TRADER)
    truck = carrier.registers(shared_with=(trader.organisation,))
    paper = hands_in(carrier, "vehicles", truck)
    path = f"{API}/vehicles/{truck['id']}/papers"
    assert [one["id"] for one in trader.asking.get(path).json()["papers"]] == [paper["id"]]
    assert trader.asking.post(path, json=a_paper().model_dump(mode="json")).status_code == 403
    assert trader.asking.post(f"{path}/{paper['id']}/end", json={}).status_code == 403
    alone = carrier.asking.post(f"{API}/vehicles/{truck['id']}/correct", json={"axles": 3})
    assert alone.json()["parties"] == [str(carrier.organisation), str(trader.organisation)]
    assert border.firm().asking.get(path).status_code == 404


def test_a_truck_and_a_driver_are_corrected_in_part_by_a_plain_form(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers(vin="LZZ5ELNDXJW000001")
    path = f"{API}/vehicles/{truck['id']}/correct"
    changed = firm.asking.post(path, data={"plate": "12C-999.99", "vin": "", "version": "1"}).json()
    assert (changed["plate"], changed["vin"], changed["axles"]) == ("12C99999", "LZZ5ELNDXJW000001", 2)
    assert firm.asking.post(path, data={"axles": "3", "version": "1"}).status_code == 412
    driver = a_driver_of(firm)
    corrected = firm.asking.post(f"{API}/drivers/{driver['id']}/correct", data={"full_name": "Lái xe D"})
    assert corrected.status_code == 200, corrected.text
    person = firm.asking.get(f"{API}/drivers/{driver['id']}").json()["person"]
    assert (person["full_name"], person["licence"]) == ("Lái xe D", "L-0001")
