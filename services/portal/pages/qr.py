"""A crossing's QR: it leads to the file and carries the reference, so that any camera finds both."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of white around it; scanners need four."""


@lru_cache(maxsize=4096)
def qr_of(origin: str, reference: str) -> Markup:
    """The QR as a drawing that stands in the page itself, dark on white whatever the page's colours are."""
    drawn = BytesIO()
    code = segno.make_qr(f"{origin}/r/{reference}", error="m")
    code.save(
        drawn, kind="svg", border=QUIET, xmldecl=False, svgclass="qr", lineclass=None, omitsize=True, light="#fff"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn by the library from our own reference
