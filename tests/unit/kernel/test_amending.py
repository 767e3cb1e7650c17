from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bordergate.amending import BeginsTooEarly, Change, Overlapping, Rewritten, amendable, difference, seal_of
from bordergate.errors import Refusal
from services.queue_scheduling.service import service as queue
from services.queue_scheduling.tables import parameters
from services.tracking.service import service as tracking

TODAY = date(2026, 5, 4)


def a_row(value: float = 0.5, since: str = "2020-01-01", until: str | None = None, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - any cell
    told = {"name": "empty_beta", "value": value, "valid_from": since, "valid_to": until, "source": "the queue study"}
    return told | {"illustrative": True} | said


def test_a_new_number_ends_the_one_before_it() -> None:
    found = difference(parameters, [a_row()], [a_row(0.6, "2026-06-01")], TODAY)
    assert found.added == [a_row(0.6, "2026-06-01")]
    assert found.changed == [Change(a_row(), a_row(until="2026-06-01"))]


def test_a_number_put_between_two_others_ends_where_the_later_one_begins() -> None:
    before = [a_row(until="2026-09-01"), a_row(0.7, "2026-09-01")]
    found = difference(parameters, before, [a_row(0.6, "2026-06-01", "2026-09-01")], TODAY)
    assert [change.after["valid_to"] for change in found.changed] == ["2026-06-01"]


def test_what_is_said_again_changes_nothing() -> None:
    found = difference(parameters, [a_row()], [a_row()], TODAY)
    assert (found.written, found.unchanged) == ([], 1)


def test_a_number_that_has_not_begun_may_still_be_changed() -> None:
    found = difference(parameters, [a_row(0.6, "2026-06-01")], [a_row(0.7, "2026-06-01")], TODAY)
    assert len(found.changed) == 1


def test_a_number_in_force_may_be_given_an_end() -> None:
    found = difference(parameters, [a_row()], [a_row(until="2026-05-05")], TODAY)
    assert [change.after["valid_to"] for change in found.changed] == ["2026-05-05"]


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (a_row(0.6), Rewritten),
        (a_row(source="another"), Rewritten),
        (a_row(until="2026-05-03"), Rewritten),
        (a_row(0.6, "2026-05-03"), BeginsTooEarly),
    ],
)
def test_the_past_is_not_rewritten(draft: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        difference(parameters, [a_row()], [draft], TODAY)


def test_several_new_numbers_follow_one_another_in_whatever_order_they_are_written() -> None:
    draft = [a_row(0.7, "2026-07-01"), a_row(0.6, "2026-06-01")]
    found = difference(parameters, [a_row()], draft, TODAY)
    assert {row["valid_from"]: row["valid_to"] for row in found.added} == {
        "2026-06-01": "2026-07-01",
        "2026-07-01": None,
    }


def test_no_day_has_two_numbers() -> None:
    before = [a_row(until="2026-09-01"), a_row(0.7, "2026-09-01")]
    with pytest.raises(Overlapping):
        difference(parameters, before, [a_row(0.6, "2026-06-01")], TODAY)


def test_a_draft_does_not_change_what_it_is_compared_with() -> None:
    before = [a_row()]
    difference(parameters, before, [a_row(0.6, "2026-06-01")], TODAY)
    assert before == [a_row()]


def test_rows_are_sealed_by_what_they_say() -> None:
    assert seal_of([a_row()]) == seal_of([dict(reversed(a_row().items()))])
    assert seal_of([a_row()]) != seal_of([a_row(0.6)])


def test_only_dated_tables_without_outlines_are_amended_by_hand() -> None:
    assert set(amendable(queue.metadata)) == {
        "routes",
        "hours",
        "hour_capacities",
        "closures",
        "refused_goods",
        "parameters",
        "perishable_chapters",
        "extension_hours",
        "forwarding",
    }
    assert set(amendable(tracking.metadata)) == {"numbers"}
