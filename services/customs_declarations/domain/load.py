"""What one crossing says it carries, and what its declarations mean for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bordergate.aggregate import Aggregate
from events.customs_declarations import DeclarationsAssessed
from events.words import Channel, Direction
from services.customs_declarations.domain.declaration import Declaration, Stage
from services.customs_declarations.domain.goods import GoodsNumbers, goods_of
from services.customs_declarations.domain.rules import Dossier, failures_of

AT_BARRIER = UUID(int=0)
"""Stands for an operator at the barrier, who names what the papers in his hand say."""
STRICTEST_LAST = (Channel.GREEN, Channel.YELLOW, Channel.RED)


@dataclass(eq=False)
class Load(Aggregate):
    """The declarations a crossing names: `claims` says since when it has named each, `named_by` for whom.

    `active` until the crossing ends; `stated` is the assessment last published.
    """

    crossing_id: UUID
    direction: Direction
    parties: list[UUID] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    claims: dict[str, str] = field(default_factory=dict)
    named_by: dict[str, str | None] = field(default_factory=dict)
    declared_empty: bool = False
    two_way: bool = False
    active: bool = True
    stated: DeclarationsAssessed | None = None
    version: int = 0

    def name(
        self,
        numbers: Sequence[str],
        parties: Sequence[UUID],
        direction: Direction,
        *,
        empty: bool,
        at: datetime,
        by: UUID | None,
        two_way: bool = False,
    ) -> None:
        """The crossing was filed or amended by an organisation; a number it keeps was named when and by whom it was."""
        claims, named_by = self.claims, self.named_by
        self.claims = {number: claims.get(number, at.isoformat()) for number in numbers}
        self.named_by = {number: named_by.get(number, str(by) if by else None) for number in numbers}
        self.numbers = list(numbers)
        self.parties = sorted({*parties, self.crossing_id})
        self.direction, self.declared_empty, self.two_way = direction, empty, two_way

    def end(self) -> None:
        """The crossing is over; its declarations are free for another."""
        self.active = False

    def resume(self) -> None:
        """A correction showed that the crossing is not over."""
        self.active = True

    def may_carry(self, declaration: Declaration) -> bool:
        """Whether the crossing names the declaration, and who named it may: its paper lies before an operator."""
        namer = self._namer(declaration)
        return declaration.number in self.claims and (namer == AT_BARRIER or declaration.permits(namer))

    def opens(self, declaration: Declaration) -> bool:
        """Whether an owner of the declaration named it: then the crossing's parties may see it."""
        return declaration.number in self.claims and self._namer(declaration) in declaration.owners

    def claimed_before(self, other: Load, declaration: Declaration) -> bool:
        """Whether the declaration is this crossing's rather than the other's; both may carry it.

        What an owner named goes before what others named, then who named it first.
        """
        return self._claim(declaration) < other._claim(declaration)

    def _namer(self, declaration: Declaration) -> UUID | None:
        by = self.named_by.get(declaration.number)
        return UUID(by) if by else None

    def _claim(self, declaration: Declaration) -> tuple[bool, datetime, UUID]:
        return not self.opens(declaration), datetime.fromisoformat(self.claims[declaration.number]), self.crossing_id

    def assess(self, filed: Mapping[str, Declaration], rivals: Sequence[Load], goods: GoodsNumbers) -> None:
        """Say what the declarations mean for the crossing, if that has changed.

        `filed` are the declarations under its numbers, `rivals` other active loads that name some of them. A
        declaration that who named it may not name is to this crossing as if it were not filed.
        """
        found = (filed[number] for number in self.numbers if number in filed)
        named = {declaration.number: declaration for declaration in found if self.may_carry(declaration)}
        dossier = Dossier(
            direction=self.direction,
            numbers=tuple(self.numbers),
            declared_empty=self.declared_empty,
            filed=named,
            taken=self._taken(named, rivals),
            two_way=self.two_way,
            asked=goods,
        )
        known = [declaration for declaration in named.values() if declaration.stage is not Stage.CANCELLED]
        whole = bool(known) and len(known) == len(self.numbers)
        told = DeclarationsAssessed(
            crossing_id=self.crossing_id,
            failures=failures_of(dossier),
            goods=goods_of((line for declaration in known for line in declaration.lines), goods),
            declaration_ids=tuple(declaration.id for declaration in known),
            channel=strictest(declaration.channel for declaration in known) if whole else None,
            cleared=whole and all(declaration.stage is Stage.CLEARED for declaration in known),
            simulated=any(declaration.simulated for declaration in known),
            numbers=tuple(self.numbers),
            two_way=self.two_way,
        )
        if told != self.stated:
            self.stated = told
            self.record(told)

    def _taken(self, named: Mapping[str, Declaration], rivals: Sequence[Load]) -> frozenset[str]:
        return frozenset(
            number
            for number, declaration in named.items()
            for rival in rivals
            if rival is not self and rival.may_carry(declaration)
            if rival.claimed_before(self, declaration)
        )


def strictest(channels: Iterable[Channel | None]) -> Channel | None:
    """The strictest of several channels; None while one is still to come."""
    chosen = list(channels)
    known = [channel for channel in chosen if channel is not None]
    return max(known, key=STRICTEST_LAST.index) if known and len(known) == len(chosen) else None
