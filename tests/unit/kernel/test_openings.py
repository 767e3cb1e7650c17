"""A day's openings, with closures cut out of them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bordergate.openings import WHOLE_DAY, holds, instant, openings

DAY = date(2026, 5, 4)
MINUTES = st.integers(0, 24 * 60)
SPANS = st.tuples(MINUTES, MINUTES).map(lambda pair: (min(pair), max(pair)))


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def test_a_closure_in_the_middle_leaves_two_openings() -> None:
    spans = list(openings(DAY, [("07:00", "19:00")], [("11:30", "13:00")]))
    assert [(one.strftime("%H:%M"), other.strftime("%H:%M")) for one, other in spans] == [
        ("07:00", "11:30"),
        ("13:00", "19:00"),
    ]


def test_the_end_of_a_day_is_the_next_ones_beginning() -> None:
    assert instant(DAY, WHOLE_DAY[1]) == instant(DAY + timedelta(days=1), WHOLE_DAY[0])


def test_what_holds_from_a_day_holds_until_it_is_told_otherwise() -> None:
    after = DAY + timedelta(days=2)
    days = [DAY + timedelta(days=ahead) for ahead in range(-1, 4)]
    assert [holds(DAY, after, day) for day in days] == [False, True, True, False, False]
    assert [holds(DAY, None, day) for day in days] == [False, True, True, True, True]


@given(SPANS, st.lists(SPANS, max_size=5))
def test_a_minute_is_open_when_it_lies_in_the_hours_and_in_no_closure(
    hours: tuple[int, int], closed: list[tuple[int, int]]
) -> None:
    told = [(clock(first), clock(last)) for first, last in closed]
    spans = list(openings(DAY, [(clock(hours[0]), clock(hours[1]))], told))
    for minute in range(0, 24 * 60, 7):
        at = instant(DAY, "00:00") + timedelta(minutes=minute)
        said = any(opens <= at < closes for opens, closes in spans)
        assert said == (hours[0] <= minute < hours[1] and not any(a <= minute < b for a, b in closed))
