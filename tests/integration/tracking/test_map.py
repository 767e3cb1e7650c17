"""The map over HTTP: areas are replaced as a whole, trucks are shown to officers."""

from __future__ import annotations

from typing import Any

import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from services.tracking.commands import lay_ground
from services.tracking.feed import Feed
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.tracking import a_position, a_ready_crossing, a_report, records
from tests.gates import StillGate

AREAS = "/api/tracking/areas"
LATEST = "/api/tracking/positions/latest"
RING = [[106.7, 21.9], [106.71, 21.9], [106.71, 21.91], [106.7, 21.9]]


def a_plan(ring: list[list[float]] = RING, **particulars: str) -> dict[str, Any]:
    told = {"code": "new-yard", "kind": "YARD", "route": "hn-1119"} | particulars
    outline = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": told, "geometry": outline}]}


def seen(gate: StillGate) -> dict[str, str]:
    """What says which plan one has seen."""
    return {"If-Match": gate.client.get(AREAS).headers["ETag"]}


def test_an_operator_replaces_the_areas_he_has_seen(still_gate: StillGate) -> None:
    operator = still_gate.as_(a_caller(Role.GATE_OPERATOR))
    shown = still_gate.client.get(AREAS)
    assert len(shown.json()["features"]) == 12
    replaced = operator.put(AREAS, json=a_plan(), headers={"If-Match": shown.headers["ETag"]})
    assert replaced.status_code == 200, replaced.text
    assert [feature["properties"]["code"] for feature in still_gate.client.get(AREAS).json()["features"]] == [
        "new-yard"
    ]
    again = operator.put(AREAS, json=a_plan(), headers={"If-Match": shown.headers["ETag"]})
    assert again.status_code == 412


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
def test_who_does_not_say_which_plan_he_has_seen_replaces_nothing(
    still_gate: StillGate, headers: dict[str, str]
) -> None:
    answer = still_gate.as_(a_caller(Role.ADMIN)).put(AREAS, json=a_plan(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "tracking.plan_not_seen")
    assert len(still_gate.client.get(AREAS).json()["features"]) == 12


def test_an_officer_posted_to_a_route_changes_areas_of_that_route_only(still_gate: StillGate) -> None:
    posted = still_gate.as_(a_caller(Role.GATE_OPERATOR, routes=frozenset({"hn-1119"})))
    shipped = still_gate.client.get(AREAS).json()
    own = [one for one in shipped["features"] if one["properties"]["route"] == "hn-1119"]
    others = [one for one in shipped["features"] if one["properties"]["route"] != "hn-1119"]
    (added,), (taken,) = a_plan()["features"], a_plan(route="tt-1088")["features"]
    moved = others[0] | {"properties": others[0]["properties"] | {"route": "hn-1119"}}
    for plan in ([added], [*own, *others[1:]], [*own, *others, taken], [*own, moved, *others[1:]]):
        refused = posted.put(AREAS, json={"features": plan}, headers=seen(still_gate))
        assert refused.status_code == 403
        assert still_gate.client.get(AREAS).json() == shipped
    replaced = posted.put(AREAS, json={"features": [added, *others]}, headers=seen(still_gate))
    assert replaced.status_code == 200, replaced.text
    codes = {feature["properties"]["code"] for feature in replaced.json()["features"]}
    assert codes == {"new-yard"} | {one["properties"]["code"] for one in others}


def test_replaced_areas_outlast_the_next_reference_load(still_gate: StillGate) -> None:
    still_gate.as_(a_caller(Role.ADMIN)).put(AREAS, json=a_plan(), headers=seen(still_gate))
    still_gate.do("tracking", lambda session: lay_ground(session, still_gate.clock))
    assert len(still_gate.client.get(AREAS).json()["features"]) == 1


def test_a_plan_is_checked_against_the_areas_in_force_before_it_counts(still_gate: StillGate) -> None:
    admin = still_gate.as_(a_caller(Role.ADMIN))
    plan = still_gate.client.get(AREAS).json()
    before = [feature["properties"]["code"] for feature in plan["features"]]
    plan["features"][0]["properties"]["kind"] = "YARD"
    plan["features"] = [*plan["features"][:-1], *a_plan()["features"]]
    checked = admin.post(f"{AREAS}/check", json=plan).json()
    assert (checked["added"], checked["changed"], checked["removed"]) == (["new-yard"], before[:1], before[-1:])
    assert checked["unchanged"] == 10
    assert checked["version"] == plan["version"]
    (size,) = [one["square_metres"] for one in checked["sizes"] if one["code"] == "new-yard"]
    assert 560_000 < size < 580_000
    assert still_gate.client.get(AREAS).json()["version"] == plan["version"]


def test_areas_of_one_kind_on_the_same_ground_are_pointed_out(still_gate: StillGate) -> None:
    moved = [[lon + 0.002, lat] for lon, lat in RING]
    plan = a_plan()
    plan["features"] += (
        a_plan(moved, code="other-yard")["features"] + a_plan(moved, code="gate", kind="GATE")["features"]
    )
    checked = still_gate.as_(a_caller(Role.ADMIN)).post(f"{AREAS}/check", json=plan).json()
    assert checked["overlaps"] == [["new-yard", "other-yard"]]


def test_a_plan_that_would_be_refused_is_refused_when_checked(still_gate: StillGate) -> None:
    plan = a_plan()
    plan["features"] *= 2
    refused = still_gate.as_(a_caller(Role.ADMIN)).post(f"{AREAS}/check", json=plan)
    assert (refused.status_code, refused.json()["code"]) == (400, "tracking.area_twice")


def test_a_trader_replaces_no_areas(still_gate: StillGate) -> None:
    assert still_gate.as_(a_caller(Role.TRADER, organisation=new_id())).put(AREAS, json=a_plan()).status_code == 403


@pytest.mark.parametrize(
    ("ring", "status", "code"),
    [
        ([[106.7, 21.9], [106.71, 21.91], [106.71, 21.9], [106.7, 21.91], [106.7, 21.9]], 400, "tracking.unsound_area"),
        ([[106, 21], [107, 21], [107, 22], [106, 21]], 400, "tracking.area_too_large"),
        ([[106, 21], [107, 21]], 422, "payload.malformed"),
    ],
)
def test_an_area_that_is_not_sound_changes_nothing(
    still_gate: StillGate, ring: list[list[float]], status: int, code: str
) -> None:
    answer = still_gate.as_(a_caller(Role.ADMIN)).put(AREAS, json=a_plan(ring), headers=seen(still_gate))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(still_gate.client.get(AREAS).json()["features"]) == 12


def test_officers_see_trucks_of_their_route_and_the_look_is_audited(still_gate: StillGate) -> None:
    crossings = {route: a_ready_crossing(new_id(), route=route) for route in ("hn-1119", "tt-1088")}
    still_gate.publish(*(as_record(enveloped(ready)) for ready in crossings.values()))
    still_gate.settle()
    feed = Feed(still_gate.gate)
    feed.take(records(*(a_report(ready.crossing_id, a_position()) for ready in crossings.values())))
    still_gate.clock.forward(minutes=2)
    posted = still_gate.as_(a_caller(Role.BORDER_GUARD, routes=frozenset({"hn-1119"})))
    (truck,) = posted.get(LATEST).json()["features"]
    assert truck["properties"]["crossing_id"] == str(crossings["hn-1119"].crossing_id)
    assert truck["properties"]["age_seconds"] == 120
    assert truck["geometry"] == {"type": "Point", "coordinates": [106.5, 21.5]}
    assert posted.get(LATEST, params={"route": "tt-1088"}).status_code == 403
    assert len(still_gate.as_(a_caller(Role.GATE_OPERATOR)).get(LATEST).json()["features"]) == 2
    looks = still_gate.rows("tracking", "SELECT what FROM tracking.audit WHERE what = 'tracking.see_trucks'")
    assert len(looks) >= 2


def test_a_trader_sees_no_positions(still_gate: StillGate) -> None:
    assert still_gate.as_(a_caller(Role.TRADER, organisation=new_id())).get(LATEST).status_code == 403


def test_a_map_gets_the_same_trucks_in_one_short_message(still_gate: StillGate) -> None:
    crossing = a_ready_crossing(new_id(), route="hn-1119")
    still_gate.publish(as_record(enveloped(crossing)))
    still_gate.settle()
    Feed(still_gate.gate).take(records(a_report(crossing.crossing_id, a_position())))
    still_gate.clock.forward(minutes=2)
    posted = still_gate.as_(a_caller(Role.BORDER_GUARD, routes=frozenset({"hn-1119"})))
    told = posted.get("/api/tracking/positions/marks").json()
    assert [row[:1] + row[2:5] for row in told["rows"]] == [[str(crossing.crossing_id), 106.5, 21.5, 120]]
    assert told["most"] is False
    assert posted.get("/api/tracking/positions/marks", params={"route": "tt-1088"}).status_code == 403


WAYS = "/api/tracking/ways"


def a_way(kind: str = "ROAD", places: Any = RING, **told: str) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - any JSON
    line = {"type": "LineString", "coordinates": places}
    return f"{WAYS}/{kind}", {"features": [{"type": "Feature", "properties": told, "geometry": line}]}


def test_an_operator_loads_roads_which_every_map_draws_and_the_lanes_stay(still_gate: StillGate) -> None:
    operator, before = still_gate.as_(a_caller(Role.GATE_OPERATOR)), still_gate.client.get(WAYS)
    assert len(before.json()["lanes"]) == 16
    path, file = a_way(name="Quốc lộ 1A")
    checked = operator.post(f"{path}/check", json=file).json()
    assert (checked["ways"], checked["before"], checked["named"]) == (1, 0, 1)
    seen = {"If-Match": before.headers["ETag"]}
    loaded = operator.put(path, json=file, headers=seen)
    assert loaded.status_code == 200, loaded.text
    drawn = still_gate.client.get(WAYS).json()
    assert [road["name"] for road in drawn["roads"]] == ["Quốc lộ 1A"]
    assert drawn["lanes"] == before.json()["lanes"]
    assert still_gate.client.get(WAYS, headers={"If-None-Match": loaded.headers["ETag"]}).status_code == 304
    assert before.headers["Cache-Control"] == "no-cache", "a board asks whether they changed, and fetches them once"
    assert operator.put(path, json=file, headers=seen).status_code == 412
    assert operator.put(path, json=file).json()["code"] == "tracking.plan_not_seen"


def test_loaded_lanes_outlast_the_next_reference_load_and_a_wrong_file_changes_nothing(still_gate: StillGate) -> None:
    posted = still_gate.as_(a_caller(Role.GATE_OPERATOR, routes=frozenset({"hn-1119"})))
    path, file = a_way("LANE", route="hn-1119", name="5")
    seen = {"If-Match": still_gate.client.get(WAYS).headers["ETag"]}
    assert posted.put(path, json=file, headers=seen).status_code == 403
    loaded = still_gate.as_(a_caller(Role.ADMIN)).put(path, json=file, headers=seen)
    still_gate.do("tracking", lambda session: lay_ground(session, still_gate.clock))
    assert still_gate.client.get(WAYS).json() == loaded.json()
    wrong = still_gate.as_(a_caller(Role.ADMIN)).post(f"{path}/check", json=a_way("LANE", [[1]], route="hn-1119")[1])
    assert wrong.status_code == 400
    assert [one["field"] for one in wrong.json()["problems"]] == ["$.features[0].geometry"]
    assert still_gate.as_(a_caller(Role.TRADER, organisation=new_id())).put(path, json=file).status_code == 403
