"""The printable sheet: both codes are read back from its pixels, and every letter from its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pypdfium2
import zxingcpp
from PIL import ImageFont

from bordergate.auth import SigningKey, key_set, read_key_set
from bordergate.i18n import text
from bordergate.settings import Settings
from services.vehicle_registration.domain.sheet import RouteName, Sheet
from services.vehicle_registration.sheet.letters import Fonts
from services.vehicle_registration.sheet.paper import printed
from services.vehicle_registration.sheet.token import ReferenceToken, scanned
from tests.builders.registration import MORNING, a_filing

FONTS = Fonts.of(Settings.read({}))
KEY = SigningKey.generate()
REFERENCE = "LSG-260503-7K2QD-1"
DOTS_AN_INCH = 150
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LOWER = {*"bcdđghklmnpqrstvxfjwz"} | {
    unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES
}
LETTERS = sorted(LOWER | {letter.upper() for letter in LOWER})
CHINESE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼挂学警港澳"


def a_sheet(**filed: object) -> Sheet:
    filing = a_filing(**({"reference": REFERENCE, "plate": "桂F12345", "trailer": "12R01234"} | filed))
    token = ReferenceToken.of(filing, MORNING).signed(KEY)
    name = RouteName("hn-1119", "Hữu Nghị", "1119-1120", "Youyi Guan")
    return Sheet(filing, name, scanned("https://gate.example", filing.reference, token), MORNING)


@contextmanager
def pages_of(sheet: Sheet) -> Iterator[list[pypdfium2.PdfPage]]:
    document = pypdfium2.PdfDocument(printed(sheet, FONTS))
    pages = list(document)
    yield pages
    for page in pages:
        page.close()
    document.close()


def text_of(sheet: Sheet) -> str:
    with pages_of(sheet) as (page,):
        layer = page.get_textpage()
        told = layer.get_text_bounded()
        layer.close()
        return str(told)


def heights_of(sheet: Sheet, *found: str) -> list[float]:
    """How high above the page's foot the first letters of texts stand."""
    with pages_of(sheet) as (page,):
        layer = page.get_textpage()
        whole = layer.get_text_range()
        heights = [layer.get_charbox(whole.index(one))[1] for one in found]
        layer.close()
        return heights


def test_both_codes_are_read_back_from_the_pixels_and_the_token_verifies() -> None:
    with pages_of(a_sheet()) as (page,):
        picture = page.render(scale=DOTS_AN_INCH / 72).to_pil()
    read = {code.format: code.text for code in zxingcpp.read_barcodes(picture)}
    assert read.keys() == {zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode}
    assert read[zxingcpp.BarcodeFormat.Code128] == REFERENCE
    told = ReferenceToken.read(read[zxingcpp.BarcodeFormat.QRCode], read_key_set(key_set([KEY])))
    assert (told.reference, told.plate) == (REFERENCE, "F12345")


def test_the_text_holds_every_vietnamese_letter_with_its_tones_and_every_sign_of_chinese_plates() -> None:
    lines = ["".join(LETTERS[start : start + 10]) for start in range(0, len(LETTERS), 10)]
    told = text_of(a_sheet(declarations=(*lines, CHINESE)))
    assert [letter for letter in [*LETTERS, *CHINESE] if letter not in told] == []


def test_the_text_holds_what_to_do_in_both_languages() -> None:
    told = "".join(text_of(a_sheet()).split())
    for code in ("sheet.title", "sheet.on_arrival", "sheet.step.wait", "sheet.step.change", "sheet.not_needed"):
        for language in ("vi", "zh"):
            assert "".join(text(code, language).split()) in told, code


def test_no_two_vietnamese_letters_are_drawn_alike() -> None:
    """A font may have a letter and draw another: one in common use has ớ for ờ."""
    font = ImageFont.truetype(str(FONTS.vietnamese), 60)
    drawn: dict[tuple[object, bytes], str] = {}
    for letter in LETTERS:
        mask = font.getmask(letter)
        assert (alike := drawn.setdefault((mask.size, bytes(mask)), letter)) == letter, f"{letter} is drawn as {alike}"


def test_times_are_said_by_the_clocks_of_both_sides() -> None:
    told = text_of(a_sheet())
    assert "Hà Nội 08:00 – 20:00" in told
    assert "北京 09:00 – 21:00" in told


def test_the_gates_of_both_sides_are_named_as_each_side_names_them() -> None:
    told = " ".join(text_of(a_sheet()).split())
    assert "Hữu Nghị 友谊 1119-1120" in told
    assert "Youyi Guan 友谊关" in told


def test_the_fullest_sheet_is_one_page_and_nothing_lies_on_anything() -> None:
    full = a_sheet(
        containers=("CSQU3054383", "MSKU1234565", "TGHU7654321", "X" * 20),
        declarations=tuple(f"30{number:010d}" for number in range(50)),
    )
    assert "và 26 tờ khai khác" in text_of(full)
    last_step, foot = heights_of(full, "车辆、挂车", "Không bắt buộc")
    assert last_step > foot + 10


def test_a_sheet_of_simulated_time_says_so() -> None:
    real, simulated = a_sheet(), replace(a_sheet(), simulated=True)
    for code in ("vi", "zh"):
        said = "".join(text("sheet.simulated", code).split())
        assert said in "".join(text_of(simulated).split())
        assert said not in "".join(text_of(real).split())


def test_what_cannot_be_read_as_a_plate_is_printed_as_it_was_written() -> None:
    odd = a_sheet(trailer="<b>&\u202e🚚 12", plate="??")
    odd = replace(odd, name=None)
    told = text_of(odd)
    assert "??" in told
    assert "<b>&" in told
    assert odd.filing.route in told
