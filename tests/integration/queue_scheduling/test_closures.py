"""Hours in which a route is closed: nobody is called, everybody keeps his place, and it was said before."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from events.queue_scheduling import ClosureCause, RoutePublished
from services.queue_scheduling.tables import closures, refused_goods
from services.queue_scheduling.timers import follow_plan
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border

TODAY = TEN.astimezone(HANOI).date()


def is_planned(border: Border) -> None:
    """Today Hữu Nghị closes from ten past seven to eight, and from tomorrow on takes no live animals out."""
    told = {"route": "hn-1119", "source": "a test", "illustrative": True}
    today = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=1)}
    tomorrow = {"valid_from": TODAY + timedelta(days=1), "valid_to": None}

    def work(session: Session) -> None:
        session.execute(
            insert(closures).values(told | today | {"starts": "07:10", "ends": "08:00", "cause": "WEATHER"})
        )
        session.execute(insert(refused_goods).values(told | tomorrow | {"direction": "EXPORT", "chapter": "01"}))
        follow_plan(session, border.gate.clock)

    border.gate.do("queue_scheduling", work)
    border.gate.settle()


def test_a_closed_hour_makes_no_call_and_the_order_goes_on_after_it(border: Border) -> None:
    border.closes_for_the_night()
    crossings = border.trucks_join(8)
    is_planned(border)
    border.opens(minutes=12)
    assert border.stages(*crossings) == ["CALLED"] * 4 + ["WAITING"] * 4
    for _ in range(46):
        border.gate.wait(minutes=1)
    assert border.stages(*crossings) == ["CALLED"] * 4 + ["WAITING"] * 4
    for _ in range(25):
        border.gate.wait(minutes=1)
    numbered = [(call.number, call.crossing_id) for call in border.calls() if call.number]
    assert numbered[:8] == list(enumerate(crossings, start=1))
    again = {call.crossing_id for call in border.calls() if call.extraordinary}
    assert again, "whoever was called before the closure and could not come"
    assert again <= set(crossings[:4])


def test_a_forecast_learns_of_a_closure_that_was_entered_after_it_was_made(border: Border) -> None:
    border.closes_for_the_night()
    trucks = border.trucks_join(8)
    border.gate.wait(minutes=6)
    is_planned(border)
    border.opens(minutes=80)
    rows = border.gate.rows(
        "queue_scheduling", "SELECT DISTINCT ON (crossing_id) * FROM queue_scheduling.forecasts ORDER BY 1, made_at"
    )
    scores = {row.crossing_id: row.score for row in rows}
    assert abs(scores[trucks[1]]) < 0.5, "called before the closure, as foreseen"
    assert scores[trucks[6]] > 1, "called an hour later than was foreseen, which is not made to look foreseen"


def test_everybody_is_told_of_closures_and_refused_goods_until_they_are_over(border: Border) -> None:
    is_planned(border)
    told = border.stated("hn-1119")[-1]
    assert isinstance(told, RoutePublished)
    holiday, weather = sorted(told.closures, key=lambda closure: closure.first_day, reverse=True)
    assert (weather.first_day, weather.after) == (TODAY, TODAY + timedelta(days=1))
    assert (weather.starts, weather.ends, weather.cause) == ("07:10", "08:00", ClosureCause.WEATHER)
    assert holiday.cause is ClosureCause.HOLIDAY
    assert [(goods.chapter, goods.first_day) for goods in told.refused_goods] == [("01", TODAY + timedelta(days=1))]
    (route,) = [one for one in border.operator().get(f"{API}/routes").json() if one["code"] == "hn-1119"]
    assert [closure["cause"] for closure in route["closures"]] == ["WEATHER", "HOLIDAY"]
    border.gate.clock.set(TEN + timedelta(days=1))
    border.gate.settle()
    later = border.stated("hn-1119")[-1]
    assert isinstance(later, RoutePublished)
    assert [closure.cause for closure in later.closures] == [ClosureCause.HOLIDAY]


def test_who_joins_in_a_closure_is_called_by_nobody_whatever_its_hour_has_left(border: Border) -> None:
    is_planned(border)
    border.opens(minutes=12)
    (truck,) = border.trucks_join(1)
    assert border.stages(truck) == ["WAITING"]
    by_hand = border.two_operators().post(f"{API}/tickets/{truck}/override", json={"reason": "medicine"})
    assert (by_hand.status_code, by_hand.json()["code"]) == (409, "queue_scheduling.not_open")
    assert border.stages(truck) == ["WAITING"]
