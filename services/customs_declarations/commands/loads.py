"""What can be asked about what crossings carry: they name declarations, come to the gate, and are over.

Whoever asks is alone with the crossings, and with the numbers that they are about to name (`alone_with`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.words import Direction, Share
from services.customs_declarations.commands.declarations import assess_again
from services.customs_declarations.domain.load import Load
from services.customs_declarations.repository import keep_names, load_of, loads_of


@dataclass(frozen=True)
class NameDeclarations:
    """A crossing was filed or amended, `by` an organisation, and names the declarations it carries."""

    crossing_id: UUID
    numbers: tuple[str, ...]
    parties: tuple[UUID, ...]
    direction: Direction
    declared_empty: bool
    at: datetime
    by: UUID | None
    two_way: bool = False
    shares: tuple[Share, ...] = ()
    arrives_on: date | None = None

    def tell(self, load: Load) -> None:
        """Let what the crossing carries be this from now on."""
        load.name(
            self.numbers,
            self.parties,
            self.direction,
            empty=self.declared_empty,
            at=self.at,
            by=self.by,
            two_way=self.two_way,
            shares=self.shares,
            arrives_on=self.arrives_on,
        )


def name_declarations(
    filed: Sequence[NameDeclarations],
    session: Session,
    clock: Clock,
    on_behalf: Callable[[Load], None] | None = None,
) -> None:
    """Crossings name what they carry, one after another; then what that means is said once of each.

    One declared empty that never named a declaration needs none. `on_behalf` as in `assess_again`.
    """
    ids = {one.crossing_id for one in filed}
    known, told = loads_of(session, ids), dict[UUID, Load]()
    touched: set[str] = set()
    for one in filed:
        load = known.get(one.crossing_id)
        if load is None and one.declared_empty and not one.numbers:
            continue
        if load is None:
            load = known[one.crossing_id] = Load(one.crossing_id, one.direction)
            session.add(load)
        touched.update(load.numbers, one.numbers)
        one.tell(load)
        told[one.crossing_id] = load
    keep_names(session, list(told.values()))
    assess_again(touched, session, clock, *told.values(), on_behalf=on_behalf)


def end_load(crossing_id: UUID, session: Session, clock: Clock, *, carried: bool) -> None:
    """A crossing is over, its goods carried across or not; who else named its declarations is assessed again."""
    load = load_of(session, crossing_id)
    if load is not None and load.active:
        load.end(carried=carried)
        assess_again(load.numbers, session, clock)


def resume_load(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """A crossing is not over after all."""
    load = load_of(session, crossing_id)
    if load is not None and not load.active:
        load.resume()
        assess_again(load.numbers, session, clock)


def note_arrival(crossing_id: UUID, day: date | None, session: Session) -> None:
    """The truck stands at the gate since a day, and is judged by that day's law; None: it does not after all."""
    load = load_of(session, crossing_id)
    if load is not None:
        load.come(day)
