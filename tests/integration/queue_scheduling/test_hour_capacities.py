"""Capacity by the hour: within a day's hours other numbers of trucks may be let through, and everybody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from events.queue_scheduling import RoutePublished
from services.queue_scheduling.ledger.leaf import Kind
from services.queue_scheduling.tables import hour_capacities
from services.queue_scheduling.timers import follow_plan
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border

TODAY = TEN.astimezone(HANOI).date()


def is_planned(border: Border, opens: str = "08:00", closes: str = "09:00") -> None:
    """On this weekday, until tomorrow, Hữu Nghị lets through six trucks an hour each way for an hour."""
    about = {"route": "hn-1119", "weekday": TODAY.weekday(), "opens": opens, "closes": closes}
    known = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=1), "source": "a test", "illustrative": True}
    fewer = {"export_per_hour": 6, "import_per_hour": 6}

    def work(session: Session) -> None:
        session.execute(insert(hour_capacities).values(about | known | fewer))
        follow_plan(session, border.gate.clock)

    border.gate.do("queue_scheduling", work)
    border.gate.settle()


def test_an_hour_with_fewer_trucks_makes_fewer_calls(border: Border) -> None:
    is_planned(border)
    border.trucks_join(60)
    border.opens(minutes=60)
    at = [len(border.calls())]
    for minutes in (59, 60):
        for _ in range(minutes):
            border.gate.wait(minutes=1)
        at.append(len(border.calls()))
    assert at == [26, 32, 58]
    hours = [(leaf.per_hour, leaf.fewer) for leaf in border.log() if leaf.kind is Kind.HOURS]
    assert hours[0] == (26, ((8 * 60, 9 * 60, 6),))
    assert border.wrong_in_log() == []


def test_fewer_slots_are_sold_of_such_an_hour(border: Border) -> None:
    is_planned(border)
    border.opens()
    week = border.gate.client.get(f"{API}/routes/hn-1119/slots/EXPORT").json()
    places = {slot["starts"]: slot["places"] for slot in week["slots"]}
    eight, nine = ((TEN - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ") for hours in (2, 1))
    assert (places[eight], places[nine]) == (1, 5)


def test_everybody_is_told_of_such_hours_and_they_end_with_their_rows(border: Border) -> None:
    is_planned(border)
    told = border.stated("hn-1119")[-1]
    assert isinstance(told, RoutePublished)
    today = [(one.opens, one.closes, one.export_per_hour) for one in told.hours if one.weekday == TODAY.weekday()]
    assert today == [("07:00", "08:00", 26), ("08:00", "09:00", 6), ("09:00", "19:00", 26)]
    border.gate.clock.set(TEN + timedelta(days=1))
    border.gate.settle()
    later = border.stated("hn-1119")[-1]
    assert isinstance(later, RoutePublished)
    assert [one.opens for one in later.hours if one.weekday == TODAY.weekday()] == ["07:00"]


def test_hours_that_end_before_they_begin_are_no_hours(border: Border) -> None:
    with pytest.raises(IntegrityError, match="closes_later"):
        is_planned(border, "09:00", "08:00")
