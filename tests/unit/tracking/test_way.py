"""A truck's positions become the areas it entered and left, each once, in the order of the device's clock."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bordergate.ids import new_id
from events.tracking import AreaEntered, AreaKind, AreaLeft, TruckWentAway
from services.tracking.domain import Areas, Position, Truck, is_near, steps
from tests.builders.clock import A_MORNING
from tests.builders.tracking import GATE_AT, ROAD_AT, YARD_AT, a_position, a_truck, an_area

AREAS = Areas([an_area(), an_area("yard", AreaKind.YARD, YARD_AT), an_area("inner-gate", AreaKind.GATE, GATE_AT)])


def drive(truck: Truck, positions: Sequence[Position], seen_at: object = None) -> list[tuple[str, str, float]]:
    way = list(zip(positions, AREAS.around(positions), strict=True))
    for step in steps(truck.inside, seen_at, way):  # type: ignore[arg-type] # None or an instant
        truck.move(step.at, step.places)
    told = []
    for recorded in truck.release():
        event = recorded.event
        assert isinstance(event, AreaEntered | AreaLeft)
        assert recorded.occurred
        minutes = (recorded.occurred - A_MORNING).total_seconds() / 60
        told.append((type(event).__name__, event.area, minutes))
    return told


def test_a_truck_enters_and_leaves_at_the_time_of_its_device() -> None:
    way = [a_position(ROAD_AT, 0), a_position(YARD_AT, 5), a_position(ROAD_AT, 9)]
    assert drive(a_truck(), way) == [("AreaEntered", "yard", 5), ("AreaLeft", "yard", 9)]


def test_a_position_in_two_areas_is_in_both() -> None:
    assert drive(a_truck(), [a_position(GATE_AT)]) == [("AreaEntered", "gate", 0), ("AreaEntered", "inner-gate", 0)]


def test_standing_still_says_nothing_more() -> None:
    assert len(drive(a_truck(), [a_position(YARD_AT, minute) for minute in range(9)])) == 1


def test_a_late_position_does_not_move_the_truck_back() -> None:
    truck = a_truck()
    drive(truck, [a_position(YARD_AT, 5)])
    assert drive(truck, [a_position(ROAD_AT, 4)], seen_at=a_position(minutes=5).at) == []


def test_the_same_positions_again_say_nothing_again() -> None:
    truck, way = a_truck(), [a_position(ROAD_AT, 0), a_position(YARD_AT, 5)]
    drive(truck, way)
    assert drive(truck, way, seen_at=way[-1].at) == []


@given(
    st.permutations([a_position(place, minute) for minute, place in enumerate([ROAD_AT, YARD_AT, GATE_AT, YARD_AT])])
)
def test_positions_of_one_poll_tell_the_same_in_any_order(way: list[Position]) -> None:
    assert drive(a_truck(), way) == drive(a_truck(), sorted(way, key=lambda one: one.at))


@given(st.lists(st.tuples(st.sampled_from([ROAD_AT, YARD_AT, GATE_AT]), st.integers(0, 30)), max_size=20))
def test_who_has_left_was_there(places: list[tuple[tuple[float, float], int]]) -> None:
    truck, here = a_truck(), set[str]()
    for what, area, _ in drive(truck, [a_position(place, minute) for place, minute in places]):
        assert (area in here) is (what == "AreaLeft")
        here ^= {area}
    assert here == set(truck.inside)


def a_near_truck() -> Truck:
    truck = a_truck()
    drive(truck, [a_position(GATE_AT)])
    truck.approach(A_MORNING, 20)
    truck.release()
    return truck


def test_a_near_truck_that_may_no_longer_be_followed_or_gets_another_tractor_is_near_no_more() -> None:
    unfollowed, hauled = a_near_truck(), a_near_truck()
    unfollowed.drive(new_id(), consented=False)
    hauled.haul(other := new_id())
    assert hauled.vehicle_id == other
    for truck in (unfollowed, hauled):
        assert [recorded.event for recorded in truck.release()] == [TruckWentAway(crossing_id=truck.crossing_id)]
        assert (truck.near, truck.inside) == (False, {})
    unfollowed.drive(new_id(), consented=False)
    assert unfollowed.release() == []


def test_of_an_area_it_is_told_of_which_route_it_is() -> None:
    truck = a_truck()
    truck.move(A_MORNING, {"gate": AreaKind.GATE}, AREAS.routes)
    (entered,) = (recorded.event for recorded in truck.release())
    assert isinstance(entered, AreaEntered)
    assert entered.route == "hn-1119"


def test_a_truck_is_near_within_so_many_kilometres_and_away_only_well_beyond() -> None:
    assert is_near(20.0, 20, was_near=False)
    assert not is_near(20.1, 20, was_near=False)
    assert is_near(21.9, 20, was_near=True)
    assert not is_near(22.1, 20, was_near=True)
    assert not is_near(float("inf"), 20, was_near=True)


def test_the_distance_is_to_the_nearest_gate_of_the_trucks_own_route() -> None:
    (at_gate, on_road), (nowhere,) = (
        AREAS.km_to_gate("hn-1119", [a_position(GATE_AT), a_position(ROAD_AT)]),
        AREAS.km_to_gate("tt-1088", [a_position(GATE_AT)]),
    )
    assert at_gate < 0.01
    assert 10.2 < on_road < 10.5  # a tenth of a degree east at 21.5 north
    assert nowhere == float("inf")
