"""What a driver lets be done with his data: given when and how, for what, and withdrawn when."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from bordergate.auth import Role
from tests.builders.callers import a_driver
from tests.builders.registration import a_person
from tests.gates import Asking
from tests.integration.vehicle_registration.conftest import API, Border, Firm
from tests.integration.vehicle_registration.test_by_hand import files, registers_driver


def consents(asking: Asking, path: str) -> dict[str, Any]:
    answer = asking.get(f"{API}/{path}/consents")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def a_driver_on_his_way(border: Border) -> tuple[Firm, str, dict[str, Any], Asking]:
    firm = border.firm()
    firm.registers("12C-123.45")
    driver = registers_driver(firm, "Lái xe A", "B2-0001")
    crossing: dict[str, Any] = files(firm, driver="Lái xe A").json()
    return firm, driver, crossing, border.gate.as_(a_driver(UUID(crossing["id"])))


def test_a_driver_says_himself_what_may_be_done_and_takes_it_back(border: Border) -> None:
    firm, driver, crossing, himself = a_driver_on_his_way(border)
    path = f"crossings/{crossing['id']}"
    assert consents(himself, path) == {"items": [], "lacking": ["POSITION", "CONTACT"]}
    assert himself.post(f"{API}/{path}/consents", json={"purpose": "POSITION"}).status_code == 201
    border.gate.clock.forward(minutes=5)
    back = himself.post(f"{API}/{path}/consents/withdraw", json={"purpose": "POSITION"})
    assert (back.json()["how"], back.json()["withdrawn_how"]) == ("HIMSELF", "HIMSELF")
    seen = consents(firm.asking, f"drivers/{driver}")
    assert seen == consents(himself, path)
    assert seen["items"][0]["withdrawn_at"] > seen["items"][0]["given_at"]
    assert seen["lacking"] == ["POSITION", "CONTACT"]


def test_a_carrier_notes_what_was_said_to_him_and_how_and_again_changes_nothing(border: Border) -> None:
    firm, driver, crossing, himself = a_driver_on_his_way(border)
    path = f"{API}/drivers/{driver}/consents"
    first = firm.asking.post(path, json={"purpose": "CONTACT", "how": "PAPER"}).json()
    border.gate.clock.forward(minutes=5)
    again = himself.post(f"{API}/crossings/{crossing['id']}/consents", json={"purpose": "CONTACT"})
    assert again.json() == first
    assert consents(firm.asking, f"drivers/{driver}")["lacking"] == ["POSITION"]


def test_what_was_taken_back_can_be_given_again_and_both_stay_told(border: Border) -> None:
    firm, driver, *_ = a_driver_on_his_way(border)
    path = f"{API}/drivers/{driver}/consents"
    for minutes in (0, 10):
        border.gate.clock.forward(minutes=minutes)
        firm.asking.post(path, json={"purpose": "POSITION", "how": "SPOKEN"})
        if not minutes:
            firm.asking.post(f"{path}/withdraw", json={"purpose": "POSITION", "how": "PAPER"})
    now, before = consents(firm.asking, f"drivers/{driver}")["items"]
    assert (now["withdrawn_at"], before["withdrawn_how"]) == (None, "PAPER")
    nothing = firm.asking.post(f"{path}/withdraw", json={"purpose": "CONTACT", "how": "PAPER"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "vehicle_registration.no_consent")


@pytest.mark.parametrize("body", [{"purpose": "POSITION", "how": "HIMSELF"}, {"purpose": "SALE", "how": "PAPER"}, {}])
def test_a_carrier_cannot_say_it_for_the_driver_nor_for_anything_else(border: Border, body: dict[str, str]) -> None:
    firm, driver, *_ = a_driver_on_his_way(border)
    assert firm.asking.post(f"{API}/drivers/{driver}/consents", json=body).status_code == 422


def test_nobody_else_sees_or_says_it(border: Border) -> None:
    _, driver, crossing, himself = a_driver_on_his_way(border)
    stranger = border.firm()
    assert stranger.asking.get(f"{API}/drivers/{driver}/consents").status_code == 404
    body = {"purpose": "POSITION", "how": "PAPER"}
    assert stranger.asking.post(f"{API}/drivers/{driver}/consents", json=body).status_code == 404
    assert border.officer(Role.CUSTOMS).get(f"{API}/drivers/{driver}/consents").status_code == 403
    other = stranger.crossing(stranger.registers("12C-999.99"))
    assert himself.get(f"{API}/crossings/{other['id']}/consents").status_code == 403
    nobody = border.gate.as_(a_driver(UUID(other["id"])))
    assert consents(nobody, f"crossings/{other['id']}") == {"items": [], "lacking": []}
    refused = nobody.post(f"{API}/crossings/{other['id']}/consents", json={"purpose": "POSITION"})
    assert refused.status_code == 404
    assert himself.get(f"{API}/drivers/{driver}/consents").status_code == 403
    assert crossing["filing"]["driver_id"] == driver


def test_an_erased_driver_leaves_nothing_behind_that_he_said(border: Border) -> None:
    firm, driver, *_ = a_driver_on_his_way(border)
    firm.asking.post(f"{API}/drivers/{driver}/consents", json={"purpose": "POSITION", "how": "PAPER"})
    assert firm.asking.request("DELETE", f"{API}/drivers/{driver}").status_code == 204
    assert border.gate.rows("vehicle_registration", "SELECT * FROM vehicle_registration.consents") == []


def told_of(border: Border, driver: str) -> list[str]:
    border.gate.settle()
    return [
        f"{record.headers['ce_type'].split('.')[2]} {json.loads(record.body)['purpose']}"
        for record in border.heard("bordergate.fleet")
        if record.key == driver
    ]


def test_who_acts_by_a_consent_hears_of_it_of_its_end_and_of_who_is_erased(border: Border) -> None:
    firm, driver, *_ = a_driver_on_his_way(border)
    path = f"{API}/drivers/{driver}/consents"
    firm.asking.post(path, json={"purpose": "POSITION", "how": "PAPER"})
    firm.asking.post(path, json={"purpose": "CONTACT", "how": "SPOKEN"})
    firm.asking.post(f"{path}/withdraw", json={"purpose": "CONTACT", "how": "SPOKEN"})
    firm.asking.request("DELETE", f"{API}/drivers/{driver}")
    assert told_of(border, driver) == [
        "driver_consented POSITION",
        "driver_consented CONTACT",
        "driver_consent_withdrawn CONTACT",
        "driver_consent_withdrawn POSITION",
    ]


def test_his_telephone_is_seen_by_his_carrier_and_by_the_guard_only_while_he_lets_himself_be_called(
    border: Border,
) -> None:
    firm = border.firm()
    driver = firm.asking.post(f"{API}/drivers", json=a_person().model_dump()).json()["id"]
    guard = border.officer(Role.BORDER_GUARD)

    def phone(asking: Asking) -> str | None:
        told: str | None = asking.get(f"{API}/drivers/{driver}").json()["person"]["phone"]
        return told

    assert (phone(firm.asking), phone(guard)) == ("+84 900 000 000", None)
    said = {"purpose": "CONTACT", "how": "SPOKEN"}
    firm.asking.post(f"{API}/drivers/{driver}/consents", json=said)
    assert phone(guard) == "+84 900 000 000"
    firm.asking.post(f"{API}/drivers/{driver}/consents/withdraw", json=said)
    assert phone(guard) is None
