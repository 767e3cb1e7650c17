"""The rules with their tables: all failures at once, by the tables of the day in question."""

from __future__ import annotations

from typing import Any

import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from events.words import Severity
from tests.integration.customs_declarations.conftest import API, PAPERS, Office, a_body, enacts, law

DURIAN = {"hs_code": "08106000", "weight_kg": 18_000}
LETTUCE = {"hs_code": "07051100", "weight_kg": 4_000, "phytosanitary": "VN-26-0000001"}


def failures(office: Office, declaration: dict[str, Any], on: str | None = None) -> list[tuple[str, str, str]]:
    path = f"{API}/declarations/{declaration['id']}/failures"
    answer = office.desk().get(path, params={"on": on} if on else {})
    assert answer.status_code == 200, answer.text
    return [(one["code"], one["field"], one["severity"]) for one in answer.json()["items"]]


def test_what_goods_lack_is_told_with_the_declaration_and_stops_no_filing(office: Office) -> None:
    declaration = office.files(lines=[DURIAN])
    assert failures(office, declaration) == [
        ("R021", "$.lines[0].planting_area", "WARN"),
        ("R021", "$.lines[0].packing_house", "WARN"),
        ("R022", "$.lines[0].phytosanitary", "WARN"),
    ]
    path = f"{API}/declarations/{declaration['id']}/failures"
    (first, *_) = office.desk().get(path).json()["items"]
    assert (first["value"], set(first["message"]), set(first["hint"])) == ("08106000", *[{"vi", "zh", "en"}] * 2)
    assert office.desk(organisation=new_id()).get(path).status_code == 404


def test_a_declaration_with_its_papers_lacks_nothing(office: Office) -> None:
    assert failures(office, office.files(lines=[DURIAN | PAPERS])) == []


def test_a_past_day_is_judged_by_the_tables_of_that_day(office: Office) -> None:
    chapter = law(rule="R022", prefix="69", direction="EXPORT", goods="Tiles")
    enacts(office, "judged_goods", **chapter | {"valid_from": "2024-03-01", "valid_to": "2025-03-01"})
    declaration = office.files(lines=[{"hs_code": "69072100", "weight_kg": 1}])
    stopped = [("R022", "$.lines[0].phytosanitary", "BLOCK")]
    assert failures(office, declaration, "2024-02-29") == []
    assert failures(office, declaration, "2024-03-01") == stopped
    assert failures(office, declaration, "2025-02-28") == stopped
    assert failures(office, declaration, "2025-03-01") == []
    assert failures(office, declaration) == []


def test_an_hs_code_is_known_from_the_day_its_edition_holds(office: Office) -> None:
    declaration = office.files(lines=[{"hs_code": "69072100", "weight_kg": 1}])
    assert failures(office, declaration, "2022-01-01") == []
    assert failures(office, declaration, "2021-12-31") == [("R020", "$.lines[0].hs_code", "BLOCK")]


@pytest.mark.parametrize("day", ["tomorrow", "1999-12-31", "2100-01-01"])
def test_a_day_that_is_none_is_malformed(office: Office, day: str) -> None:
    path = f"{API}/declarations/{office.files()['id']}/failures"
    assert office.desk(Role.CUSTOMS).get(path, params={"on": day}).status_code == 422


def test_a_truck_waits_for_what_the_law_asks_and_is_warned_of_what_a_list_illustrates(office: Office) -> None:
    declaration = office.files(lines=[DURIAN])
    crossing = office.submits(declaration["number"])
    assert {failure.severity for failure in office.assessed(crossing)[-1].failures} == {Severity.WARN}
    enacts(office, "judged_goods", **law(rule="R022", prefix="081060", direction="EXPORT", goods="Durians"))
    body = {name: value for name, value in a_body(lines=[DURIAN]).items() if name not in ("number", "direction")}
    office.desk().request("PUT", f"{API}/declarations/{declaration['id']}", json=body | {"type_code": "B12"})
    stops = [one for one in office.assessed(crossing)[-1].failures if one.severity is Severity.BLOCK]
    assert [(one.code, one.field) for one in stops] == [("R022", "$.declarations[0].lines[0].phytosanitary")]
    body["lines"] = [DURIAN | PAPERS]
    office.desk().request("PUT", f"{API}/declarations/{declaration['id']}", json=body)
    assert office.fails(crossing) == []


def test_a_grower_taken_off_the_list_is_no_longer_listed(office: Office) -> None:
    place = law(code="VN-LSOR-0099", prefix="081060", destination="CN", kind="PUC")
    enacts(office, "approved_places", **place | {"valid_to": "2026-01-01"})
    declaration = office.files(lines=[DURIAN | PAPERS | {"planting_area": "vn-lsor-0099"}])
    assert failures(office, declaration, "2025-12-31") == []
    assert failures(office, declaration, "2026-01-01") == [("R021", "$.lines[0].planting_area", "WARN")]


def test_a_two_way_truck_with_mixed_produce_is_told_so(office: Office) -> None:
    declaration = office.files(lines=[DURIAN | PAPERS, LETTUCE])
    both, one = office.submits(declaration["number"], two_way=True), office.submits(declaration["number"])
    assert office.fails(both) == ["R023"]
    assert office.fails(one) == ["R002"]
    assert office.assessed(both)[-1].two_way is True


def test_a_truck_that_no_longer_goes_both_ways_is_assessed_again(office: Office) -> None:
    declaration = office.files(lines=[DURIAN | PAPERS, LETTUCE])
    crossing = office.submits(declaration["number"], two_way=True)
    office.amends(crossing, declaration["number"])
    assert office.fails(crossing) == []


def of_type(office: Office, declaration: dict[str, Any], on: str) -> list[str]:
    return [code for code, field, _ in failures(office, declaration, on) if field == "$.type_code"]


def test_a_type_is_in_force_on_the_days_its_row_says(office: Office) -> None:
    declaration = office.files(lines=[DURIAN | PAPERS])
    crossing = office.submits(declaration["number"])
    ends = "UPDATE customs_declarations.type_codes SET valid_to = '2026-05-04' WHERE code = 'B11'"
    office.gate.do("customs_declarations", lambda session: session.connection().exec_driver_sql(ends).rowcount)
    days = ("2021-05-31", "2021-06-01", "2026-05-03", "2026-05-04")
    assert [of_type(office, declaration, day) for day in days] == [["R001"], [], [], ["R005"]]
    office.amends(crossing, declaration["number"], two_way=True)
    assert office.fails(crossing) == ["R005"]


def test_the_abolished_type_was_in_force_until_its_last_day(office: Office) -> None:
    declaration = office.files(lines=[DURIAN | PAPERS])
    past = "UPDATE customs_declarations.declarations SET type_code = 'E56'"
    office.gate.do("customs_declarations", lambda session: session.connection().exec_driver_sql(past).rowcount)
    days = ("2014-03-31", "2014-04-01", "2021-05-31", "2021-06-01")
    assert [of_type(office, declaration, day) for day in days] == [["R001"], [], [], ["R005"]]


@pytest.mark.parametrize(("text", "language", "first"), [("B11", "vi", "Xuất kinh doanh"), ("tạm xuất", "vi", None)])
def test_types_in_force_are_offered_by_code_and_name(
    office: Office, text: str, language: str, first: str | None
) -> None:
    headers = {"Accept-Language": language}
    told = office.desk().get(f"{API}/lists/type_codes", params={"text": text}, headers=headers).json()["items"]
    assert told
    assert "E56" not in [one["code"] for one in told]
    assert first is None or told == [{"code": "B11", "name": first}]
