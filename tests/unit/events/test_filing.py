"""What an amendment of a crossing changed, field by field."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.history import Change, How
from bordergate.ids import new_id
from events.filing import differences
from events.vehicle_registration import Filing
from events.words import Direction, Share
from tests.builders.registration import MORNING, a_filing

BEFORE = a_filing(containers=("CSQU3054383",))
CONTAINERS = st.lists(st.sampled_from(["CSQU3054383", "TEMU6079348", "MSKU6011672"]), max_size=4, unique=True)


def changed(**changes: Any) -> list[Change]:  # noqa: ANN401 - any field
    return list(differences(BEFORE, BEFORE.model_copy(update=changes)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"route": "tt-1088"}, ("route", "hn-1119", "tt-1088")),
        ({"direction": Direction.IMPORT}, ("direction", "EXPORT", "IMPORT")),
        ({"plate": "12C54321"}, ("plate", "12C12345", "12C54321")),
        ({"plate": "12C54321", "vehicle_id": new_id()}, ("plate", "12C12345", "12C54321")),
        ({"trailer": "12R00121"}, ("trailer", None, "12R00121")),
        ({"two_way": True}, ("two_way", "false", "true")),
        ({"declared_empty": True}, ("declared_empty", "false", "true")),
        ({"vehicle_id": new_id()}, ("vehicle_id", None, None)),
        ({"driver_id": new_id()}, ("driver_id", None, None)),
        ({"empty_for": new_id()}, ("empty_for", None, None)),
        ({"containers": ("TEMU6079348",)}, ("containers", "CSQU3054383", "TEMU6079348")),
    ],
)
def test_a_change_is_told_with_what_stood_there_and_what_stands_there_now(
    changes: dict[str, Any], told: tuple[str, str | None, str | None]
) -> None:
    field, before, after = told
    assert changed(**changes) == [Change(How.CHANGED, None, field, before, after)]


def test_a_driver_and_a_truck_are_told_without_their_ids() -> None:
    assert all(one.before is one.after is None for one in changed(driver_id=new_id(), vehicle_id=new_id()))


def test_each_end_of_the_window_is_told_in_one_time_however_it_was_written() -> None:
    (change,) = changed(window_to=BEFORE.window_to + timedelta(hours=2))
    assert (change.field, change.after) == ("window_to", (MORNING + timedelta(hours=14)).isoformat())
    other_zone = BEFORE.window_from.astimezone(tz=None)
    assert changed(window_from=other_zone) == []


def test_what_is_put_first_does_not_change_what_stands_below() -> None:
    (change,) = changed(containers=("TEMU6079348", "CSQU3054383"))
    assert change == Change(How.ADDED, None, "containers", after="TEMU6079348")
    (change,) = changed(declarations=())
    assert change == Change(How.REMOVED, None, "declarations", before="308000000000")


def test_another_quantity_of_the_same_line_is_a_change_and_the_same_written_otherwise_is_none() -> None:
    before, same, less = (
        a_filing(shares=(Share(declaration="308000000000", line=2, quantity=Decimal(told)),))
        for told in ("12.50", "12.5", "9")
    )
    told = [one for one in differences(before, less) if one.field == "shares"]
    assert told == [Change(How.CHANGED, None, "shares", "308000000000 · 2 · 12.5", "308000000000 · 2 · 9")]
    assert [one for one in differences(before, same) if one.field == "shares"] == []


@given(CONTAINERS, CONTAINERS)
def test_nothing_is_told_exactly_when_nothing_changed(before: list[str], after: list[str]) -> None:
    old, new = (BEFORE.model_copy(update={"containers": tuple(numbers)}) for numbers in (before, after))
    told = differences(old, new)
    assert (told == ()) == (before == after)
    added, removed = (sum(one.how is how for one in told) for how in (How.ADDED, How.REMOVED))
    assert added - removed == len(after) - len(before)


def test_a_revision_alone_is_no_change() -> None:
    assert changed(revision=7) == []
    assert Filing.model_validate(BEFORE.model_dump(exclude={"revision"})).revision == 1
