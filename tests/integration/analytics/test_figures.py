"""The figures equal a recount of the raw events, however the news came; the log makes the same tables again."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyarrow import parquet

from bordergate.auth import Role
from bordergate.broker import Record
from bordergate.broker.kafka import KafkaBroker
from bordergate.event import UnknownVersion
from bordergate.ids import new_id
from bordergate.replaying import replay
from bordergate.runtime import Gate
from events.gate_operations import TruckCrossed, TruckInYard, TruckLeftYard
from events.vehicle_registration import CrossingReady
from events.words import Direction, TicketClass
from services.analytics.domain import DURATIONS, ERROR, FLOOR, GRAINS, By, Figure, Measure, Rollup
from services.analytics.past import Usual, seed
from services.analytics.queries import Group, Question, Reading, figures_of
from services.analytics.repository import checksum
from services.analytics.service import service
from tests.builders.callers import a_caller
from tests.builders.days import MIDNIGHT, a_week
from tests.builders.news import as_record, enveloped
from tests.builders.queue import a_ready_crossing
from tests.builders.recount import Recount
from tests.gates import Asking, StillGate, twice_and_mixed

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PERIODS = [(MIDNIGHT - 7 * HOUR, MIDNIGHT + 20 * DAY), (MIDNIGHT + 5 * HOUR, MIDNIGHT + 4 * DAY + 11 * HOUR)]
FILTERS = (
    {"route": "hn-1119"},
    {"direction": "IMPORT"},
    {"country": "CN"},
    {"ticket_class": "P4"},
    {"country": "CN", "direction": "EXPORT"},
)
SHARES = {
    Figure.ON_TIME: ("on_time", "judged"),
    Figure.NO_SHOWS: ("missed", "called"),
    Figure.PRE_DECLARED: ("pre_declared", "arrived"),
}
FIGURES = "/api/analytics/figures"
LATER = MIDNIGHT + 30 * DAY
"""When all of the days are over."""


def hear_a_week(gate: StillGate, seed: int, trucks: int = 60) -> list[Record]:
    """Everything at least twice, keys mixed, in polls of any size."""
    gate.chance = Random(seed)  # noqa: S311 - a test's own dice
    records = a_week(gate.chance, trucks)
    gate.publish(*records)
    gate.settle()
    return records


def figures(gate: StillGate, question: Question, now: datetime = LATER) -> dict[str, dict[Figure, Reading]]:
    groups = gate.look("analytics", lambda session: figures_of(session, question, now))
    return {group.key: group.figures for group in map(Group.model_validate, groups)}


def compare(question: Question, gate: StillGate, recount: Recount, now: datetime = LATER) -> int:
    """How many figures were shown and are as counted again; nothing else is shown, and no small group."""
    about = (question.since, question.until, question.by.value)
    told = figures(gate, question, now)
    counts, durations = recount.counts(*about, now=now, **question.wanted), recount.durations(*about, **question.wanted)
    assert set(counts) <= set(told)
    compared = 0
    for figure in DURATIONS:
        seconds = {key: durations.get((key, figure.value), []) for key in told}
        compared += sum(agrees(told[key][figure], seconds[key]) for key in told)
        hides(question, {key: told[key][figure] for key in told}, {key: len(seconds[key]) for key in told})
    for figure, (part, whole) in {**SHARES, Figure.CLEARED: ("cleared", "cleared")}.items():
        sizes = {key: counts.get(key, {}).get(whole, 0) for key in told}
        hides(question, {key: told[key][figure] for key in told}, sizes)
        for key in told:
            found = counts.get(key, {}).get(part, 0)
            compared += shares(told[key][figure], found if figure is not Figure.CLEARED else None, sizes[key])
    return compared


def agrees(reading: Reading, seconds: list[float]) -> int:
    if reading.suppressed:
        return 0
    if not seconds:
        assert not reading.n
        assert reading.p50 is None
        return 0
    assert reading.n == len(seconds) >= FLOOR
    for share, found in ((0.1, reading.p10), (0.5, reading.p50), (0.9, reading.p90), (0.95, reading.p95)):
        exact = max(sorted(seconds)[int(share * (len(seconds) - 1))], 1)
        assert found == pytest.approx(exact, rel=ERROR * 1.001)
    return 1


def shares(reading: Reading, part: int | None, whole: int) -> int:
    """A share is that of the part, and none is more than the whole; a count is itself."""
    if reading.suppressed:
        return 0
    assert reading.n == whole
    if part is None:
        return 1
    assert reading.value == (pytest.approx(part / whole) if whole else None)
    assert part <= whole
    return 1


def hides(question: Question, readings: dict[str, Reading], sizes: dict[str, int]) -> None:
    """Groups under the floor are hidden, and a single one takes the smallest of the others along."""
    hidden = {key for key, reading in readings.items() if reading.suppressed}
    small = {key for key, size in sizes.items() if 0 < size < FLOOR}
    rest = sorted(size for size in sizes.values() if size >= FLOOR)
    more = 1 if len(small) == 1 and rest and question.by is not By.NOTHING else 0
    assert small <= hidden
    assert sorted(sizes[key] for key in hidden - small) == rest[:more]


def uses(question: Question, gate: StillGate, recount: Recount) -> int:
    """How many groups' use of the capacity is as counted again."""
    about = (question.since, question.until, question.by.value)
    capacity, counts = recount.capacity(*about, **question.wanted), recount.counts(*about, now=LATER, **question.wanted)
    told = {key: readings[Figure.CAPACITY_USED] for key, readings in figures(gate, question).items()}
    assert set(capacity) <= set(told)
    shown = {key: reading for key, reading in told.items() if not reading.suppressed}
    for key, reading in shown.items():
        of = capacity.get(key)
        called = counts.get(key, {}).get("called", 0)
        assert (reading.value or 0) == pytest.approx(called / of if of else 0)
    return len(shown)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_is_what_a_recount_of_the_raw_events_finds(
    still_gate: StillGate, tmp_path: Path, seed: int
) -> None:
    recount = Recount(hear_a_week(still_gate, seed), str(tmp_path / "events.json"))
    compared = 0
    for since, until in PERIODS:
        for by in By:
            question = Question(since, until, by)
            compared += compare(question, still_gate, recount)
        for wanted, by in itertools.product(FILTERS, (By.NOTHING, By.DIRECTION, By.DAY, By.CLOCK)):
            question = Question(since, until, by, **wanted)
            compared += compare(question, still_gate, recount)
    assert compared > 500


def test_the_capacity_used_is_what_a_recount_of_plans_and_calls_finds(still_gate: StillGate, tmp_path: Path) -> None:
    recount = Recount(hear_a_week(still_gate, 13, trucks=120), str(tmp_path / "events.json"))
    apart = [by for by in By if by not in (By.TICKET_CLASS, By.COUNTRY)]
    asked = [Question(since, until, by) for since, until in PERIODS for by in apart]
    asked += [Question(*PERIODS[1], by, route="hn-1119") for by in apart]
    asked += [Question(*PERIODS[1], by, direction="IMPORT") for by in apart]
    assert sum(uses(question, still_gate, recount) for question in asked) > 500


def test_calls_that_still_hold_are_not_judged(still_gate: StillGate, tmp_path: Path) -> None:
    recount = Recount(hear_a_week(still_gate, 14, trucks=100), str(tmp_path / "events.json"))
    open_calls = 0
    for hour in range(24, 9 * 24, 5):
        now = MIDNIGHT + hour * HOUR
        question = Question(MIDNIGHT, now + HOUR, By.ROUTE)
        told = figures(still_gate, question, now)
        judged = recount.counts(MIDNIGHT, now + HOUR, "route", now=now)
        for key, readings in told.items():
            counted = judged.get(key, {})
            assert readings[Figure.ON_TIME].suppressed or readings[Figure.ON_TIME].n == counted["judged"]
            open_calls += counted["called"] - counted["judged"]
    assert open_calls >= 5


def test_an_export_is_in_the_yard_until_it_crosses(still_gate: StillGate) -> None:
    way = {TruckInYard: 0, TruckLeftYard: 40, TruckCrossed: 60}
    for _ in range(FLOOR):
        crossing = new_id()
        ready = a_ready_crossing(crossing, direction=Direction.EXPORT)
        still_gate.publish(as_record(enveloped(ready, source="vehicle_registration", time=MIDNIGHT)))
        for sequence, (kind, minutes) in enumerate(way.items(), 1):
            at = MIDNIGHT + timedelta(minutes=minutes)
            event = kind(crossing_id=crossing)
            still_gate.publish(as_record(enveloped(event, sequence, source="gate_operations", time=at)))
    still_gate.settle()
    yard = figures(still_gate, Question(MIDNIGHT, MIDNIGHT + DAY))[""][Figure.YARD]
    assert yard.p50 == pytest.approx(3600, rel=ERROR)


@pytest.mark.parametrize("seed", [4, 5])
def test_the_log_makes_the_same_tables_again(still_gate: StillGate, seed: int) -> None:
    hear_a_week(still_gate, seed, trucks=30)
    before = still_gate.look("analytics", checksum)
    still_gate.do(
        "analytics", lambda session: session.connection().exec_driver_sql("UPDATE analytics.cells SET called = 7")
    )
    assert still_gate.look("analytics", checksum) != before
    replayed = replay(still_gate.gate, service)
    assert replayed.checksum == before
    still_gate.settle()
    assert still_gate.look("analytics", checksum) == before


def test_kafka_read_by_several_processes_makes_the_same_tables(
    still_gate: StillGate, kafka: Callable[..., KafkaBroker]
) -> None:
    records = hear_a_week(still_gate, 10, trucks=40)
    shared = kafka()
    shared.send(twice_and_mixed(records, Random(10)))  # noqa: S311 - a test's own dice
    elsewhere = Gate(still_gate.gate.settings, still_gate.gate.engine, still_gate.clock, shared, [service])
    before = still_gate.look("analytics", checksum)
    replayed = replay(elsewhere, service)
    assert replayed.checksum == before
    assert replayed.events >= 2 * len(records)


def test_a_version_nobody_knows_stops_a_replay_and_keeps_what_was(still_gate: StillGate) -> None:
    records = hear_a_week(still_gate, 12, trucks=20)
    before = still_gate.look("analytics", checksum)
    ready = next(record for record in records if record.headers["ce_type"] == CrossingReady.type())
    newer = dict(ready.headers) | {"ce_type": ready.headers["ce_type"].replace(".v1", ".v9")}
    still_gate.publish(dataclasses.replace(ready, headers=newer))
    with pytest.raises(UnknownVersion):
        replay(still_gate.gate, service)
    assert still_gate.look("analytics", checksum) == before


def test_nothing_is_left_in_a_cell_that_everybody_left(still_gate: StillGate) -> None:
    hear_a_week(still_gate, 6, trucks=20)
    (row,) = still_gate.rows("analytics", "SELECT count(*) FROM analytics.cells WHERE n <= 0")
    assert row.count == 0
    sums = still_gate.rows("analytics", "SELECT rollup, grain, sum(n) AS n FROM analytics.cells GROUP BY 1, 2")
    assert {(row.rollup, row.grain) for row in sums} == {
        (rollup, grain) for rollup in Rollup for grain in GRAINS[rollup]
    }
    assert len({row.n for row in sums}) == 1


def analyst(gate: StillGate, role: Role = Role.ANALYST) -> Asking:
    return gate.as_(a_caller(role, organisation=new_id()))


def period(**more: str) -> dict[str, str]:
    return {"since": MIDNIGHT.isoformat(), "until": (MIDNIGHT + 14 * DAY).isoformat()} | more


def test_an_analyst_reads_figures_beside_another_periods(still_gate: StillGate) -> None:
    hear_a_week(still_gate, 7)
    half = (MIDNIGHT + 5 * DAY).isoformat()
    asked = period(by="route", against_since=MIDNIGHT.isoformat(), against_until=half)
    answer = analyst(still_gate).get("/api/analytics/figures", params=asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [group["key"] for group in told["groups"]] == ["cm-1223", "hn-1119", "tt-1088"]
    assert (told["floor"], told["error"], len(told["against"])) == (FLOOR, ERROR, 3)
    used = [group["figures"]["CAPACITY_USED"] for group in told["groups"]]
    assert all(reading["n"] and 0 < reading["value"] < 1 for reading in used)


def test_the_same_leaves_as_csv_and_as_parquet(still_gate: StillGate) -> None:
    hear_a_week(still_gate, 8)
    asking = analyst(still_gate)
    as_csv = asking.get("/api/analytics/figures.csv", params=period(by="day"))
    as_parquet = asking.get("/api/analytics/figures.parquet", params=period(by="day"))
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(as_csv.text)))
    table = parquet.read_table(io.BytesIO(as_parquet.content)).to_pylist()
    assert len(rows) == len(table) > len(Figure)
    assert [row["figure"] for row in rows] == [row["figure"] for row in table]
    assert [float(row["value"] or 0) for row in rows] == [row["value"] or 0 for row in table]
    assert "attachment" in as_csv.headers["content-disposition"]


def test_each_figure_is_defined_in_every_language(still_gate: StillGate) -> None:
    told = analyst(still_gate).get("/api/analytics/definitions").json()
    assert [one["figure"] for one in told] == [figure.value for figure in Figure]
    assert all(len(one["definition"][language]) > 10 for one in told for language in ("vi", "zh", "en"))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"until": MIDNIGHT.isoformat()}, "analytics.bad_period"),
        ({"until": (MIDNIGHT + 365 * DAY).isoformat(), "by": "hour"}, "analytics.too_many"),
        ({"against_since": MIDNIGHT.isoformat()}, "analytics.half_a_period"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(still_gate: StillGate, more: dict[str, str], code: str) -> None:
    answer = analyst(still_gate).get("/api/analytics/figures", params=period() | more)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_trader_has_no_figures(still_gate: StillGate) -> None:
    assert analyst(still_gate, Role.TRADER).get("/api/analytics/figures", params=period()).status_code == 403


def test_every_measure_is_contributed(still_gate: StillGate) -> None:
    hear_a_week(still_gate, 9)
    (row,) = still_gate.rows("analytics", "SELECT * FROM analytics.cells WHERE grain = 'YEAR' AND rollup = 'ALL'")
    assert all(row._mapping[measure.lower()] for measure in Measure)


def test_a_demonstrations_past_is_counted_beside_its_log_and_as_often_as_it_is_asked_for(still_gate: StillGate) -> None:
    still_gate.publish(*a_week(Random(5), 20))  # noqa: S311 - the same week every time
    still_gate.settle()
    past = {"since": (MIDNIGHT - 7 * DAY).isoformat(), "until": MIDNIGHT.isoformat()}
    asked = past | {"figure": ["CLEARED", "CAPACITY_USED"]}
    analyst = still_gate.as_(a_caller(Role.ANALYST))
    own = {"since": MIDNIGHT.isoformat(), "until": (MIDNIGHT + 9 * DAY).isoformat()}
    before = analyst.get(FIGURES, params=own).json()["groups"]
    usual = [Usual(timedelta(hours=8), "hn-1119", Direction.EXPORT, TicketClass.P4, 12)]
    for _ in range(2):
        assert seed(still_gate.gate, service, usual, 1, MIDNIGHT) > 500
        ((figures,),) = ([one["figures"] for one in analyst.get(FIGURES, params=asked).json()["groups"]],)
        assert 60 < figures["CLEARED"]["value"] < 90
        assert figures["CAPACITY_USED"]["value"] > 0
        assert analyst.get(FIGURES, params=own).json()["groups"] == before
