from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.event import Event
from bordergate.ids import new_id
from events.crossing import Crossing, path_of, state_of
from events.gate_operations import (
    Authority,
    AuthorityLagging,
    FactKind,
    FactStated,
    PlateRead,
    StageTakenBack,
    TruckArriving,
)
from events.words import CrossingState as Stage
from events.words import Direction
from services.gate_operations.domain import MAY_STATE, Fact, Passage, QueueWord, standing
from services.gate_operations.domain.plates import PlateReading
from services.gate_operations.domain.refusals import (
    NothingCorrected,
    NotTheirFact,
    NotTheirs,
    OtherFact,
    OtherReading,
    ReasonMissing,
)
from tests.builders.gate import a_fact, a_passage, called, minutes, missed, published, the_way

GUARD, CUSTOMS, YARD = Authority.BORDER_GUARD, Authority.CUSTOMS, Authority.YARD
CONFIRMED = FactKind.ARRIVAL_CONFIRMED


def walk(passage: Passage, upto: int | None = None) -> list[Fact]:
    assert passage.direction
    facts = the_way(passage.direction, passage.crossing_id)[:upto]
    for fact in facts:
        passage.state(fact)
    return facts


def events(passage: Passage) -> list[Event]:
    return [recorded.event for recorded in passage.release()]


@pytest.mark.parametrize("direction", list(Direction))
def test_a_truck_goes_its_direction_s_whole_path(direction: Direction) -> None:
    passage = a_passage(direction)
    walk(passage)
    assert tuple(reached.stage for reached in passage.reached) == path_of(direction)
    assert passage.stage is Stage.COMPLETED


def test_one_authority_alone_lets_a_truck_arrive_but_not_check_in() -> None:
    passage = a_passage()
    walk(passage, 1)
    assert passage.stage is Stage.ARRIVING
    assert passage.awaited() == (CONFIRMED,)


def test_a_truck_is_checked_in_when_the_second_authority_confirms_it() -> None:
    passage = a_passage()
    walk(passage, 2)
    assert passage.stage is Stage.CHECKED_IN
    assert passage.stage_at == minutes(20)


def test_two_confirmations_of_one_authority_are_not_two_authorities() -> None:
    passage = a_passage()
    for after in (10, 12):
        passage.state(a_fact(CONFIRMED, GUARD, after, crossing_id=passage.crossing_id))
    assert passage.stage is Stage.ARRIVING


def test_a_truck_that_was_not_called_has_not_arrived_until_it_is() -> None:
    passage = a_passage(on_call=False)
    walk(passage, 1)
    assert passage.stage is None
    passage.hear(called(after=30))
    assert (passage.stage, passage.stage_at) == (Stage.ARRIVING, minutes(30))


def test_facts_that_come_before_anything_is_known_of_the_crossing_count_later() -> None:
    passage = a_passage(None, on_call=False)
    for fact in the_way(Direction.EXPORT, passage.crossing_id):
        passage.state(fact)
    assert passage.stage is None
    passage.hear(called())
    passage.expect_truck(direction=Direction.EXPORT, route="hn-1119", reference="LSG-260504-7K3QX-A", plate="12C12345")
    assert passage.stage is Stage.COMPLETED


def test_who_is_seen_after_the_call_was_missed_waits_for_the_next_call() -> None:
    passage = a_passage()
    passage.hear(missed(after=60))
    passage.state(a_fact(CONFIRMED, GUARD, 70, crossing_id=passage.crossing_id))
    assert passage.stage is None
    passage.hear(called(after=120, sequence=5))
    assert passage.stage is Stage.ARRIVING


def test_a_fact_of_the_time_of_the_call_counts_even_when_it_comes_after_the_miss() -> None:
    passage = a_passage()
    passage.hear(missed(after=60))
    passage.state(a_fact(CONFIRMED, GUARD, 50, crossing_id=passage.crossing_id))
    assert (passage.stage, passage.stage_at) == (Stage.ARRIVING, minutes(50))


def test_a_fact_stated_twice_takes_effect_once() -> None:
    passage = a_passage()
    (fact,) = walk(passage, 1)
    events(passage)
    passage.state(fact)
    assert events(passage) == []


def test_another_fact_under_a_known_id_is_refused() -> None:
    passage = a_passage()
    (fact,) = walk(passage, 1)
    with pytest.raises(OtherFact):
        passage.state(Fact(fact.id, passage.crossing_id, CONFIRMED, GUARD, minutes(11)))


def test_a_correction_moves_the_moment_and_the_stage_is_stated_again() -> None:
    passage = a_passage()
    _, customs = walk(passage, 2)
    events(passage)
    passage.state(a_fact(CONFIRMED, CUSTOMS, 25, crossing_id=passage.crossing_id, corrects=customs.id))
    assert passage.stage_at == minutes(25)
    assert [type(event).__name__ for event in events(passage)] == ["FactStated", "TruckCheckedIn"]


def test_a_fact_stated_in_error_takes_its_stages_back() -> None:
    passage = a_passage()
    _, customs, _ = walk(passage, 3)
    events(passage)
    error = a_fact(
        FactKind.STATED_IN_ERROR, CUSTOMS, 40, crossing_id=passage.crossing_id, corrects=customs.id, reason="xe khác"
    )
    passage.state(error)
    assert passage.stage is Stage.ARRIVING
    taken = [event.stage for event in events(passage) if isinstance(event, StageTakenBack)]
    assert taken == [Stage.RELEASABLE, Stage.IN_YARD, Stage.CHECKED_IN]


def test_nobody_corrects_another_authority_s_fact() -> None:
    passage = a_passage()
    guard, _ = walk(passage, 2)
    with pytest.raises(NotTheirFact):
        passage.state(a_fact(CONFIRMED, CUSTOMS, 25, crossing_id=passage.crossing_id, corrects=guard.id))


@pytest.mark.parametrize("kind", [CONFIRMED, FactKind.STATED_IN_ERROR])
def test_another_authority_s_correction_that_comes_before_the_fact_it_names_changes_nothing(kind: FactKind) -> None:
    passage = a_passage()
    guard = a_fact(CONFIRMED, GUARD, 10, crossing_id=passage.crossing_id)
    usurping = a_fact(kind, CUSTOMS, 5, crossing_id=passage.crossing_id, corrects=guard.id, reason="xe khác")
    passage.state(usurping)
    passage.state(guard)
    assert standing(passage.facts) == [guard]
    assert (passage.stage, passage.stage_at) == (Stage.ARRIVING, minutes(10))


def test_a_yard_states_only_what_happens_in_the_yard() -> None:
    stated = {kind for kind, authorities in MAY_STATE.items() if Authority.YARD in authorities}
    assert stated == {FactKind.ENTERED_YARD, FactKind.LEFT_YARD, FactKind.STATED_IN_ERROR}


def test_an_earlier_sighting_learnt_late_moves_the_arrival() -> None:
    passage = a_passage()
    walk(passage, 2)
    events(passage)
    passage.state(a_fact(CONFIRMED, CUSTOMS, 5, crossing_id=passage.crossing_id))
    arriving = next(event for event in events(passage) if isinstance(event, TruckArriving))
    assert arriving.first is CUSTOMS


@pytest.mark.parametrize("kind", [FactKind.TURNED_BACK, FactKind.REFUSED_ENTRY])
def test_a_truck_turned_away_before_check_in_is_rejected(kind: FactKind) -> None:
    passage = a_passage()
    walk(passage, 1)
    passage.state(a_fact(kind, GUARD, 15, crossing_id=passage.crossing_id, reason="thiếu giấy tờ"))
    assert passage.stage is Stage.REJECTED
    assert passage.reached[-1].reason == "thiếu giấy tờ"


@pytest.mark.parametrize("kind", [FactKind.TURNED_BACK, FactKind.REFUSED_ENTRY])
def test_a_truck_turned_away_after_check_in_is_returned(kind: FactKind) -> None:
    passage = a_passage()
    walk(passage, 3)
    passage.state(a_fact(kind, CUSTOMS, 35, crossing_id=passage.crossing_id, reason="hàng cấm"))
    assert passage.stage is Stage.RETURNED


def test_a_refusal_learnt_late_takes_back_what_came_after_it() -> None:
    passage = a_passage()
    walk(passage, 3)
    passage.state(a_fact(FactKind.REFUSED_ENTRY, GUARD, 15, crossing_id=passage.crossing_id, reason="sai biển số"))
    assert [reached.stage for reached in passage.reached] == [Stage.ARRIVING, Stage.REJECTED]


def test_a_completed_crossing_is_not_turned_back_afterwards() -> None:
    passage = a_passage()
    walk(passage)
    passage.state(a_fact(FactKind.TURNED_BACK, GUARD, 90, crossing_id=passage.crossing_id, reason="nhầm"))
    assert passage.stage is Stage.COMPLETED


def test_a_stage_never_precedes_the_one_before_it() -> None:
    passage = a_passage()
    passage.state(a_fact(FactKind.ENTERED_YARD, YARD, 5, crossing_id=passage.crossing_id))
    walk(passage, 2)
    assert (passage.stage, passage.stage_at) == (Stage.RELEASABLE, minutes(20))


@pytest.mark.parametrize("kind", list(FactKind))
def test_only_the_authorities_of_the_table_state_a_kind_of_fact(kind: FactKind) -> None:
    for authority in set(Authority) - MAY_STATE[kind]:
        with pytest.raises(NotTheirs):
            a_fact(kind, authority, crossing_id=a_passage().crossing_id, reason="x")


def test_turning_away_needs_a_reason_and_taking_back_a_fact() -> None:
    crossing_id = a_passage().crossing_id
    with pytest.raises(ReasonMissing):
        a_fact(FactKind.TURNED_BACK, GUARD, crossing_id=crossing_id, reason=" ")
    with pytest.raises(NothingCorrected):
        a_fact(FactKind.STATED_IN_ERROR, GUARD, crossing_id=crossing_id, reason="nhầm")


def test_the_authority_that_keeps_a_truck_waiting_is_told_once() -> None:
    passage = a_passage()
    walk(passage, 1)
    events(passage)
    limit = timedelta(minutes=5)
    for after in (14, 15, 16):
        passage.tell_lag(minutes(after), limit)
    assert events(passage) == [
        AuthorityLagging(crossing_id=passage.crossing_id, which=CUSTOMS, since=minutes(10)),
    ]


def test_no_authority_lags_once_both_have_confirmed() -> None:
    passage = a_passage()
    walk(passage, 2)
    events(passage)
    passage.tell_lag(minutes(60), timedelta(minutes=5))
    assert events(passage) == []


Happening = Fact | QueueWord


@st.composite
def histories(draw: st.DrawFn) -> tuple[Direction, list[Happening]]:
    """Any facts at all, some correcting others, and calls made and missed."""
    direction = draw(st.sampled_from(list(Direction)))
    crossing_id = a_passage().crossing_id
    facts: list[Fact] = [fact for fact in the_way(direction, crossing_id) if draw(st.integers(0, 9)) > 0]
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(list(FactKind)))
        authority = draw(st.sampled_from(sorted(MAY_STATE[kind])))
        own = [fact.id for fact in facts if fact.authority is authority]
        corrects = draw(st.sampled_from([None, *own])) if own else None
        if kind is FactKind.STATED_IN_ERROR and corrects is None:
            continue
        after = draw(st.integers(0, 80))
        facts.append(a_fact(kind, authority, after, crossing_id=crossing_id, corrects=corrects, reason="vì thế"))
    words = [called(), *([missed(45), called(55, sequence=4)] if draw(st.booleans()) else [])]
    return direction, [*facts, *words]


def told(passage: Passage, happenings: list[Happening], direction: Direction, known_after: int) -> Crossing:
    for place, one in enumerate(happenings):
        if place == known_after:
            passage.expect_truck(direction=direction, route="hn-1119", reference="LSG-260504-7K3QX-A", plate="12C12345")
        if isinstance(one, QueueWord):
            passage.hear(one)
        else:
            passage.state(one)
    passage.expect_truck(direction=direction, route="hn-1119", reference="LSG-260504-7K3QX-A", plate="12C12345")
    return state_of(published(passage))


@given(st.data())
def test_facts_in_any_order_and_repetition_end_the_same(data: st.DataObject) -> None:
    direction, history = data.draw(histories())
    crossing_id = next((one.crossing_id for one in history if isinstance(one, Fact)), a_passage().crossing_id)
    again = [*history, *data.draw(st.lists(st.sampled_from(history), max_size=5))]
    shuffled = data.draw(st.permutations(again))
    in_order, at_random = Passage(crossing_id, []), Passage(crossing_id, [])
    first = told(in_order, history, direction, 0)
    second = told(at_random, shuffled, direction, data.draw(st.integers(0, len(shuffled))))
    assert in_order.reached == at_random.reached
    assert (first.state, first.reached) == (second.state, second.reached)
    assert first.state == (in_order.stage or Stage.READY)
    assert {fact.fact_id for fact in first.facts} == {fact.fact_id for fact in second.facts}


@given(histories())
def test_the_stages_are_a_beginning_of_the_path_by_time(history: tuple[Direction, list[Happening]]) -> None:
    direction, happenings = history
    passage = Passage(a_passage().crossing_id, [])
    told(passage, happenings, direction, 0)
    walked = [reached for reached in passage.reached if reached.stage not in (Stage.RETURNED, Stage.REJECTED)]
    assert tuple(reached.stage for reached in walked) == path_of(direction)[: len(walked)]
    times = [reached.at for reached in passage.reached]
    assert times == sorted(times)


def test_every_fact_is_stated_with_when_it_was_seen() -> None:
    passage = a_passage()
    walk(passage, 1)
    recorded = [one for one in passage.release() if isinstance(one.event, FactStated)]
    assert [one.occurred for one in recorded] == [minutes(10)]


def test_the_plate_read_last_is_held_against_tractor_and_trailer() -> None:
    passage = a_passage()
    passage.plate, passage.trailer = "桂F12345", "12R00123"
    for after, plate in ((5, "F12345"), (9, "12R00123"), (3, "12C99999")):
        passage.read_plate(PlateReading(new_id(), plate, Authority.GATE_OPERATOR, minutes(after), "2"))
    assert passage.read is not None
    assert (passage.read.plate, passage.read.is_of(passage.plate, passage.trailer)) == ("12R00123", True)
    assert [reading.is_of(passage.plate, passage.trailer) for reading in passage.readings] == [True, True, False]


def test_a_reading_sent_again_is_taken_once_and_another_under_its_id_is_refused() -> None:
    passage = a_passage()
    events(passage)
    reading = PlateReading(new_id(), "12C99999", Authority.BORDER_GUARD, minutes(5))
    passage.read_plate(reading)
    passage.read_plate(reading)
    assert [type(event) for event in events(passage)] == [PlateRead]
    with pytest.raises(OtherReading):
        passage.read_plate(replace(reading, plate="12C00000"))
