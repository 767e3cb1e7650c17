from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import product

import pytest

from bordergate.disclosure import FLOOR, told_count, told_minutes, told_total
from bordergate.i18n.formats import shown_duration


@pytest.mark.parametrize(("trucks", "told"), [(0, 0), (1, None), (4, None), (5, 5), (9, 5), (431, 430)])
def test_a_group_is_told_in_fives_and_a_small_one_not_at_all(trucks: int, told: int | None) -> None:
    assert told_count(trucks) == told


def test_a_total_is_near_the_truth() -> None:
    for groups in product((0, 1, 3, 4, 5, 9, 12, 140, 233), repeat=3):
        told = told_total([told_count(one) for one in groups])
        assert abs((told or 0) - sum(groups)) <= 3 * 2 + FLOOR / 2, groups


def test_no_small_group_follows_from_the_total_and_the_other_groups() -> None:
    seen: defaultdict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for groups in product(range(20), repeat=3):
        counts = [told_count(one) for one in groups]
        seen[told_total(counts), *counts].append(groups)
    for told, possible in seen.items():
        for place, group in enumerate(told[1:]):
            if group is None:
                assert {groups[place] for groups in possible} == set(range(1, FLOOR)), told


@pytest.mark.parametrize(("groups", "total"), [([], 0), ([0], 0), ([None], None), ([None, None], 5), ([430], 430)])
def test_a_total_says_some_where_there_are_too_few_to_count(groups: list[int | None], total: int | None) -> None:
    assert told_total(groups) == total


def test_one_truck_more_or_less_does_not_show_inside_a_step() -> None:
    assert {told_count(trucks) for trucks in range(20, 25)} == {20}


def test_a_wait_is_told_to_five_minutes() -> None:
    assert [told_minutes(timedelta(minutes=one)) for one in (1, 3, 62, 63, 129)] == [0, 5, 60, 65, 130]


@pytest.mark.parametrize(
    ("minutes", "vi", "zh", "en"),
    [
        (0, "0 phút", "0分钟", "0 min"),
        (45, "45 phút", "45分钟", "45 min"),
        (60, "1 giờ", "1小时", "1 hr"),
        (70, "1 giờ 10 phút", "1小时10分钟", "1 hr 10 min"),
        (1440, "1 ngày", "1天", "1 day"),
        (28_800 + 245, "20 ngày 4 giờ", "20天4小时", "20 days 4 hr"),
    ],
)
def test_a_wait_is_said_in_its_two_largest_units(minutes: int, vi: str, zh: str, en: str) -> None:
    assert [shown_duration(minutes, language) for language in ("vi", "zh", "en")] == [vi, zh, en]
