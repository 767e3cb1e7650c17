from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from events.crossing import path_of, state_of
from events.gate_operations import Authority, AuthorityLagging, FactKind, PlateRead
from events.words import CrossingState, Direction
from tests.builders.callers import a_driver
from tests.builders.gate import WAYS
from tests.builders.statements import EIGHT
from tests.integration.gate_operations.conftest import API, Booth

GUARD, CUSTOMS, YARD = Authority.BORDER_GUARD, Authority.CUSTOMS, Authority.YARD
CONFIRMED = FactKind.ARRIVAL_CONFIRMED
A_REFERENCE, UNKNOWN = "LSG-260504-7K3QX-Z", "LSG-260504-7K2QD-D"


@pytest.mark.parametrize("direction", list(Direction))
def test_a_truck_goes_its_whole_way_and_each_stage_is_stated_once(booth: Booth, direction: Direction) -> None:
    crossing = booth.calls(booth.expects(direction), direction)
    booth.goes_the_whole_way(crossing, direction)
    assert booth.sees(crossing)["stage"] == "COMPLETED"
    stages = [one for one in booth.stated(crossing) if type(one.data).__name__ != "FactStated"]
    assert len(stages) == len(path_of(direction))
    folded = state_of(booth.stated(crossing))
    assert {*path_of(direction)} == {*folded.reached}


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("seed", range(3))
def test_facts_posted_in_any_order_and_twice_end_the_same(booth: Booth, direction: Direction, seed: int) -> None:
    crossing = new_id()
    facts = [
        (authority, booth.fact(kind, at=EIGHT + timedelta(minutes=step)))
        for step, (kind, authority) in enumerate(WAYS[direction], start=1)
    ] * 2
    booth.gate.clock.forward(minutes=30)
    random.Random(seed).shuffle(facts)  # noqa: S311 - an order, not a secret
    for place, (authority, fact) in enumerate(facts):
        if place == seed * 4:
            booth.calls(crossing, direction)
        if place == 6:
            booth.expects(direction, crossing)
        answer = booth.officer(Role(authority.value)).post(f"{API}/crossings/{crossing}/facts", json=fact)
        assert answer.status_code == 201, answer.text
    seen = booth.sees(crossing)
    assert seen["stage"] == "COMPLETED"
    assert len(seen["facts"]) == len(WAYS[direction])
    assert state_of(booth.stated(crossing)).reached.keys() == {*path_of(direction)}
    assert booth.gate.parked() == []


def test_a_fact_of_a_crossing_nobody_knows_yet_is_kept_until_it_is_known(booth: Booth) -> None:
    crossing = new_id()
    answer = booth.states(crossing, CONFIRMED, GUARD)
    assert answer.status_code == 201
    assert answer.json()["known"] is False
    booth.calls(booth.expects(crossing_id=crossing))
    assert booth.sees(crossing)["stage"] == "ARRIVING"


def test_news_heard_twice_takes_effect_once(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    before = booth.sees(crossing)["version"]
    booth.states(crossing, CONFIRMED, GUARD)
    assert booth.sees(crossing)["version"] == before + 2


def test_a_missed_call_lets_nobody_arrive(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.gate.clock.forward(minutes=60)
    booth.misses(crossing)
    booth.gate.clock.forward(minutes=5)
    booth.states(crossing, CONFIRMED, GUARD)
    assert booth.sees(crossing)["stage"] is None


def test_the_authority_that_lags_five_minutes_is_told_once(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.states(crossing, CONFIRMED, GUARD)
    booth.gate.wait(minutes=4.9)
    assert not [one for one in booth.stated(crossing) if isinstance(one.data, AuthorityLagging)]
    booth.gate.wait(minutes=0.2)
    booth.gate.wait(minutes=30)
    (lagging,) = [one.data for one in booth.stated(crossing) if isinstance(one.data, AuthorityLagging)]
    assert isinstance(lagging, AuthorityLagging)
    assert (lagging.which, lagging.since) == (CUSTOMS, EIGHT)
    assert booth.sees(crossing)["lagging"]["which"] == "CUSTOMS"


def test_nobody_lags_when_both_come_in_time(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.states(crossing, CONFIRMED, GUARD)
    booth.gate.clock.forward(minutes=3)
    booth.states(crossing, CONFIRMED, CUSTOMS)
    booth.gate.wait(minutes=10)
    assert not [one for one in booth.stated(crossing) if isinstance(one.data, AuthorityLagging)]


def test_many_facts_are_taken_at_once_or_not_at_all(booth: Booth) -> None:
    crossings = [booth.calls(booth.expects()) for _ in range(3)]
    guard = booth.officer(Role.BORDER_GUARD)
    facts = [booth.fact(CONFIRMED, crossing_id=crossing) for crossing in crossings]
    wrong = [*facts, booth.fact(FactKind.GOODS_RELEASED, crossing_id=crossings[0])]
    assert guard.post(f"{API}/facts", json={"facts": wrong}).status_code == 403
    assert booth.sees(crossings[0])["facts"] == []
    answer = guard.post(f"{API}/facts", json={"facts": facts})
    assert [one["stage"] for one in answer.json()["crossings"]] == ["ARRIVING"] * 3


def test_a_correction_takes_a_stage_back(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.states(crossing, CONFIRMED, GUARD)
    fact = booth.states(crossing, CONFIRMED, CUSTOMS).json()["facts"]
    customs = next(one for one in fact if one["authority"] == "CUSTOMS")
    answer = booth.states(
        crossing, FactKind.STATED_IN_ERROR, CUSTOMS, corrects=customs["fact_id"], reason="nhầm biển số"
    )
    assert answer.json()["stage"] == "ARRIVING"
    assert state_of(booth.stated(crossing)).state is CrossingState.ARRIVING


@pytest.mark.parametrize(
    ("role", "kind", "parts", "status", "code"),
    [
        (Role.CUSTOMS, FactKind.CROSSED_BORDER, {}, 403, "gate_operations.not_theirs"),
        (Role.TRADER, CONFIRMED, {}, 403, "forbidden"),
        (Role.CUSTOMS, FactKind.TURNED_BACK, {}, 400, "gate_operations.reason_missing"),
        (Role.CUSTOMS, FactKind.TURNED_BACK, {"reason": "tel. 0912345678"}, 422, "payload.malformed"),
        (Role.CUSTOMS, FactKind.STATED_IN_ERROR, {"reason": "x"}, 400, "gate_operations.nothing_corrected"),
        (Role.CUSTOMS, CONFIRMED, {"at": EIGHT + timedelta(hours=1)}, 400, "gate_operations.still_to_come"),
        (Role.CUSTOMS, CONFIRMED, {"authority": "BORDER_GUARD"}, 403, "gate_operations.not_theirs"),
    ],
)
def test_what_may_not_be_stated_is_refused_with_its_reason(
    booth: Booth, role: Role, kind: FactKind, parts: dict[str, object], status: int, code: str
) -> None:
    crossing = booth.calls(booth.expects())
    answer = booth.states(crossing, kind, CUSTOMS, by=booth.officer(role), **parts)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()["messages"]) == {"vi", "zh", "en"}


def test_an_officer_posted_to_another_route_states_nothing_here(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    elsewhere = booth.officer(Role.BORDER_GUARD, routes=frozenset({"tt-1088"}))
    assert booth.states(crossing, CONFIRMED, GUARD, by=elsewhere).status_code == 403
    assert booth.sees(crossing)["facts"] == []


def test_another_fact_under_a_known_id_is_a_conflict(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    fact_id = new_id()
    booth.states(crossing, CONFIRMED, GUARD, fact_id=fact_id)
    booth.gate.clock.forward(minutes=1)
    assert booth.states(crossing, CONFIRMED, GUARD, fact_id=fact_id).status_code == 409


def test_the_parties_and_the_driver_see_their_truck_and_nobody_else_does(booth: Booth) -> None:
    trader = new_id()
    crossing = booth.expects(parties=(trader,))
    path = f"{API}/crossings/{crossing}"
    assert booth.officer(Role.TRADER, organisation=trader).get(path).status_code == 200
    assert booth.gate.as_(a_driver(crossing)).get(path).status_code == 200
    assert booth.officer(Role.TRADER).get(path).status_code == 404
    assert booth.gate.as_(a_driver(new_id())).get(path).status_code == 404


def test_a_yard_sees_the_trucks_it_has_spoken_of(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    yard = booth.officer(Role.YARD)
    assert yard.get(f"{API}/crossings/{crossing}").status_code == 404
    assert booth.states(crossing, FactKind.ENTERED_YARD, YARD, by=yard).status_code == 201
    assert yard.get(f"{API}/crossings/{crossing}").status_code == 200


def test_the_list_shows_who_is_at_the_gate_page_by_page(booth: Booth) -> None:
    crossings = [booth.calls(booth.expects()) for _ in range(3)]
    booth.expects()
    for crossing in crossings:
        booth.states(crossing, CONFIRMED, GUARD)
    officer = booth.officer(Role.GATE_OPERATOR)
    first = officer.get(f"{API}/crossings", params={"route": "hn-1119", "limit": 2}).json()
    rest = officer.get(f"{API}/crossings", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["crossing_id"] for one in first["items"] + rest["items"]] == sorted(map(str, crossings))
    assert rest["next"] is None


def test_an_officer_posted_to_routes_sees_who_is_at_the_gate_there(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.states(crossing, CONFIRMED, GUARD)
    listed = {}
    for route in ("hn-1119", "tt-1088"):
        posted = booth.officer(Role.GATE_OPERATOR, routes=frozenset({route}))
        listed[route] = [one["crossing_id"] for one in posted.get(f"{API}/crossings").json()["items"]]
    assert listed == {"hn-1119": [str(crossing)], "tt-1088": []}
    assert posted.get(f"{API}/crossings", params={"route": "hn-1119"}).status_code == 403


def test_a_crossing_that_ended_is_no_longer_at_the_gate(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.goes_the_whole_way(crossing, Direction.EXPORT)
    officer = booth.officer(Role.GATE_OPERATOR)
    assert officer.get(f"{API}/crossings").json()["items"] == []
    assert len(officer.get(f"{API}/crossings", params={"stage": "COMPLETED"}).json()["items"]) == 1


def test_an_unknown_crossing_is_not_found(booth: Booth) -> None:
    answer = booth.officer(Role.AUDITOR).get(f"{API}/crossings/{new_id()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "gate_operations.unknown_crossing")


def test_every_fact_is_in_the_audit(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    booth.states(crossing, CONFIRMED, GUARD)
    rows = booth.gate.rows("gate_operations", "SELECT what, subject FROM gate_operations.audit")
    assert ("gate_operations.state_fact", str(crossing)) in [tuple(row) for row in rows]


def test_the_audit_says_which_trucks_were_stated_of(booth: Booth) -> None:
    crossings = [booth.calls(booth.expects(Direction.EXPORT), Direction.EXPORT) for _ in range(2)]
    facts = [{**booth.fact(CONFIRMED), "crossing_id": str(crossing)} for crossing in crossings]
    assert booth.officer(Role.CUSTOMS).post(f"{API}/facts", json={"facts": facts}).status_code == 200
    told = booth.gate.rows("gate_operations", "SELECT subject FROM gate_operations.audit ORDER BY id")
    assert {line.subject for line in told} == {str(crossing) for crossing in crossings}


def test_a_barrier_reads_a_plate_that_is_not_the_one_filed_and_an_officer_sees_that_it_is(booth: Booth) -> None:
    crossing = booth.calls(booth.expects(reference=A_REFERENCE))
    plate = booth.sees(crossing)["plate"]
    barrier = booth.officer(Role.GATE_OPERATOR)
    misread = {"reference": A_REFERENCE, "plate": "12C-999.99", "lane": "2", "reading_id": str(new_id())}
    for _ in range(2):
        answer = barrier.post(f"{API}/plates", json=misread)
        assert answer.status_code == 201, answer.text
        booth.gate.clock.forward(minutes=1)
    assert answer.json()["plate_read"] | {"at": ""} == {
        "plate": "12C99999", "authority": "GATE_OPERATOR", "at": "", "lane": "2", "matches": False,
    }  # fmt: skip
    seen = booth.officer(Role.BORDER_GUARD).post(f"{API}/crossings/{crossing}/plates", json={"plate": plate.lower()})
    assert seen.json()["plate_read"]["matches"] is True
    assert [one.data.plate for one in booth.stated(crossing) if isinstance(one.data, PlateRead)] == ["12C99999", plate]


def test_a_plate_is_read_for_a_known_reference_on_ones_own_route_and_not_in_the_future(booth: Booth) -> None:
    crossing = booth.calls(booth.expects())
    ahead = (booth.gate.clock.now() + timedelta(minutes=6)).isoformat()
    operator = booth.officer(Role.GATE_OPERATOR)
    posted = booth.officer(Role.GATE_OPERATOR, routes=frozenset({"tt-1088"}))
    path = f"{API}/crossings/{crossing}/plates"
    assert operator.post(path, json={"plate": "12C1", "at": ahead}).json()["code"] == "gate_operations.still_to_come"
    assert posted.post(path, json={"plate": "12C1"}).status_code == 403
    assert booth.officer(Role.AUDITOR).post(path, json={"plate": "12C1"}).status_code == 403
    assert operator.post(f"{API}/plates", json={"plate": "12C1", "reference": UNKNOWN}).status_code == 404
    assert booth.sees(crossing)["plate_read"] is None
