"""What the inspectorate's detectors see in months with one dishonest person of each kind, and in honest ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.queue_scheduling import Hindrance
from services.inspectorate.domain.detectors import DETECTORS, at_least, hits_in
from services.inspectorate.domain.likeness import check_digit_holds, is_one_edit, one_edit_apart
from services.inspectorate.domain.trace import Detector, Sign
from tests.builders.inspected import Month, Vehicle, shipped_numbers
from tests.builders.statements import EIGHT

SEEDS = (2, 5, 7)


@pytest.fixture(scope="module")
def months() -> list[Month]:
    return [Month(seed).honest().dishonest() for seed in SEEDS]


@pytest.mark.parametrize("detector", list(Detector))
def test_a_planted_case_is_seen_among_a_month_of_honest_ones(detector: Detector, months: list[Month]) -> None:
    for month in months:
        hits = list(DETECTORS[detector](month.in_order(), shipped_numbers()))
        assert month.planted[detector] in {hit.subject for hit in hits}
        assert all(hit.seen for hit in hits)


@pytest.mark.parametrize("detector", [Detector.REPEATED_RELEASES, Detector.OVERRIDES_BEYOND, Detector.EXCUSES_BEYOND])
def test_what_is_beyond_the_usual_says_what_that_is(detector: Detector, months: list[Month]) -> None:
    for month in months:
        (hit,) = (
            hit
            for hit in DETECTORS[detector](month.in_order(), shipped_numbers())
            if hit.subject == month.planted[detector]
        )
        (usual,) = {one.number for one in hit.seen}
        assert usual is not None
        assert 0 < usual < len(hit.seen) / 2


def test_honest_months_raise_hardly_an_alarm() -> None:
    alarms = [hit for seed in SEEDS for hit in hits_in(Month(seed).honest().in_order(), shipped_numbers())]
    assert len(alarms) <= len(SEEDS)


def test_a_month_without_anything_is_no_sign_of_anything() -> None:
    assert hits_in([], shipped_numbers()) == []
    assert hits_in(Month(1, trucks=4, carriers=2).in_order(), shipped_numbers()) == []


def test_who_waits_under_two_names_but_comes_with_both_is_no_phantom() -> None:
    month = Month(3)
    vehicle, day = month.fleet[0], EIGHT + timedelta(days=2)
    for _ in range(6):
        for plate in (vehicle.plate, vehicle.plate[:-1] + "X"):
            crossing = month.an_id()
            month.files(crossing, vehicle, day, plate, None, "84")
            month.tell(Sign.JOINED, day, crossing_id=crossing, queue="hn-1119/EXPORT")
            month.tell(Sign.SEEN, day + timedelta(hours=3), crossing_id=crossing)
    assert list(DETECTORS[Detector.PLATES_APART](month.in_order(), shipped_numbers())) == []


def exchanged(month: Month, *, minutes: int, called_between: int) -> list[str]:
    """Twice another tractor comes, so long after joining and before so many calls; whom that makes suspect."""
    firm = month.firms[0]
    for day in (1, 2):
        first, second = month.dice.sample(month._of(firm), 2)
        crossing, at = month.an_id(), EIGHT + timedelta(days=day)
        month.files(crossing, first, at, None, 40.0, "08")
        month.tell(Sign.JOINED, at, crossing_id=crossing, queue="hn-1119/EXPORT")
        month.files(crossing, second, at + timedelta(minutes=minutes + 5), None, 40.0, "08")
        for _ in range(called_between):
            month.tell(Sign.CALLED, at + timedelta(minutes=100), crossing_id=month.an_id(), queue="hn-1119/EXPORT")
        month.tell(Sign.CALLED, at + timedelta(minutes=110), crossing_id=crossing, queue="hn-1119/EXPORT")
        month.tell(Sign.SEEN, at + timedelta(minutes=150), crossing_id=crossing)
    return suspected(month, Detector.TRACTOR_CHANGED)


@pytest.mark.parametrize(
    ("minutes", "called_between", "near"), [(90, 20, True), (90, 21, False), (105, 30, True), (120, 30, True)]
)
def test_a_place_is_near_its_call_by_the_calls_that_come_before_it(
    minutes: int,
    called_between: int,
    near: bool,  # noqa: FBT001 - a parameter
) -> None:
    month = Month(6)
    assert exchanged(month, minutes=minutes, called_between=called_between) == ([str(month.firms[0])] if near else [])


def excused(month: Month, days: int, *, carrier_of: Vehicle | None = None) -> str:
    """Twelve excuses for a blocked road, spread over so many days, by one of an honest month's officers."""
    officer, _ = month.people[0]
    for number in range(12):
        at = EIGHT + timedelta(days=number % days, hours=number / 2)
        month.excuses(officer, at, carrier_of, Hindrance.WEATHER)
    for other, _ in month.people[1:]:
        month.excuses(other, EIGHT)
    return str(officer)


def suspected(month: Month, detector: Detector) -> list[str]:
    return [hit.subject for hit in DETECTORS[detector](month.in_order(), shipped_numbers())]


def test_whom_one_blocked_road_kept_back_on_a_day_are_one_excuse() -> None:
    month = Month(4)
    officer = excused(month, days=12)
    assert suspected(month, Detector.EXCUSES_BEYOND) == [officer]
    month = Month(4)
    excused(month, days=1)
    assert suspected(month, Detector.EXCUSES_BEYOND) == []


def test_a_carriers_trucks_on_one_blocked_road_are_no_favour_and_again_and_again_they_are() -> None:
    month = Month(4)
    excused(month, days=1, carrier_of=month.fleet[0])
    assert suspected(month, Detector.EXCUSES_FOR_ONE) == []
    month = Month(4)
    officer = excused(month, days=12, carrier_of=month.fleet[0])
    (hit,) = DETECTORS[Detector.EXCUSES_FOR_ONE](month.in_order(), shipped_numbers())
    assert (hit.subject, {seen.other for seen in hit.seen}) == (officer, {str(month.fleet[0].carrier)})
    assert len(hit.seen) == 12


def test_an_excuse_is_no_call_out_of_turn() -> None:
    month = Month(4)
    excused(month, days=12, carrier_of=month.fleet[0])
    assert suspected(month, Detector.OVERRIDES_BEYOND) + suspected(month, Detector.OVERRIDES_FOR_ONE) == []


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("12C12345", "12C12346", True),
        ("12C12345", "12C1234", True),
        ("12C1234", "12C12345", True),
        ("12C12345", "12C12354", False),
        ("12C12345", "12C12345", False),
        ("12C123", "12C12345", False),
    ],
)
def test_names_one_edit_apart_are_found_without_comparing_all(one: str, other: str, near: bool) -> None:  # noqa: FBT001 - drawn
    assert is_one_edit(one, other) is near
    pairs = {frozenset(pair) for pair in one_edit_apart({"one": one, "other": other, "far": "99Z99999"})}
    assert not near or pairs == {frozenset({"one", "other"})}


def test_the_check_digit_of_a_vin_is_that_of_the_standard() -> None:
    assert check_digit_holds("1M8GDM9AXKP042788")
    assert check_digit_holds("11111111111111111")
    assert not check_digit_holds("1M8GDM9A1KP042788")
    assert not check_digit_holds("1M8GDM9AXKP04278I")


def test_the_chance_of_many_where_few_are_usual_is_small() -> None:
    assert at_least(0, 5) == 1
    assert at_least(5, 5) == pytest.approx(0.5595, abs=1e-4)
    assert at_least(20, 5) < 1e-6
