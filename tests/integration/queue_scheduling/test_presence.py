"""Holders are where their slots need them, on the real database: seen, said, excused, or else they wait by number."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from bordergate.ids import new_id
from events.queue_scheduling import AbsenceExcused, PresenceStated, SlotConfirmed, SlotEnded, TruckCalled
from events.tracking import AreaKind, AreaLeft
from events.words import Direction
from services.queue_scheduling.slots.attending import look_for_holders
from services.queue_scheduling.slots.deadlines import HoldersDue
from tests.builders.callers import a_driver
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    SEVEN,
    asks,
    comes,
    holds,
    log_kinds,
    slot,
    stands_at,
    told,
)

A_MINUTE = timedelta(minutes=1)
BY, LATEST = EIGHT - 10 * A_MINUTE, SEVEN - 10 * A_MINUTE
STATED_BY = """
SELECT caller FROM queue_scheduling.audit
WHERE what = 'queue_scheduling.state_presence' AND subject = %s AND decision = 'allowed' ORDER BY at
"""
KEPT_BACK = {"cause": "WEATHER", "reason": "a landslide on the road"}


def left(border: Border, crossing: UUID) -> None:
    border.hears(AreaLeft(crossing_id=crossing, area="hn-waiting", kind=AreaKind.WAITING), source="tracking")


def who_said_so(border: Border, crossing: UUID) -> list[tuple[tuple[UUID, ...], str]]:
    """As the record has it, and as the audit has it."""
    audited = border.gate.rows("queue_scheduling", STATED_BY, str(crossing))
    stated = [event.officers for event in border.stated(crossing) if isinstance(event, PresenceStated)]
    return list(zip(stated, [row.caller for row in audited], strict=True))


def test_who_is_not_there_as_his_hour_begins_waits_by_number_and_his_place_is_free(border: Border) -> None:
    there, absent = holds(border, SEVEN), holds(border, SEVEN)
    comes(border, there)
    border.joins(absent)
    promised = next(event for event in border.stated(absent.crossing_id) if isinstance(event, SlotConfirmed))
    assert (promised.there_from, promised.there_by) == (SEVEN - timedelta(hours=3), LATEST)
    stands_at(border, LATEST + 4 * A_MINUTE)
    assert border.ticket(absent.crossing_id).slot == SEVEN, "news may be some minutes late"
    stands_at(border, LATEST + 5 * A_MINUTE)
    ticket = border.ticket(absent.crossing_id)
    assert (ticket.stage, ticket.slot, ticket.promise) == ("WAITING", None, 1)
    assert (slot(border, absent)["stage"], slot(border, absent)["cause"]) == ("LOST", "ABSENT")
    assert "LAPSED" in log_kinds(border)
    stands_at(border, SEVEN + 2 * A_MINUTE)
    calls = [event for event in border.stated(there.crossing_id) if isinstance(event, TruckCalled)]
    assert [call.slot for call in calls] == [SEVEN]
    (row,) = border.gate.rows(
        "queue_scheduling", "SELECT p4 FROM queue_scheduling.slot_buckets WHERE starts = %s", SEVEN
    )
    assert row.p4 == 1
    assert border.wrong_in_log() == []


def test_tracking_a_holders_own_word_or_an_officers_is_enough(border: Border) -> None:
    seen, said, confirmed, away = (holds(border, EIGHT) for _ in range(4))
    comes(border, seen, away, confirmed)
    border.joins(said)
    assert told(asks(border, said, "present"), 409)["code"] == "slots.not_the_time"
    for gone in (away, confirmed):
        left(border, gone.crossing_id)
    border.gate.clock.set(BY - 5 * A_MINUTE)
    assert slot(border, seen)["there"]["code"] == "slots.there_seen"
    assert slot(border, said)["there"] is None
    driver = border.gate.as_(a_driver(said.crossing_id))
    assert (
        told(driver.post(f"{API}/slots/{said.crossing_id}/present", json={}))["there"]["code"] == "slots.there_stated"
    )
    assert border.trader(new_id()).post(f"{API}/slots/{said.crossing_id}/present", json={}).status_code == 403
    assert told(asks(border, away, "present"), 409)["code"] == "slots.seen_leaving"
    officer = border.operator()
    told(officer.post(f"{API}/slots/{confirmed.crossing_id}/present", json={}))
    assert who_said_so(border, confirmed.crossing_id) == [((officer.caller.id,), str(officer.caller.id))]
    assert who_said_so(border, said.crossing_id) == [((), str(driver.caller.id))]
    stands_at(border, BY + 5 * A_MINUTE)
    still = [border.ticket(one.crossing_id).slot for one in (seen, said, confirmed, away)]
    assert still == [EIGHT, EIGHT, EIGHT, None]
    assert told(asks(border, said, "present"), 409)["code"] == "slots.not_the_time"
    assert border.wrong_in_log() == []


def test_who_waits_in_china_is_seen_by_nobody_and_counts_as_there(border: Border) -> None:
    abroad = holds(border, EIGHT, direction=Direction.IMPORT)
    border.joins(abroad)
    assert slot(border, abroad)["there_by"] is None
    stands_at(border, EIGHT + 2 * A_MINUTE)
    assert border.stages(abroad.crossing_id) == ["CALLED"]


def test_an_officer_lets_a_truck_keep_its_slot_that_could_not_come(border: Border) -> None:
    held = holds(border, EIGHT)
    border.joins(held)
    path = f"{API}/slots/{held.crossing_id}/excuse"
    assert border.trader(held.parties[0]).post(path, json=KEPT_BACK).status_code == 403
    told(border.operator().post(path, json=KEPT_BACK))
    assert told(border.operator().post(path, json=KEPT_BACK), 409)["code"] == "slots.nothing_to_excuse"
    stands_at(border, EIGHT + 2 * A_MINUTE)
    assert border.stages(held.crossing_id) == ["CALLED"]
    (kept,) = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.excuses")
    assert (kept.cause, kept.reason, len(kept.officers)) == ("WEATHER", "a landslide on the road", 1)
    assert border.wrong_in_log() == []


def test_two_officers_make_a_slot_good_that_was_lost_by_no_doing_of_the_trucks(border: Border) -> None:
    waiting = border.trucks_join(3)
    lost = holds(border, SEVEN)
    border.joins(lost)
    path = f"{API}/slots/{lost.crossing_id}/make-good"
    assert told(border.two_operators().post(path, json=KEPT_BACK), 409)["code"] == "slots.nothing_to_excuse"
    stands_at(border, LATEST + 5 * A_MINUTE)
    assert border.ticket(lost.crossing_id).slot is None
    assert border.operator().post(path, json=KEPT_BACK).status_code == 403, "one is not enough"
    told(border.two_operators().post(path, json=KEPT_BACK))
    assert told(border.two_operators().post(path, json=KEPT_BACK), 409)["code"] == "slots.nothing_to_excuse"
    stands_at(border, SEVEN + 5 * A_MINUTE)
    call = next(event for event in border.stated(lost.crossing_id) if isinstance(event, TruckCalled))
    assert call.extraordinary
    assert border.calls()[0].crossing_id == lost.crossing_id not in waiting
    excused = next(event for event in border.stated(lost.crossing_id) if isinstance(event, AbsenceExcused))
    assert (excused.cause, len(excused.officers)) == ("WEATHER", 2)
    assert slot(border, lost)["cause"] == "OURS"
    assert border.wrong_in_log() == []


def test_a_route_that_stood_still_while_he_should_have_come_makes_nobody_late(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder)
    border.gate.clock.set(SEVEN - timedelta(hours=2))
    told(border.operator().post(f"{API}/routes/hn-1119/pause", json={"reason": "the road is flooded"}))
    border.gate.clock.set(EIGHT - 30 * A_MINUTE)
    told(border.operator().post(f"{API}/routes/hn-1119/reopen"))
    assert slot(border, holder)["there"]["code"] == "slots.there_stopped"
    stands_at(border, EIGHT + 2 * A_MINUTE)
    assert border.stages(holder.crossing_id) == ["CALLED"]
    assert not any(isinstance(event, SlotEnded) for event in border.stated(holder.crossing_id))


def test_many_holders_are_looked_for_in_as_many_statements_as_one(border: Border) -> None:
    alone, many = holds(border, EIGHT), [holds(border, NINE) for _ in range(4)]
    comes(border, alone, *many)
    border.gate.clock.set(BY)

    def statements(session: Session, starts: datetime) -> int:
        seen: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *asked: seen.append(asked[2]))
        due = HoldersDue(route="hn-1119", direction=Direction.EXPORT, starts=starts)
        look_for_holders(due, session, border.gate.clock)
        return len(seen)

    of_one, of_many = (border.gate.do("queue_scheduling", partial(statements, starts=at)) for at in (EIGHT, NINE))
    assert of_many == of_one
    assert [border.ticket(one.crossing_id).slot for one in (alone, *many)] == [EIGHT, *[NINE] * 4]
