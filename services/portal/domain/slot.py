"""A crossing's slot as its history tells it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from events.words import CrossingState
from services.portal.domain.history import Heard

SAID = {"presence_stated": "said", "absence_excused": "excused"}
STRUCK = {"struck": True, "there_from": None, "there_by": None, "said": False, "excused": False}
"""Nobody has to come to an hour that has no room for him."""
BOOKS = frozenset(
    {CrossingState.SUBMITTED, CrossingState.NOT_READY, CrossingState.READY, CrossingState.QUEUED, CrossingState.NO_SHOW}
)
"""Where a crossing stands that may have a slot."""


class SlotStage(StrEnum):
    """What of a slot a page shows; ENTERED takes part in its draw."""

    ENTERED = "ENTERED"
    RESERVED = "RESERVED"
    CONFIRMED = "CONFIRMED"


LOSSES = frozenset({"ABSENT", "LATE", "OURS"})
"""How a slot ends whose hour came and did not serve its truck."""


class SlotShown(BaseModel):
    """A slot: until when it is reserved or when it is drawn, and the other one that is held for its truck.

    Between `there_from` and `there_by` the truck has to come to the waiting area; `said` is that somebody says it did,
    `excused` that it could not. `struck`: as its route works now, its hour has no room for it.
    """

    model_config = ConfigDict(frozen=True)

    stage: SlotStage
    starts: AwareDatetime
    minutes: int = 60
    until: AwareDatetime | None = None
    offered: AwareDatetime | None = None
    offered_until: AwareDatetime | None = None
    there_from: AwareDatetime | None = None
    there_by: AwareDatetime | None = None
    said: bool = False
    excused: bool = False
    struck: bool = False

    @property
    def ends(self) -> datetime:
        """When its hour is over."""
        return self.starts + timedelta(minutes=self.minutes)

    def is_over(self, now: datetime) -> bool:
        """Whether it ran out, though nobody has said so yet."""
        return self.stage is SlotStage.RESERVED and self.until is not None and self.until <= now

    def offers(self, now: datetime) -> bool:
        """Whether other room is held for it."""
        return self.offered_until is not None and now < self.offered_until

    def expects(self, now: datetime) -> bool:
        """Whether its truck still has to come, or could just have."""
        return self.stage is SlotStage.CONFIRMED and self.there_by is not None and now <= self.there_by

    def hears(self, now: datetime) -> bool:
        """Whether it counts now when somebody says that the truck is there."""
        return self.expects(now) and self.there_from is not None and self.there_from <= now


class SlotLost(BaseModel):
    """A slot whose hour did not serve its truck, and why; by when the truck should have been there."""

    model_config = ConfigDict(frozen=True)

    starts: AwareDatetime
    cause: str
    there_by: AwareDatetime | None = None


def slot_in(history: Iterable[Heard]) -> SlotShown | None:
    """The slot that a history, the latest first, ends with; None when there is none any more."""
    slot: SlotShown | None = None
    for heard in reversed(list(history)):
        told = heard.details
        if heard.event == "slot_ended" or (heard.event == "truck_called" and "slot" in told):
            slot = None
        elif heard.event in ("slot_reserved", "slot_confirmed"):
            slot = SlotShown(stage=_stage(heard), **_times(told))
        elif heard.event == "slot_offered" and slot is not None:
            slot = slot.model_copy(update={"offered": _at(told["starts"]), "offered_until": _at(told["until"])})
        elif heard.event == "slot_struck" and slot is not None:
            slot = slot.model_copy(update=STRUCK)
        elif heard.event in SAID and slot is not None:
            slot = slot.model_copy(update={SAID[heard.event]: True})
    return slot


def lost_slot_in(history: Iterable[Heard]) -> SlotLost | None:
    """The slot that a history, the latest first, says was lost, unless another one was asked for since."""
    lost: SlotLost | None = None
    there_by = None
    for heard in reversed(list(history)):
        told = heard.details
        if heard.event in ("slot_reserved", "slot_confirmed"):
            lost, there_by = None, told.get("there_by")
        elif heard.event == "slot_ended" and told["cause"] in LOSSES:
            lost = SlotLost(starts=told["starts"], cause=told["cause"], there_by=there_by)
        elif heard.event == "absence_excused" and lost is not None:
            lost = lost.model_copy(update={"cause": "OURS"})
    return lost


def _stage(heard: Heard) -> SlotStage:
    if heard.event == "slot_confirmed":
        return SlotStage.CONFIRMED
    return SlotStage.ENTERED if "drawn_at" in heard.details else SlotStage.RESERVED


def _times(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("starts", "minutes", "until", "there_from", "there_by") if name in told}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
