"""Nine tonnes are nine tonnes in whichever language they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic_core import PydanticCustomError

from bordergate.border.written import GROUPS, amount_of, amount_text, whole_of
from bordergate.i18n import LANGUAGES, Language
from bordergate.i18n.formats import shown_number

LANGUAGE = some.sampled_from(LANGUAGES)
AMOUNTS = some.decimals(-(10**9), 10**9, places=6)


def read_whole(text: str, language: Language) -> int | str:
    try:
        return whole_of(text, language)
    except PydanticCustomError as refused:
        return refused.type


def read_amount(text: str, language: Language) -> Decimal | str:
    try:
        return amount_of(text, language)
    except PydanticCustomError as refused:
        return refused.type


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        ("9000", 9000, 9000),
        ("9.000", 9000, None),
        ("9,000", None, 9000),
        ("9 000", 9000, 9000),
        ("9\u202f000", 9000, 9000),
        ("９０００", 9000, 9000),
        ("1.234.567", 1_234_567, None),
        (" 15000 ", 15000, 15000),
        *(
            (bad, None, None)
            for bad in ("0.900", "90.00", "9000.0", "1.2345", "9_000", "1234,5", "-9", "9e3", "9²", "")
        ),
    ],
)
def test_thousands_are_read_as_the_reader_groups_them_or_not_at_all(
    text: str, vietnamese: int | None, english: int | None
) -> None:
    refused = "payload.not_whole"
    assert read_whole(text, "vi") == (vietnamese or refused)
    assert read_whole(text, "en") == read_whole(text, "zh") == (english or refused)


@pytest.mark.parametrize(
    "text", ["18.000", "18,000", "1,234", "-5.250", "1.234,", "1.23.456", "1,2,3", "a", ",5", "1.234.5"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_may_be_two_things_is_refused_in_every_language(text: str, language: Language) -> None:
    assert read_amount(text, language) == "payload.not_amount"


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("18,5", "vi", "18.5"),
        ("18.5", "vi", "18.5"),
        ("0.125", "vi", "0.125"),
        ("1.234,5", "vi", "1234.5"),
        ("450.000.000", "vi", "450000000"),
        ("1,234.5", "en", "1234.5"),
        ("1 234,567", "en", "1234.567"),
        ("−18,5", "zh", "-18.5"),
    ],
)
def test_a_fraction_is_read_where_it_can_be_meant_in_one_way(text: str, language: Language, meant: str) -> None:
    assert read_amount(text, language) == Decimal(meant)


@given(some.integers(0, 10**12), LANGUAGE, LANGUAGE)
def test_a_weight_as_a_page_shows_it_is_that_weight_or_refused_and_never_another(
    weight: int, shown_to: Language, typed_in: Language
) -> None:
    shown = shown_number(weight, shown_to)
    assert read_whole(shown, typed_in) in {weight, "payload.not_whole"}
    assert read_whole(shown, shown_to) == weight


@given(AMOUNTS, LANGUAGE, LANGUAGE)
def test_a_number_that_fills_a_form_reads_back_as_itself_in_every_language(
    amount: Decimal, shown_to: Language, typed_in: Language
) -> None:
    assert amount_of(amount_text(amount, shown_to), typed_in) == amount


@given(some.text("0123456789., ", max_size=12))
def test_what_two_readers_both_read_they_read_alike(text: str) -> None:
    for read, refused in ((read_whole, "payload.not_whole"), (read_amount, "payload.not_amount")):
        assert len({read(text, language) for language in GROUPS} - {refused}) <= 1
