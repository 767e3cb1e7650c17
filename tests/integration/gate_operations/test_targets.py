"""What the gate owes: held against the rows in force, told as news, counted by side, shown to whose truck it was."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bordergate.auth import Role
from bordergate.ids import new_id
from events.gate_operations import Authority, FactKind, MissTakenBack, TargetMissed
from tests.integration.gate_operations.conftest import API, Booth

DAYS = {"from": "2026-05-04", "to": "2026-05-05"}


def waits_for_customs(booth: Booth, minutes: float, **filed: object) -> UUID:
    """The Border Guard sees a called truck, customs only so much later."""
    crossing = booth.calls(booth.expects(**filed))
    booth.states(crossing, FactKind.ARRIVAL_CONFIRMED, Authority.BORDER_GUARD)
    booth.gate.clock.forward(minutes=minutes)
    booth.states(crossing, FactKind.ARRIVAL_CONFIRMED, Authority.CUSTOMS)
    return crossing


def owed(booth: Booth, crossing: UUID) -> list[object]:
    return [one.data for one in booth.stated(crossing) if isinstance(one.data, TargetMissed | MissTakenBack)]


def test_an_authority_that_lags_too_long_is_counted_and_the_carrier_credited(booth: Booth) -> None:
    carrier, trader = new_id(), new_id()
    late = waits_for_customs(booth, 22, carrier=carrier, trader=trader, parties=(trader, carrier))
    prompt = waits_for_customs(booth, 3)
    (missed,) = owed(booth, late)
    assert isinstance(missed, TargetMissed)
    assert (missed.whose, missed.carrier, missed.allowed_minutes) == (Authority.CUSTOMS, carrier, 15)
    assert missed.until - missed.since == timedelta(minutes=22)
    assert owed(booth, prompt) == []
    told = booth.officer(Role.ANALYST).get(f"{API}/targets", params=DAYS).json()
    side = {"target": "AGENCY_LAG", "whose": "CUSTOMS", "route": "hn-1119"}
    assert told == [{"day": None, **side, "waits": 2, "missed": 1, "minutes_over": 7}]
    (day,) = booth.officer(Role.ANALYST).get(f"{API}/targets", params={**DAYS, "by": "day"}).json()
    assert day == {"day": "2026-05-04", **side, "waits": 2, "missed": 1, "minutes_over": 7}
    (credit,) = booth.officer(Role.CARRIER, organisation=carrier).get(f"{API}/crossings/{late}/credits").json()
    assert (credit["took_minutes"], credit["allowed_minutes"]) == (22, 15)
    assert booth.officer(Role.CARRIER).get(f"{API}/crossings/{late}/credits").json() == []


def test_a_fact_that_corrects_the_wait_takes_the_credit_back(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.states(crossing, FactKind.ARRIVAL_CONFIRMED, Authority.BORDER_GUARD)
    seen_at = booth.gate.clock.now() + timedelta(minutes=2)
    booth.gate.clock.forward(minutes=30)
    wrong = booth.fact(FactKind.ARRIVAL_CONFIRMED)
    customs = booth.officer(Role.CUSTOMS)
    customs.post(f"{API}/crossings/{crossing}/facts", json=wrong)
    right = booth.fact(FactKind.ARRIVAL_CONFIRMED, at=seen_at.isoformat(), corrects=wrong["fact_id"])
    assert customs.post(f"{API}/crossings/{crossing}/facts", json=right).status_code == 201
    assert [type(one) for one in owed(booth, crossing)] == [TargetMissed, MissTakenBack]
    assert booth.officer(Role.AUDITOR).get(f"{API}/crossings/{crossing}/credits").json() == []


def test_a_year_at_most_is_asked_for_and_not_by_a_trader(booth: Booth) -> None:
    long = booth.officer(Role.ANALYST).get(f"{API}/targets", params={"from": "2024-05-04", "to": "2026-05-05"})
    assert (long.status_code, long.json()["code"]) == (400, "gate_operations.period_too_long")
    last_of_all = {"from": "9999-12-31", "to": "9999-12-31"}
    assert booth.officer(Role.ANALYST).get(f"{API}/targets", params=last_of_all).status_code in {400, 422}
    assert booth.officer(Role.TRADER).get(f"{API}/targets", params=DAYS).status_code == 403
