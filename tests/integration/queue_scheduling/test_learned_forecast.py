"""Trees are grown once a day from forecasts that turned out, and told from then on."""

from __future__ import annotations

from services.queue_scheduling.forecast.foresight import ENOUGH
from services.queue_scheduling.forecast.signs import SIGNS
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


def trees(border: Border) -> list[str]:
    rows = border.gate.rows("queue_scheduling", "SELECT queue, grown_at FROM queue_scheduling.forecast_trees")
    return [f"{row.queue} {row.grown_at.isoformat()}" for row in rows]


def test_with_five_hundred_trucks_forecasts_are_learned_and_say_so(border: Border) -> None:
    taught(border, ENOUGH - 1)
    trucks = border.trucks_join(60)
    border.gate.wait(minutes=70)
    assert trees(border) == []
    before = why(border, trucks[50])["forecast"]
    assert before["method"] == "PLAN_AND_RANK"
    taught(border, 1)
    border.gate.wait(minutes=70)
    grown = trees(border)
    assert len(grown) == 1
    after = why(border, trucks[50])["forecast"]
    assert after["method"] == "LEARNED"
    opening = at(before["p50"]).replace(hour=7, minute=0, second=0, microsecond=0)
    assert at(after["p10"]) < at(after["p50"]) < at(after["p90"])
    assert at(after["p50"]) - opening > 1.5 * (at(before["p50"]) - opening), "twice the calls, as it was learned"
    kept = border.gate.rows(
        "queue_scheduling",
        "SELECT DISTINCT method, cardinality(signs) AS signs FROM queue_scheduling.forecasts WHERE called_at IS NULL",
    )
    assert {(row.method, row.signs) for row in kept} == {("PLAN_AND_RANK", len(SIGNS)), ("LEARNED", len(SIGNS))}
    border.gate.wait(minutes=70)
    assert trees(border) == grown, "once a day"
    border.gate.clock.forward(hours=24)
    border.gate.wait(minutes=1)
    assert trees(border) != grown
