"""A crossing's slot as its file tells it, from what the queue stated."""

from __future__ import annotations

from datetime import timedelta

from events.queue_scheduling import (
    AbsenceExcused,
    Hindrance,
    PresenceStated,
    SaidBy,
    SlotConfirmed,
    SlotEnded,
    SlotOffered,
    SlotReserved,
    SlotStruck,
    TruckCalled,
)
from events.words import Direction, TicketClass
from services.portal.domain import file_of
from services.portal.domain.history import SHOWN_EVENTS, history_of
from services.portal.domain.slot import SlotShown, SlotStage, lost_slot_in
from services.portal.pages.words import Words
from tests.builders.clock import A_MORNING
from tests.builders.stories import Story

TEN = A_MORNING + timedelta(hours=2)
ELEVEN = TEN + timedelta(hours=1)


def where(story: Story) -> dict[str, object]:
    return {"crossing_id": story.crossing_id, "route": story.route, "direction": Direction.EXPORT}


def reserved(story: Story, **changes: object) -> Story:
    told = {"starts": ELEVEN, "minutes": 60, "until": TEN} | changes
    return story.tell(SlotReserved(**where(story) | told))


def confirmed(story: Story) -> Story:
    return reserved(story).tell(SlotConfirmed(**where(story), starts=ELEVEN, minutes=60))


def slot_of(story: Story) -> SlotShown | None:
    file = file_of(story.told)
    return file.slot if file else None


def test_a_reservation_is_shown_until_it_runs_out() -> None:
    slot = slot_of(reserved(Story().filed()))
    assert slot is not None
    assert (slot.stage, slot.ends) == (SlotStage.RESERVED, ELEVEN + timedelta(hours=1))
    assert (slot.is_over(TEN - timedelta(seconds=1)), slot.is_over(TEN)) == (False, True)


def test_who_takes_part_in_a_draw_has_no_slot_yet() -> None:
    slot = slot_of(reserved(Story().filed(), drawn_at=TEN))
    assert slot is not None
    assert (slot.stage, slot.is_over(ELEVEN)) == (SlotStage.ENTERED, False)


def test_an_offer_is_shown_until_it_runs_out_or_is_answered() -> None:
    story = confirmed(Story().filed())
    story.tell(SlotOffered(crossing_id=story.crossing_id, starts=TEN, minutes=60, until=TEN))
    slot = slot_of(story)
    assert slot is not None
    assert (slot.offered, slot.offers(A_MORNING), slot.offers(TEN)) == (TEN, True, False)
    answered = slot_of(story.tell(SlotConfirmed(**where(story), starts=ELEVEN, minutes=60)))
    assert answered is not None
    assert not answered.offers(A_MORNING)


def test_an_hour_without_room_is_shown_with_what_is_held_instead_until_another_is_confirmed() -> None:
    story = confirmed(Story().filed())
    story.tell(SlotStruck(**where(story), starts=ELEVEN, minutes=60))
    noon = ELEVEN + timedelta(hours=1)
    story.tell(SlotOffered(crossing_id=story.crossing_id, starts=noon, minutes=60, until=ELEVEN, instead_of=ELEVEN))
    slot = slot_of(story)
    assert slot is not None
    assert (slot.struck, slot.offered, slot.expects(TEN)) == (True, noon, False)
    said = [Words("en").line(heard) for heard in history_of(story.told)[:2]]
    assert said[0].startswith("The slot of")
    assert "held instead of" in said[0]
    assert "has no room any more" in said[1]
    moved = slot_of(story.tell(SlotConfirmed(**where(story), starts=noon, minutes=60)))
    assert moved is not None
    assert not moved.struck


def test_a_slot_is_over_when_it_ended_or_was_used() -> None:
    given_up = confirmed(Story().filed())
    given_up.tell(SlotEnded(**where(given_up), starts=ELEVEN, cause="GIVEN_UP"))
    used = confirmed(Story().filed())
    used.tell(TruckCalled(**where(used), number=None, valid_until=ELEVEN, slot=ELEVEN))
    assert (slot_of(given_up), slot_of(used)) == (None, None)


def test_a_holder_is_heard_from_when_to_when_his_truck_has_to_come_until_somebody_says_that_it_did() -> None:
    story = reserved(Story().filed())
    told = {"there_from": A_MORNING, "there_by": TEN}
    slot = slot_of(story.tell(SlotConfirmed(**where(story), starts=ELEVEN, minutes=60, **told)))
    assert slot is not None
    second = timedelta(seconds=1)
    assert [slot.expects(at) for at in (A_MORNING - second, TEN, TEN + second)] == [True, True, False]
    assert [slot.hears(at) for at in (A_MORNING - second, A_MORNING, TEN, TEN + second)] == [False, True, True, False]
    said = PresenceStated(crossing_id=story.crossing_id, slot=ELEVEN, said_by=SaidBy.HOLDER)
    known = slot_of(story.tell(said))
    assert known is not None
    assert (known.said, known.excused) == (True, False)


def test_a_lost_slot_is_told_with_its_cause_until_another_is_asked_for_or_it_is_made_good() -> None:
    story = confirmed(Story().filed())
    story.tell(SlotEnded(**where(story), starts=ELEVEN, cause="ABSENT"))
    lost = lost_slot_in(history_of(story.told))
    assert lost is not None
    assert (lost.starts, lost.cause) == (ELEVEN, "ABSENT")
    asked = confirmed(Story().filed())
    asked.tell(SlotEnded(**where(asked), starts=ELEVEN, cause="LATE"))
    assert lost_slot_in(history_of(reserved(asked).told)) is None
    about = {"ticket_class": TicketClass.P4, "slot": ELEVEN, "cause": Hindrance.GATE, "officers": ()}
    story.tell(AbsenceExcused(**where(story), **about))
    made_good = lost_slot_in(history_of(story.told))
    assert made_good is not None
    assert made_good.cause == "OURS"


def test_a_slot_is_remembered_however_much_happens_after_it() -> None:
    story = confirmed(Story().filed())
    for _ in range(SHOWN_EVENTS):
        story.assessed()
    file = file_of(story.told)
    assert file is not None
    assert (len(file.history), file.slot and file.slot.starts) == (SHOWN_EVENTS, ELEVEN)
