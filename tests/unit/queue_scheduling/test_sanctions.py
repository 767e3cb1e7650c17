"""When missed calls are too many, and what becomes of a sanction."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bordergate.errors import Refusal
from bordergate.ids import new_id
from events.queue_scheduling import SanctionEnded
from events.sanctions import Ground
from services.queue_scheduling.sanctions.refusals import AppealedAlready, AppealTooLate, NothingToDecide, OwnCase
from services.queue_scheduling.sanctions.rules import (
    BECAUSE,
    OF_CARRIER,
    OF_VEHICLE,
    Charge,
    Conduct,
    Limits,
    Outcome,
    charge_of,
    stands_on,
)
from services.queue_scheduling.sanctions.sanction import Appeal, Sanction, SanctionStage
from tests.builders.queue import TEN

DAY = timedelta(days=1)
LIMITS = Limits(2, 3, 90 * DAY, 4, Decimal("0.1"), 30 * DAY, 14 * DAY, 30 * DAY, 10 * DAY)
CAME, MISSED = True, False


def outcomes(*told: tuple[float, bool]) -> list[Outcome]:
    """How calls ended so many days ago, the latest first."""
    ended = [(TEN - days * DAY, came) for days, came in sorted(told)]
    return [Outcome(new_id(), "LSG-250701-00000-0", "hn-1119", at - DAY / 24, at, came) for at, came in ended]


@pytest.mark.parametrize(
    ("told", "ground", "counted"),
    [
        ([(1, MISSED)], None, 0),
        ([(1, MISSED), (200, MISSED)], Ground.IN_A_ROW, 2),
        ([(1, MISSED), (2, CAME), (3, MISSED)], None, 0),
        ([(1, MISSED), (2, CAME), (3, MISSED), (4, CAME), (89, MISSED)], Ground.VEHICLE_OFTEN, 3),
        ([(1, MISSED), (2, CAME), (3, MISSED), (4, CAME), (90, MISSED)], None, 0),
    ],
)
def test_a_vehicle_is_sanctioned_for_two_missed_calls_in_a_row_or_three_in_ninety_days(
    told: list[tuple[float, bool]], ground: Ground | None, counted: int
) -> None:
    charge = charge_of(OF_VEHICLE, Conduct(TEN, vehicle=outcomes(*told)), LIMITS)
    assert (charge.ground if charge else None) is ground
    assert len(charge.evidence if charge else ()) == counted


def test_a_carrier_is_sanctioned_for_four_missed_calls_in_thirty_days_whoever_came_between() -> None:
    three = [(1, MISSED), (2, CAME), (3, MISSED), (20, MISSED)]
    assert charge_of(OF_CARRIER, Conduct(TEN, carrier=outcomes(*three)), LIMITS) is None
    assert charge_of(OF_CARRIER, Conduct(TEN, carrier=outcomes(*three, (30, MISSED))), LIMITS) is None
    charge = charge_of(OF_CARRIER, Conduct(TEN, carrier=outcomes(*three, (29, MISSED))), LIMITS)
    assert isinstance(charge, Charge)
    assert (charge.of_vehicle, charge.because) == (False, BECAUSE[charge.ground])


@pytest.mark.parametrize(("calls", "sanctioned"), [(40, True), (41, False)])
def test_of_a_large_carrier_one_call_in_ten_must_be_missed(calls: int, *, sanctioned: bool) -> None:
    four = outcomes(*[(day, MISSED) for day in (1, 2, 3, 4)])
    charge = charge_of(OF_CARRIER, Conduct(TEN, carrier=four, carrier_calls=calls), LIMITS)
    assert (charge is not None) is sanctioned


@pytest.mark.parametrize(("calls", "sanctioned"), [(1200, True), (1201, False)])
def test_all_calls_that_a_carrier_missed_count_and_the_latest_are_shown(calls: int, *, sanctioned: bool) -> None:
    latest = outcomes(*[(day / 2, MISSED) for day in range(1, 51)])
    conduct = Conduct(TEN, carrier=latest, carrier_missed=120, carrier_calls=calls)
    charge = charge_of(OF_CARRIER, conduct, LIMITS)
    assert (charge is not None) is sanctioned
    assert charge is None or len(charge.evidence) == 50


@pytest.mark.parametrize(
    ("ground", "left", "stands"),
    [
        (Ground.IN_A_ROW, 1, False),
        (Ground.VEHICLE_OFTEN, 3, True),
        (Ground.CARRIER_OFTEN, 3, False),
        (Ground.CARRIER_OFTEN, 4, True),
    ],
)
def test_a_sanction_stands_on_the_calls_that_are_left_or_falls(ground: Ground, left: int, *, stands: bool) -> None:
    evidence = outcomes(*[(float(day), MISSED) for day in range(1, left + 1)])
    assert stands_on(evidence, a_sanction(ground=ground), LIMITS) is stands


def a_sanction(**changes: Any) -> Sanction:  # noqa: ANN401 - any field
    carrier = new_id()
    usual: dict[str, Any] = {
        "id": new_id(),
        "carrier": carrier,
        "parties": [carrier],
        "vehicle_id": new_id(),
        "plate": "12C-12345",
        "ground": Ground.IN_A_ROW,
        "crossing_id": new_id(),
        "evidence": [],
        "imposed_at": TEN,
        "until": TEN + 14 * DAY,
        "appeal_until": TEN + 10 * DAY,
    }
    return Sanction(**(usual | changes))


def told_by(sanction: Sanction) -> list[str]:
    return [type(recorded.event).__name__ for recorded in sanction.release()]


def test_a_granted_appeal_lifts_the_sanction_and_a_dismissed_one_lets_it_run() -> None:
    for granted, stage in ((True, SanctionStage.LIFTED), (False, SanctionStage.ACTIVE)):
        sanction = a_sanction()
        sanction.appeal_against("the road was closed", TEN + DAY)
        sanction.decide("so it was", new_id(), TEN + 2 * DAY, granted=granted)
        assert sanction.stage is stage
    sanction.serve_out(TEN + 13 * DAY)
    assert sanction.stage is SanctionStage.ACTIVE
    sanction.serve_out(TEN + 14 * DAY)
    sanction.serve_out(TEN + 15 * DAY)
    assert told_by(sanction) == ["SanctionAppealed", "AppealDecided", "SanctionEnded"]


def test_a_sanction_lifted_after_it_was_served_ends_once() -> None:
    sanction = a_sanction()
    sanction.appeal_against("the road was closed", TEN + 9 * DAY)
    sanction.serve_out(TEN + 14 * DAY)
    sanction.decide("so it was", new_id(), TEN + 20 * DAY, granted=True)
    ends = [one.event for one in sanction.release() if isinstance(one.event, SanctionEnded)]
    assert [one.lifted for one in ends] == [False]
    assert sanction.appeal is Appeal.GRANTED


def test_there_is_one_appeal_within_its_days_decided_by_another_officer() -> None:
    officer, late = new_id(), a_sanction()
    refused: list[type[Refusal]] = []
    sanction = a_sanction(ground=Ground.RESALE, officers=[officer])
    acts = (
        lambda: sanction.decide("why not", officer, TEN, granted=True),
        lambda: sanction.appeal_against("not me", TEN),
        lambda: sanction.appeal_against("not me", TEN),
        lambda: sanction.decide("why not", officer, TEN, granted=True),
        lambda: late.appeal_against("not me", TEN + 10 * DAY),
    )
    for act in acts:
        try:
            act()
        except Refusal as refusal:
            refused.append(type(refusal))
    assert refused == [NothingToDecide, AppealedAlready, OwnCase, AppealTooLate]
