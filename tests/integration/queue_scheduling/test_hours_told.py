"""The public log says which hours a day has before anybody is called by them, and who is called above his share."""

from __future__ import annotations

from datetime import timedelta

from events.words import Direction, TicketClass
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from tests.builders.queue import FUEL
from tests.integration.queue_scheduling.conftest import API, Border

ROUTE = f"{API}/routes/hn-1119"


def hours_told(border: Border) -> list[Leaf]:
    return [leaf for leaf in border.log() if leaf.kind is Kind.HOURS and leaf.direction is Direction.EXPORT]


def test_a_days_hours_are_told_before_its_first_call_and_again_when_they_change(border: Border) -> None:
    border.trucks_join(40)
    border.opens(minutes=5)
    body = {"reason": "one lane", "export_per_hour": 6, "import_per_hour": 6}
    border.operator().post(f"{ROUTE}/reduce", json=body)
    border.gate.wait(minutes=20)
    border.operator().post(f"{ROUTE}/pause", json={"reason": "flood"})
    border.gate.wait(minutes=1)
    border.operator().post(f"{ROUTE}/reopen")
    border.gate.wait(minutes=1)
    told = hours_told(border)
    assert [(leaf.opens, leaf.closes, leaf.per_hour, leaf.early) for leaf in told] == [
        (7 * 60, 19 * 60, 26, 0),
        (7 * 60, 19 * 60, 6, 0),
        (0, 0, 0, 0),
        (7 * 60, 19 * 60, 26, 0),
    ]
    first = next(leaf for leaf in border.log() if leaf.kind in (Kind.HOURS, Kind.CALLED))
    assert (first.kind, first.day, first.dangerous) == (Kind.HOURS, border.gate.clock.now().date(), "0.5")
    assert border.wrong_in_log() == []


def test_every_day_has_its_own(border: Border) -> None:
    border.trucks_join(1)
    border.opens(minutes=5)
    border.gate.wait(minutes=24 * 60)
    border.trucks_join(1)
    days = [leaf.day for leaf in hours_told(border)]
    assert days == [days[0], days[0] + timedelta(days=1)]


def test_dangerous_goods_above_their_share_of_the_hour_say_that_nobody_else_could_come(border: Border) -> None:
    trucks = border.trucks_join(16, goods=FUEL)
    border.opens(minutes=59)
    said = [leaf.cause for leaf in border.log() if leaf.kind is Kind.CALLED and leaf.ticket_class is TicketClass.P1]
    assert said == [None] * 13 + ["ALONE"] * (len(trucks) - 13)
    assert border.wrong_in_log() == []
