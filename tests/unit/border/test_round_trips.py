"""Whatever is written down reads back as the same value; whatever is damaged is refused, or is another good value."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from bordergate.border import (
    BadValue,
    CitizenId,
    ContainerNumber,
    Day,
    DeclarationNumber,
    HsCode,
    Moment,
    Plate,
    Reference,
    TaxCode,
    TypeCode,
    Vin,
    moment_text,
)
from bordergate.border.moment import EARLIEST
from bordergate.border.value import LONGEST, Value
from bordergate.clock import HANOI
from tests.unit.border.texts import GOOD

TYPES: dict[str, type[Value]] = {
    value.kind: value
    for value in (TaxCode, Plate, ContainerNumber, Vin, DeclarationNumber, TypeCode, HsCode, CitizenId, Reference)
}
SIGNS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .-·/桂挂٣１é\u0300\u202e\u200b\0\ud800\U0001f69a")


class Stated(BaseModel):
    """One of each, as a request states them."""

    plate: Plate
    container: ContainerNumber
    vin: Vin
    tax_code: TaxCode
    declaration: DeclarationNumber
    type_code: TypeCode
    hs_code: HsCode
    citizen: CitizenId
    reference: Reference


def judged(kind: TypeAdapter[Any], told: object) -> tuple[Any, list[Any]]:
    """What a request's value is, or all that is wrong with it."""
    try:
        return kind.validate_python(told), []
    except ValidationError as error:
        return None, error.errors()


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """The text after a slip of the hand or of a line: a sign replaced, dropped, added, doubled, or two swapped."""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(text) - 1)))
        head, sign, tail = text[:place], text[place : place + 1], text[place + 1 :]
        text = draw(
            st.sampled_from([head + tail, head + sign + sign + tail, head + tail[:1] + sign + tail[1:], text[::-1]])
            | SIGNS.map(lambda other, head=head, tail=tail: head + other + tail)
            | SIGNS.map(lambda other, head=head, rest=sign + tail: head + other + rest)
        )
    return text


@pytest.mark.parametrize("kind", GOOD)
@given(data=st.data())
def test_a_value_reads_back_as_itself_however_it_is_written(kind: str, data: st.DataObject) -> None:
    value = TYPES[kind].parse(data.draw(GOOD[kind]))
    for written in (str(value), value.shown, value.raw, f" {value.shown.lower()}\u00a0"):
        assert TYPES[kind].parse(written) == value
    assert hash(TYPES[kind].parse(value.shown)) == hash(value)


@pytest.mark.parametrize("kind", GOOD)
@given(data=st.data())
def test_a_damaged_value_is_refused_with_its_reasons_or_is_another_good_one(kind: str, data: st.DataObject) -> None:
    good = TYPES[kind].parse(data.draw(GOOD[kind]))
    text = data.draw(damaged(data.draw(st.sampled_from([str(good), good.shown]))))
    reading = (TYPES[kind] if kind != Plate.kind else Plate.national(text)).read(text)
    if reading.blocked:
        with pytest.raises(BadValue) as refused:
            TYPES[kind].parse(text)
        assert refused.value.problems == reading.problems
        return
    other = TYPES[kind].parse(text)
    assert TYPES[kind].parse(other.shown) == other == TYPES[kind].parse(str(other))
    assert str(other).isprintable()
    assert len(str(other)) <= LONGEST


@given(st.fixed_dictionaries({name: GOOD[TYPE.annotation.kind] for name, TYPE in Stated.model_fields.items()}))
def test_what_a_request_states_is_what_its_answer_says(told: dict[str, str]) -> None:
    stated = Stated.model_validate(told)
    assert Stated.model_validate_json(stated.model_dump_json()) == stated
    assert stated.model_dump(mode="json") == {name: str(getattr(stated, name)) for name in told}


@given(data=st.data())
def test_a_damaged_request_names_the_damaged_fields_and_no_other(data: st.DataObject) -> None:
    told = {name: data.draw(GOOD[field.annotation.kind]) for name, field in Stated.model_fields.items()}
    name = data.draw(st.sampled_from(sorted(told)))
    told[name] = data.draw(damaged(told[name]))
    stated, wrong = judged(TypeAdapter(Stated), told)
    assert {found["loc"][0] for found in wrong} <= {name}
    assert stated is None or Stated.model_validate_json(stated.model_dump_json()) == stated


@given(st.dates(EARLIEST.date() + timedelta(days=1), date(2099, 12, 31)), st.times())
def test_a_day_reads_back_as_the_same_day_and_all_its_hours_in_hanoi_are_instants(day: date, hour: time) -> None:
    days = TypeAdapter(Day)
    assert days.validate_json(days.dump_json(day)) == day
    moment = datetime.combine(day, hour, HANOI)
    assert TypeAdapter(Moment).validate_python(moment) == moment


@pytest.mark.parametrize("day", ["2000-01-01", "1999-12-31", "2100-01-01"])
def test_a_day_of_which_an_hour_lies_in_another_century_is_none(day: str) -> None:
    assert judged(TypeAdapter(Day), day)[0] is None


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(EARLIEST.replace(tzinfo=None), datetime(2100, 1, 1), timezones=ZONES))  # noqa: DTZ001 - the zone is drawn
def test_an_instant_of_a_request_reads_back_as_the_same_instant(moment: datetime) -> None:
    moments = TypeAdapter(Moment)
    stated, wrong = judged(moments, moment)
    assert (stated is None) == bool(wrong)
    assert {found["type"] for found in wrong} <= {"time.not_this_century"}
    if stated is not None:
        assert moments.validate_json(moments.dump_json(stated)) == stated
        assert moments.validate_python(moment_text(stated)) == stated
