"""A customs declaration: registered, channelled, cleared; amended or cancelled before that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from events.customs_declarations import (
    DeclarationAmended,
    DeclarationCancelled,
    DeclarationChannelled,
    DeclarationCleared,
    DeclarationRegistered,
)
from events.words import Channel, Direction
from services.customs_declarations.domain.goods import ACROSS, Line
from services.customs_declarations.domain.refusals import NotNow


class Stage(StrEnum):
    """How far a declaration has come."""

    REGISTERED = "REGISTERED"
    CHANNELLED = "CHANNELLED"
    CLEARED = "CLEARED"
    CANCELLED = "CANCELLED"


class Act(StrEnum):
    """What can be done to a declaration."""

    FILE = "FILE"
    SHARE = "SHARE"
    AMEND = "AMEND"
    CHANNEL = "CHANNEL"
    CLEAR = "CLEAR"
    CANCEL = "CANCEL"


TRANSITIONS: dict[tuple[Stage, Act], Stage] = {
    (Stage.REGISTERED, Act.AMEND): Stage.REGISTERED,
    (Stage.CHANNELLED, Act.AMEND): Stage.REGISTERED,
    (Stage.REGISTERED, Act.CHANNEL): Stage.CHANNELLED,
    (Stage.CHANNELLED, Act.CHANNEL): Stage.CHANNELLED,
    (Stage.CHANNELLED, Act.CLEAR): Stage.CLEARED,
    (Stage.REGISTERED, Act.CANCEL): Stage.CANCELLED,
    (Stage.CHANNELLED, Act.CANCEL): Stage.CANCELLED,
}
"""An amended declaration needs a channel anew: what was looked at is no longer what is declared."""


@dataclass(frozen=True)
class Papers:
    """What a declaration says: its number and type, which way the goods go, and the goods.

    `destination` is the country (ISO 3166) where exports end; None says that it is the one across the border.
    """

    number: str
    type_code: str
    direction: Direction
    lines: tuple[Line, ...]
    destination: str | None = None

    def partner(self, line: Line) -> str | None:
        """The country on the other end: where exports go, where imports come from if that is declared."""
        return (self.destination or ACROSS) if self.direction is Direction.EXPORT else line.origin


@dataclass(eq=False)
class Declaration(Aggregate):
    """One declaration; `declarant` filed it, for `trader` or for itself.

    `shared_with` may name it for a crossing besides those two. `parties` may see it: all of them, and whom an owner
    names in a crossing that carries it.
    """

    id: UUID
    number: str
    type_code: str
    direction: Direction
    declarant: UUID
    trader: UUID
    lines: tuple[Line, ...]
    filed_at: datetime
    destination: str | None = None
    shared_with: list[UUID] = field(default_factory=list)
    parties: list[UUID] = field(default_factory=list)
    stage: Stage = Stage.REGISTERED
    channel: Channel | None = None
    simulated: bool = False
    revision: int = 1
    cancelled_because: str | None = None
    version: int = 0

    @classmethod
    def register(
        cls,
        id_: UUID,
        papers: Papers,
        declarant: UUID,
        trader: UUID,
        at: datetime,
        shared_with: Iterable[UUID] = (),
    ) -> Declaration:
        """File a declaration under its number, and say who else may name it for a crossing."""
        shared = set(shared_with)
        declaration = cls(
            id=id_,
            number=papers.number,
            type_code=papers.type_code,
            direction=papers.direction,
            declarant=declarant,
            trader=trader,
            lines=papers.lines,
            filed_at=at,
            destination=papers.destination,
            shared_with=sorted(shared),
            parties=sorted({declarant, trader} | shared),
        )
        declaration.record(
            DeclarationRegistered(
                declaration_id=id_,
                number=papers.number,
                type_code=papers.type_code,
                direction=papers.direction,
                declarant=declarant,
            )
        )
        return declaration

    @property
    def papers(self) -> Papers:
        """What it says now."""
        return Papers(self.number, self.type_code, self.direction, self.lines, self.destination)

    @property
    def owners(self) -> frozenset[UUID]:
        """Who may amend it."""
        return frozenset({self.declarant, self.trader})

    def permits(self, organisation: UUID | None) -> bool:
        """Whether an organisation may name it for a crossing: an owner, or one it is shared with."""
        return organisation in self.owners or organisation in self.shared_with

    def share(self, organisations: Iterable[UUID]) -> None:
        """These, and no others, may name it for a crossing besides its owners; what is declared stays."""
        shared = set(organisations)
        dropped = set(self.shared_with) - shared - self.owners
        self.shared_with = sorted(shared)
        self.parties = sorted((set(self.parties) - dropped) | shared)
        self.version = self.version + 1

    def admit(self, parties: Iterable[UUID]) -> None:
        """Whom an owner names in a crossing that carries it, sees it."""
        if not set(parties) <= set(self.parties):
            self.parties = sorted({*self.parties, *parties})

    def amend(self, type_code: str, lines: tuple[Line, ...], destination: str | None = None) -> None:
        """Declare something else under the same number."""
        self._pass(Act.AMEND)
        self.type_code, self.lines, self.destination = type_code, lines, destination
        self.channel, self.simulated = None, False
        self.revision += 1
        self.record(DeclarationAmended(declaration_id=self.id, revision=self.revision))

    def choose_channel(self, channel: Channel, *, simulated: bool = False) -> None:
        """Customs chooses the channel, or another one."""
        if (self.stage, self.channel, self.simulated) == (Stage.CHANNELLED, channel, simulated):
            return
        self._pass(Act.CHANNEL)
        self.channel, self.simulated = channel, simulated
        self.record(DeclarationChannelled(declaration_id=self.id, channel=channel, simulated=simulated))

    def clear(self, *, simulated: bool = False) -> None:
        """Customs lets the goods go."""
        if self.stage is Stage.CLEARED:
            return
        self._pass(Act.CLEAR)
        self.simulated = self.simulated or simulated
        self.record(DeclarationCleared(declaration_id=self.id, simulated=simulated))

    def cancel(self, reason: str) -> None:
        """The declaration no longer holds."""
        self._pass(Act.CANCEL)
        self.cancelled_because = reason
        self.record(DeclarationCancelled(declaration_id=self.id, reason=reason))

    def _pass(self, act: Act) -> None:
        following = TRANSITIONS.get((self.stage, act))
        if following is None:
            raise NotNow(stage=self.stage, act=act)
        self.stage = following
