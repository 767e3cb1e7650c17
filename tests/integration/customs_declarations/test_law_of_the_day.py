"""Goods are judged by the law of the day on which their truck comes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bordergate.auth import Role
from bordergate.law import AT_ONCE
from events.gate_operations import StageTakenBack, TruckCheckedIn
from events.words import CrossingState
from tests.builders.statements import EIGHT
from tests.gates import load_all
from tests.integration.customs_declarations.conftest import API, Office, enacts, law

TILES = [{"hs_code": "69072100", "weight_kg": 1_000}]
FROM_THE_TENTH = law(rule="R022", prefix="69", direction="EXPORT", goods="Tiles") | {"valid_from": "2026-05-10"}


@pytest.fixture
def number(office: Office) -> str:
    """A declaration of goods of which something is asked from the tenth of May on."""
    enacts(office, "judged_goods", **FROM_THE_TENTH)
    declared: str = office.files(lines=TILES)["number"]
    return declared


def on(day: int) -> dict[str, object]:
    """A window of that day of May; the first hour of it in Hà Nội is of the day before elsewhere."""
    begins = EIGHT + timedelta(days=day - 4, hours=-8)
    return {"window_from": begins, "window_to": begins + timedelta(hours=4)}


def test_a_truck_is_judged_by_the_law_of_the_day_on_which_it_may_first_come(office: Office, number: str) -> None:
    before, after = office.submits(number, **on(9)), office.submits(**on(10))
    assert (office.fails(before), office.assessed(before)[-1].arrives_on) == ([], date(2026, 5, 9))
    office.amends(before, **on(9))
    office.amends(after, number, **on(10))
    assert office.fails(after) == ["R022"]
    office.amends(after, number, **on(9))
    assert (office.fails(after), office.assessed(after)[-1].arrives_on) == ([], date(2026, 5, 9))


def test_a_late_truck_is_judged_by_the_law_of_today_until_it_stands_at_the_gate(office: Office, number: str) -> None:
    crossing = office.submits(number, **on(4))
    office.gate.clock.set(EIGHT + timedelta(days=4))
    office.hears(TruckCheckedIn(crossing_id=crossing))
    office.gate.clock.set(EIGHT + timedelta(days=7))
    office.amends(crossing, number, two_way=True, **on(4))
    assert office.fails(crossing) == []
    office.hears(StageTakenBack(crossing_id=crossing, stage=CrossingState.CHECKED_IN))
    office.amends(crossing, number, **on(4))
    assert office.fails(crossing) == ["R022"]


OTHERS = (
    "INSERT INTO customs_declarations.loads (crossing_id, direction, parties, numbers, claims, named_by,"
    " declared_empty, two_way, shares, holds, gone, active, version)"
    " SELECT lpad(n::text, 32, '0')::uuid, 'EXPORT', '{}', '{}', '{}', '{}', true, false, '[]', '[]', false, true, 0"
    " FROM generate_series(1, %s) n"
)


def test_law_put_in_force_judges_anew_who_has_not_come_and_says_nothing_where_nothing_changed(office: Office) -> None:
    filed = [office.files(f"30800000002{digit}", lines=TILES)["number"] for digit in range(2)]
    late, gone_in, early = (
        office.submits(filed[0], **on(4)),
        office.submits(filed[1], **on(4)),
        office.submits(**on(4)),
    )
    said = {one: len(office.assessed(one)) for one in (late, gone_in, early)}
    office.hears(TruckCheckedIn(crossing_id=gone_in))
    stuffing = AT_ONCE + 1
    office.gate.do(
        "customs_declarations", lambda session: session.connection().exec_driver_sql(OTHERS, (stuffing,)).rowcount
    )
    admin, path = office.desk(Role.ADMIN), f"{API}/reference/judged_goods"
    row = FROM_THE_TENTH | {"valid_from": "2026-05-04", "partner": "", "valid_to": ""}
    answer = admin.post(f"{path}/activate", json={"rows": [row], "seen": admin.get(path).json()["seen"]})
    assert answer.status_code == 200, answer.text
    office.gate.wait(minutes=1)
    assert (office.fails(late), office.fails(gone_in)) == (["R022"], [])
    assert [len(office.assessed(one)) - before for one, before in said.items()] == [1, 0, 0]


def test_law_that_begins_judges_a_late_truck_on_that_day(office: Office, number: str) -> None:
    crossing = office.submits(number, **on(4))
    load_all(office.gate.gate)
    office.gate.clock.set(EIGHT + timedelta(days=6, hours=-9))
    office.gate.settle()
    assert office.fails(crossing) == []
    office.gate.wait(hours=1)
    office.gate.wait(minutes=1)
    assert office.fails(crossing) == ["R022"]
