"""Who a driver is: sealed at rest, seen by few, each look audited, erased for good."""

from __future__ import annotations

from typing import Any

from bordergate.auth import Role
from tests.builders.lists import go_on
from tests.builders.registration import a_person
from tests.integration.vehicle_registration.conftest import API, Border, Firm, a_body


def registered(firm: Firm, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    answer = firm.asking.post(f"{API}/drivers", json=a_person().model_dump() | changes)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def audited(border: Border) -> list[tuple[str, str]]:
    rows = border.gate.rows(
        "vehicle_registration", "SELECT what, subject FROM vehicle_registration.audit WHERE what LIKE '%%driver%%'"
    )
    return [(row.what, row.subject) for row in rows]


def test_a_driver_lies_sealed_and_is_in_no_event(border: Border) -> None:
    firm = border.firm()
    driver = registered(firm)
    firm.crossing(firm.registers(), driver_id=driver["id"])
    border.gate.settle()
    (row,) = border.gate.rows("vehicle_registration", "SELECT * FROM vehicle_registration.drivers")
    told = bytes(row.sealed) + b"".join(record.body for record in border.heard())
    for part in ("Lái xe A", "020095012345", "L-0001", "900 000 000"):
        assert part.encode() not in told
    assert driver["id"].encode() in told


def test_a_driver_registered_twice_under_one_key_is_registered_once(border: Border) -> None:
    firm = border.firm()
    key = {"Idempotency-Key": "one"}
    answers = [firm.asking.post(f"{API}/drivers", json=a_person().model_dump(), headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    (kept,) = border.gate.rows("vehicle_registration", "SELECT body FROM vehicle_registration.idempotency")
    assert "Lái xe A".encode() not in bytes(kept.body)


def test_each_look_at_a_driver_is_audited(border: Border) -> None:
    firm = border.firm()
    driver = registered(firm)
    seen = firm.asking.get(f"{API}/drivers/{driver['id']}").json()
    assert seen["person"]["full_name"] == "Lái xe A"
    assert border.officer(Role.BORDER_GUARD).get(f"{API}/drivers/{driver['id']}").status_code == 200
    assert firm.asking.get(f"{API}/drivers").json()["items"][0]["full_name"] == "Lái xe A"
    assert audited(border) == [
        ("vehicle_registration.see_driver", driver["id"]),
        ("vehicle_registration.see_driver", driver["id"]),
        ("vehicle_registration.list_drivers", driver["id"]),
    ]


def test_a_trader_may_name_a_driver_lent_to_him_and_does_not_learn_who_he_is(border: Border) -> None:
    carrier, trader = border.firm(), border.firm(Role.TRADER)
    driver = registered(carrier, shared_with=[str(trader.organisation)])
    hidden = registered(carrier, full_name="Lái xe B")
    truck = carrier.registers(shared_with=(trader.organisation,))
    named = {"carrier": str(carrier.organisation), "submit": False}
    assert trader.files(a_body(truck, driver_id=driver["id"]), **named).status_code == 201
    refused = trader.files(a_body(truck, driver_id=hidden["id"]), **named)
    assert (refused.status_code, refused.json()["field"]) == (400, "$.crossings[0].driver_id")
    assert trader.asking.get(f"{API}/drivers/{driver['id']}").status_code == 403
    (entry,) = trader.asking.get(f"{API}/drivers").json()["items"]
    assert entry["full_name"] is None


def test_a_strangers_driver_does_not_exist(border: Border) -> None:
    driver = registered(border.firm())
    assert border.firm().asking.get(f"{API}/drivers/{driver['id']}").status_code == 404
    assert border.officer(Role.ANALYST).get(f"{API}/drivers/{driver['id']}").status_code == 403


def test_a_driver_is_corrected_by_who_saw_him_as_he_is(border: Border) -> None:
    firm = border.firm()
    driver = registered(firm)
    body = a_person(full_name="Lái xe C").model_dump()
    path = f"{API}/drivers/{driver['id']}"
    changed = firm.asking.put(path, json=body, headers={"If-Match": '"1"'})
    assert (changed.json()["full_name"], changed.json()["version"]) == (None, 2)
    assert firm.asking.get(path).json()["person"]["full_name"] == "Lái xe C"
    assert firm.asking.put(path, json=body, headers={"If-Match": '"1"'}).status_code == 412


def test_an_erased_driver_leaves_an_id_that_names_nobody(border: Border) -> None:
    firm = border.firm()
    driver = registered(firm)
    crossing = firm.crossing(firm.registers(), driver_id=driver["id"])
    assert firm.asking.request("DELETE", f"{API}/drivers/{driver['id']}").status_code == 204
    assert firm.asking.get(f"{API}/drivers/{driver['id']}").status_code == 404
    assert firm.sees(crossing)["filing"]["driver_id"] == driver["id"]


def test_after_a_rotation_drivers_are_sealed_again_under_the_new_key(border: Border) -> None:
    firm, admin = border.firm(), border.officer(Role.ADMIN)
    driver = registered(firm)
    answers = [admin.post(f"{API}/drivers/reseal", json={"new_key": new}).json() for new in (True, False)]
    assert answers == [{"resealed": 1}, {"resealed": 0}]
    (row,) = border.gate.rows("vehicle_registration", "SELECT key_id FROM vehicle_registration.drivers")
    assert row.key_id == "2"
    assert firm.asking.get(f"{API}/drivers/{driver['id']}").json()["person"]["full_name"] == "Lái xe A"
    assert firm.asking.post(f"{API}/drivers/reseal", json={}).status_code == 403


def test_after_a_rotation_names_in_lists_are_sealed_again_too(border: Border) -> None:
    firm, admin = border.firm(), border.officer(Role.ADMIN)
    registered(firm)
    firm.registers()
    line = {"route": "hn-1119", "direction": "EXPORT", "day": "2026-05-05", "starts": "08:00", "ends": "12:00"}
    named = line | {"plate": "12C-123.45", "driver": "Lái xe A", "declared_empty": True}
    lines = [named, named | {"driver": ""}]
    sent = firm.asking.post(f"{API}/uploads", json={"lines": lines}).json()
    answers = [admin.post(f"{API}/drivers/reseal", json={"new_key": new}).json() for new in (True, False)]
    assert answers == [{"resealed": 2}, {"resealed": 0}]
    sealed = border.gate.rows(
        "vehicle_registration", "SELECT cells ->> 'driver' AS name FROM vehicle_registration.upload_lines"
    )
    assert sorted((row.name or "").partition(":")[0] for row in sealed) == ["", "2"]
    go_on(border.gate)
    assert firm.asking.get(f"{API}/uploads/{sent['id']}").json()["stage"] == "FILED"


def test_a_citizen_id_that_cannot_be_one_is_refused_without_being_repeated(border: Border) -> None:
    refused = border.firm().asking.post(f"{API}/drivers", json=a_person(citizen_id="000095012345").model_dump())
    assert (refused.status_code, refused.json()["field"]) == (400, "$.citizen_id")
    assert "000095012345" not in refused.text
