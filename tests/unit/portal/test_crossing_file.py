from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bordergate.ids import new_id
from events.gate_operations import Authority, FactKind, FactStated
from events.queue_scheduling import TruckNotQueued
from events.tracking import AreaKind, AreaLeft
from events.words import CrossingState, Failure, TicketClass
from services.portal.domain import (
    Concern,
    CrossingFile,
    DriverWord,
    Standing,
    Step,
    Tone,
    calls_left,
    concern_of,
    file_of,
    steps_of,
    tone_of,
    word_for_driver,
)
from tests.builders.stories import Story


def file(story: Story) -> CrossingFile:
    made = file_of(story.told)
    assert made is not None
    return made


def standings(story: Story) -> dict[Step, Standing]:
    return dict(steps_of(file(story)))


def waiting() -> Story:
    return Story().filed().assessed().ready().queued()


def at_the_gate() -> Story:
    return waiting().called().near().seen_by(Authority.BORDER_GUARD)


def gone_through() -> Story:
    return waiting().called().near().checked_in().released().completed()


def test_nobody_has_a_file_before_it_is_filed() -> None:
    assert file_of(Story().assessed().told) is None


def test_the_parties_and_the_crossings_own_driver_may_see_the_file() -> None:
    story = Story(parties=(new_id(), new_id())).filed()
    assert file(story).parties == (*story.parties, story.crossing_id)


def test_a_story_heard_in_any_order_and_twice_makes_the_same_file() -> None:
    story = gone_through()
    expected = file(story)
    for seed in range(20):
        heard = story.told + story.told[:5]
        random.Random(seed).shuffle(heard)  # noqa: S311 - an order, not a secret
        shuffled = file_of(tuple({told.id: told for told in heard}.values()))
        assert shuffled == expected


def test_a_refused_crossing_shows_every_failure() -> None:
    shown = file(Story().filed().refused("R013", "R014"))
    assert [failure.code for failure in shown.failures] == ["R013", "R014"]
    assert shown.blocked
    assert shown.state is CrossingState.NOT_READY


def test_failures_are_gone_once_the_crossing_is_ready() -> None:
    assert file(Story().filed().refused("R014").ready()).failures == ()


def test_a_ready_crossing_that_got_no_place_says_why_until_it_gets_one() -> None:
    story = Story().filed().ready()
    failure = Failure(code="R012", field="$.vehicle_id")
    story.tell(TruckNotQueued(crossing_id=story.crossing_id, route=story.route, failures=(failure,)))
    assert file(story).failures == (failure,)
    assert tone_of(file(story)) is Tone.ATTENTION
    assert file(story.queued()).failures == ()


def test_the_promised_number_is_kept_in_the_file() -> None:
    shown = file(Story().filed().ready().queued(promise=57, ticket_class=TicketClass.P2))
    assert (shown.promise, shown.ticket_class) == (57, TicketClass.P2)


def test_a_truck_without_a_number_has_none_in_its_file() -> None:
    assert file(Story().filed().ready().queued(promise=None, ticket_class=TicketClass.P1)).promise is None


def test_a_missed_call_no_longer_counts() -> None:
    shown = file(waiting().called().missed())
    assert shown.state is CrossingState.NO_SHOW
    assert shown.valid_until is None


def test_a_truck_that_rejoins_waits_again() -> None:
    shown = file(waiting().called().missed().queued(promise=80))
    assert (shown.state, shown.promise, shown.called_at) == (CrossingState.QUEUED, 80, None)


def test_the_first_authority_alone_does_not_check_a_truck_in() -> None:
    shown = file(at_the_gate())
    assert shown.state is CrossingState.ARRIVING
    assert shown.confirmed_by == (Authority.BORDER_GUARD,)


def test_a_corrected_confirmation_no_longer_stands() -> None:
    story = at_the_gate()
    wrong = next(told.data for told in story.told if isinstance(told.data, FactStated))
    story.tell(
        wrong.model_copy(update={"fact_id": new_id(), "kind": FactKind.REFUSED_ENTRY, "corrects": wrong.fact_id})
    )
    assert file(story).confirmed_by == ()


def test_a_lag_is_over_when_both_have_confirmed() -> None:
    lagging = at_the_gate().lagging()
    assert file(lagging).lagging is Authority.CUSTOMS
    assert file(lagging.seen_by(Authority.CUSTOMS)).lagging is None


def test_the_file_says_in_which_area_the_truck_is() -> None:
    story = waiting().near(AreaKind.WAITING)
    assert file(story).area_kind is AreaKind.WAITING
    story.tell(AreaLeft(crossing_id=story.crossing_id, area="hn-1119-waiting", kind=AreaKind.WAITING))
    assert file(story).area_kind is None


def test_missing_news_is_admitted() -> None:
    story = waiting()
    del story.told[1]
    assert not file(story).gap
    told = [heard for heard in waiting().told if heard.sequence != 1 or heard.source != "vehicle_registration"]
    assert file_of(told) is None
    partial = waiting().called().missed().queued()
    partial.told = [heard for heard in partial.told if not (heard.source == "queue_scheduling" and heard.sequence == 2)]
    assert file(partial).gap


def test_the_latest_news_comes_first_in_the_history() -> None:
    moments = [line.at for line in file(gone_through()).history]
    assert moments == sorted(moments, reverse=True)


def test_all_eight_steps_are_shown_and_those_not_built_say_so() -> None:
    shown = standings(gone_through())
    assert len(shown) == 8
    absent = {step for step, standing in shown.items() if standing is Standing.NOT_COVERED}
    assert absent == {Step.MEDICAL, Step.QUARANTINE, Step.TRANSSHIPMENT, Step.FEES}


@pytest.mark.parametrize(
    ("story", "declare", "regulate", "check"),
    [
        (Story().filed(), Standing.NOW, Standing.AHEAD, Standing.AHEAD),
        (Story().filed().refused("R014"), Standing.STOPPED, Standing.AHEAD, Standing.AHEAD),
        (waiting(), Standing.DONE, Standing.NOW, Standing.AHEAD),
        (waiting().called().missed(), Standing.DONE, Standing.STOPPED, Standing.AHEAD),
        (at_the_gate(), Standing.DONE, Standing.DONE, Standing.NOW),
        (gone_through(), Standing.DONE, Standing.DONE, Standing.DONE),
    ],
)
def test_the_steps_follow_the_truck(story: Story, declare: Standing, regulate: Standing, check: Standing) -> None:
    shown = standings(story)
    assert (shown[Step.DECLARE], shown[Step.REGULATE], shown[Step.CHECK]) == (declare, regulate, check)


@pytest.mark.parametrize(
    ("story", "tone", "word"),
    [
        (Story().filed(), Tone.UNKNOWN, DriverWord.WAIT),
        (Story().filed().refused("R014"), Tone.ATTENTION, DriverWord.STOP),
        (waiting(), Tone.OK, DriverWord.WAIT),
        (waiting().called(), Tone.OK, DriverWord.GO),
        (at_the_gate().lagging(), Tone.ATTENTION, DriverWord.WAIT),
    ],
)
def test_sign_and_word_follow_the_state(story: Story, tone: Tone, word: DriverWord) -> None:
    assert (tone_of(file(story)), word_for_driver(file(story))) == (tone, word)


def test_calls_left_count_down_to_the_promise_and_not_below() -> None:
    assert [calls_left(40, number) for number in (12, 40, 50)] == [28, 0, 0]
    assert calls_left(None, 12) is None


def test_the_operator_is_told_of_a_lag_a_running_out_call_and_an_unready_truck() -> None:
    called = waiting().called()
    unready = waiting().refused("R014")
    soon = called.at + timedelta(minutes=50)
    assert concern_of(file(at_the_gate().lagging()), soon) is Concern.AGENCY_LAG
    assert concern_of(file(called), soon) is Concern.NO_SHOW_SOON
    assert concern_of(file(called), called.at) is None
    assert concern_of(file(unready), soon) is Concern.NOT_READY


def test_another_plate_at_the_gate_concerns_the_operator_before_all_else() -> None:
    story = at_the_gate().lagging()
    assert file(story.read("12C99999")).misread == "12C99999"
    assert concern_of(file(story), story.at) is Concern.PLATE_MISMATCH
    assert tone_of(file(story)) is Tone.ATTENTION
    trailer = file(story).trailer
    assert trailer
    for seen in (trailer, f"{story.plate[:3]}-{story.plate[3:]}"):
        assert concern_of(file(at_the_gate_with(story, seen)), story.at) is Concern.AGENCY_LAG
    assert concern_of(file(story.read("12C99999").checked_in().released().completed()), story.at) is None


def at_the_gate_with(story: Story, plate: str) -> Story:
    return story.read("77C00000").read(plate)


def test_a_plate_read_late_is_held_against_the_time_it_was_read() -> None:
    story = at_the_gate().read("12C99999").read("12C00000")
    shuffled = [*story.told]
    random.Random(4).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    made = file_of(shuffled)
    assert made is not None
    assert (made.misread, made.misread_lane) == ("12C00000", "2")
