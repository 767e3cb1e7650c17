"""A declaration as XML: what is written reads back, and what is hostile is told where it is wrong and does no harm."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.errors import Wrong
from bordergate.i18n import LANGUAGES, text
from events.words import Direction
from services.customs_declarations.api.wco import declared_in
from services.customs_declarations.domain.declaration import Papers
from services.customs_declarations.domain.goods import Line
from services.customs_declarations.domain.refusals import UnreadableXml
from services.customs_declarations.formats.wco import DOCUMENTS, LINE, read_xml, written
from tests.builders.bombs import BOMBS
from tests.builders.customs import DURIAN, EXPORT, FULL, TILES, some_papers

KNOWN = "customs_declarations."
CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12)
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=60)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


def amounts(places: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=Decimal(1).scaleb(-places), max_value=most, places=places)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line with any of what a line can say; an amount has what it is counted in."""
    together = {
        **draw(st.sampled_from([{}, {"quantity": 6, "unit": 0}])),
        **draw(st.sampled_from([{}, {"value": 4, "currency": 0}])),
    }
    told = {name: draw(amounts(places, 10**9) if places else CODES) for name, places in together.items()}
    if draw(st.booleans()):
        told |= {"packages": draw(st.integers(1, 10**6)), "package_kind": draw(CODES)}
    degrees = st.decimals(min_value=-100, max_value=100, places=1)
    return Line(
        hs_code=draw(st.text("0123456789", min_size=8, max_size=8)),
        weight_kg=draw(st.integers(1, 10**6)),
        un_number=draw(maybe(st.text("0123456789", min_size=4, max_size=4))),  # type: ignore[arg-type] # of that kind
        description=draw(maybe(WORDS)),  # type: ignore[arg-type] # as above
        origin=draw(maybe(CODES)),  # type: ignore[arg-type] # as above
        net_kg=draw(maybe(st.integers(1, 10**6))),  # type: ignore[arg-type] # as above
        coldest_c=draw(maybe(degrees)),  # type: ignore[arg-type] # as above
        warmest_c=draw(maybe(degrees)),  # type: ignore[arg-type] # as above
        planting_area=draw(maybe(CODES)),  # type: ignore[arg-type] # as above
        packing_house=draw(maybe(CODES)),  # type: ignore[arg-type] # as above
        phytosanitary=draw(maybe(CODES)),  # type: ignore[arg-type] # as above
        **told,
    )


PAPERS = st.builds(
    Papers,
    st.text("0123456789", min_size=12, max_size=12),
    CODES,
    st.sampled_from(Direction),
    st.lists(lines(), min_size=1, max_size=4).map(tuple),
    maybe(CODES),
)


def read(body: bytes) -> Papers:
    return declared_in(read_xml(body)).papers()


def faults(body: bytes) -> list[Wrong]:
    with pytest.raises(UnreadableXml) as refused:
        read(body)
    return refused.value.problems


def kinds(body: bytes) -> list[str]:
    return [wrong.code.removeprefix(KNOWN) for wrong in faults(body)]


def a_body(*lines: Line, **changes: str) -> bytes:
    """A declaration with texts replaced in its XML."""
    body = written(some_papers(lines=lines or (FULL, TILES))).decode()
    for old, new in changes.items():
        before = {"goods": "081060", "unit": "KGM</", "number": EXPORT}.get(old, old)
        assert before in body, before
        body = body.replace(before, new, 1)
    return body.encode()


def replaced(old: str, new: str, *lines: Line) -> bytes:
    return a_body(*lines, **{old: new})


@given(PAPERS)
def test_what_is_written_reads_back_as_the_same_declaration(papers: Papers) -> None:
    assert read(written(papers)) == papers


def test_every_field_of_a_line_has_its_element() -> None:
    assert {field.name for field in fields(Line)} == LINE.keys() | DOCUMENTS.keys()
    assert read(written(some_papers(lines=(FULL, DURIAN), destination="KZ"))).lines == (FULL, DURIAN)


def test_comments_and_instructions_are_passed_over() -> None:
    assert read(replaced("<GoodsShipment>", "<!-- durians --><?print now?><GoodsShipment>")).number == EXPORT


def test_a_mark_before_the_text_is_passed_over() -> None:
    assert read(b"\xef\xbb\xbf" + a_body()).number == EXPORT


@pytest.mark.parametrize(
    ("old", "new", "kind", "path", "line"),
    [
        ("<TypeCode>B11</TypeCode>", "", "xml_unexpected", "/Declaration/DirectionCode", 5),
        ("EXPORT", "AWAY", "xml_value", "/Declaration/DirectionCode", 5),
        ("18000", "heavy", "xml_value", "GoodsMeasure/GrossMassMeasure", 15),
        ("18000", "0", "xml_value", "GoodsMeasure/GrossMassMeasure", 15),
        ("18000", "1000001", "payload.too_large", "GoodsMeasure/GrossMassMeasure", 15),
        (' currencyID="VND"', "", "xml_attribute", "InvoiceLine/ItemChargeAmount", 20),
        (' currencyID="VND"', ' currencyID="VND" rate="1"', "xml_attribute", "InvoiceLine/ItemChargeAmount", 20),
        ("<SequenceNumeric>2", "<SequenceNumeric>3", "xml_sequence", "Item[2]/SequenceNumeric", 48),
        ("<TypeCode>PHC", "<TypeCode>PUC", "xml_repeated", "AdditionalDocument[3]/TypeCode", 43),
        ("<TypeCode>PHC", "<TypeCode>XXX", "xml_value", "AdditionalDocument[3]/TypeCode", 43),
        ("</Commodity>", "</Commodity><Bribe/>", "xml_unexpected", "Item[1]/Bribe", 26),
        ("Sầu riêng tươi", " ", "payload.too_short", "Commodity/Description", 10),
    ],
)
def test_a_fault_has_its_line_and_its_element(old: str, new: str, kind: str, path: str, line: int) -> None:
    (wrong,) = faults(replaced(old, new))
    assert (wrong.code.removeprefix(KNOWN), wrong.details["line"]) == (kind, line)
    assert (wrong.field or "").endswith(path)
    for language in LANGUAGES:
        assert "{" not in text(wrong.code, language, **wrong.details)


def test_all_faults_are_said_at_once() -> None:
    body = replaced("EXPORT", "AWAY").replace(b"18000", b"heavy")
    assert kinds(body) == ["xml_value", "xml_value"]


def test_what_is_missing_within_an_element_is_named() -> None:
    body = re.sub(rb"(<Classification>).*?(</Classification>)", rb"\1\2", a_body(DURIAN), flags=re.DOTALL)
    (wrong,) = faults(body)
    assert (wrong.code, wrong.details["expected"]) == ("customs_declarations.xml_missing", "ID")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "xml_malformed"),
        (b"{}", "xml_malformed"),
        (b"<Declaration>", "xml_malformed"),
        (b"<Declaration/>", "xml_root"),
        (b'<Declaration xmlns="urn:other"/>', "xml_root"),
        (a_body().decode().encode("utf-16"), "xml_encoding"),
        (a_body().decode().encode("utf-8").replace("ầ".encode(), b"\xe7"), "xml_encoding"),
        (a_body().replace(b"UTF-8", b"UTF-16"), "xml_encoding"),
        (a_body().replace(b"UTF-8", b"windows-1258"), "xml_encoding"),
        (replaced("goods", "08\0"), "xml_malformed"),
        (replaced("goods", "08&#0;"), "xml_malformed"),
        (replaced("goods", "08&#xD800;"), "xml_malformed"),
        (replaced("goods", "08&none;"), "xml_malformed"),
        (a_body().replace("ầ".encode(), b"\xed\xa0\x80"), "xml_encoding"),
        (b"<!DOCTYPE Declaration>" + a_body().partition(b"?>")[2], "xml_declares"),
        (replaced("goods", "<![CDATA[08]]>1060").replace(b"<ID>", b"<ID><x/>", 1), "xml_value"),
    ],
)
def test_what_is_no_declaration_is_told_so(body: bytes, kind: str) -> None:
    assert kinds(body)[0] == kind


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_and_nothing_of_this_machine_is_told(bomb: str) -> None:
    told = faults(BOMBS[bomb].encode())
    assert len(told) <= 100
    assert "root:" not in str(told)


def test_a_declaration_of_two_hundred_lines_is_read_and_of_one_more_is_not() -> None:
    assert len(read(written(some_papers(lines=[DURIAN] * 200))).lines) == 200
    assert kinds(written(some_papers(lines=[DURIAN] * 201))) == ["xml_unexpected"]


@pytest.mark.parametrize("mark", ["\u202e", "\u200f", "\u2066", "\u0085"])
def test_marks_that_turn_a_text_round_are_refused(mark: str) -> None:
    (wrong,) = faults(replaced("Sầu riêng", f"Sầu{mark}riêng"))
    assert (wrong.code, wrong.details["line"]) == ("payload.value", 10)


@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_who_reads_them(body: bytes) -> None:
    assert faults(body)


@given(st.data())
def test_a_declaration_damaged_on_its_way_is_told_so_or_is_another(data: st.DataObject) -> None:
    body = bytearray(a_body())
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    told = None
    with suppress(UnreadableXml):
        told = read(bytes(body))
    assert told is None or read(written(told)) == told
