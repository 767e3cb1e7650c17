"""What one crossing says it carries, and what its declarations mean for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from bordergate.aggregate import Aggregate
from events.customs_declarations import DeclarationsAssessed
from events.words import Channel, Direction, Failure, Goods, Share
from services.customs_declarations.domain.declaration import Declaration, Stage
from services.customs_declarations.domain.goods import GoodsNumbers, Line, goods_of
from services.customs_declarations.domain.rules import Dossier, failures_of
from services.customs_declarations.domain.split import NOTHING, Amounts, Claim, allotted, declared

AT_BARRIER = UUID(int=0)
"""Stands for an operator at the barrier, who names what the papers in his hand say."""
STRICTEST_LAST = (Channel.GREEN, Channel.YELLOW, Channel.RED)


@dataclass(eq=False)
class Load(Aggregate):
    """The declarations a crossing names: `claims` says since when it has named each, `named_by` for whom.

    `shares` are the parts it asks for; of a declaration without one it carries all that is left. `holds` is what it
    was last allotted of its declarations, and stays with it when it has `gone` across. The truck may first come on the
    day `arrives_on`, and came to the gate on `came_on`. `active` until the crossing ends; `stated` is the assessment
    last published.
    """

    crossing_id: UUID
    direction: Direction
    parties: list[UUID] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    claims: dict[str, str] = field(default_factory=dict)
    named_by: dict[str, str | None] = field(default_factory=dict)
    declared_empty: bool = False
    two_way: bool = False
    shares: tuple[Share, ...] = ()
    holds: tuple[Share, ...] = ()
    gone: bool = False
    arrives_on: date | None = None
    came_on: date | None = None
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
        shares: Sequence[Share] = (),
        arrives_on: date | None = None,
    ) -> None:
        """The crossing was filed or amended by an organisation; a number it keeps was named when and by whom it was.

        Who asks for more of a declaration than before, asks anew: behind those who asked in the meantime. What was
        said of something else is no answer any more: it is said again, even if in the end nothing is different.
        """
        asked_before = self._asked()
        claims, named_by, before = self.claims, self.named_by, {number: self.asks(number) for number in self.numbers}
        self.shares = tuple(shares)
        kept = {number for number in numbers if number in claims and not _more(before.get(number), self.asks(number))}
        self.claims = {number: claims[number] if number in kept else at.isoformat() for number in numbers}
        self.named_by = {number: named_by.get(number, str(by) if by else None) for number in numbers}
        self.numbers = list(numbers)
        self.parties = sorted({*parties, self.crossing_id})
        self.direction, self.declared_empty, self.two_way = direction, empty, two_way
        self.arrives_on = arrives_on
        if self._asked() != asked_before:
            self.stated = None

    def _asked(self) -> tuple[object, ...]:
        """What whoever filed the crossing waits to hear of."""
        own = (self.direction, self.declared_empty, self.two_way, self.arrives_on)
        return tuple(self.numbers), tuple(self.shares), *own

    def come(self, day: date | None) -> None:
        """The truck stands at the gate: what is asked later is not asked of it; None: it was not there after all."""
        self.came_on = day

    def law_of(self, today: date) -> date:
        """The day by whose law it is judged: when it came, else when it may first come, or today once that is over."""
        return self.came_on or max(today, self.arrives_on or today)

    def end(self, *, carried: bool = False) -> None:
        """The crossing is over: what it carried across is used up, else its declarations are free for another."""
        self.active, self.gone = False, carried and bool(self.holds)

    def resume(self) -> None:
        """A correction showed that the crossing is not over."""
        self.active, self.gone = True, False

    def asks(self, number: str) -> Amounts | None:
        """How much of a declaration it asks for; None: all that is left."""
        asked: dict[int, Decimal] = {}
        for share in self.shares:
            if share.declaration == number:
                asked[share.line] = asked.get(share.line, Decimal()) + share.quantity
        return asked or None

    def took(self, declaration: Declaration) -> Amounts:
        """What it carried of a declaration across the border; nothing of another that has its number since."""
        if not self.gone or self.stated is None or declaration.id not in self.stated.declaration_ids:
            return NOTHING
        return {share.line: share.quantity for share in self.holds if share.declaration == declaration.number}

    def may_carry(self, declaration: Declaration) -> bool:
        """Whether the crossing names the declaration, and who named it may: its paper lies before an operator."""
        namer = self._namer(declaration)
        return declaration.number in self.claims and (namer == AT_BARRIER or declaration.permits(namer))

    def opens(self, declaration: Declaration) -> bool:
        """Whether an owner of the declaration named it: then the crossing's parties may see it."""
        return declaration.number in self.claims and self._namer(declaration) in declaration.owners

    def _namer(self, declaration: Declaration) -> UUID | None:
        by = self.named_by.get(declaration.number)
        return UUID(by) if by else None

    def claim(self, declaration: Declaration) -> tuple[bool, datetime, UUID]:
        """The place of its claim: what an owner named goes before what others named, then who named it first."""
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
            carries=(carries := self._carries(named, rivals)),
            shares=self.shares,
            two_way=self.two_way,
            asked=goods,
        )
        self.holds = tuple(
            Share(declaration=number, line=line, quantity=amount)
            for number, amounts in carries.items()
            for line, amount in amounts.items()
        )
        known = [declaration for declaration in named.values() if declaration.holds]
        lines = (line for one in known for line in self._on_truck(one, carries))
        told = self._told(known, failures_of(dossier), goods_of(lines, goods))
        if told != self.stated:
            self.stated = told
            self.record(told)

    def _told(self, known: Sequence[Declaration], failures: tuple[Failure, ...], goods: Goods) -> DeclarationsAssessed:
        """What is published, with what was asked: `known` are those of its declarations that hold."""
        whole = bool(known) and len(known) == len(self.numbers)
        return DeclarationsAssessed(
            crossing_id=self.crossing_id,
            failures=failures,
            goods=goods,
            declaration_ids=tuple(declaration.id for declaration in known),
            channel=strictest(declaration.channel for declaration in known) if whole else None,
            cleared=whole and all(declaration.stage is Stage.CLEARED for declaration in known),
            simulated=any(declaration.simulated for declaration in known),
            numbers=tuple(self.numbers),
            two_way=self.two_way,
            shares=self.shares,
            direction=self.direction,
            declared_empty=self.declared_empty,
            arrives_on=self.arrives_on,
        )

    def _carries(self, named: Mapping[str, Declaration], rivals: Sequence[Load]) -> dict[str, Amounts]:
        return {
            number: allotment(declaration, [self, *(rival for rival in rivals if rival is not self)]).get(
                self.crossing_id, NOTHING
            )
            for number, declaration in named.items()
        }

    def _on_truck(self, declaration: Declaration, carries: Mapping[str, Amounts]) -> Iterator[Line]:
        """The lines it carries; all of them while it is not settled what it carries."""
        amounts = carries.get(declaration.number) or declared(declaration.lines)
        for place, line in enumerate(declaration.lines, start=1):
            if place in amounts:
                yield line.part(amounts[place])


def allotment(declaration: Declaration, loads: Sequence[Load]) -> dict[UUID, Amounts]:
    """What each crossing carries of a declaration."""
    number = declaration.number
    claiming = [load for load in loads if load.active and load.may_carry(declaration)]
    return allotted(
        declared(declaration.lines),
        [load.took(declaration) for load in loads],
        [
            Claim(load.crossing_id, load.asks(number))
            for load in sorted(claiming, key=lambda one: one.claim(declaration))
        ],
    )


def _more(before: Amounts | None, now: Amounts | None) -> bool:
    """Whether somebody asks for more than before; to ask for all that is left is to ask for most."""
    if before is None or now is None:
        return before is not None
    return any(amount > before.get(line, 0) for line, amount in now.items())


def strictest(channels: Iterable[Channel | None]) -> Channel | None:
    """The strictest of several channels; None while one is still to come."""
    chosen = list(channels)
    known = [channel for channel in chosen if channel is not None]
    return max(known, key=STRICTEST_LAST.index) if known and len(known) == len(chosen) else None
