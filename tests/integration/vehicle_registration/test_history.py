"""Who changed what of a crossing, from what to what; and two who change it at once lose nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from bordergate.auth import Role
from bordergate.http.typed import PREFIX, Typed
from events.queue_scheduling import TicketWithdrawn
from tests.builders.callers import a_caller, a_driver
from tests.integration.vehicle_registration.conftest import API, Border, Firm, queued
from tests.integration.vehicle_registration.test_by_hand import by_hand, files, registers_driver

TRAILER = "12R-001.21"


def history(firm: Firm, crossing: dict[str, Any]) -> list[dict[str, Any]]:
    answer = firm.asking.get(f"{API}/crossings/{crossing['id']}/history")
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["items"]
    return told


def mends(firm: Firm, crossing: dict[str, Any], revision: int, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
    path = f"{API}/crossings/{crossing['id']}/amend"
    return firm.asking.post(path, json=by_hand(**changes) | {"revision": revision})


def a_filed_crossing(firm: Firm) -> dict[str, Any]:
    firm.registers("12C-123.45")
    filed = files(firm)
    assert filed.status_code == 201, filed.text
    crossing: dict[str, Any] = filed.json()
    return crossing


def test_each_act_is_told_with_who_did_it_and_what_it_changed_in_three_languages(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    firm.amends(crossing, trailer=TRAILER, two_way=True)
    firm.cancels(crossing)
    given_up, amended, filed = history(firm, crossing)
    assert [one["act"] for one in (given_up, amended, filed)] == ["CANCEL", "AMEND", "FILE"]
    assert (given_up["reason"], amended["revision"], amended["role"]) == ("other plans", 2, "CARRIER")
    assert {one["by"] for one in (given_up, amended, filed)} == {str(firm.organisation)}
    assert amended["yours"] is True
    assert [(one["field"], one["before"], one["after"]) for one in amended["changes"]] == [
        ("trailer", None, "12R00121"),
        ("two_way", "false", "true"),
    ]
    assert amended["changes"][0]["text"]["vi"] == "Rơ-moóc: thêm 12R00121"
    assert amended["changes"][1]["text"] == {
        "vi": "Chở hàng: một chiều → hai chiều",
        "zh": "载货方式：单向 → 双向",
        "en": "Carries goods: one way → both ways",
    }


def test_two_amendments_are_told_each_against_the_one_before(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    firm.amends(crossing, trailer=TRAILER)
    firm.amends(crossing, trailer="12R-001.22")
    later, first, _ = history(firm, crossing)
    assert (later["changes"][0]["before"], later["changes"][0]["after"]) == ("12R00121", "12R00122")
    assert (first["changes"][0]["before"], first["changes"][0]["after"]) == (None, "12R00121")


def test_a_corrected_truck_is_told_in_the_history_of_its_crossing(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    vehicle = crossing["filing"]["vehicle_id"]
    firm.asking.post(f"{API}/vehicles/{vehicle}/correct", json={"plate": "12C-543.21"})
    corrected, _ = history(firm, crossing)
    assert corrected["act"] == "CORRECT_VEHICLE"
    assert corrected["changes"][0]["text"]["en"] == "Plate: 12C12345 → 12C54321"


def test_what_a_timer_or_the_queue_did_nobody_did(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    border.states(queued(crossing), TicketWithdrawn(crossing_id=crossing["id"], reason="late"))
    withdrawn = history(firm, crossing)[0]
    assert (withdrawn["act"], withdrawn["by"], withdrawn["role"]) == ("CANCEL", None, None)
    firm.registers("12C-543.21")
    other = files(firm, plate="12C-543.21", declared_empty=False, declarations=["308000000001"]).json()
    border.gate.wait(hours=24 * 16)
    assert history(firm, other)[0]["act"] == "EXPIRE"


def test_a_draft_has_a_history_of_its_own(border: Border) -> None:
    firm = border.firm()
    draft = firm.crossing(firm.registers(), submit=False)
    firm.amends(draft, trailer=TRAILER)
    firm.asking.post(f"{API}/crossings/{draft['id']}/submit")
    assert [one["act"] for one in history(firm, draft)] == ["SUBMIT", "AMEND", "FILE"]


def test_who_may_not_see_a_crossing_does_not_see_its_history(border: Border) -> None:
    firm, stranger = border.firm(), border.firm()
    crossing = a_filed_crossing(firm)
    firm.amends(crossing, trailer=TRAILER)
    path = f"{API}/crossings/{crossing['id']}/history"
    assert stranger.asking.get(path).status_code == 404
    for reader in (border.officer(Role.CUSTOMS), border.gate.as_(a_driver(UUID(crossing["id"])))):
        seen = reader.get(path).json()["items"]
        assert [one["act"] for one in seen] == ["AMEND", "FILE"]
        assert not seen[0]["yours"]


def test_an_amendment_by_a_colleague_is_not_yours(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    colleague = Firm(border.gate.as_(a_caller(Role.CARRIER, organisation=firm.organisation)), firm.organisation)
    colleague.amends(crossing, trailer=TRAILER)
    assert history(firm, crossing)[0]["yours"] is False


def test_a_program_that_looked_at_an_older_version_is_told_place_by_place_what_differs(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    firm.amends(crossing, trailer=TRAILER)
    late = firm.amends(crossing, crossing["version"], two_way=True)
    assert (late.status_code, late.json()["code"]) == (412, "vehicle_registration.amended_meanwhile")
    assert late.headers["ETag"] == f'"{firm.sees(crossing)["version"]}"'
    whole, place = late.json()["problems"]
    assert (whole["code"], place["field"]) == ("vehicle_registration.amended_meanwhile", "$.trailer")
    assert "12R00121" in place["messages"]["zh"]
    assert firm.sees(crossing)["filing"]["two_way"] is False


def test_a_version_that_only_an_answer_of_customs_made_is_stale_without_a_difference(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    crossing = files(firm, declared_empty=False, declarations=["308000000001"]).json()
    border.assesses(crossing)
    late = firm.amends(crossing, crossing["version"], two_way=True)
    assert (late.status_code, late.json()["code"]) == (412, "stale")


def test_a_form_filled_in_before_anothers_change_is_refused_and_says_what_each_wrote(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    assert mends(firm, crossing, 1, trailer=TRAILER, containers=["CSQU3054383"]).status_code == 200
    late = mends(firm, crossing, 1, containers=["TEMU6079348"])
    assert late.status_code == 412
    places = {place["field"]: place["code"].rpartition(".")[2] for place in late.json()["problems"][1:]}
    assert places == {"$.trailer": "changed_meanwhile", "$.containers": "changed_by_both"}
    assert mends(firm, crossing, 2, trailer=TRAILER, containers=["TEMU6079348"]).status_code == 200


def test_two_forms_that_change_different_things_need_only_one_more_look(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    mends(firm, crossing, 1, trailer=TRAILER)
    late = mends(firm, crossing, 1, ends="13:00")
    assert [place["field"] for place in late.json()["problems"][1:]] == ["$.trailer"]
    assert mends(firm, crossing, 1, trailer=TRAILER, ends="13:00").status_code == 200


def test_another_driver_named_meanwhile_is_told_and_stays(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    driver = registers_driver(firm, "Lái xe A", "B2-0001")
    mends(firm, crossing, 1, driver="Lái xe A")
    late = mends(firm, crossing, 1, ends="13:00")
    assert late.json()["problems"][1]["field"] == "$.driver"
    assert mends(firm, crossing, 2, ends="13:00").json()["filing"]["driver_id"] == driver


def test_answers_of_customs_put_no_form_in_conflict(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    laden = {"declared_empty": False, "declarations": ["308000000001"]}
    crossing = files(firm, **laden).json()
    border.assesses(crossing)
    assert mends(firm, crossing, 1, ends="13:00", **laden).status_code == 200


@pytest.mark.parametrize("revision", [0, -1, "x", 10**12])
def test_a_revision_that_is_none_is_malformed(border: Border, revision: object) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    assert mends(firm, crossing, revision).status_code == 422  # type: ignore[arg-type] # that is the point


def test_a_plain_form_in_conflict_comes_back_with_all_that_was_typed(border: Border) -> None:
    firm = border.firm()
    crossing = a_filed_crossing(firm)
    mends(firm, crossing, 1, trailer=TRAILER)
    page = f"/crossings/{crossing['id']}/mend"
    own = {"keep": "mend", "whose": "me", "back": page, "next": "/"}
    fields = by_hand(ends="13:00") | {"declared_empty": "true", "revision": "1"} | own
    answer = firm.asking.post(f"{API}/crossings/{crossing['id']}/amend", data=fields, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    cookie = answer.headers["set-cookie"].partition(f"{PREFIX}mend=")[2].partition(";")[0].strip('"')
    typed = Typed.unpacked("mend", cookie)
    assert typed
    assert typed.value("ends") == "13:00"
    assert [wrong.field for wrong in typed.wrong] == [None, "$.trailer"]
    assert typed.wrong[0].details["revision"] == 2
