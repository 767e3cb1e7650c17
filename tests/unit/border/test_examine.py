from __future__ import annotations

import json
import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.border import KINDS, UnknownKind, examine
from bordergate.i18n import LANGUAGES, text
from tests.unit.border.texts import GOOD

CHECKED = ("tax-code", "container")
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def codes_in_the_source() -> set[str]:
    found: set[str] = set()
    for path in resources.files("bordergate.border").iterdir():
        if path.name.endswith(".py"):
            found |= set(re.findall(r'"([a-z]+(?:_[a-z]+)*\.[a-z_]+)"', path.read_text("utf-8")))
    return {code for code in found if not code.endswith(".csv")}


def test_every_kind_can_be_examined() -> None:
    assert set(KINDS) == set(GOOD)


def test_what_was_examined_can_be_written_as_json() -> None:
    told = json.loads(json.dumps(examine("container", "CSQU3054384").as_dict()))

    assert told == {
        "kind": "container",
        "raw": "CSQU3054384",
        "canonical": None,
        "ok": False,
        "problems": [
            {
                "code": "container.check_digit",
                "severity": "BLOCK",
                "message": "The check digit of the container number does not fit.",
            }
        ],
    }


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownKind) as refused:
        examine("shoe-size", "42")

    assert "tax-code" in refused.value.details["known"]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_good_value_is_ok_and_reads_back_as_itself(kind: str, data: st.DataObject) -> None:
    typed = data.draw(GOOD[kind])
    examined = examine(kind, typed)

    assert examined.ok, examined
    assert examined.canonical is not None
    assert examine(kind, examined.canonical).canonical == examined.canonical
    assert examine(kind, f"  {examined.canonical.lower()} ").canonical == examined.canonical
    assert examined.raw == typed


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text() | st.text(SIGNS + " .-·桂挂", max_size=20))
def test_any_text_can_be_examined(kind: str, text: str) -> None:
    examined = examine(kind, text)

    assert examined.ok == (examined.canonical is not None)
    assert examined.ok or examined.problems


@pytest.mark.parametrize("kind", CHECKED)
@given(data=st.data())
def test_one_mistyped_digit_is_caught_or_gives_another_good_value(kind: str, data: st.DataObject) -> None:
    good = str(examine(kind, data.draw(GOOD[kind])).canonical)
    place = data.draw(st.integers(0, len(good) - 1))
    damaged = good[:place] + data.draw(st.sampled_from(SIGNS)) + good[place + 1 :]
    examined = examine(kind, damaged)

    assert examined.problems or examine(kind, str(examined.canonical)).ok


def test_a_mistyped_digit_of_a_firm_or_container_whose_check_is_unique_is_caught() -> None:
    for kind, good in (("tax-code", "0100109106"), ("container", "CSQU3054383")):
        for place, sign in enumerate(good):
            if sign.isdigit():
                for other in set("0123456789") - {sign}:
                    assert examine(kind, good[:place] + other + good[place + 1 :]).problems, (kind, place, other)


def test_problems_are_told_in_the_readers_language() -> None:
    told = {language: examine("plate", "12I-12345", language).problems[0].message for language in LANGUAGES}

    assert told["vi"].startswith("Sê-ri")
    assert len(set(told.values())) == len(LANGUAGES)


def test_every_code_has_a_text_in_every_language() -> None:
    codes = codes_in_the_source()

    assert len(codes) > 30
    assert {code for code in codes for language in LANGUAGES if text(code, language) == code} == set()
