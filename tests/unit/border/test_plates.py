from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.border import BadValue, ChinesePlate, Plate, VietnamesePlate
from tests.unit.border.texts import CHINESE_PLATES, VIETNAMESE_PLATES


def codes_of(text: str) -> list[str]:
    with pytest.raises(BadValue) as refused:
        Plate.parse(text)
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("typed", "canonical", "shown"),
    [
        (" 15c-678.90 ", "15C67890", "15C-678.90"),
        ("43H 4321", "43H4321", "43H-4321"),
        ("61ld-111.22", "61LD11122", "61LD-111.22"),
        ("80KT 555.66", "80KT55566", "80KT-555.66"),
    ],
)
def test_a_vietnamese_plate_has_one_written_form_however_it_is_typed(typed: str, canonical: str, shown: str) -> None:
    plate = VietnamesePlate.parse(typed)

    assert (str(plate), plate.shown, plate.raw) == (canonical, shown, typed)
    assert not plate.trailer


@pytest.mark.parametrize("typed", ["15R-123.45", "15RM-012.34", "15R1234"])
def test_a_trailers_plate_is_known_by_its_series(typed: str) -> None:
    plate = Plate.parse(typed)

    assert isinstance(plate, VietnamesePlate)
    assert plate.trailer


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("15W-123.45", "plate.series"),
        ("15RX-123.45", "plate.series"),
        ("15C-1", "plate.digits"),
        ("15C-1234567", "plate.digits"),
        ("15-12345", "plate.form"),
        ("29D1-123.45", "plate.digits"),
        ("15C-１２３４５", "plate.form"),
        ("", "plate.form"),
    ],
)
def test_what_is_wrong_with_a_vietnamese_plate_has_its_own_code(typed: str, code: str) -> None:
    assert codes_of(typed) == [code]


def test_all_that_is_wrong_with_a_plate_is_said_at_once() -> None:
    assert codes_of("13I-123") == ["plate.series", "plate.digits"]


def test_which_provinces_there_are_is_not_the_plate_s_to_say() -> None:
    assert VietnamesePlate.parse("13C-123.45").province == "13"


@pytest.mark.parametrize(
    ("typed", "canonical", "tail"),
    [
        ("桂a·b1234", "桂AB1234", "AB1234"),
        ("AB1234", "AB1234", "AB1234"),
        ("云 K9988挂", "云K9988挂", "K9988挂"),
        ("湘AD00017", "湘AD00017", "AD00017"),
    ],
)
def test_chinese_plates_are_compared_on_their_latin_tail(typed: str, canonical: str, tail: str) -> None:
    plate = ChinesePlate.parse(typed)

    assert (plate.canonical, plate.tail, plate.trailer) == (canonical, tail, canonical.endswith("挂"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("乙A12345", "plate.cn_province"),
        ("桂A1O345", "plate.cn_letters"),
        ("桂O12345", "plate.cn_letters"),
        ("桂A123", "plate.cn_length"),
        ("桂A1234567", "plate.cn_length"),
        ("粤ZAB12澳", "plate.dual_not_enabled"),
        ("桂", "plate.form"),
        ("桂桂A1234", "plate.form"),
    ],
)
def test_what_is_wrong_with_a_chinese_plate_has_its_own_code(typed: str, code: str) -> None:
    assert codes_of(typed) == [code]


@given(VIETNAMESE_PLATES | CHINESE_PLATES)
def test_a_plate_written_down_reads_back_as_the_same_plate(typed: str) -> None:
    plate = Plate.parse(typed)

    assert Plate.parse(str(plate)) == plate == Plate.parse(plate.shown)
    assert Plate.parse(plate.tail).tail == plate.tail


@given(st.text())
def test_a_text_is_a_plate_of_at_most_one_country(text: str) -> None:
    readings = [nation.read(text) for nation in (VietnamesePlate, ChinesePlate)]

    assert sum(not reading.blocked for reading in readings) <= 1


def test_a_plate_is_always_of_some_country() -> None:
    with pytest.raises(TypeError):
        Plate("12C12345")  # type: ignore[abstract]
