"""May the truck leave? Subject by subject."""

from __future__ import annotations

import pytest

from bordergate.i18n import text
from bordergate.rules import rulings
from bordergate.service import installed
from events.words import CrossingState, Failure, PaperKind, Severity
from services.portal.domain import CrossingFile, Tone, file_of
from services.portal.pages.departure import RULES_OF, Subject, departure_of
from services.portal.pages.frame import part
from services.portal.pages.words import Words
from tests.builders.clock import A_MORNING
from tests.builders.stories import Story


def tones(file: CrossingFile) -> dict[Subject, Tone]:
    told = departure_of(file)
    assert told is not None
    return {checked.subject: checked.tone for checked in told.checked}


def a_file(*failures: Failure, state: CrossingState = CrossingState.NOT_READY, empty: bool = False) -> CrossingFile:
    base = file_of(Story().filed().assessed().told)
    assert base is not None
    changes = {"failures": failures, "state": state, "declared_empty": empty}
    return base.model_copy(update=changes | ({"declarations": ()} if empty else {}))


def test_a_truck_without_a_failure_may_leave() -> None:
    told = departure_of(a_file(state=CrossingState.READY))
    assert told is not None
    assert told.tone is Tone.OK
    assert {checked.tone for checked in told.checked} == {Tone.OK}


def test_what_blocks_stops_it_under_its_own_subject_and_a_warning_does_not() -> None:
    closed = Failure(code="R040", field="$.window_from")
    permit = Failure(code="R015", field="$.vehicle_id", severity=Severity.WARN)
    found = tones(a_file(closed, permit))
    assert (found[Subject.ROUTE], found[Subject.PAPERS], found[Subject.DRIVER]) == (Tone.STOP, Tone.ATTENTION, Tone.OK)
    warned = departure_of(a_file(permit, state=CrossingState.READY))
    assert warned is not None
    assert warned.tone is Tone.OK


def test_until_customs_has_answered_nothing_is_promised() -> None:
    told = departure_of(a_file(state=CrossingState.SUBMITTED))
    assert told is not None
    assert told.tone is Tone.UNKNOWN


def test_an_empty_truck_needs_no_word_about_goods() -> None:
    assert not {Subject.GOODS, Subject.DECLARATION} & set(tones(a_file(state=CrossingState.READY, empty=True)))


@pytest.mark.parametrize("state", [CrossingState.ARRIVING, CrossingState.CROSSED, CrossingState.CANCELLED])
def test_at_the_gate_the_question_is_over(state: CrossingState) -> None:
    assert departure_of(a_file(state=state)) is None


def test_every_numbered_rule_has_its_subject() -> None:
    placed = frozenset().union(*RULES_OF.values())
    judged = {ruling.code for ruling in rulings(installed()) if ruling.code.startswith("R0")}
    assert judged <= placed


def test_when_it_should_come_and_came_is_shown_in_the_borders_time() -> None:
    value = {"first": "2026-05-04T01:00:00+00:00", "last": "2026-05-04T03:50:00+00:00", "arrived": None}
    planned = Words("en").failure_value(Failure(code="R042", field="$.window_from", value=value))
    assert "08:00" in planned
    assert "10:50" in planned
    came = value | {"arrived": "2026-05-04T04:05:00+00:00"}
    assert "11:05" in Words("en").failure_value(Failure(code="R042", field="$.window_from", value=came))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (["CSQU3054384", "X"], "CSQU3054384, X"),
        ("12C12345", "12C12345"),
        ({"paper": "INSURANCE", "valid_to": None}, "Bảo hiểm"),
        ({"paper": "INSURANCE", "valid_to": "2026-05-02"}, "Bảo hiểm · 2 thg 5, 2026"),
    ],
)
def test_what_stood_in_the_failing_place_is_shown_in_words(value: object, shown: str) -> None:
    assert Words("vi").failure_value(Failure(code="R016", field="$.vehicle_id", value=value)) == shown


def test_two_papers_under_one_rule_are_told_apart() -> None:
    lacks = [
        Failure(code="R016", field="$.vehicle_id", value={"paper": kind, "valid_to": None})
        for kind in (PaperKind.INSURANCE, PaperKind.INSPECTION)
    ]
    file = a_file(*lacks)
    told = part("parts/departure.html", "en", now=A_MORNING, departure=departure_of(file), file=file)
    for kind in (PaperKind.INSURANCE, PaperKind.INSPECTION):
        assert f"({text(f'portal.fleet.kind.{kind}', 'en')})" in told
