"""The QR of a crossing, drawn so that it stands alone: dark on white whatever the page's colours are."""

from __future__ import annotations

from io import BytesIO

import segno

QUIET = 4
"""Modules of white around it; scanners need four."""


def qr_drawing(text: str) -> bytes:
    """The QR as SVG."""
    drawn = BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(
        drawn, kind="svg", border=QUIET, xmldecl=False, svgclass=None, lineclass=None, omitsize=True, light="#fff"
    )
    return drawn.getvalue()


def qr_modules(text: str) -> list[list[bool]]:
    """The QR's modules by row, dark ones true, without the white around it."""
    code = segno.make_qr(text, error="m")
    return [[bool(module & 1) for module in row] for row in code.matrix]
