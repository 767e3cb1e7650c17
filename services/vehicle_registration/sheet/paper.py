"""The printable sheet: one A4 page in Vietnamese and Chinese, with the reference as Code 128 and as QR."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import Color, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from bordergate.i18n import text
from services.vehicle_registration.domain.sheet import Sheet
from services.vehicle_registration.sheet.codes import qr_modules
from services.vehicle_registration.sheet.letters import CHINESE, VIETNAMESE, Fonts, learned, parts_of
from services.vehicle_registration.sheet.told import STEPS, Line, lines_of, moment_in_both

WIDTH, HEIGHT = A4
MARGIN = 16 * mm
QR = 50 * mm
QUIET = 4
LABEL = 42 * mm
INDENT = 8 * mm
SOFT = Color(0.35, 0.35, 0.35)
RULE = Color(0.75, 0.75, 0.75)
DRAWING = threading.Lock()
"""The library keeps its fonts in one place for all threads."""


def printed(sheet: Sheet, fonts: Fonts) -> bytes:
    """The sheet as PDF; those letters of the fonts that it uses are in it."""
    with DRAWING:
        drawn = BytesIO()
        canvas = Canvas(drawn, pagesize=A4, lang="vi-VN", invariant=True, pageCompression=1)
        canvas.setTitle(sheet.filing.reference)
        page = Page(canvas, learned(fonts))
        page.head(sheet)
        page.arrival(page.particulars(lines_of(sheet), HEIGHT - MARGIN - 58 * mm))
        page.foot(sheet)
        canvas.showPage()
        canvas.save()
        return drawn.getvalue()


@dataclass(frozen=True)
class Page:
    """The page under way; `known` are the letters that the first font has."""

    canvas: Canvas
    known: frozenset[int]

    def head(self, sheet: Sheet) -> None:
        """Title, the reference in large letters, and both codes."""
        top = HEIGHT - MARGIN
        self.say(MARGIN, top - 6 * mm, both("sheet.title"), 15)
        self.say(MARGIN, top - 12 * mm, both("sheet.gate"), 9, SOFT)
        if sheet.simulated:
            for line, language in enumerate(("vi", "zh")):
                self.say(MARGIN, top - (16 + 4 * line) * mm, text("sheet.simulated", language), 9)
        self.say(MARGIN, top - 30 * mm, sheet.filing.reference, 23)
        bars = Code128(sheet.filing.reference, barWidth=0.42 * mm, barHeight=16 * mm, quiet=False)
        bars.drawOn(self.canvas, MARGIN, top - QR)
        self.qr(sheet.scanned, WIDTH - MARGIN - QR, top - QR)

    def qr(self, scanned: str, left: float, bottom: float) -> None:
        """The QR in its square, the white around it included."""
        rows = qr_modules(scanned)
        module = QR / (len(rows) + 2 * QUIET)
        drawn = self.canvas.beginPath()
        for number, row in enumerate(rows):
            y = bottom + QR - (QUIET + number + 1) * module
            for start, length in runs(row):
                drawn.rect(left + (QUIET + start) * module, y, length * module, module)
        self.canvas.setFillColor(black)
        self.canvas.drawPath(drawn, stroke=0, fill=1)

    def particulars(self, lines: Iterable[Line], y: float) -> float:
        """What was filed, a line a thing; returns where it ends."""
        self.canvas.setStrokeColor(RULE)
        self.canvas.line(MARGIN, y, WIDTH - MARGIN, y)
        for line in lines:
            self.say(MARGIN, y - 5.2 * mm, text(line.code, "vi"), 9.5, SOFT)
            self.say(MARGIN, y - 9.4 * mm, text(line.code, "zh"), 9.5, SOFT)
            y -= max(self.lines(MARGIN + LABEL, y - 1.6 * mm, line.value, line.size), 9 * mm) + 2.5 * mm
            self.canvas.line(MARGIN, y, WIDTH - MARGIN, y)
        return y

    def arrival(self, y: float) -> None:
        """What to do on arrival, step by step."""
        self.say(MARGIN, y - 9 * mm, both("sheet.on_arrival"), 12)
        y -= 12 * mm
        for number, code in enumerate(STEPS, start=1):
            self.say(MARGIN, y - 4.3 * mm, f"{number}.", 10)
            for language, colour in (("vi", black), ("zh", SOFT)):
                y -= self.lines(MARGIN + INDENT, y - 0.6 * mm, [text(code, language)], 10, colour) + 0.6 * mm
            y -= 1.6 * mm

    def foot(self, sheet: Sheet) -> None:
        """That nobody has to print it, that it may be out of date, and when it was made."""
        for place, code in enumerate(("sheet.as_printed", "sheet.not_needed")):
            for line, language in enumerate(("zh", "vi")):
                told = text(code, language, time=moment_in_both(sheet.printed_at, language))
                self.say(MARGIN, MARGIN + (9 * place + 4 * line) * mm, told, 8.5, SOFT)

    def say(self, x: float, y: float, told: str, size: float, colour: Color = black) -> None:
        """One line where it stands."""
        line = self.canvas.beginText(x, y)
        line.setFillColor(colour)
        for font, part in parts_of(told, self.known):
            line.setFont(font, size)
            line.textOut(part)
        self.canvas.drawText(line)

    def lines(self, x: float, top: float, told: Sequence[str], size: float, colour: Color = black) -> float:
        """Lines that break where they must, down from a height; returns how high they are."""
        style = ParagraphStyle("lines", fontName=VIETNAMESE, fontSize=size, leading=size * 1.36, textColor=colour)
        marked = [[*parts_of(line, self.known)] for line in told]
        if any(font == CHINESE for line in marked for font, _ in line):
            style.wordWrap = "CJK"  # Chinese may break anywhere
        spans = ["".join(f'<font name="{font}">{escape(part)}</font>' for font, part in line) for line in marked]
        drawn = Paragraph("<br/>".join(spans), style)
        _, height = drawn.wrap(WIDTH - MARGIN - x, HEIGHT)
        drawn.drawOn(self.canvas, x, top - height)
        return float(height)


def runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where dark modules stand side by side, and how many."""
    start: int | None = None
    for place, dark in enumerate([*row, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def both(code: str) -> str:
    """A text in both languages."""
    return f"{text(code, 'vi')}  ·  {text(code, 'zh')}"
