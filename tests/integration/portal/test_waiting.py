from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bordergate.auth import Role
from bordergate.ids import new_id
from events.queue_scheduling import RouteStatus, RouteStatusChanged
from events.words import Direction, TicketClass
from tests.builders.callers import a_caller
from tests.builders.clock import A_MORNING
from tests.builders.pages import hear, hear_of_route
from tests.builders.stories import FREIGHT, Story, a_route_closed
from tests.gates import StillGate


def waiting(count: int, ticket_class: TicketClass = TicketClass.P4, **told: Direction) -> list[Story]:
    return [Story(**told).filed().ready().queued(40 + n, ticket_class) for n in range(count)]


def called_after(*minutes: int) -> list[Story]:
    """Trucks called just before the present, each after so long a wait."""
    stories = []
    for n, waited in enumerate(minutes):
        story = Story(at=A_MORNING - timedelta(minutes=waited + 10)).filed().ready().queued(10 + n)
        story.pace = timedelta(minutes=waited)
        stories.append(story.called(10 + n))
    return stories


def board(gate: StillGate) -> dict[str, Any]:
    (route,) = gate.client.get("/waiting.json").json()["routes"]
    return dict(route)


def exports(gate: StillGate) -> dict[str, Any]:
    return dict(next(side for side in board(gate)["sides"] if side["direction"] == "EXPORT"))


def test_anybody_sees_the_waiting_trucks_by_class_and_direction(portal: StillGate) -> None:
    hear(portal, *waiting(12), *waiting(7, TicketClass.P2), *waiting(5, direction=Direction.IMPORT))
    assert exports(portal)["trucks"] == 20
    assert exports(portal)["classes"] == [{"ticket_class": "P2", "trucks": 5}, {"ticket_class": "P4", "trucks": 10}]
    assert portal.client.get("/waiting").status_code == 200


def test_a_class_of_fewer_than_five_is_not_counted_out(portal: StillGate) -> None:
    hear(portal, *waiting(9), *waiting(2, TicketClass.P1))
    side = exports(portal)
    assert side["trucks"] == 10
    assert side["classes"] == [{"ticket_class": "P1", "trucks": None}, {"ticket_class": "P4", "trucks": 5}]
    text = portal.client.get("/waiting", headers={"Accept-Language": "en"}).text
    assert "Fewer than 5 trucks waiting" in text
    assert "About 10 trucks waiting" in text


def test_the_wait_is_measured_over_the_trucks_called_lately(portal: StillGate) -> None:
    hear(portal, *called_after(30, 40, 50, 60, 70, 120))
    assert exports(portal)["wait"] == {"p50_minutes": 55, "p90_minutes": 95, "trucks": 5}


def test_the_calls_of_the_last_hour_and_what_an_hour_takes_are_told(portal: StillGate) -> None:
    hear(portal, *called_after(30, 40, 50, 60, 70, 120))
    side = exports(portal)
    assert (side["calls_last_hour"], side["capacity"]) == (5, 22)
    text = portal.client.get("/waiting", headers={"Accept-Language": "en"}).text
    assert "About 5 called in the last hour · 22 an hour are called now" in text


def test_a_wait_of_fewer_than_five_trucks_is_not_told(portal: StillGate) -> None:
    hear(portal, *called_after(30, 40, 50, 60))
    assert exports(portal)["wait"] is None
    assert "ít hơn 5 xe được gọi" in portal.client.get("/waiting").text


def test_calls_of_the_morning_say_nothing_about_the_evening(portal: StillGate) -> None:
    hear(portal, *called_after(30, 40, 50, 60, 70, 120))
    portal.clock.forward(hours=4)
    assert exports(portal)["wait"] is None


def test_closures_of_the_week_are_told_before_one_stands_in_front_of_them(portal: StillGate) -> None:
    hear_of_route(portal, a_route_closed((3, 2, "00:00", "24:00"), (0, 1, "07:00", "07:30"), (9, 1, "07:00", "08:00")))
    assert [(one["first_day"], one["cause"]) for one in board(portal)["closures"]] == [("2026-05-07", "WORKS")]
    assert board(portal)["open_now"]
    text = portal.client.get("/waiting", headers={"Accept-Language": "en"}).text
    assert "Closed all day, 7/5 to 8/5: works" in text


@pytest.mark.parametrize(("after", "is_open"), [(0, False), (29, False), (30, True)])
def test_a_route_is_not_open_in_a_closure(portal: StillGate, after: int, is_open: bool) -> None:  # noqa: FBT001 - a parameter
    hear_of_route(portal, a_route_closed((-1, None, "07:30", "08:30")))
    portal.clock.forward(minutes=after)
    assert board(portal)["open_now"] is is_open
    assert exports(portal)["capacity"] == (22 if is_open else 0)


def test_a_closure_says_until_when_and_why(portal: StillGate) -> None:
    hear_of_route(portal, a_route_closed((-1, None, "07:30", "08:30")))
    assert "Đóng 07:30–08:30, từ 3/5 cho đến khi có thông báo mới: thi công" in portal.client.get("/waiting").text
    officer = portal.as_(a_caller(Role.GATE_OPERATOR, organisation=new_id()))
    assert "Đóng 07:30–08:30" in officer.get(f"/board/{FREIGHT}").text


def test_no_plate_no_reference_and_no_officers_words_are_public(portal: StillGate) -> None:
    stories = [*waiting(6), *called_after(30, 40, 50, 60, 70)]
    hear(portal, *stories)
    hear_of_route(portal, RouteStatusChanged(route=FREIGHT, status=RouteStatus.PAUSED, reason="Xe 12C12345 hỏng"))
    told = portal.client.get("/waiting").text + portal.client.get("/waiting.json").text
    for story in stories:
        assert story.plate not in told
        assert story.reference not in told
        assert str(story.crossing_id) not in told
    assert "hỏng" not in told
    assert "Tạm dừng gọi" in told


def test_a_route_says_when_it_is_open(portal: StillGate) -> None:
    assert (board(portal)["open_now"], board(portal)["opens"], board(portal)["closes"]) == (True, "07:00", "19:00")


def test_a_route_at_night_is_outside_its_hours(portal: StillGate) -> None:
    portal.clock.forward(hours=14)
    assert board(portal)["open_now"] is False
    assert "Ngoài giờ làm việc" in portal.client.get("/waiting").text


def test_a_thousand_looks_cost_one_read(portal: StillGate) -> None:
    hear(portal, *waiting(6))
    asked: list[str] = []
    event.listen(portal.gate.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for _ in range(100):
        for path in ("/waiting", "/waiting/now", "/waiting.json"):
            assert portal.client.get(path).status_code == 200
    assert len([statement for statement in asked if "portal.crossings" in statement]) == 2


def test_who_has_the_numbers_already_is_told_so(portal: StillGate) -> None:
    for path in ("/waiting/now", "/waiting.json"):
        etag = portal.client.get(path).headers["etag"]
        assert portal.client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_machines_of_any_origin_may_read_the_numbers(portal: StillGate) -> None:
    headers = portal.client.get("/waiting.json").headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "public, max-age=5"


def test_without_a_database_the_page_says_so_and_what_comes_next(portal: StillGate) -> None:
    portal.do("portal", lambda session: session.connection().exec_driver_sql("SELECT 1"))
    portal.gate.engine.dispose()
    unreachable = portal.gate.engine.url.set(port=1)
    event.listen(portal.gate.engine, "do_connect", lambda _d, _r, _a, named: named.update(port=unreachable.port))
    answer = portal.client.get("/waiting", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "The wait cannot be shown right now" in answer.text
    assert portal.client.get("/waiting.json").status_code == 503


@pytest.mark.parametrize(
    ("language", "title"), [("vi", "Chờ bao lâu"), ("zh", "要等多久"), ("en", "How long is the wait")]
)
def test_the_sign_in_page_leads_to_the_board(portal: StillGate, language: str, title: str) -> None:
    headers = {"Accept-Language": language}
    assert 'href="/waiting"' in portal.client.get("/sign-in", headers=headers).text
    assert title in portal.client.get("/waiting", headers=headers).text


def nobody_has_listened_for(gate: StillGate, seconds: int) -> None:
    statement = "UPDATE portal.listening SET at = clock_timestamp() - %s * interval '1 second'"
    gate.do("portal", lambda session: session.connection().exec_driver_sql(statement, (seconds,)))


def test_the_board_is_as_of_when_news_was_last_listened_for(portal: StillGate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.clock, "speed", lambda: 60.0)
    nobody_has_listened_for(portal, 20)
    told = portal.client.get("/waiting.json").json()["at"]
    late = A_MORNING - datetime.fromisoformat(told)
    assert timedelta(minutes=20) <= late < timedelta(minutes=22)


@pytest.mark.parametrize(("seconds", "stale"), [(20, False), (40, True)])
def test_every_live_page_says_when_nobody_listens_any_more(portal: StillGate, seconds: int, *, stale: bool) -> None:
    nobody_has_listened_for(portal, seconds)
    officer = portal.as_(a_caller(Role.GATE_OPERATOR, organisation=new_id()))
    board = officer.get(f"/board/{FREIGHT}", headers={"Accept-Language": "en"}).text
    waiting = portal.client.get("/waiting", headers={"Accept-Language": "en"}).text
    assert ("This page has had no news since 08:00" in board) is stale
    assert ("standing-stale" in waiting) is stale


def test_a_gate_where_nobody_ever_listened_says_so(portal: StillGate) -> None:
    portal.do("portal", lambda session: session.connection().exec_driver_sql("DELETE FROM portal.listening"))
    officer = portal.as_(a_caller(Role.GATE_OPERATOR, organisation=new_id()))
    board = officer.get(f"/board/{FREIGHT}", headers={"Accept-Language": "en"}).text
    assert "This page has had no news yet" in board
