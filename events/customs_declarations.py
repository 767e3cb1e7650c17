"""What customs_declarations states: declarations, and what they mean for a crossing."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from events.streams import CrossingEvent, DeclarationEvent
from events.words import Channel, Direction, Failure, Goods, Share


class DeclarationRegistered(DeclarationEvent):
    """A declaration is filed under its number."""

    name: ClassVar = "customs_declarations.declaration_registered.v1"
    number: str
    type_code: str
    direction: Direction
    declarant: UUID


class DeclarationAmended(DeclarationEvent):
    """A declaration has a new version."""

    name: ClassVar = "customs_declarations.declaration_amended.v1"
    revision: int


class DeclarationChannelled(DeclarationEvent):
    """Customs chose the channel; `simulated` when an adapter stood in for the authority."""

    name: ClassVar = "customs_declarations.declaration_channelled.v1"
    channel: Channel
    simulated: bool = False


class DeclarationUnderCheck(DeclarationEvent):
    """Customs looks at the declaration's papers, or at its goods."""

    name: ClassVar = "customs_declarations.declaration_under_check.v1"


class DeclarationReleasedToStorage(DeclarationEvent):
    """The goods may be kept elsewhere until customs has decided."""

    name: ClassVar = "customs_declarations.declaration_released_to_storage.v1"


class DeclarationCleared(DeclarationEvent):
    """Customs cleared the declaration."""

    name: ClassVar = "customs_declarations.declaration_cleared.v1"
    simulated: bool = False


class DeclarationCancelled(DeclarationEvent):
    """The declaration no longer holds."""

    name: ClassVar = "customs_declarations.declaration_cancelled.v1"
    reason: str


class DeclarationsAssessed(CrossingEvent):
    """What all of a crossing's declarations mean for it now; stated again whenever they change.

    `channel` is the strictest of theirs, once all have one; `cleared` when all are; `simulated` when an adapter stood
    in for the authority. `numbers` are the crossing's declarations as they were filed when it was assessed, `shares`,
    `two_way`, `direction`, `declared_empty` and `arrives_on` (the Hà Nội day on which the truck may first come) what
    else was filed of them: an assessment of what was since amended is out of date. Goods are judged by that day's law.
    """

    name: ClassVar = "customs_declarations.declarations_assessed.v1"
    failures: tuple[Failure, ...]
    goods: Goods
    declaration_ids: tuple[UUID, ...] = ()
    channel: Channel | None = None
    cleared: bool = False
    simulated: bool = False
    numbers: tuple[str, ...] | None = None
    two_way: bool = False
    shares: tuple[Share, ...] = ()
    direction: Direction | None = None
    declared_empty: bool | None = None
    arrives_on: date | None = None
