from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from bordergate.auth import Role
from bordergate.commands import load_service_reference
from bordergate.ids import new_id
from tests.builders.accounts import an_admin
from tests.builders.callers import a_caller
from tests.gates import StillGate

API = "/api/queue-scheduling/reference"
HOURS = {"route": "hn-1119", "weekday": 0, "opens": "06:00", "closes": "20:00", "export_per_hour": 30}
NEW = HOURS | {"import_per_hour": 60, "valid_from": "2026-05-04", "source": "Decision of the province", "valid_to": ""}


def seen(gate: StillGate, table: str = "hours") -> dict[str, Any]:
    return dict(gate.as_(an_admin()).get(f"{API}/{table}").json())


def activated(gate: StillGate, *rows: dict[str, Any], table: str = "hours", seal: str | None = None) -> Response:
    body = {"rows": list(rows), "seen": seal or seen(gate, table)["seen"]}
    return gate.as_(an_admin()).post(f"{API}/{table}/activate", json=body)


def monday(gate: StillGate) -> dict[str, Any]:
    (route,) = gate.rows("portal", "SELECT hours FROM portal.routes WHERE route = 'hn-1119'")
    return dict(next(day for day in route.hours if day["weekday"] == 0))


def test_a_draft_is_compared_and_nothing_changes_yet(still_gate: StillGate) -> None:
    found = still_gate.as_(an_admin()).post(f"{API}/hours/difference", json={"rows": [NEW]}).json()
    assert [row["opens"] for row in found["added"]] == ["06:00"]
    assert [(one["before"]["valid_to"], one["after"]["valid_to"]) for one in found["changed"]] == [(None, "2026-05-04")]
    assert len(seen(still_gate)["rows"]) == 28


def test_hours_put_in_force_are_the_routes_hours_at_once(still_gate: StillGate) -> None:
    still_gate.settle()
    assert monday(still_gate)["opens"] == "07:00"
    answer = activated(still_gate, NEW)
    assert answer.status_code == 200, answer.text
    assert answer.headers["bordergate-event"]
    still_gate.settle()
    assert monday(still_gate)["opens"] == "06:00"


def test_hours_of_a_coming_day_are_published_when_it_begins(still_gate: StillGate) -> None:
    assert activated(still_gate, NEW | {"valid_from": "2026-05-06"}).status_code == 200
    still_gate.settle()
    still_gate.wait(hours=39)
    assert monday(still_gate)["opens"] == "07:00"
    still_gate.wait(hours=2)
    assert monday(still_gate)["opens"] == "06:00"


def test_rows_put_in_force_by_hand_outlast_the_shipped_ones(still_gate: StillGate) -> None:
    assert activated(still_gate, NEW).status_code == 200
    queue = next(service for service in still_gate.gate.services if service.name == "queue_scheduling")
    load_service_reference(still_gate.gate, queue)
    rows = [row for row in seen(still_gate)["rows"] if (row["route"], row["weekday"]) == ("hn-1119", 0)]
    assert [(row["opens"], row["valid_to"]) for row in rows] == [("07:00", "2026-05-04"), ("06:00", None)]


def test_a_pasted_table_says_the_same_as_rows(still_gate: StillGate) -> None:
    table = ",".join(NEW) + "\n" + ",".join(str(value) for value in NEW.values())
    found = still_gate.as_(an_admin()).post(f"{API}/hours/difference", json={"table": table}).json()
    assert [row["export_per_hour"] for row in found["added"]] == [30]


def test_a_draft_written_before_another_came_into_force_is_refused(still_gate: StillGate) -> None:
    before = seen(still_gate)["seen"]
    assert activated(still_gate, NEW).status_code == 200
    refused = activated(still_gate, NEW | {"weekday": 1}, seal=before)
    assert (refused.status_code, refused.json()["code"]) == (409, "reference.changed_meanwhile")


@pytest.mark.parametrize(
    ("row", "status", "code"),
    [
        (NEW | {"opens": ""}, 400, "reference.incomplete"),
        (NEW | {"lanes": 4}, 400, "reference.unknown_column"),
        (NEW | {"valid_from": "2026-05-03"}, 400, "reference.begins_too_early"),
        (NEW | {"valid_from": "2020-01-01"}, 400, "reference.rewritten"),
        (NEW | {"export_per_hour": "many"}, 422, "payload.value"),
        (NEW | {"valid_from": "soon"}, 422, "payload.value"),
    ],
)
def test_a_draft_that_cannot_hold_is_refused_with_its_reason(
    still_gate: StillGate, row: dict[str, Any], status: int, code: str
) -> None:
    refused = still_gate.as_(an_admin()).post(f"{API}/hours/difference", json={"rows": [row]})
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_rows_are_found_by_a_text(still_gate: StillGate) -> None:
    found = still_gate.as_(an_admin()).get(f"{API}/hours", params={"text": "TT-1088"}).json()
    assert {row["route"] for row in found["rows"]} == {"tt-1088"}
    assert found["today"] == "2026-05-04"


def test_a_change_is_audited_and_an_auditor_changes_nothing(still_gate: StillGate) -> None:
    activated(still_gate, NEW)
    auditor = still_gate.as_(a_caller(Role.AUDITOR, organisation=new_id()))
    (line,) = auditor.get("/api/queue-scheduling/audit", params={"what": "queue_scheduling.amend_reference"}).json()[
        "items"
    ]
    assert (line["subject"], line["decision"]) == ("hours", "allowed")
    assert auditor.get(f"{API}/hours").status_code == 200
    assert auditor.post(f"{API}/hours/difference", json={"rows": [NEW]}).status_code == 403


def test_an_unknown_table_is_not_found(still_gate: StillGate) -> None:
    for table in ("tickets", "nothing", "audit"):
        assert still_gate.as_(an_admin()).get(f"{API}/{table}").status_code == 404
