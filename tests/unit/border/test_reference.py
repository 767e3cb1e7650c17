from __future__ import annotations

from datetime import date
from itertools import chain, repeat
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.border import BadValue, Reference
from bordergate.border.reference import check_character
from tests.unit.border.texts import DAYS, REFERENCES

DAY = date(2026, 5, 3)


class Loaded:
    """Draws the signs it was loaded with, then 7 for ever."""

    def __init__(self, signs: str) -> None:
        self.signs = chain(signs, repeat("7"))

    def choice(self, _seq: object) -> str:
        return next(self.signs)


def code_of(text: str, prefix: str | None = None) -> str:
    with pytest.raises(BadValue) as refused:
        Reference.parse(text, prefix)
    return refused.value.code


@pytest.mark.parametrize(
    ("signs", "check"),
    [("A12425GABC1234002", "M"), ("LSG2605037K2QD", "1")],
)
def test_the_check_character_is_that_of_iso_7064(signs: str, check: str) -> None:
    assert check_character(signs) == check


@given(st.randoms())
def test_a_reference_says_where_and_on_which_day(random: Random) -> None:
    reference = Reference.draw("LSG", DAY, random)

    assert str(reference).startswith("LSG-260503-")
    assert (reference.prefix, reference.day) == ("LSG", DAY)


@given(st.sampled_from(["LSG", "AB", "ILOIL"]), DAYS, st.randoms())
def test_a_drawn_reference_holds_no_character_that_can_be_misread(prefix: str, day: date, random: Random) -> None:
    drawn = str(Reference.draw(prefix, day, random)).removeprefix(prefix)

    assert not set(drawn) & set("ILOU")


def test_a_check_character_that_can_be_misread_is_drawn_again() -> None:
    misread = next(
        signs
        for signs in (f"0000{sign}" for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        if check_character("LSG260503" + signs) in "ILOU"
    )

    assert str(Reference.draw("LSG", DAY, Loaded(misread))).split("-")[2] == "77777"


@given(REFERENCES)
def test_letters_that_look_like_digits_are_read_as_digits(drawn: str) -> None:
    prefix, tail = drawn.split("-", 1)
    typed = f"{prefix.lower()} {tail.replace('1', 'i').replace('0', 'o')}"

    assert str(Reference.parse(typed)) == drawn
    assert str(Reference.parse(f"{prefix}-{tail.replace('1', 'L')}")) == drawn


@given(REFERENCES, st.data())
def test_one_mistyped_character_never_gives_another_reference_of_this_border(drawn: str, data: st.DataObject) -> None:
    prefix = drawn.partition("-")[0]
    place = data.draw(st.integers(0, len(drawn) - 1))
    damaged = drawn[:place] + data.draw(st.sampled_from("ABCDEFGHJKMNPQRSTUVWXYZ0123456789")) + drawn[place + 1 :]
    reading = Reference.read(damaged)

    assert reading.blocked or reading.canonical == drawn or not reading.canonical.startswith(f"{prefix}-")


def test_a_hyphen_mistyped_as_a_letter_is_another_border_at_most() -> None:
    assert code_of("IJAOQ000101-00000-C", "IJAO") == "reference.prefix"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("LSG-260503-7K2QD-2", "reference.check_character"),
        ("LSG-260503-7K2QU-1", "reference.form"),
        ("LSG-260503-7K2Q-1", "reference.form"),
        ("", "reference.form"),
    ],
)
def test_what_is_wrong_with_a_reference_has_its_own_code(typed: str, code: str) -> None:
    assert code_of(typed) == code


def test_a_day_that_does_not_exist_is_refused() -> None:
    signs = "LSG26023077777"

    assert code_of(signs + check_character(signs)) == "reference.date"


def test_a_reference_of_another_border_is_refused_where_only_our_own_will_do() -> None:
    assert str(Reference.parse("LSG-260503-7K2QD-1", "LSG")) == "LSG-260503-7K2QD-1"
    assert code_of("LSG-260503-7K2QD-1", "ABC") == "reference.prefix"
