"""A line of a list as far as it can be read: what cannot be read hides nothing of what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from bordergate.errors import Wrong
from bordergate.http.malformed import malformed_places
from events.words import Direction
from services.vehicle_registration.commands.by_hand import ByHand
from services.vehicle_registration.domain.refusals import ShareOfNothing, WindowBackwards, WindowOver, WindowTooLong
from services.vehicle_registration.uploads.columns import SHARES, typed_in

STAND_INS: Mapping[str, Any] = {
    "route": "aa-0000",
    "direction": Direction.EXPORT,
    "day": "2099-12-31",
    "starts": "00:00",
    "ends": "23:59",
    "plate": "?",
    "declared_empty": "true",
}
"""Stand where a line has to say something and says nothing that can be read."""
NEEDS: Mapping[str, frozenset[str]] = {
    "R003": frozenset({"direction"}),
    "R013": frozenset({"trailer", "containers", "declared_empty"}),
    ShareOfNothing.code: frozenset({"declarations"}),
    WindowBackwards.code: frozenset({"starts", "ends"}),
    WindowTooLong.code: frozenset({"starts", "ends"}),
    WindowOver.code: frozenset({"day"}),
}
"""What is known to be wrong only when all of these columns could be read."""

NO_SUCH: Mapping[str, str] = {
    "$.day": "vehicle_registration.list_no_such_day",
    "$.starts": "vehicle_registration.list_no_such_hour",
    "$.ends": "vehicle_registration.list_no_such_hour",
}
"""What a day or an hour that cannot be read is told as, in the words of who writes a list."""
UNREADABLE = frozenset({"payload.not_time", "payload.value"})


class ReadLine(NamedTuple):
    """The crossing that a line states, all that cannot be read in it, and the columns in which that is.

    What is in these columns is left out of `asked`, or stands in for what it must have.
    """

    asked: ByHand
    wrong: Sequence[Wrong] = ()
    unread: frozenset[str] = frozenset()

    @property
    def plate(self) -> str | None:
        """The truck's plate, if one can be read."""
        return None if "plate" in self.unread else self.asked.plate

    def stands(self, found: Iterable[Wrong]) -> list[Wrong]:
        """Of what is wrong with the crossing, that which the line itself says, and no stand-in."""
        return [wrong for wrong in found if not self.unread & _needed(wrong)] if self.unread else [*found]


def read_line(cells: Mapping[str, str]) -> ReadLine:
    """Read a line, and tell all that cannot be read in it."""
    said = typed_in(cells)
    unclear = [part for part in said.get(SHARES, ()) if isinstance(part, str)]
    wrong = [Wrong("$.shares", "vehicle_registration.share_unclear", {"value": part}) for part in unclear]
    if unclear:
        said[SHARES] = [part for part in said[SHARES] if not isinstance(part, str)]
    try:
        return ReadLine(ByHand.model_validate(said), wrong)
    except ValidationError as error:
        located = [{**found, "loc": ("body", *found["loc"])} for found in error.errors()]
        places = [found["loc"] for found in error.errors()]
        asked = ByHand.model_validate({**STAND_INS, **_without(said, places)})
        told = [_in_lists_words(wrong) for wrong in malformed_places(RequestValidationError(located))]
        return ReadLine(asked, [*wrong, *told], frozenset(str(place[0]) for place in places))


def _without(said: Mapping[str, Any], places: Sequence[tuple[int | str, ...]]) -> dict[str, Any]:
    """What a line says without what cannot be read: of several numbers in a column only those that cannot."""
    whole = {place[0] for place in places if len(place) == 1}
    parts = {place[:2] for place in places if len(place) > 1}
    return {
        name: [part for at, part in enumerate(told) if (name, at) not in parts] if isinstance(told, list) else told
        for name, told in said.items()
        if name not in whole
    }


def _in_lists_words(wrong: Wrong) -> Wrong:
    unreadable = wrong.code in UNREADABLE and wrong.field in NO_SUCH
    return wrong._replace(code=NO_SUCH[wrong.field]) if unreadable and wrong.field else wrong


def _needed(wrong: Wrong) -> frozenset[str]:
    return NEEDS.get(wrong.code) or frozenset({"plate"} if wrong.field == "$.plate" else ())
