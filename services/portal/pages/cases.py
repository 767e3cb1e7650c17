"""The inspectorate's page: its cases with their evidence, asked of its service by the browser."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.http import Door, GateRouter
from services.portal.pages.frame import page
from services.portal.pages.words import Words

SEE_CASES = Permission("portal.see_cases", every={Role.AUDITOR})
"""As the inspectorate has it."""
OF_CARRIERS = ("REPEATED_RELEASES", "PLATES_APART", "TRACTOR_CHANGED", "LIVES_BEYOND")
OF_OFFICERS = ("OVERRIDES_BEYOND", "OVERRIDES_FOR_ONE", "EXCUSES_BEYOND", "EXCUSES_FOR_ONE")
DETECTORS = (*OF_CARRIERS, "DEVICE_OF_MANY", "VINS_APART", *OF_OFFICERS)
"""What is looked for; the first are of carriers, the others of a device, of two VINs, of officers."""


def register(router: GateRouter) -> None:
    """The page for whoever may look into everybody."""
    router.get("/cases", permission=SEE_CASES)(get_cases)


def get_cases(door: Door) -> Response:
    """Open cases first, each with what was seen and a reason to give; then what was decided."""
    return page(door, "cases.html", "cases", words=words_of_cases(Words(door.language)))


def words_of_cases(words: Words) -> dict[str, Any]:
    """What the browser says of each detector, and of what it saw."""
    return {
        "detectors": {one: words.text(f"inspectorate.detector.{one}") for one in DETECTORS},
        "means": {one: words.hint(f"inspectorate.detector.{one}") for one in DETECTORS},
        "seen": {one: words.text(f"portal.cases.seen.{one}", plate="%p", other="%o", number="%n") for one in DETECTORS},
        "carriers": OF_CARRIERS,
    }
