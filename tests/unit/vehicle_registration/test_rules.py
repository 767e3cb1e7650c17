"""Each rule of the desk: what passes, what fails, and the edge between."""

from __future__ import annotations

import pytest

from bordergate.i18n import LANGUAGES, hint, text
from services.vehicle_registration.domain.plan import Truck
from services.vehicle_registration.domain.rules import (
    RULES,
    container_check_digit,
    failures_of,
    marks_of,
    plate_is_not_active,
    plate_is_readable,
    plate_mark,
    tractor_has_its_load,
    trailer_is_not_active,
    trailer_plate_is_readable,
    vin_is_not_active,
    vin_mark,
)
from tests.builders.registration import a_dossier, a_filing

TRACTOR = Truck("12C12345", tractor=True)
VIN = "LZZ5ELNDXJW000001"


@pytest.mark.parametrize("plate", ["12C12345", "12-C 123.45", "桂F12345", "F12345", "桂FD12345", "51G1234"])
def test_a_plate_of_either_side_is_readable(plate: str) -> None:
    assert plate_is_readable(a_dossier(plate=plate)) is None


@pytest.mark.parametrize("plate", ["12C123", "12C123456", "12I12345", "桂I12345", "甲F12345", "F0666", ""])
def test_a_plate_that_nobody_was_issued_is_named(plate: str) -> None:
    failure = plate_is_readable(a_dossier(plate=plate))
    assert failure is not None
    assert (failure.code, failure.field, failure.value) == ("R010", "$.plate", plate)


@pytest.mark.parametrize("plate", ["12C1234", "12C12345"])
def test_a_vietnamese_plate_ends_in_four_or_five_digits(plate: str) -> None:
    assert plate_is_readable(a_dossier(plate=plate)) is None


def test_a_crossing_without_a_trailer_needs_no_trailer_plate() -> None:
    assert trailer_plate_is_readable(a_dossier()) is None


@pytest.mark.parametrize("trailer", ["12R01234", "34RM00003", "桂F1234挂"])
def test_a_trailer_has_a_plate_of_its_own_kind(trailer: str) -> None:
    assert trailer_plate_is_readable(a_dossier(trailer=trailer)) is None


def test_a_trailer_plate_nobody_was_issued_is_named() -> None:
    failure = trailer_plate_is_readable(a_dossier(trailer="12RX00121"))
    assert failure is not None
    assert (failure.code, failure.field) == ("R010", "$.trailer")


def test_a_plate_on_no_other_crossing_may_be_filed() -> None:
    assert plate_is_not_active(a_dossier(taken=frozenset({plate_mark("12C54321")}))) is None


def test_a_plate_on_another_active_crossing_is_refused() -> None:
    failure = plate_is_not_active(a_dossier(taken=frozenset({plate_mark("12C12345")})))
    assert failure is not None
    assert (failure.code, failure.value) == ("R011", "12C12345")


def test_a_chinese_plate_is_the_same_with_and_without_its_province() -> None:
    assert plate_is_not_active(a_dossier(plate="桂F12345", taken=frozenset({plate_mark("F12345")}))) is not None


def test_a_trailer_on_another_active_crossing_is_refused() -> None:
    taken = frozenset({plate_mark("12R01234")})
    failure = trailer_is_not_active(a_dossier(trailer="12R01234", taken=taken))
    assert failure is not None
    assert (failure.code, failure.field) == ("R011", "$.trailer")
    assert trailer_is_not_active(a_dossier(trailer="12R01235", taken=taken)) is None
    assert trailer_is_not_active(a_dossier(taken=taken)) is None


def test_the_same_truck_under_another_plate_is_refused() -> None:
    failure = vin_is_not_active(a_dossier(Truck("12C99999", vin=VIN), taken=frozenset({vin_mark(VIN)})))
    assert failure is not None
    assert (failure.code, failure.value) == ("R012", VIN)


def test_a_vin_on_no_other_crossing_may_be_filed() -> None:
    assert vin_is_not_active(a_dossier(Truck("12C12345", vin=VIN))) is None


def test_a_truck_without_a_vin_is_known_by_its_plate_alone() -> None:
    assert vin_is_not_active(a_dossier(taken=frozenset({vin_mark(VIN)}))) is None


def test_a_laden_tractor_needs_a_trailer_or_a_container() -> None:
    failure = tractor_has_its_load(a_dossier(TRACTOR))
    assert failure is not None
    assert failure.code == "R013"


def test_a_trailer_or_a_container_is_enough_for_a_laden_tractor() -> None:
    assert tractor_has_its_load(a_dossier(TRACTOR, trailer="12R01234")) is None
    assert tractor_has_its_load(a_dossier(TRACTOR, containers=("CSQU3054383",))) is None


def test_an_empty_tractor_may_come_alone_unless_it_comes_to_receive() -> None:
    assert tractor_has_its_load(a_dossier(TRACTOR, declared_empty=True)) is None
    receiving = a_dossier(TRACTOR, declared_empty=True, empty_for=a_filing().registration_id)
    assert tractor_has_its_load(receiving) is not None


def test_a_truck_that_is_no_tractor_carries_goods_itself() -> None:
    assert tractor_has_its_load(a_dossier()) is None


@pytest.mark.parametrize("containers", [(), ("CSQU3054383",), ("MSKU0000080", "TASU1170000")])
def test_containers_whose_check_digits_hold_pass(containers: tuple[str, ...]) -> None:
    assert container_check_digit(a_dossier(containers=containers)) is None


def test_every_mistyped_container_is_named_at_once() -> None:
    failure = container_check_digit(a_dossier(containers=("CSQU3054384", "MSKU1234565", "ABCD1234567")))
    assert failure is not None
    assert (failure.code, failure.value) == ("R014", ["CSQU3054384", "ABCD1234567"])


def test_a_check_digit_of_ten_is_written_as_zero() -> None:
    assert container_check_digit(a_dossier(containers=("MSKU0000080",))) is None


def test_all_failures_come_at_once() -> None:
    taken = frozenset({plate_mark("12X"), vin_mark(VIN)})
    dossier = a_dossier(Truck("12X", vin=VIN, tractor=True), taken=taken)
    assert [failure.code for failure in failures_of(dossier)] == ["R010", "R011", "R012", "R013"]
    worse = a_dossier(Truck("12X", vin=VIN, tractor=True), containers=("CSQU3054384",), trailer="12RX1", taken=taken)
    assert [failure.code for failure in failures_of(worse)] == ["R010", "R010", "R011", "R012", "R014"]


def test_a_crossing_without_a_fault_has_no_failures() -> None:
    assert failures_of(a_dossier()) == ()


def test_a_crossing_bears_its_plates_and_its_vin_each_once() -> None:
    assert marks_of(a_filing(trailer="12R01234"), VIN) == ("PLATE 12C12345", "PLATE 12R01234", f"VIN {VIN}")
    assert marks_of(a_filing(trailer="12C12345"), None) == ("PLATE 12C12345",)


def test_every_rule_of_the_desk_says_what_is_wrong_and_what_to_do_in_three_languages() -> None:
    assert len(RULES) == len(set(RULES))
    for code in ("R010", "R011", "R012", "R013", "R014"):
        for language in LANGUAGES:
            assert text(code, language, value="12C12345") != code
            assert hint(code, language)
