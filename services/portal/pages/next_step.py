"""From what is missing to where it is put right."""

from __future__ import annotations

import re
from typing import NamedTuple

from bordergate.http.typed import root_of
from events.words import Failure
from services.portal.domain import DESK, CrossingFile

ELSEWHERE = frozenset({"R002", "R011", "R012", "R061"})
"""What stands in another crossing's way: there it is put right, or here with another truck, driver or paper."""
DECLARE = frozenset({"R004"})
PAPERS = {"R015": "/desk/fleet?text={plate}", "R016": "/desk/fleet?text={plate}", "R060": "/desk/fleet#drivers"}
"""What is put right on the vehicle's page, or on the driver's, which only his firm finds."""
PAYER = "$.trader"
"""Who pays is the administrator's to put right."""
GOODS = re.compile(r"\$\.declarations\[(\d+)\]\.lines\[")
"""What the goods of a declaration lack is put right in that declaration."""


class NextStep(NamedTuple):
    """A link, and the text that names it."""

    path: str
    code: str


def step_for(file: CrossingFile, failure: Failure) -> NextStep | None:
    """Where the crossing's owner puts a failure right; None when nothing can be changed any more."""
    if failure.code in DECLARE and failure.value:
        return NextStep(f"/desk/declaration?number={failure.value}", "portal.desk.next.declare")
    if failure.code in ELSEWHERE and failure.field == "$.plate":
        return NextStep(f"/?text={file.plate}", "portal.desk.next.other")
    if failure.code in PAPERS:
        return NextStep(PAPERS[failure.code].format(plate=file.plate), "portal.desk.next.papers")
    if (lacking := GOODS.match(failure.field)) and int(lacking[1]) < len(file.declarations):
        return NextStep(f"/declarations?text={file.declarations[int(lacking[1])]}", "portal.desk.next.goods")
    if file.state in DESK and failure.field != PAYER:
        place = root_of(failure.field.removeprefix("$."))
        return NextStep(f"/crossings/{file.crossing_id}/mend#part-{PARTS.get(place, 'truck')}", "portal.desk.next.mend")
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
