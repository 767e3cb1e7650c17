"""Which provinces issue plates is the law's to say, on the day in question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bordergate.i18n import LANGUAGES, text
from events.words import Failure
from services.vehicle_registration.domain.demands import Standing
from services.vehicle_registration.domain.plates import NOT_ISSUED, UNKNOWN, PlateCode, province_problem, province_told
from services.vehicle_registration.domain.rules import plate_is_readable, trailer_plate_is_readable
from tests.builders.registration import MORNING, a_dossier, shipped_plate_codes

TODAY = date(2026, 5, 4)
HA_BAC_ENDED = date(1997, 1, 1)


def test_exactly_the_codes_in_use_are_issued_today() -> None:
    in_use = {11, 12, *range(14, 42), 43, *range(47, 87), 88, 89, 90, 92, 93, 94, 95, 97, 98, 99}
    assert {int(row.code) for row in shipped_plate_codes() if row.holds(TODAY)} == in_use


@pytest.mark.parametrize(
    ("plate", "day", "problem"),
    [
        ("12C-123.45", TODAY, None),
        ("13C-123.45", TODAY, NOT_ISSUED),
        ("13C-123.45", HA_BAC_ENDED - timedelta(days=1), None),
        ("13C-123.45", HA_BAC_ENDED, NOT_ISSUED),
        ("91C-123.45", TODAY, UNKNOWN),
        ("87R-012.34", TODAY, UNKNOWN),
        ("桂F12345", TODAY, None),
        ("not a plate", TODAY, None),
    ],
)
def test_a_province_is_judged_by_the_rows_of_the_day(plate: str, day: date, problem: str | None) -> None:
    assert province_problem(plate, shipped_plate_codes(), day) == problem


def test_whose_digits_they_were_is_told_by_the_rows() -> None:
    assert province_told("13C-123.45", shipped_plate_codes()) == {"digits": "13", "province": "Hà Bắc"}
    renamed = [PlateCode("91", TODAY - timedelta(days=9), TODAY, "Cũ"), PlateCode("91", TODAY, None, "Mới")]
    assert province_told("91C-123.45", renamed)["province"] == "Mới"
    for language in LANGUAGES:
        assert "Cũ" in text(NOT_ISSUED, language, **province_told("91C-123.45", renamed[:1]))


def test_a_new_province_s_plates_are_good_from_its_first_day() -> None:
    rows = [PlateCode("91", TODAY)]
    assert province_problem("91C-123.45", rows, TODAY - timedelta(days=1)) == NOT_ISSUED
    assert province_problem("91C-123.45", rows, TODAY) is None


@pytest.mark.parametrize(("ends", "wrong"), [(TODAY, True), (TODAY + timedelta(days=1), False), (None, False)])
def test_a_plate_is_judged_on_the_day_on_which_the_truck_may_first_come(ends: date | None, wrong: bool) -> None:  # noqa: FBT001 - a parameter of the test
    standing = Standing(MORNING, plates=[PlateCode("12", date(2020, 1, 1), ends)])
    dossier = a_dossier(standing=standing, plate="12C12345", trailer="12R00121")
    failures = [rule(dossier) for rule in (plate_is_readable, trailer_plate_is_readable)]
    told = [("$.plate", "12C12345"), ("$.trailer", "12R00121")]
    expected = [Failure(code="R010", field=field, value=value) for field, value in told]
    assert failures == (expected if wrong else [None, None])


def test_where_no_rows_are_looked_at_only_the_form_counts() -> None:
    assert plate_is_readable(a_dossier(plate="91C12345")) is None
    assert plate_is_readable(a_dossier(plate="91CC12345")) is not None
