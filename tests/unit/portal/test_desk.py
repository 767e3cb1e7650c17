"""The desk's own thoughts: what a page lacks, where a failure is put right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bordergate.errors import Wrong
from bordergate.http.typed import Typed
from bordergate.i18n import LANGUAGES, Language
from events.words import CrossingState, Failure, Share
from services.portal.domain import CrossingFile, file_of, needs_owner
from services.portal.pages.filing import STEPS, after, before, checked, flat, listed
from services.portal.pages.frame import FORMS
from services.portal.pages.mending import as_filed
from services.portal.pages.next_step import PARTS, step_for
from services.portal.pages.words import Words, field_id
from tests.builders.stories import Story


def a_file(*codes: str, field: str = "$.containers[0]", value: str = "CSQU3054384") -> CrossingFile:
    file = file_of(Story().filed().refused(*codes).told)
    assert file is not None
    failures = tuple(Failure(code=code, field=field, value=value) for code in codes)
    return file.model_copy(update={"failures": failures})


def codes(typed: Typed, step: str) -> dict[str, str]:
    return {wrong.field or "": wrong.code for wrong in checked(typed, f"/desk/crossing/{step}?check")}


def a_typed(**values: object) -> Typed:
    return Typed("crossing", "me", values=values)


def test_a_page_says_what_it_lacks_and_nothing_of_other_pages() -> None:
    assert codes(a_typed(), "place") == {"$.route": "payload.missing", "$.direction": "payload.missing"}
    assert codes(a_typed(plate="12C-123.45"), "truck") == {}
    assert codes(a_typed(), "driver") == {}


def test_a_page_says_what_cannot_be_read_and_where_in_a_list() -> None:
    typed = a_typed(plate="12C-1", containers=["CSQU3054383", "CSQU3054384"])
    assert codes(typed, "truck") == {"$.plate": "plate.digits", "$.containers[1]": "container.check_digit"}


def test_the_pages_follow_one_another_and_lead_back() -> None:
    assert [after(step).rpartition("/")[2] for step in STEPS] == ["time", "truck", "driver", "load", "check"]
    assert [before(step).rpartition("/")[2] for step in STEPS] == ["desk", "place", "time", "truck", "driver"]


def test_what_was_filed_fills_the_form_that_mends_it() -> None:
    typed = as_filed(a_file("R014"), "me", "vi")
    assert typed.value("day") == "2026-05-04"
    assert (typed.value("starts"), typed.value("ends")) == ("08:00", "14:00")
    assert [wrong.code for wrong in typed.wrong_at("containers[0]")] == ["R014"]
    assert ("containers[0]", "CSQU3054383") in list(flat(typed.values))


def test_parts_of_declarations_and_both_ways_fill_the_form_that_mends_them() -> None:
    part = Share(declaration="308000000001", line=2, quantity=Decimal("1.50"))
    typed = as_filed(a_file("R002").model_copy(update={"shares": (part,), "two_way": True}), "me", "vi")
    assert (typed.value("two_way"), typed.value("shares[0].quantity")) == ("true", "1,5")
    assert ("shares[0].line", "2") in list(flat(typed.values))
    assert listed(typed, "shares") == ["308000000001 · 2 · 1,5"]


def test_what_goods_lack_is_put_right_in_their_declaration() -> None:
    file = a_file("R022", field="$.declarations[0].lines[1].phytosanitary")
    number = file.declarations[0]
    onward = step_for(file, FORMS, file.failures[0])
    assert onward
    assert onward.path == f"/declarations?text={number}"


@pytest.mark.parametrize(
    ("field", "asked_as"), [("$.driver_id", "driver"), ("$.vehicle_id", "plate"), ("$.window_from", "starts")]
)
def test_what_others_found_wrong_stands_beside_the_field_that_asks_for_it(field: str, asked_as: str) -> None:
    assert as_filed(a_file("R012", field=field), "me", "vi").wrong_at(asked_as)


@pytest.mark.parametrize(
    ("code", "field", "leads_to"),
    [
        ("R004", "$.declarations[0]", "/desk/declaration?number=CSQU3054384"),
        ("customs_declarations.awaiting_customs", "$.declarations[0]", "/declarations?text=CSQU3054384"),
        ("R011", "$.plate", "/?text={plate}"),
        ("R014", "$.containers", "/crossings/{id}/mend#part-truck"),
        ("R003", "$.declarations[0]", "/crossings/{id}/mend#part-load"),
        ("R040", "$.window_from", "/crossings/{id}/mend#part-time"),
        ("R061", "$.driver_id", "/crossings/{id}/mend#part-driver"),
    ],
)
def test_a_failure_leads_to_where_it_is_put_right(code: str, field: str, leads_to: str) -> None:
    file = a_file(code, field=field)
    step = step_for(file, FORMS, file.failures[0])
    assert step
    assert step.path == leads_to.format(plate=file.plate, id=file.crossing_id)


@pytest.mark.parametrize(
    ("code", "field", "forms", "kept_from"),
    [
        ("R004", "$.declarations[0]", ["vehicle", "driver"], "/desk/declaration"),
        ("R022", "$.declarations[0].lines[0].phytosanitary", ["vehicle", "driver"], "/declarations"),
        ("R015", "$.plate", ["declaration"], "/desk/fleet"),
    ],
)
def test_nobody_is_sent_to_a_form_he_may_not_file(code: str, field: str, forms: list[str], kept_from: str) -> None:
    file = a_file(code, field=field)
    step, all_may = (step_for(file, may, file.failures[0]) for may in (forms, FORMS))
    assert all_may
    assert all_may.path.startswith(kept_from)
    assert step is None or not step.path.startswith(kept_from)


def test_a_sanction_is_answered_by_the_firm_that_is_under_it() -> None:
    file = a_file("R070", field="$.vehicle_id", value="2026-05-18")
    own, anothers = (step_for(file, FORMS, file.failures[0], sanctioned=sanctioned) for sanctioned in (True, False))
    assert (own and own.path, anothers) == ("/sanctions", None)


def test_a_window_that_ends_before_it_begins_is_noticed_on_its_own_page() -> None:
    hours = {"day": "2026-05-04", "starts": "14:00"}
    assert codes(a_typed(**hours, ends="08:00"), "time") == {"$.ends": "vehicle_registration.window_backwards"}
    assert codes(a_typed(**hours, ends="14:00"), "time") == {"$.ends": "vehicle_registration.window_backwards"}
    assert codes(a_typed(**hours, ends="15:00"), "time") == {}


def test_nothing_is_mended_once_the_truck_is_in_the_queue() -> None:
    file = a_file("R014").model_copy(update={"state": CrossingState.QUEUED})
    assert step_for(file, FORMS, file.failures[0]) is None
    assert set(PARTS.values()) < set(STEPS)


def test_an_owner_is_needed_for_what_is_not_ready_or_called_and_for_nothing_that_is_over() -> None:
    file = a_file("R014")
    assert needs_owner(file)
    assert needs_owner(file.model_copy(update={"state": CrossingState.CALLED, "blocked": False}))
    assert not needs_owner(file.model_copy(update={"state": CrossingState.CANCELLED}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_place_is_told_with_its_label_and_its_next_step(language: Language) -> None:
    told = Words(language).told(Wrong("$.containers", "R014", {"value": ["A", "B"]}))
    assert told.label
    assert "A, B" in told.text
    assert told.hint
    assert field_id(told.name) == "containers-0"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_somebody_put_in_a_cookie_himself_breaks_no_page(language: Language) -> None:
    odd = Wrong("$.nothing", "no.such.code", {"code": "x", "language": "y"})
    assert Words(language).told(odd).label == ""
    assert Words(language).told(odd._replace(code="R014")).text
    assert Words(language).day_typed("yesterday") == "yesterday"


def test_a_field_s_name_is_its_id_without_brackets() -> None:
    assert [field_id(name) for name in ("plate", "containers[1]", "lines[0].hs_code")] == [
        "plate",
        "containers-1",
        "lines-0-hs_code",
    ]
