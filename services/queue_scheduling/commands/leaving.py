"""Who gives a place up, and what the authorities see of him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.words import CrossingState
from services.queue_scheduling import repository
from services.queue_scheduling.commands.calling import miss
from services.queue_scheduling.commands.desk import (
    Desk,
    await_arrival,
    clear,
    known_ticket_and_desk,
    leave,
    start_round,
    ticket_and_desk,
)
from services.queue_scheduling.commands.following import end_journey
from services.queue_scheduling.commands.joining import join
from services.queue_scheduling.commands.telling import (
    tell_of_answer,
    tell_of_extension,
    tell_of_leaving,
    tell_of_taking_back,
    tell_of_withdrawal,
)
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.domain.refusals import CostsMore, NotWaiting
from services.queue_scheduling.domain.ticket import UNSEEN, Stage, Ticket
from services.queue_scheduling.holding.rules import CANCELLING, NOTHING, Cost, cost_of
from services.queue_scheduling.holding.situation import held_of, tariff_at
from services.queue_scheduling.ledger.leaf import Leaving
from services.queue_scheduling.open_data.rows import keep_answer
from services.queue_scheduling.sanctions.judging import forgive
from services.queue_scheduling.sanctions.store import forget_outcome, note_outcome
from services.queue_scheduling.slots.rows import live_booking


@dataclass(frozen=True)
class WithdrawTicket:
    """The trader gives the place up; `accepts` is the largest share of the fee that he agrees to owe."""

    crossing_id: UUID
    reason: str
    accepts: Decimal = NOTHING
    expected: int | None = None


def withdraw_ticket(command: WithdrawTicket, session: Session, clock: Clock) -> Ticket:
    """Give a place up, or a call, which is then missed; raises CostsMore."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, command.expected)
    called = ticket.stage is Stage.CALLED
    if not called and not ticket.may_become(Stage.WITHDRAWN):
        raise NotWaiting(crossing=ticket.crossing_id, stage=ticket.stage)
    cost = cost_of(CANCELLING, held_of(session, ticket, desk.now), tariff_at(session, desk.now))
    must_be_accepted(cost, command.accepts)
    had_a_place = ticket.stage is not Stage.REFUSED  # the log knows nothing of who was kept out of the queue
    if called:
        miss(ticket, desk, None if cost.share else cost.because)
    ticket.withdraw(command.reason, cost.share, cost.because)
    if had_a_place:
        tell_of_withdrawal(desk, ticket)
    clear(ticket, desk)
    return ticket


def must_be_accepted(cost: Cost, accepts: Decimal) -> None:
    """Nobody owes what he was not told before."""
    if cost.share > accepts:
        raise CostsMore(int(cost.share * 100), cost.because)


def follow_to(crossing_id: UUID, stage: Stage, seen_at: datetime, session: Session, clock: Clock) -> None:
    """The authorities saw the truck (ARRIVED, SERVED) or turned it away (ENDED): it no longer waits."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if stage is not Stage.ENDED:
        end_journey(session, crossing_id, seen_at)
    if stage is not Stage.ENDED and (called_at := ticket.answered(seen_at)):
        tell_of_answer(desk, ticket)
        keep_answer(session, ticket, called_at)
        forgive(ticket, desk, called_at)
    if not ticket.may_become(stage):
        return
    if ticket.stage is Stage.WAITING:
        tell_of_leaving(desk, ticket, Leaving.OVER if stage is Stage.ENDED else Leaving.SEEN)
    if ticket.stage in UNSEEN:
        note_outcome(session, ticket, desk.now)
    ticket.become(stage)
    if stage is Stage.ARRIVED:
        leave(ticket, desk)
    else:
        clear(ticket, desk)


def take_back(crossing_id: UUID, stated: CrossingState, session: Session, clock: Clock) -> None:
    """The authorities took back a stage: the ticket is where it was before, and of a call as much is left as then."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    stood = ticket.stage
    if not ticket.take_back(stated):
        return
    stood_since = forget_outcome(session, ticket)
    if not _engaged_again(ticket, stood, desk):
        return
    if ticket.stage is Stage.CALLED:
        if lost := desk.now - (stood_since or desk.now):
            ticket.resume(lost)
            tell_of_extension(desk, ticket, "OURS")
        await_arrival(ticket, desk)
    elif ticket.stage is Stage.WAITING:
        _stand_again(ticket, desk)


def _engaged_again(ticket: Ticket, stood: Stage, desk: Desk) -> bool:
    """What of the truck can be in one queue only is noted anew; False when it has a place by another crossing now.

    One that stands at the gate stays there all the same.
    """
    if stood is Stage.ARRIVED:  # it was never let go
        return True
    failures = repository.engage(desk.session, ticket.crossing_id, ticket.things)
    if failures and ticket.stage in UNSEEN:
        ticket.refuse(failures)
    return not failures


def _stand_again(ticket: Ticket, desk: Desk) -> None:
    """It waits again, and is called by the number it was promised at the latest: the error was the gate's.

    Never earlier, however: a scan that is taken back must be no way to the head of the queue. Only a holder whose slot
    the error has used up or given away comes before the numbers: no number ever was his.
    """
    tell_of_taking_back(desk, ticket)
    if ticket.passed:
        return
    owed = min((number for number in (ticket.owed, ticket.promise) if number is not None), default=None)
    booked = ticket.slot is not None and live_booking(desk.session, ticket.crossing_id) is not None
    join(ticket, desk, Line.EXTRAORDINARY if owed is None and not booked else None)
    if owed is not None and owed < (ticket.promise or 0):
        ticket.owe(owed)
        desk.book.queue.owe(owed)
    start_round(desk.session, *ticket.queue, desk.now)


def give_up(crossing_id: UUID, reason: str, session: Session, clock: Clock) -> None:
    """The crossing was cancelled or expired: whoever waits withdraws, whoever was called is done."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.stage is Stage.WAITING:
        ticket.withdraw(reason)
        tell_of_withdrawal(desk, ticket)
    elif ticket.may_become(Stage.ENDED):
        ticket.become(Stage.ENDED)
    clear(ticket, desk)
