"""Devices speak in several forms; all become one position in our units."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.errors import Invalid
from services.tracking.decode import read_json, read_query
from services.tracking.domain import Position, UnreadablePosition

NOW = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


def one(query: str) -> Position:
    (position,) = read_query(query, NOW).positions
    return position


def test_a_speed_in_knots_becomes_kilometres_an_hour() -> None:
    assert one("id=7&lat=21.9&lon=106.7&speed=10").speed_kmh == pytest.approx(18.52)


def test_a_speed_in_metres_a_second_of_the_json_form_becomes_kilometres_an_hour() -> None:
    body = {"device_id": "7", "location": {"coords": {"latitude": 21.9, "longitude": 106.7, "speed": 10}}}
    (position,) = read_json(json.dumps(body).encode(), NOW).positions
    assert position.speed_kmh == pytest.approx(36)


def test_a_position_without_a_time_is_of_now() -> None:
    assert one("deviceid=7&lat=21.9&lon=106.7").at == NOW


@pytest.mark.parametrize(
    "stated",
    [
        "1777856400",
        "1777856400000",
        "2026-05-04T01:00:00Z",
        "2026-05-04T08:00:00%2B07:00",
        "2026-05-04 01:00:00",
        "2026-05-04T01:00:00.000Z",
    ],
)
def test_a_time_may_be_seconds_milliseconds_or_iso(stated: str) -> None:
    assert one(f"id=7&lat=21.9&lon=106.7&timestamp={stated}").at == NOW


@pytest.mark.parametrize(
    "stated", ["0", "946684799", "4102444800", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00", "0001-01-01"]
)
def test_a_time_of_another_century_is_unreadable(stated: str) -> None:
    with pytest.raises(UnreadablePosition):
        one(f"id=7&lat=21.9&lon=106.7&timestamp={stated}")


@pytest.mark.parametrize("name", ["id", "deviceid", "device_id"])
def test_a_device_may_name_itself_in_three_ways(name: str) -> None:
    assert read_query(f"{name}=868120&lat=21.9&lon=106.7", NOW).device == "868120"


def test_a_place_may_come_in_one_parameter() -> None:
    position = one("id=7&location=21.9,106.7")
    assert (position.lat, position.lon) == (21.9, 106.7)


def test_a_course_is_a_bearing_or_a_heading_and_north_is_zero() -> None:
    assert one("id=7&lat=21.9&lon=106.7&heading=90").course == 90
    assert one("id=7&lat=21.9&lon=106.7&bearing=360").course == 0


def test_what_a_device_does_not_know_is_not_known() -> None:
    body = {
        "device_id": "7",
        "location": {"coords": {"latitude": 21.9, "longitude": 106.7, "speed": -1, "heading": -1, "accuracy": -5}},
    }
    (position,) = read_json(json.dumps(body).encode(), NOW).positions
    assert (position.speed_kmh, position.course, position.accuracy_m) == (None, None, None)


def test_a_speed_that_nothing_on_a_road_has_is_not_known() -> None:
    assert one("id=7&lat=21.9&lon=106.7&speed=1e300&altitude=1e9").speed_kmh is None


def test_several_locations_may_come_together() -> None:
    place = {"coords": {"latitude": 21.9, "longitude": 106.7}}
    assert len(read_json(json.dumps({"device_id": "7", "location": [place, place]}).encode(), NOW).positions) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("lat=21.9&lon=106.7", "id"),
        ("id=7&lat=21.9", "lon"),
        ("id=7&lat=abc&lon=106.7", "lat"),
        ("id=7&lat=nan&lon=106.7", "lat"),
        ("id=7&lat=91&lon=106.7", "lat"),
        ("id=7&lat=21.9&lon=106.7&timestamp=yesterday", "timestamp"),
        ("id=7&lat=21.9&lon=106.7&timestamp=1e30", "timestamp"),
        ("id=7&lat=21.9&lon=106.7&speed=fast", "speed"),
    ],
)
def test_what_is_no_position_is_refused_with_its_place(query: str, field: str) -> None:
    with pytest.raises(UnreadablePosition) as refused:
        read_query(query, NOW)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"device_id": "7"}', b'{"device_id": "7", "location": 3}']
)
def test_json_without_a_location_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePosition):
        read_json(body, NOW)


@given(st.dictionaries(st.sampled_from(["id", "lat", "lon", "timestamp", "speed", "location"]), st.text(max_size=12)))
def test_whatever_is_sent_is_a_position_or_a_refusal(sent: dict[str, str]) -> None:
    with suppress(Invalid):
        read_query("&".join(f"{name}={value}" for name, value in sent.items()), NOW)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["device_id", "location", "coords", "latitude", "longitude", "timestamp", "speed"]),
                inner,
            )
        ),
        max_leaves=10,
    )
)
def test_whatever_json_is_sent_is_a_position_or_a_refusal(sent: object) -> None:
    with suppress(Invalid):
        read_json(json.dumps(sent).encode(), NOW)
