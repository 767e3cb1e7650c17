"""What a holder may do with his place now, what it would cost, and by which rule: told before he does it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.i18n import LANGUAGES, hint, texts
from services.queue_scheduling.domain.ticket import Stage, Ticket
from services.queue_scheduling.holding.rules import CANCELLING, EXCHANGING, EXTENDING, Cost, Tariff, bars_to, cost_of
from services.queue_scheduling.holding.situation import held_of, tariff_at
from services.queue_scheduling.tables import tickets


class RuleTold(BaseModel):
    """A rule in words: what it says, and what to do about it."""

    code: str
    message: dict[str, str]
    hint: dict[str, str]

    @classmethod
    def of(cls, code: str) -> Self:
        """The rule with its texts in all languages."""
        hints = {language: hint(code, language) for language in LANGUAGES}
        return cls(code=code, message=texts(code), hint={language: told for language, told in hints.items() if told})


class Priced(BaseModel):
    """What an act costs: a share of its fee, and the rule that says so."""

    share: Decimal = Field(description="Of the fee of such an act, from 0 to 1; say it back as `accepts`.")
    percent: int
    because: RuleTold

    @classmethod
    def of(cls, cost: Cost) -> Self:
        """The cost, told."""
        return cls(share=cost.share, percent=int(cost.share * 100), because=RuleTold.of(cost.because))


class Extension(Priced):
    """More time for a call: the hours that are offered, and what stands against them (nothing: it is given)."""

    hours: list[int]
    barred: list[RuleTold]


class HolderTerms(BaseModel):
    """What the holder of a place may do now. `comes_at` is the latest that the call was last foreseen at.

    `cancel` is None once the truck was seen or is over; cancelled after the call it is a no-show.
    """

    crossing_id: UUID
    stage: Stage
    version: int
    comes_at: datetime | None
    cancel: Priced | None
    no_show: bool
    extend: Extension
    exchange: Priced | None = Field(description="Of another tractor or driver; none once it was used, or too late.")


def terms_at(
    session: Session, crossings: Collection[UUID], routes: Collection[str], now: datetime
) -> list[HolderTerms]:
    """What their holders may do with the tickets of crossings, those the caller may see; on these routes, none: all."""
    found = select(Ticket).where(tickets.c.crossing_id.in_(crossings)).order_by(tickets.c.crossing_id)
    if routes:
        found = found.where(tickets.c.route.in_(routes))
    tariff = tariff_at(session, now)
    return [terms_of(session, ticket, tariff, now) for ticket in session.scalars(found).all()]


def terms_of(session: Session, ticket: Ticket, tariff: Tariff, now: datetime) -> HolderTerms:
    """What its holder may do with a ticket."""
    held = held_of(session, ticket, now)
    called = ticket.stage is Stage.CALLED
    cancel = cost_of(CANCELLING, held, tariff) if called or ticket.may_become(Stage.WITHDRAWN) else None
    more = cost_of(EXTENDING, held, tariff)
    free = ticket.stage is Stage.WAITING and not ticket.exchanged
    bars = list(bars_to(held, tariff, next(iter(tariff.extension_hours), 0)))
    return HolderTerms(
        crossing_id=ticket.crossing_id,
        stage=ticket.stage,
        version=ticket.version,
        comes_at=held.comes_at,
        cancel=cancel and Priced.of(cancel),
        no_show=called and cancel is not None and cancel.share > 0,
        extend=Extension(
            **dict(Priced.of(more)), hours=list(tariff.extension_hours), barred=[RuleTold.of(bar) for bar in bars]
        ),
        exchange=Priced.of(cost_of(EXCHANGING, held, tariff)) if free else None,
    )
