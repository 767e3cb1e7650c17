"""The design system on one page: tokens, components, and the states every list and chart is drawn in."""

from __future__ import annotations

from starlette.responses import Response

from bordergate.errors import Wrong
from bordergate.http import Door, GateRouter
from bordergate.http.typed import Typed
from services.portal.pages.frame import SEE_BOARD, page

TONES = ("ok", "attention", "stop", "unknown")
COLOURS = (
    ("ink", "surface"),
    ("ink-soft", "surface"),
    ("accent", "raised"),
    ("on-accent", "accent"),
    ("ok", "ok-wash"),
    ("attention", "attention-wash"),
    ("stop", "stop-wash"),
    ("unknown", "unknown-wash"),
)
SIZES = (14, 16, 20, 28, 44)
STANDINGS = ("ready", "empty", "loading", "stale", "failed", "many")
FORM = Typed("design", "", values={"plate": "12C-1", "direction": "EXPORT"}, wrong=(Wrong("$.plate", "plate.form"),))
"""A form that came back: what was typed, and what was wrong beside it."""


def register(router: GateRouter) -> None:
    """The page for whoever draws or judges pages."""
    router.get("/design", permission=SEE_BOARD)(get_design)


def get_design(door: Door) -> Response:
    """What pages are made of, as it looks now."""
    return page(door, "design.html", "", tones=TONES, colours=COLOURS, sizes=SIZES, standings=STANDINGS, typed=FORM)
