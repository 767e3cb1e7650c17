"""What anybody's check of the log finds of slots: sold twice over, called outside their hour, drawn by another seed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from events.words import Direction, TicketClass
from services.queue_scheduling.domain.hours import hour_of
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.seeds import day_of
from tests.builders.queue import TEN
from tests.builders.slots import NOON

A_MINUTE = timedelta(minutes=1)
AFTER = NOON + 60 * A_MINUTE
MINE, OTHER = "a" * 64, "b" * 64


def leaf(kind: Kind, at: Any = TEN, who: str | None = MINE, **said: Any) -> Leaf:  # noqa: ANN401 - a leaf's fields
    about = {"ticket_class": TicketClass.P4, "commitment": who} if who else {}
    return Leaf(kind=kind, direction=Direction.EXPORT, at=at, **about, **said)


OPENED = leaf(Kind.OPENED, who=None, route="hn-1119", number=0)
OPEN_ALL_DAY = {"opens": 0, "closes": 24 * 60, "per_hour": 26, "early": 0, "dangerous": "0.5"}
HOURS = leaf(Kind.HOURS, who=None, day=day_of(TEN), **OPEN_ALL_DAY)
BOOKED = leaf(Kind.BOOKED, slot=NOON, minutes=60, places=1)
JOINED = leaf(Kind.JOINED, ready_at=TEN, slot=NOON)
ANNOUNCED = leaf(Kind.ANNOUNCED, who=None, slot=NOON, minutes=60, digest="c" * 64)
DRAWN = leaf(Kind.DRAWN, who=None, slot=NOON, digest="d" * 64)


def called(at: Any, **said: Any) -> Leaf:  # noqa: ANN401 - a leaf's fields
    usual = {"hour": hour_of(at), "capacity": 26, "valid_until": at + timedelta(hours=1), "slot": NOON}
    return leaf(Kind.CALLED, at, **(usual | said))


def ended(kind: Kind, at: Any = TEN, cause: str = "GIVEN_UP", **said: Any) -> Leaf:  # noqa: ANN401 - a leaf's fields
    return leaf(kind, at, slot=NOON, cause=cause, **said)


ABSENT = ended(Kind.LAPSED, NOON - 5 * A_MINUTE, "ABSENT")
BOOKED_AFTER = leaf(Kind.BOOKED, NOON - 5 * A_MINUTE, who=OTHER, slot=NOON, minutes=60, places=1)
NUMBERED = leaf(Kind.JOINED, NOON - 5 * A_MINUTE, ready_at=TEN, first_come=1, promise=1, ahead=0)
LEFT = leaf(Kind.LEFT, NOON, cause="CHANGED")
AHEAD = leaf(Kind.JOINED, NOON, ready_at=TEN)


def found(*leaves: Leaf) -> list[str]:
    check = LogCheck("hn-1119")
    return [finding.code.removeprefix("ledger.") for one in (OPENED, HOURS, *leaves) for finding in check.read(one)]


@pytest.mark.parametrize(
    "story",
    [
        (BOOKED, JOINED, called(NOON)),
        (BOOKED, JOINED, called(NOON + 59 * A_MINUTE)),
        (BOOKED, ended(Kind.UNBOOKED), leaf(Kind.BOOKED, who=OTHER, slot=NOON, minutes=60, places=1)),
        (
            BOOKED,
            JOINED,
            ended(Kind.LAPSED, AFTER, "OURS"),
            leaf(Kind.JOINED, AFTER, ready_at=TEN),
        ),
        (ANNOUNCED, DRAWN, BOOKED),
        (BOOKED, JOINED, ABSENT, BOOKED_AFTER),
        (BOOKED, JOINED, ended(Kind.EXCUSED, cause="WEATHER"), called(NOON)),
        (BOOKED, JOINED, ABSENT, NUMBERED, LEFT, ended(Kind.EXCUSED, NOON, "GATE"), AHEAD),
    ],
)
def test_slots_that_were_kept_are_found_right(story: tuple[Leaf, ...]) -> None:
    assert found(*story) == []


@pytest.mark.parametrize(
    ("story", "codes"),
    [
        ((BOOKED, BOOKED), ["booked_twice", "slot_overfull"]),
        ((BOOKED, leaf(Kind.BOOKED, who=OTHER, slot=NOON, minutes=60, places=1)), ["slot_overfull"]),
        ((leaf(Kind.BOOKED, NOON + 5 * A_MINUTE, slot=NOON, minutes=60, places=1),), ["booked_late"]),
        ((ended(Kind.UNBOOKED),), ["not_booked"]),
        ((JOINED,), ["not_booked"]),
        ((BOOKED, JOINED, called(NOON - 5 * A_MINUTE)), ["outside_slot"]),
        ((BOOKED, JOINED, called(NOON + 65 * A_MINUTE)), ["outside_slot"]),
        ((BOOKED, JOINED, called(NOON, capacity=0)), ["other_capacity", "over_capacity"]),
        ((BOOKED, JOINED, called(NOON, slot=None)), ["wrong_line"]),
        ((BOOKED, called(NOON)), ["not_waiting"]),
        ((BOOKED, JOINED, ended(Kind.LAPSED, NOON, "OURS")), ["lapsed_early"]),
        ((BOOKED, JOINED, ended(Kind.LAPSED, AFTER, "OWN"), leaf(Kind.JOINED, ready_at=TEN)), None),
        ((BOOKED, JOINED, ended(Kind.LAPSED, NOON - 40 * A_MINUTE, "ABSENT")), ["lapsed_early"]),
        ((BOOKED, JOINED, ABSENT, AHEAD), ["no_number"]),
        ((ended(Kind.EXCUSED, cause="GATE"),), ["excused_wrongly"]),
        ((BOOKED, JOINED, ended(Kind.LAPSED, AFTER, "OWN"), ended(Kind.EXCUSED, AFTER, "GATE")), ["excused_wrongly"]),
        (
            (BOOKED, JOINED, ABSENT, NUMBERED, LEFT, ended(Kind.EXCUSED, NOON, "GATE"), AHEAD, LEFT, AHEAD),
            ["no_number"],
        ),
        ((ANNOUNCED, ANNOUNCED), ["seed_changed"]),
        ((DRAWN,), ["drawn_wrongly"]),
        ((ANNOUNCED, BOOKED, DRAWN), ["drawn_wrongly"]),
    ],
)
def test_what_may_not_be_is_found(story: tuple[Leaf, ...], codes: list[str] | None) -> None:
    assert found(*story) == codes if codes else "no_number" in found(*story)


def test_a_place_has_a_promise_or_a_slot_and_never_both() -> None:
    with pytest.raises(ValidationError):
        leaf(Kind.JOINED, ready_at=TEN, slot=NOON, first_come=1, promise=1, ahead=0)
    with pytest.raises(ValidationError):
        called(NOON, number=1)
