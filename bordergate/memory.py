"""How seldom a process of the gate looks for garbage."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""Objects made between two looks for garbage: a request makes some thousands, nearly all gone with its answer."""


def loaded() -> None:
    """All is loaded that will be: it stays, and no collection need walk over it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
