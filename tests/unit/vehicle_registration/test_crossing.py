"""A crossing at the desk, from draft to the queue."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bordergate.errors import Stale
from bordergate.event import Event
from bordergate.ids import new_id
from events.customs_declarations import DeclarationsAssessed
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingNotReady,
    CrossingReady,
    CrossingSubmitted,
)
from events.words import Direction, Failure, Goods, Severity, Share
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Crossing, Stage, Step, filed_anew
from services.vehicle_registration.domain.customs import asked_in, asked_of_customs, is_answered
from services.vehicle_registration.domain.plan import Plan, Truck
from services.vehicle_registration.domain.rules import plate_mark
from tests.builders.registration import (
    DURIAN,
    MORNING,
    UNKNOWN_DECLARATION,
    a_crossing,
    a_plan,
    an_assessment,
    an_empty_crossing,
    an_empty_plan,
    told_by,
)

TRUCK = Truck("12C12345")


def submitted(crossing: Crossing) -> Crossing:
    crossing.submit(MORNING)
    crossing.assess()
    return crossing


def ready() -> Crossing:
    crossing = submitted(an_empty_crossing())
    told_by(crossing)
    return crossing


def queued() -> Crossing:
    crossing = ready()
    crossing.follow(Step.QUEUE)
    return crossing


def kinds(crossing: Crossing) -> list[type[Event]]:
    return [type(event) for event in told_by(crossing)]


def amended(crossing: Crossing, truck: Truck = TRUCK, **changed: object) -> None:
    crossing.amend(filed_anew(crossing.filing, Plan.of(crossing.filing, **changed), truck), truck)


def test_an_empty_crossing_without_a_declaration_is_ready_as_soon_as_it_is_submitted() -> None:
    crossing = submitted(an_empty_crossing())
    filed, told = told_by(crossing)
    assert isinstance(filed, CrossingSubmitted)
    assert isinstance(told, CrossingReady)
    assert told.empty
    assert told.goods == Goods()
    assert crossing.stage is Stage.READY


def test_a_laden_crossing_waits_for_customs() -> None:
    crossing = submitted(a_crossing())
    assert kinds(crossing) == [CrossingSubmitted]
    assert crossing.stage is Stage.SUBMITTED


def test_customs_answer_makes_a_crossing_ready_with_its_goods() -> None:
    crossing = submitted(a_crossing())
    crossing.hear_customs(an_assessment(goods=DURIAN))
    crossing.assess()
    told = told_by(crossing)[-1]
    assert isinstance(told, CrossingReady)
    assert told.goods == DURIAN
    assert not told.empty


def test_an_empty_crossing_with_a_declaration_waits_for_customs_too() -> None:
    assert submitted(an_empty_crossing(declarations=("308000000000",))).stage is Stage.SUBMITTED


def test_failures_of_both_owners_come_in_one_verdict() -> None:
    crossing = submitted(a_crossing(containers=("CSQU3054384",)))
    crossing.hear_customs(an_assessment(UNKNOWN_DECLARATION))
    crossing.assess({plate_mark("12C12345")})
    told = told_by(crossing)[-1]
    assert isinstance(told, CrossingNotReady)
    assert [failure.code for failure in told.failures] == ["R011", "R014", "R004"]


def test_a_warning_does_not_stop_a_crossing() -> None:
    crossing = submitted(a_crossing())
    warning = Failure(code="R031", severity=Severity.WARN, field="$.payer")
    crossing.hear_customs(an_assessment(warning))
    crossing.assess()
    assert crossing.stage is Stage.READY


def test_the_same_verdict_is_not_stated_twice() -> None:
    crossing = submitted(a_crossing())
    for _ in range(3):
        crossing.hear_customs(an_assessment(UNKNOWN_DECLARATION))
        crossing.assess()
    assert kinds(crossing) == [CrossingSubmitted, CrossingNotReady]


def test_other_goods_are_news_of_a_ready_crossing_and_other_failures_of_one_that_is_not() -> None:
    crossing = submitted(a_crossing())
    told_by(crossing)
    stated = [
        an_assessment(UNKNOWN_DECLARATION),
        an_assessment(UNKNOWN_DECLARATION, Failure(code="R005", field="$.type")),
        an_assessment(goods=DURIAN),
        an_assessment(goods=Goods(hs_chapters=("84",))),
    ]
    for assessment in stated:
        crossing.hear_customs(assessment)
        crossing.assess()
    assert kinds(crossing) == [CrossingNotReady, CrossingNotReady, CrossingReady, CrossingReady]


def test_a_freed_plate_makes_a_waiting_crossing_ready() -> None:
    crossing = an_empty_crossing()
    crossing.submit(MORNING)
    crossing.assess({plate_mark("12C12345")})
    assert crossing.stage is Stage.NOT_READY
    crossing.assess()
    assert crossing.stage is Stage.READY


def test_an_amended_crossing_is_assessed_again_and_says_what_changed() -> None:
    crossing = ready()
    amended(crossing, window_to=MORNING + timedelta(hours=20), trailer="12r-012.34")
    assert crossing.stage is Stage.SUBMITTED
    crossing.assess()
    change, told = told_by(crossing)
    assert isinstance(change, CrossingAmended)
    assert change.changed == ("window_to", "trailer")
    assert isinstance(told, CrossingReady)
    assert told.trailer == "12R01234"


def test_nothing_changed_is_no_amendment() -> None:
    crossing = ready()
    version = crossing.version
    amended(crossing)
    assert (told_by(crossing), crossing.version, crossing.stage) == ([], version, Stage.READY)


def test_other_declarations_are_asked_of_customs_again_others_changes_are_not() -> None:
    crossing = submitted(a_crossing())
    crossing.hear_customs(an_assessment())
    crossing.assess()
    amended(crossing, driver_id=new_id())
    amended(crossing, window_from=MORNING + timedelta(hours=1))
    crossing.assess()
    assert crossing.stage is Stage.READY
    amended(crossing, declarations=("308000000001",))
    crossing.assess()
    assert crossing.stage is Stage.SUBMITTED


@pytest.mark.parametrize(
    "change",
    [
        {"direction": Direction.IMPORT},
        {"declared_empty": True},
        {"two_way": True},
        {"window_from": MORNING - timedelta(days=1)},
        {"shares": (Share(declaration="308000000000", line=1, quantity=Decimal(1)),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_customs_said_of_something_else_counts_no_longer(change: dict[str, Any]) -> None:
    crossing = submitted(a_crossing())
    before = crossing.filing
    answer = DeclarationsAssessed(crossing_id=crossing.id, failures=(), goods=DURIAN, **asked_of_customs(before))
    assert is_answered(before, asked_in(answer))
    crossing.hear_customs(an_assessment())
    amended(crossing, **change)
    crossing.assess()
    assert (crossing.stage, is_answered(crossing.filing, asked_in(answer))) == (Stage.SUBMITTED, False)


def test_an_answer_from_before_answers_said_what_was_asked_counts() -> None:
    filing = a_crossing().filing
    old = DeclarationsAssessed(crossing_id=new_id(), failures=(), goods=DURIAN)
    later = old.model_copy(update={"numbers": filing.declarations})
    assert all(is_answered(filing, asked_in(told)) for told in (old, later))


def test_a_draft_changes_without_news_but_with_a_new_version() -> None:
    crossing = a_crossing()
    amended(crossing, trailer="12R01234")
    assert (told_by(crossing), crossing.version, crossing.stage) == ([], 1, Stage.DRAFT)


def test_a_truck_corrected_by_its_carrier_is_an_amendment() -> None:
    crossing = ready()
    amended(crossing, Truck("12C12345", vin="LZZ5ELNDXJW000001"))
    told = told_by(crossing)[0]
    assert isinstance(told, CrossingAmended)
    assert told.changed == ("vehicle_id",)


def test_a_crossing_in_the_queue_is_not_amended() -> None:
    with pytest.raises(refusals.NoLongerAmendable):
        amended(queued(), trailer="12R01234")


def test_a_crossing_in_the_queue_is_cancelled_by_withdrawing_its_ticket() -> None:
    crossing = queued()
    with pytest.raises(refusals.WithdrawTheTicket):
        crossing.cancel("other plans")
    crossing.withdraw("other plans")
    told = told_by(crossing)[-1]
    assert isinstance(told, CrossingCancelled)
    assert (told.reason, crossing.stage) == ("other plans", Stage.CANCELLED)


@pytest.mark.parametrize("steps", [(), (Step.CALL,)])
def test_what_changes_while_a_truck_waits_is_stated_and_after_the_call_only_once_it_waits_again(
    steps: tuple[Step, ...],
) -> None:
    crossing = submitted(a_crossing())
    crossing.hear_customs(an_assessment())
    crossing.assess()
    crossing.follow(Step.QUEUE)
    for step in steps:
        crossing.follow(step)
    told_by(crossing)
    crossing.hear_customs(an_assessment(UNKNOWN_DECLARATION))
    crossing.assess()
    assert kinds(crossing) == ([] if steps else [CrossingNotReady])
    if steps:
        crossing.follow(Step.QUEUE)
        crossing.assess()
        assert kinds(crossing) == [CrossingNotReady]
    assert crossing.stage is Stage.QUEUED


def test_a_crossing_submitted_twice_is_refused() -> None:
    with pytest.raises(refusals.NotADraft):
        ready().submit(MORNING)


def test_an_ended_crossing_is_not_cancelled_again() -> None:
    crossing = ready()
    crossing.cancel("other plans")
    with pytest.raises(refusals.AlreadyOver):
        crossing.cancel("other plans")


def test_a_filed_crossing_expires_and_a_queued_one_does_not() -> None:
    crossing = ready()
    crossing.expire()
    told = told_by(crossing)[0]
    assert isinstance(told, CrossingExpired)
    assert told.submitted_at == MORNING
    with pytest.raises(refusals.AlreadyOver):
        queued().expire()


def test_a_crossing_that_joined_the_queue_before_its_amendment_was_heard_is_in_the_queue() -> None:
    crossing = ready()
    amended(crossing, trailer="12R01234")
    crossing.follow(Step.QUEUE)
    crossing.assess()
    assert crossing.stage is Stage.QUEUED
    assert kinds(crossing) == [CrossingAmended, CrossingReady]


def test_who_looked_at_another_version_is_told() -> None:
    with pytest.raises(Stale):
        ready().expect(0)


def test_a_window_that_ends_before_it_begins_is_refused_where_it_stands() -> None:
    (fault,) = a_plan(window_to=MORNING).faults("$.crossings[3]", 24)
    assert (type(fault), fault.field) == (refusals.WindowBackwards, "$.crossings[3].window_to")


def test_a_window_has_at_most_as_many_hours_as_the_law_says() -> None:
    a_day = MORNING + timedelta(hours=24)
    assert list(a_plan(window_to=a_day).faults("$", 24)) == []
    (fault,) = a_plan(window_to=a_day + timedelta(seconds=1)).faults("$", 24)
    assert (type(fault), fault.field, fault.details) == (refusals.WindowTooLong, "$.window_to", {"hours": 24})
    assert list(a_plan(window_to=a_day + timedelta(days=9)).faults("$", None)) == []


def test_a_window_that_is_over_is_neither_planned_nor_filed() -> None:
    over = MORNING + timedelta(hours=12)
    a_plan().must_lie_ahead(over - timedelta(seconds=1), "$")
    with pytest.raises(refusals.WindowOver) as refused:
        a_plan().must_lie_ahead(over, "$.crossings[3]")
    assert refused.value.field == "$.crossings[3].window_to"
    draft = a_crossing()
    with pytest.raises(refusals.WindowOver):
        draft.submit(over)
    assert draft.stage is Stage.DRAFT


def test_a_truck_does_not_come_to_receive_its_own_goods() -> None:
    crossing = an_empty_crossing()
    with pytest.raises(refusals.NothingToReceive):
        crossing.amend(filed_anew(crossing.filing, an_empty_plan(empty_for=crossing.id), TRUCK), TRUCK)


def test_a_trailer_typed_as_dashes_is_no_trailer_left_out() -> None:
    crossing = submitted(
        an_empty_crossing(**a_plan(trailer="---").normal() | {"declarations": (), "declared_empty": True})
    )
    crossing.assess()
    assert crossing.verdict
    assert [(failure.code, failure.field, failure.value) for failure in crossing.verdict.failures] == [
        ("R010", "$.trailer", "---")
    ]


def test_only_an_empty_truck_comes_to_receive() -> None:
    (fault,) = a_plan(empty_for=new_id()).faults("$", None)
    assert isinstance(fault, refusals.NotEmpty)
    assert list(an_empty_plan(empty_for=new_id()).faults("$", None)) == []


def test_what_was_typed_is_filed_in_its_one_written_form_and_repeated_declarations_once() -> None:
    plan = a_plan(trailer="12r 012.34", containers=("csqu 305438-3",), declarations=("3080 0000 0000", "308000000000"))
    normal = plan.normal()
    assert normal["trailer"] == "12R01234"
    assert normal["containers"] == ("CSQU3054383",)
    assert normal["declarations"] == ("308000000000",)
