"""What a line of a list says is what a program would say: however it is written, and in whichever language."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.errors import Wrong
from bordergate.i18n import LANGUAGES, text
from events.words import Direction, ListColumn
from services.vehicle_registration.commands import ByHand
from services.vehicle_registration.commands.by_hand import AskedShare, wrong_with
from services.vehicle_registration.commands.lines import ReadLine, read_line
from services.vehicle_registration.domain.plan import Plan
from services.vehicle_registration.uploads.files import refuse_hidden
from tests.builders.registration import a_plan

NUMBERS = st.from_regex(r"(10|30)[0-9]{10}", fullmatch=True)
PLATES = st.from_regex(r"12[CDH][0-9]{5}", fullmatch=True)
QUANTITIES = st.decimals(min_value="0.000001", max_value=1_000_000, places=6).map(lambda told: told.normalize())
SHARES = st.builds(AskedShare, declaration=NUMBERS, line=st.integers(1, 200), quantity=QUANTITIES)
HOURS = st.times(max_value=time(23, 59)).map(lambda told: told.replace(second=0, microsecond=0))
SIGNS = st.text(st.characters(codec="utf-8"), max_size=40)


@st.composite
def by_hand(draw: st.DrawFn) -> ByHand:
    """Any crossing that can be stated; of what it carries a part it names the declaration."""
    shares = draw(st.lists(SHARES, max_size=3))
    numbers = draw(st.lists(NUMBERS, max_size=3, unique=True))
    named = dict.fromkeys([*numbers, *(share.declaration for share in shares)])
    return ByHand(
        route=draw(st.sampled_from(["hn-1119", "tt-1088"])),
        direction=draw(st.sampled_from(Direction)),
        day=draw(st.dates(date(2026, 1, 1), date(2099, 12, 30))),
        starts=draw(HOURS),
        ends=draw(HOURS),
        plate=draw(PLATES),
        trailer=draw(st.none() | st.just("12R12345")),
        containers=tuple(draw(st.lists(st.just("CSQU3054383"), max_size=4))),
        driver=draw(st.none() | st.just("Lái xe A")),
        declarations=tuple(named),
        declared_empty=draw(st.booleans()),
        two_way=draw(st.booleans()),
        shares=tuple(shares),
    )


def written(asked: ByHand, language: str) -> dict[str, str]:
    """The crossing as people of a language fill in the template."""
    words = {True: text("upload.yes", language), False: text("upload.no", language)}
    comma = "." if language == "en" else ","
    told: dict[str, str] = {
        "route": asked.route,
        "direction": text(f"sheet.direction.{asked.direction}", language),
        "day": asked.day.isoformat() if language == "zh" else f"{asked.day:%d/%m/%Y}",
        "starts": f"{asked.starts:%H:%M}",
        "ends": f"{asked.ends:%Hh%M}",
        "plate": asked.plate,
        "trailer": asked.trailer or "",
        "containers": "; ".join(asked.containers),
        "driver": asked.driver or "",
        "declarations": ("，" if language == "zh" else ", ").join(asked.declarations),
        "shares": "; ".join(
            f"{share.declaration}/{share.line} = {share.quantity:.6f}".replace(".", comma) for share in asked.shares
        ),
        "declared_empty": words[asked.declared_empty].partition(",")[0],
        "two_way": words[asked.two_way].partition(",")[0],
    }
    return {name: said for name, said in told.items() if said}


@pytest.mark.parametrize("language", LANGUAGES)
@given(asked=by_hand())
def test_a_line_filled_in_in_any_language_is_the_crossing_that_was_meant(language: str, asked: ByHand) -> None:
    cells = written(asked, language)
    assert set(cells) <= {column.value for column in ListColumn}
    assert read_line(cells) == ReadLine(asked, [])


@given(by_hand(), st.sampled_from(ListColumn), SIGNS)
def test_a_damaged_line_is_told_by_its_column_or_is_another_crossing(
    asked: ByHand, column: ListColumn, typed: str
) -> None:
    cells = {**written(asked, "vi"), column.value: typed}
    read = read_line({name: told for name, told in cells.items() if told})
    columns = {(place.field or "").removeprefix("$.").partition("[")[0] for place in read.wrong}
    assert columns <= {column.value, "declarations"}
    assert read.unread <= columns
    kept = set(ByHand.model_fields) - {column.value, "declarations"}
    assert {name: getattr(read.asked, name) for name in kept} == {name: getattr(asked, name) for name in kept}


@given(st.dictionaries(st.sampled_from(ListColumn), SIGNS))
def test_any_line_is_a_crossing_or_told_what_is_wrong_with_it(cells: dict[str, str]) -> None:
    read = read_line({str(name): told for name, told in cells.items() if told})
    assert bool(read.unread) <= bool(read.wrong)
    assert {"route", "plate"} - set(cells) <= read.unread


@given(by_hand())
def test_what_is_stated_by_hand_is_planned_in_one_window_of_hanoi(asked: ByHand) -> None:
    plan = asked.stated
    assert Plan.model_validate_json(plan.model_dump_json()) == plan
    assert (plan.window_from.tzinfo, plan.window_to.tzinfo) == (UTC, UTC)
    assert (plan.declarations, plan.trailer) == (asked.declarations, asked.trailer)
    assert [dict(share) for share in plan.shares] == [dict(share) for share in asked.shares]


def test_the_plan_of_a_crossing_keeps_all_but_truck_and_driver() -> None:
    asked = ByHand(**told_of(a_plan()))
    truck, driver = a_plan().vehicle_id, a_plan().vehicle_id
    plan = asked.plan(truck, driver)
    assert dict(plan) == dict(asked.stated) | {"vehicle_id": truck, "driver_id": driver}


def told_of(plan: Plan) -> dict[str, Any]:
    told = {name: getattr(plan, name) for name in ("route", "direction", "declarations", "declared_empty")}
    return told | {"day": date(2026, 5, 5), "starts": time(8), "ends": time(12), "plate": "12C12345"}


@given(st.text(st.characters(categories=["Cc", "Cf"]), min_size=1, max_size=3))
def test_no_field_with_a_mark_that_nobody_sees_is_read(marks: str) -> None:
    with pytest.raises(Exception, match="list_hidden_marks"):
        refuse_hidden(["12C12345", f"29H{marks}54321"], 7)


def test_the_smallest_and_the_largest_part_are_read_to_the_last_place() -> None:
    for quantity in ("0.000001", "999999999.999999"):
        cells = written(an_asked(quantity), "en")
        read = read_line(cells)
        assert read.wrong == []
        assert read.asked.shares[0].quantity == Decimal(quantity)


def test_a_line_that_cannot_be_read_hides_nothing_of_what_is_wrong_with_the_rest() -> None:
    cells = {"route": "hn-1119", "direction": "SIDEWAYS", "day": "5/5/2026", "starts": "25:00", "ends": "12:00"}
    cells |= {"plate": "99Z-1", "containers": f"CSQU3054384, {'X' * 21}", "declarations": "302, 108000000000"}
    read = read_line(cells)
    assert {wrong.field for wrong in read.wrong} == {"$.direction", "$.starts", "$.containers[1]"}
    assert [(wrong.field, wrong.code) for wrong in read.stands(wrong_with(read.asked, None, []))] == [
        ("$.declarations[0]", "declaration_number.form"),
        ("$.plate", "R010"),
        ("$.containers", "R014"),
    ]


@pytest.mark.parametrize("missing", ["route", "direction", "day", "starts", "ends", "plate", "trailer", "declarations"])
def test_nothing_that_only_stands_in_for_what_a_line_lacks_is_told_as_its_fault(missing: str) -> None:
    cells = written(an_asked("20"), "en") | {missing: "X" * 2_000}
    read = read_line(cells)
    assert read.stands(wrong_with(read.asked, None, [], longest=1)) == read.stands(
        [
            Wrong("$.ends", "vehicle_registration.window_too_long", {"hours": 1}),
            Wrong("$.plate", "vehicle_registration.no_such_plate", {"value": "12C12345"}),
        ]
    )
    assert read.unread == {missing}


def an_asked(quantity: str) -> ByHand:
    share = AskedShare(declaration="308000000000", line=1, quantity=Decimal(quantity))
    return ByHand(**told_of(a_plan()), shares=(share,))


def test_an_hour_is_of_the_day_in_hanoi() -> None:
    asked = ByHand(**told_of(a_plan()))
    assert asked.stated.window_from == datetime(2026, 5, 5, 1, tzinfo=UTC)
