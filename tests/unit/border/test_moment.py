from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bordergate.border import BadValue, Moment, moment_of, moment_text


class Sighting(BaseModel):
    seen: Moment


@pytest.mark.parametrize(
    "typed", ["2026-01-31T22:00:00.5+07:00", "2026-01-31t15:00:00.5z", "2026-01-31T23:00:00.500000+08:00"]
)
def test_one_instant_may_be_written_in_any_zone(typed: str) -> None:
    assert moment_of(typed) == datetime(2026, 1, 31, 15, 0, 0, 500_000, UTC)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-01-31T22:00:00", "time.naive"),
        ("2026-02-30T22:00:00Z", "time.unreal"),
        ("0001-01-01T00:00:00+08:00", "time.unreal"),
        ("2026-01-31 22:00:00Z", "time.form"),
        ("2026-01-31T22:00Z", "time.form"),
        ("2026-01-31T22:00:00+0700", "time.form"),
        ("20260131T220000Z", "time.form"),
        ("2026-01-31T22:00:00+24:00", "time.form"),
        ("2026-01-31", "time.form"),
        ("1769871600", "time.form"),
        ("", "time.form"),
    ],
)
def test_a_time_that_leaves_doubt_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        moment_of(typed)

    assert refused.value.code == code


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-23 * 60, 23 * 60))  # noqa: DTZ001 - the zone is drawn
def test_an_instant_written_down_reads_back_as_the_same_instant(wall: datetime, offset: int) -> None:
    moment = wall.replace(tzinfo=timezone(timedelta(minutes=offset)))

    assert moment_of(moment_text(moment)) == moment == moment_of(moment.isoformat())


@given(st.text())
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    with suppress(BadValue):
        assert moment_of(text).tzinfo is UTC


def test_a_naive_time_is_neither_written_nor_taken() -> None:
    with pytest.raises(BadValue):
        moment_text(datetime(2026, 1, 31))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ValidationError, match="timezone_aware"):
        Sighting.model_validate({"seen": "2026-01-31T22:00:00"})
    with pytest.raises(ValidationError, match="timezone_aware"):
        Sighting(seen=datetime(2026, 1, 31))  # noqa: DTZ001 - that is what is refused


@pytest.mark.parametrize(
    "stated",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1999-12-31T23:59:59Z",
        "2000-01-01T06:59:59+07:00",
        "2100-01-01T00:00:00Z",
    ],
)
def test_a_request_takes_no_instant_of_another_century(stated: str) -> None:
    for given_as in (stated, datetime.fromisoformat(stated)):
        with pytest.raises(ValidationError, match=r"time\.not_this_century"):
            Sighting.model_validate({"seen": given_as})


def test_the_century_begins_and_ends_at_its_midnights() -> None:
    for stated in ("2000-01-01T07:00:00+07:00", "2099-12-31T23:59:59Z"):
        assert Sighting.model_validate({"seen": stated}).seen == datetime.fromisoformat(stated)


def test_a_request_takes_an_instant_with_its_offset() -> None:
    assert Sighting.model_validate_json('{"seen": "2026-01-31T22:00:00+07:00"}').seen == datetime(
        2026, 1, 31, 15, tzinfo=UTC
    )
