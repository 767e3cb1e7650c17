"""As of when pages speak: up to when the portal has heard the gate's news, said also while nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic_core import to_json

from bordergate.errors import Unavailable
from bordergate.hearing import unheard_for
from bordergate.http import Doorway
from bordergate.http.door import House
from events.streams import CROSSINGS, ROUTES

STREAMS = (CROSSINGS, ROUTES)
READ_EVERY = 2.0
STALE_AFTER = 30.0
"""Real seconds without a word from the consumers after which a page no longer calls itself live."""


@dataclass(frozen=True)
class Abreast:
    """Up to when everything was heard, by the border's clock; None when nobody has listened yet."""

    at: datetime | None
    stale: bool


def abreast_of(house: House) -> Abreast:
    """How far the pages are; one read serves every reader of the process."""
    try:
        kept = house.shared.of(
            "abreast",
            lambda: house.transactions.read(lambda session: unheard_for(session, house.service, STREAMS), scope="all"),
            at_most_every=READ_EVERY,
        )
    except Unavailable:
        return Abreast(None, stale=True)
    if kept.value is None:
        return Abreast(None, stale=True)
    seconds = kept.value + kept.age
    passed = timedelta(seconds=seconds * house.clock.speed())
    return Abreast(house.clock.now() - passed, stale=seconds > STALE_AFTER)


def said_by(door: Doorway) -> Callable[[], str]:
    """What a stream says of it between changes."""
    house = door.house

    def said() -> str:
        return to_json(abreast_of(house)).decode()

    return said
