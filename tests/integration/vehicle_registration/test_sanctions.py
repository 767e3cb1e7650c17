"""R070: whose vehicle or carrier is under a sanction is not ready until it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bordergate.ids import new_id
from events.queue_scheduling import SanctionEnded, SanctionImposed
from events.sanctions import Ground
from tests.builders.registration import MORNING
from tests.integration.vehicle_registration.conftest import Border, Firm, blocking, queued


def imposed(firm: Firm, sanction_id: UUID, vehicle_id: str | None, days: int = 14) -> SanctionImposed:
    return SanctionImposed(
        organisation_id=firm.organisation,
        sanction_id=sanction_id,
        vehicle_id=UUID(vehicle_id) if vehicle_id else None,
        ground=Ground.IN_A_ROW,
        imposed_at=MORNING,
        until=MORNING + timedelta(days=days),
        appeal_until=MORNING + timedelta(days=10),
        evidence=(),
    )


def codes(firm: Firm, *crossings: dict[str, Any]) -> list[list[str]]:
    return [blocking(firm.sees(crossing)) for crossing in crossings]


@pytest.mark.parametrize("whole", [False, True])
def test_a_sanction_stops_a_vehicle_or_a_whole_carrier_also_in_the_queue_and_ends(
    border: Border, *, whole: bool
) -> None:
    firm, stranger, sanction_id = border.firm(), border.firm(), new_id()
    mine, other = firm.registers("12C-111.11"), firm.registers("12C-222.22")
    foreign = stranger.crossing(stranger.registers("12C-333.33"))
    waits, spared = firm.crossing(mine), firm.crossing(other)
    border.states(queued(waits), imposed(firm, sanction_id, None if whole else mine["id"]))
    border.gate.wait(minutes=1)
    assert codes(firm, waits, spared) == [["R070"], ["R070"] if whole else []]
    (failure,) = [one for one in firm.sees(waits)["failures"] if one["code"] == "R070"]
    assert failure["value"] == (MORNING + timedelta(days=14)).date().isoformat()
    assert border.stated(waits)[-1] == "crossing_not_ready"
    assert codes(stranger, foreign) == [[]]
    vehicle = None if whole else UUID(mine["id"])
    border.states(SanctionEnded(organisation_id=firm.organisation, sanction_id=sanction_id, vehicle_id=vehicle))
    border.gate.wait(minutes=1)
    assert codes(firm, waits, spared) == [[], []]
    assert border.stated(waits)[-1] == "crossing_ready"


def test_who_is_filed_at_the_very_moment_of_a_sanction_is_judged_by_it_a_little_later(border: Border) -> None:
    firm, hidden = border.firm(), new_id()
    truck = firm.registers("12C-111.11")
    border.states(imposed(firm, new_id(), truck["id"]))

    def names(vehicle: object) -> None:
        sql = "UPDATE vehicle_registration.sanctions SET vehicle_id = %s"
        border.gate.do(
            "vehicle_registration",
            lambda session: session.connection().exec_driver_sql(sql, (str(vehicle),)).rowcount,
        )

    names(hidden)  # as it is to one who looked before the news and commits after it
    crossing = firm.crossing(truck)
    names(truck["id"])
    assert codes(firm, crossing) == [[]]
    border.gate.wait(minutes=1)
    assert codes(firm, crossing) == [["R070"]]


def test_what_is_filed_while_a_sanction_runs_is_not_ready(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers("12C-111.11")
    border.states(imposed(firm, new_id(), truck["id"]))
    assert codes(firm, firm.crossing(truck)) == [["R070"]]


def test_of_several_sanctions_the_one_that_lasts_longest_is_told(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers("12C-111.11")
    border.states(imposed(firm, new_id(), truck["id"], 20), imposed(firm, new_id(), truck["id"]))
    border.states(imposed(firm, new_id(), None, 18))
    (failure,) = [one for one in firm.sees(firm.crossing(truck))["failures"] if one["code"] == "R070"]
    told = (MORNING + timedelta(days=20)).date().isoformat()
    assert (failure["field"], failure["value"]) == ("$.vehicle_id", told)
