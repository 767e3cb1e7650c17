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
    DeclarationReleasedToStorage,
    DeclarationUnderCheck,
)
from events.words import Channel, Direction
from services.customs_declarations.domain.goods import ACROSS, Line
from services.customs_declarations.domain.refusals import NotNow


class Stage(StrEnum):
    """How far a declaration has come; AWAITED: its number is stated, customs' own system is asked what it declares.

    CONTESTED: another has filed under the number, and who filed this one says that it is his own.
    """

    AWAITED = "AWAITED"
    CONTESTED = "CONTESTED"
    REGISTERED = "REGISTERED"
    CHANNELLED = "CHANNELLED"
    UNDER_CHECK = "UNDER_CHECK"
    RELEASED_TO_STORAGE = "RELEASED_TO_STORAGE"
    CLEARED = "CLEARED"
    CANCELLED = "CANCELLED"


class Act(StrEnum):
    """What can be done to a declaration; FETCH files what customs' own system has, TAKE one that was contested."""

    AWAIT = "AWAIT"
    FILE = "FILE"
    FETCH = "FETCH"
    CONTEST = "CONTEST"
    TAKE = "TAKE"
    SHARE = "SHARE"
    AMEND = "AMEND"
    CHANNEL = "CHANNEL"
    CHECK = "CHECK"
    STORE = "STORE"
    CLEAR = "CLEAR"
    CANCEL = "CANCEL"


TRANSITIONS: dict[tuple[Stage, Act], Stage] = {
    (Stage.AWAITED, Act.FILE): Stage.REGISTERED,
    (Stage.AWAITED, Act.CANCEL): Stage.CANCELLED,
    (Stage.CONTESTED, Act.TAKE): Stage.REGISTERED,
    (Stage.CONTESTED, Act.CANCEL): Stage.CANCELLED,
    (Stage.REGISTERED, Act.AMEND): Stage.REGISTERED,
    (Stage.CHANNELLED, Act.AMEND): Stage.REGISTERED,
    (Stage.REGISTERED, Act.CHANNEL): Stage.CHANNELLED,
    (Stage.CHANNELLED, Act.CHANNEL): Stage.CHANNELLED,
    (Stage.CHANNELLED, Act.CHECK): Stage.UNDER_CHECK,
    (Stage.CHANNELLED, Act.STORE): Stage.RELEASED_TO_STORAGE,
    (Stage.CHANNELLED, Act.CLEAR): Stage.CLEARED,
    (Stage.UNDER_CHECK, Act.CHANNEL): Stage.CHANNELLED,
    (Stage.UNDER_CHECK, Act.STORE): Stage.RELEASED_TO_STORAGE,
    (Stage.UNDER_CHECK, Act.CLEAR): Stage.CLEARED,
    (Stage.UNDER_CHECK, Act.CANCEL): Stage.CANCELLED,
    (Stage.RELEASED_TO_STORAGE, Act.CHANNEL): Stage.CHANNELLED,
    (Stage.RELEASED_TO_STORAGE, Act.CHECK): Stage.UNDER_CHECK,
    (Stage.RELEASED_TO_STORAGE, Act.CLEAR): Stage.CLEARED,
    (Stage.RELEASED_TO_STORAGE, Act.CANCEL): Stage.CANCELLED,
    (Stage.REGISTERED, Act.CANCEL): Stage.CANCELLED,
    (Stage.CHANNELLED, Act.CANCEL): Stage.CANCELLED,
}
"""An amended declaration needs a channel anew: what was looked at is no longer what is declared.

While customs looks at it, or its goods wait in a storage, it is not amended.
"""


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
    names in a crossing that carries it. `revision` counts what it has declared so far: 0 while only its number is
    stated, when there is no type and no line. `by_number` says that it began so. `holds_number` says that it is the
    declaration under its number: not while another is, nor once it was cancelled otherwise than in customs' own system.
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
    by_number: bool = False
    holds_number: bool = True
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
        declaration._say_registered()
        return declaration

    @classmethod
    def contest(
        cls,
        id_: UUID,
        papers: Papers,
        declarant: UUID,
        trader: UUID,
        at: datetime,
        shared_with: Iterable[UUID] = (),
    ) -> Declaration:
        """File a declaration under a number that another holds: nobody hears of it until the number is its own."""
        declaration = cls.register(id_, papers, declarant, trader, at, shared_with)
        declaration.release()
        declaration.stage, declaration.holds_number = Stage.CONTESTED, False
        return declaration

    @classmethod
    def state(
        cls,
        id_: UUID,
        number: str,
        direction: Direction,
        declarant: UUID,
        trader: UUID,
        at: datetime,
        shared_with: Iterable[UUID] = (),
    ) -> Declaration:
        """State a number alone: what is declared under it, customs' own system will say, or an owner types it."""
        shared = set(shared_with)
        return cls(
            id=id_,
            number=number,
            type_code="",
            direction=direction,
            declarant=declarant,
            trader=trader,
            lines=(),
            filed_at=at,
            shared_with=sorted(shared),
            parties=sorted({declarant, trader} | shared),
            stage=Stage.AWAITED,
            by_number=True,
            revision=0,
        )

    def declare(self, papers: Papers) -> None:
        """It is known what is declared under the number that was stated."""
        self._pass(Act.FILE)
        self.type_code, self.lines, self.destination = papers.type_code, papers.lines, papers.destination
        self.revision = 1
        self._say_registered()

    def take_number(self) -> None:
        """Whoever held its number does no longer: it is the declaration under it."""
        self._pass(Act.TAKE)
        self.holds_number = True
        self._say_registered()

    def _say_registered(self) -> None:
        self.record(
            DeclarationRegistered(
                declaration_id=self.id,
                number=self.number,
                type_code=self.type_code,
                direction=self.direction,
                declarant=self.declarant,
            )
        )

    @property
    def papers(self) -> Papers:
        """What it says now."""
        return Papers(self.number, self.type_code, self.direction, self.lines, self.destination)

    @property
    def is_declared(self) -> bool:
        """Whether it is known what it declares."""
        return self.revision > 0

    @property
    def holds(self) -> bool:
        """Whether a truck may carry what it declares."""
        return self.is_declared and self.stage not in (Stage.CANCELLED, Stage.CONTESTED)

    @property
    def owners(self) -> frozenset[UUID]:
        """Who may amend it."""
        return frozenset({self.declarant, self.trader})

    @property
    def only_customs_cancels(self) -> bool:
        """Whether customs looks at it, or has said that it will: who declared it does not escape by giving it up."""
        acted_upon = self.stage in (Stage.UNDER_CHECK, Stage.RELEASED_TO_STORAGE)
        return acted_upon or (self.stage is Stage.CHANNELLED and self.channel is not Channel.GREEN)

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
        acted_upon = self.stage in (Stage.UNDER_CHECK, Stage.RELEASED_TO_STORAGE)
        if self.channel is channel and (acted_upon or (self.stage, self.simulated) == (Stage.CHANNELLED, simulated)):
            return
        self._pass(Act.CHANNEL)
        self.channel, self.simulated = channel, simulated
        self.record(DeclarationChannelled(declaration_id=self.id, channel=channel, simulated=simulated))

    def check(self) -> None:
        """Customs begins to look at papers or goods, as the yellow and the red channel ask for."""
        if self.stage is Stage.UNDER_CHECK:
            return
        if self.channel is Channel.GREEN:
            raise NotNow(stage=self.stage, act=Act.CHECK)
        self._pass(Act.CHECK)
        self.record(DeclarationUnderCheck(declaration_id=self.id))

    def store(self) -> None:
        """The goods may be kept elsewhere until customs has decided."""
        if self.stage is Stage.RELEASED_TO_STORAGE:
            return
        self._pass(Act.STORE)
        self.record(DeclarationReleasedToStorage(declaration_id=self.id))

    def clear(self, *, simulated: bool = False) -> None:
        """Customs lets the goods go."""
        if self.stage is Stage.CLEARED:
            return
        self._pass(Act.CLEAR)
        self.simulated = self.simulated or simulated
        self.record(DeclarationCleared(declaration_id=self.id, simulated=simulated))

    def cancel(self, reason: str, *, by_source: bool = False) -> None:
        """The declaration no longer holds, and its number is free, unless customs' own system cancelled it there."""
        heard_of = self.holds
        self._pass(Act.CANCEL)
        self.cancelled_because, self.holds_number = reason, by_source
        if heard_of:
            self.record(DeclarationCancelled(declaration_id=self.id, reason=reason))
        else:  # of a number alone, or of one that another holds, nobody has heard
            self.version = self.version + 1

    def _pass(self, act: Act) -> None:
        following = TRANSITIONS.get((self.stage, act))
        if following is None:
            raise NotNow(stage=self.stage, act=act)
        self.stage = following
