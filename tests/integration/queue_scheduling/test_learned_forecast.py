"""Trees are grown once a night from forecasts that turned out, and told from then on."""

from __future__ import annotations

from datetime import datetime

from bordergate.clock import HANOI
from services.queue_scheduling.domain.deadlines import next_night
from services.queue_scheduling.forecast.foresight import ENOUGH
from services.queue_scheduling.forecast.signs import SIGNS
from services.queue_scheduling.timers import follow_plan
from tests.integration.queue_scheduling.conftest import Border
from tests.integration.queue_scheduling.test_why import at, why

TAUGHT = f"""
INSERT INTO queue_scheduling.forecasts
    (crossing_id, made_at, queue, rank, samples, p10, p50, p90, called_at, method, signs, score)
SELECT gen_random_uuid(), %(now)s - interval '1 day', 'hn-1119/EXPORT', i %% 60, 0, %(now)s, %(now)s, %(now)s, %(now)s,
    'PLAN_AND_RANK',
    ARRAY[0, ln(1 + i %% 60)]::real[] || array_fill(1::real, ARRAY[{len(SIGNS) - 2}]),
    ln(2) + (i %% 7 - 3) * 0.05
FROM generate_series(1, %(trucks)s) AS i
"""
"""Forecasts of a queue in which everybody was called after twice the calls that stood before him."""


def taught(border: Border, trucks: int) -> None:
    told = {"now": border.gate.clock.now(), "trucks": trucks}
    border.gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(TAUGHT, told))


def opening(day: datetime) -> datetime:
    return day.astimezone(HANOI).replace(hour=7, minute=0, second=0, microsecond=0)


def trees(border: Border) -> list[str]:
    rows = border.gate.rows("queue_scheduling", "SELECT queue, grown_at FROM queue_scheduling.forecast_trees")
    return [f"{row.queue} {row.grown_at.isoformat()}" for row in rows]


def test_with_five_hundred_trucks_forecasts_are_learned_and_say_so(border: Border) -> None:
    border.gate.do("queue_scheduling", lambda session: follow_plan(session, border.gate.clock))
    taught(border, ENOUGH - 1)
    trucks = border.trucks_join(60)
    border.gate.wait(minutes=70)
    assert trees(border) == []
    before = why(border, trucks[50])["forecast"]
    assert before["method"] == "PLAN_AND_RANK"
    taught(border, 1)
    border.gate.wait(minutes=70)
    assert trees(border) == [], "a look grows none: who joins waits for it"
    border.gate.clock.set(next_night(border.gate.clock.now()))
    border.gate.settle()
    border.gate.wait(minutes=70)
    grown = trees(border)
    assert len(grown) == 1
    after = why(border, trucks[50])["forecast"]
    assert after["method"] == "LEARNED"
    assert at(after["p10"]) < at(after["p50"]) < at(after["p90"])
    opened = [at(told["p50"]) - opening(at(told["p50"])) for told in (before, after)]
    assert opened[1] > 1.5 * opened[0], "twice the calls, as it was learned"
    kept = border.gate.rows(
        "queue_scheduling",
        "SELECT DISTINCT method, cardinality(signs) AS signs FROM queue_scheduling.forecasts WHERE called_at IS NULL",
    )
    assert {(row.method, row.signs) for row in kept} == {("PLAN_AND_RANK", len(SIGNS)), ("LEARNED", len(SIGNS))}
    border.gate.wait(minutes=70)
    assert trees(border) == grown, "once a night"
    border.gate.clock.set(next_night(border.gate.clock.now()))
    border.gate.settle()
    assert trees(border) != grown
