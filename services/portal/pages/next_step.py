"""From what is missing to where it is put right."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from bordergate.http.typed import root_of
from events.words import Failure
from services.portal.domain import DESK, CrossingFile

ELSEWHERE = frozenset({"R002", "R011", "R012", "R061"})
"""What stands in another crossing's way: there it is put right, or here with another truck, driver or paper."""
DECLARATIONS = {
    "R004": ("/desk/declaration?number={value}", "portal.desk.next.declare"),
    "customs_declarations.awaiting_customs": ("/declarations?text={value}", "portal.desk.next.awaited"),
}
"""What is put right by declaring, or will be put right by customs, as the declaration tells."""
PAPERS = {"R015": "/desk/fleet?text={plate}", "R016": "/desk/fleet?text={plate}", "R060": "/desk/fleet#drivers"}
"""What is put right on the vehicle's page, or on the driver's, which only his firm finds."""
SANCTION = "R070"
"""What is said against a sanction is said on its own page, by its carrier."""
PAYER = "$.trader"
"""Who pays is the administrator's to put right."""
GOODS = re.compile(r"\$\.declarations\[(\d+)\]\.lines\[")
"""What the goods of a declaration lack is put right in that declaration."""


class NextStep(NamedTuple):
    """A link, and the text that names it."""

    path: str
    code: str


def step_for(
    file: CrossingFile, forms: Collection[str], failure: Failure, *, sanctioned: bool = False
) -> NextStep | None:
    """Where one of the crossing's owners, who may file these forms, puts a failure right; None where he cannot.

    `sanctioned`: the sanction in its way is his own firm's; of another's the rule's own hint says whose it is.
    """
    if failure.code in DECLARATIONS and failure.value and "declaration" in forms:
        path, code = DECLARATIONS[failure.code]
        return NextStep(path.format(value=failure.value), code)
    if elsewhere := _elsewhere(file, failure, sanctioned=sanctioned):
        return elsewhere
    if failure.code in PAPERS and "vehicle" in forms:
        plate = file.trailer if failure.field == "$.trailer" else file.plate
        return NextStep(PAPERS[failure.code].format(plate=plate), "portal.desk.next.papers")
    lacking = GOODS.match(failure.field) if "declaration" in forms else None
    if lacking and int(lacking[1]) < len(file.declarations):
        return NextStep(f"/declarations?text={file.declarations[int(lacking[1])]}", "portal.desk.next.goods")
    if file.state in DESK and failure.field != PAYER and failure.code != SANCTION:
        place = root_of(failure.field.removeprefix("$."))
        return NextStep(f"/crossings/{file.crossing_id}/mend#part-{PARTS.get(place, 'truck')}", "portal.desk.next.mend")
    return None


def _elsewhere(file: CrossingFile, failure: Failure, *, sanctioned: bool) -> NextStep | None:
    """What is put right on another crossing's file, or on the page of sanctions."""
    if failure.code == SANCTION and sanctioned:
        return NextStep("/sanctions", "portal.sanctions.title")
    if failure.code in ELSEWHERE and failure.field == "$.plate":
        return NextStep(f"/?text={file.plate}", "portal.desk.next.other")
    return None


PARTS = {
    "route": "place",
    "direction": "place",
    "window_from": "time",
    "window_to": "time",
    "driver_id": "driver",
    "declarations": "load",
    "shares": "load",
    "declared_empty": "load",
    "two_way": "load",
}
"""On which part of the mending page a field stands; the truck's part has the rest."""
