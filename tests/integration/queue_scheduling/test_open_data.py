"""The queue's history on the real database: calls, waits, no-shows, and when nothing moved."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from bordergate.auth import Role
from tests.builders.queue import FUEL
from tests.integration.queue_scheduling.conftest import API, Border

FREIGHT_OUT = ("hn-1119", "EXPORT")
HOURS = f"{API}/open/hours/2025-07-01"


def rows(border: Border, path: str = f"{HOURS}.json") -> dict[tuple[str, str, str], Any]:
    answer = border.gate.client.get(path)
    assert answer.status_code == 200, answer.text
    return {(row["route"], row["direction"], row["since"][11:16]): row for row in answer.json()["rows"]}


def test_an_hour_tells_calls_waits_and_no_shows_of_each_queue(border: Border) -> None:
    border.trucks_join(30)
    border.trucks_join(8, goods=FUEL)
    border.opens(minutes=60)
    border.gate.clock.forward(hours=5)
    border.gate.settle()
    seven = rows(border)["hn-1119", "EXPORT", "07:00"]
    assert (seven["planned"], seven["calls"], seven["stopped_minutes"]) == (26, 26, 0)
    classes = {one: calls for one, calls in seven["by_class"].items() if calls}
    assert classes == {"P1": 8, "P4": 18}
    assert 240 <= seven["wait_p50_minutes"] <= seven["wait_p90_minutes"] <= 305
    assert seven["no_shows"] == 26  # nobody came
    assert rows(border)["tt-1088", "IMPORT", "07:00"]["calls"] == 0
    days = rows(border, f"{API}/open/days/2025-07.json")
    assert days["hn-1119", "EXPORT", "00:00"]["planned"] == 26 * 12


def test_minutes_without_calls_are_told_and_the_same_stands_in_the_table(border: Border) -> None:
    border.trucks_join(3)
    border.opens(minutes=10)
    until = (border.gate.clock.now() + timedelta(minutes=20)).isoformat()
    border.operator(Role.GATE_OPERATOR).post(f"{API}/routes/hn-1119/pause", json={"reason": "works", "until": until})
    border.gate.clock.forward(hours=1)
    border.gate.settle()
    told = rows(border)["hn-1119", "EXPORT", "07:00"]
    assert (told["stopped_minutes"], told["calls"]) == (20, None)
    answer = border.gate.client.get(f"{HOURS}.csv")
    assert answer.headers["access-control-allow-origin"] == "*"
    table = {
        (row["route"], row["direction"], row["since"][11:16]): row for row in csv.DictReader(io.StringIO(answer.text))
    }
    assert table["hn-1119", "EXPORT", "07:00"]["stopped_minutes"] == "20"
    assert table["hn-1119", "EXPORT", "07:00"]["calls"] == table["hn-1119", "EXPORT", "07:00"]["calls_P4"] == ""


def test_what_was_before_a_queues_history_began_is_not_told_as_none(border: Border) -> None:
    border.trucks_join(6)
    border.opens(minutes=40)
    border.gate.clock.forward(hours=2)
    border.gate.settle()
    border.history_begins("2025-07-01T07:30+07:00", "hn-1119/EXPORT")
    border.history_begins("2025-07-03T00:00+07:00", "hn-1119/IMPORT")
    told = {at: row for (route, direction, at), row in rows(border).items() if (route, direction) == FREIGHT_OUT}
    assert min(told) == "07:00"
    half_known = {told["07:00"][one] for one in ("calls", "no_shows", "overrides", "wait_p50_minutes")}
    assert half_known == {None}
    assert (told["08:00"]["calls"], told["08:00"]["planned"]) == (0, 26)
    table = list(csv.DictReader(io.StringIO(border.gate.client.get(f"{HOURS}.csv").text)))
    here = {row["since"][11:16]: row for row in table if (row["route"], row["direction"]) == FREIGHT_OUT}
    assert (here["07:00"]["calls"], here["07:00"]["calls_P4"], here["08:00"]["calls"]) == ("", "", "0")
    assert not [row for row in table if (row["route"], row["direction"]) == ("hn-1119", "IMPORT")]
    assert rows(border, f"{API}/open/days/2025-06.json") == {}


def test_a_day_that_is_final_is_read_once_and_known_again(border: Border) -> None:
    border.trucks_join(6)
    border.opens(minutes=40)
    ask = border.gate.client.get
    border.gate.clock.forward(hours=40)
    recent = ask(f"{HOURS}.json")
    border.gate.clock.forward(hours=30)
    final = ask(f"{HOURS}.json")
    border.history_begins("2025-07-05T00:00+07:00")  # whatever is read from now on is another thing
    again, known = (
        ask(f"{HOURS}.json"),
        ask(f"{HOURS}.csv", headers={"If-None-Match": ask(f"{HOURS}.csv").headers["etag"]}),
    )
    assert final.json()["observed_at"] != recent.json()["observed_at"], "what may change is not kept for good"
    assert again.json()["rows"] == final.json()["rows"] != []
    assert (again.headers["etag"], known.status_code) == (final.headers["etag"], 304)
    assert known.headers["access-control-allow-origin"] == "*"


def test_what_is_over_is_kept_long_and_what_is_to_come_is_not_told(border: Border) -> None:
    past, now = (border.gate.client.get(f"{API}/open/hours/{day}.json") for day in ("2025-06-01", "2025-07-01"))
    assert (past.headers["cache-control"], now.headers["cache-control"]) == (
        "public, max-age=604800",
        "public, max-age=60",
    )
    assert set(now.json()["measured"]["wait"]) == {"vi", "zh", "en"}
    for path, status in (("hours/2025-07-02.json", 404), ("days/2025-13.json", 422), ("hours/2019-01-01.csv", 404)):
        assert border.gate.client.get(f"{API}/open/{path}").status_code in {status, 400}
    for path in ("hours/9999-12-31.csv", "days/9999-12.json", "hours/0001-01-01.json", "days/0001-01.csv"):
        assert border.gate.client.get(f"{API}/open/{path}").status_code in {404, 422, 400}
