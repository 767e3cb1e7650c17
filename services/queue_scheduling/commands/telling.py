"""What the public ledger is told: each decision is a leaf, written in the decision's own transaction.

The queue's row is locked while it is written, so the leaves of one queue stand in the order of its decisions.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bordergate.clock import HANOI
from bordergate.ledger import NONCE
from events.queue_scheduling import EmergencyPaper
from events.sanctions import Ground
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.dispatch.promise import Promise
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.domain.ticket import Cause, Ticket
from services.queue_scheduling.ledger.leaf import ALONE, Kind, Leaf, Leaving, Regime
from services.queue_scheduling.ledger.log import enter, enter_all
from services.queue_scheduling.ledger.seeds import SEALED_AHEAD, day_of, seal_of
from services.queue_scheduling.open_data.rows import keep_call, keep_no_show

if TYPE_CHECKING:
    from services.queue_scheduling.commands.desk import Desk

A_DAY = timedelta(days=1)
NOBODY_IS_CALLED = Hours(0, 0, 0)


def tell_of_opening(desk: Desk) -> None:
    """The first leaves of a queue: how far it was called, who waits already, and whose call may still be missed."""
    desk.book.queue.logged = True
    _tell(desk, Kind.OPENED, route=desk.book.queue.route, number=desk.book.queue.called)
    for ticket in repository.standing(desk.session, desk.book.queue):
        cause = (ticket.cause or Cause.OWN).value if ticket.passed else None
        promise = None if ticket.passed else ticket.promise
        ticket.entry = _tell_of(desk, ticket, Kind.STANDING, promise=promise, cause=cause)
    for ticket in repository.called(desk.session, desk.book.queue, desk.now - A_DAY):
        ticket.entry = _tell_of(desk, ticket, Kind.STANDING, valid_until=ticket.valid_until)


def tell_of_terms(desk: Desk) -> None:
    """How far behind its first-come number each line may be promised, whenever that has become other than was told."""
    told: dict[Line, dict[str, Any]] = {
        line: {"beta": f"{grace.beta.normalize():f}", "m": grace.m} for line, grace in sorted(desk.terms.graces.items())
    }
    second = desk.terms.second
    told[Line.PERISHABLE] |= {"second_beta": f"{second.beta.normalize():f}", "second_m": second.m}
    written = json.dumps(told)
    if written != desk.book.queue.terms:
        desk.book.queue.terms = written
        for line, grace in told.items():
            _tell(desk, Kind.TERMS, line=line, **grace)


def tell_of_hours(desk: Desk) -> None:
    """Today's hours as far as the route lets anybody be called, whenever they have become other than was told."""
    hours, share = desk.hours or NOBODY_IS_CALLED, desk.terms.dangerous_share
    told: dict[str, Any] = {**asdict(hours), "day": day_of(desk.now), "dangerous": f"{share.normalize():f}"}
    written = json.dumps(told, default=str)
    if written != desk.book.queue.hours:
        desk.book.queue.hours = written
        _tell(desk, Kind.HOURS, **told)


def tell_of_seeds(desk: Desk) -> bool:
    """Seal the seeds of the days ahead, and show those of days that are over; whether anything was to be told."""
    queue, today = desk.book.queue, desk.now.astimezone(HANOI).date()
    if queue.sealed is not None and queue.sealed >= today + SEALED_AHEAD:
        return False
    yesterday = today - A_DAY
    if queue.sealed is not None and queue.unsealed is not None:
        for day in days_after(queue.unsealed, min(queue.sealed, yesterday)):
            _tell(desk, Kind.UNSEALED, day=day, seed=repository.seed_of(desk.session, day).hex())
    for day in days_after(max(queue.sealed or yesterday, yesterday), today + SEALED_AHEAD):
        _tell(desk, Kind.SEALED, day=day, seal=seal_of(repository.seed_of(desk.session, day)))
    queue.sealed, queue.unsealed = today + SEALED_AHEAD, yesterday
    return True


def days_after(first: date, last: date) -> list[date]:
    """The days after one, up to another."""
    return [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]


def tell_of_joining(desk: Desk, ticket: Ticket, promise: Promise) -> None:
    """A place and its promise; those called ahead of the numbers hold none, and who waits for a slot neither."""
    numbers: dict[str, Any] = {}
    if promise.number is not None:
        numbers = {"first_come": promise.first_come, "promise": promise.number, "ahead": promise.ahead}
        numbers |= {"if_spoiled": promise.second}
    if ticket.slot is not None:
        numbers = {"slot": ticket.slot}
    ticket.entry = _tell_of(desk, ticket, Kind.JOINED, ready_at=ticket.enqueued_at, **numbers)


def tell_of_call(desk: Desk, ticket: Ticket, hours: Hours | None, *, alone: bool = False) -> None:
    """A call, and of how many its hour has room for; `alone`: above its share, since nobody else could come."""
    _tell_of(
        desk,
        ticket,
        Kind.OVERRIDDEN if ticket.override else Kind.CALLED,
        number=ticket.number,
        slot=None if ticket.override else ticket.slot,
        valid_until=ticket.valid_until,
        cause=ALONE if alone else None,
        hour=desk.book.queue.hour,
        capacity=hours.room(desk.now) if hours else 0,
    )
    keep_call(desk.session, ticket)


def tell_of_pass(desk: Desk, ticket: Ticket, number: int) -> None:
    """A number called over that its holder could not follow, and whose doing that was."""
    _tell_of(desk, ticket, Kind.PASSED, number=number, cause=(ticket.cause or Cause.OWN).value)


def tell_of_no_show(desk: Desk, ticket: Ticket, cause: Cause) -> None:
    """A call that nobody followed, and whose doing that was."""
    _tell_of(desk, ticket, Kind.MISSED, cause=cause.value)
    keep_no_show(desk.session, ticket)


def tell_of_extension(desk: Desk, ticket: Ticket, cause: str) -> None:
    """A call that stays valid for longer, and why."""
    _tell_of(desk, ticket, Kind.EXTENDED, valid_until=ticket.valid_until, cause=cause)


def tell_of_exchange(desk: Desk, ticket: Ticket, what: str) -> None:
    """Another tractor or driver stands in a place: the public sees that, and not whose."""
    _tell_of(desk, ticket, Kind.SUBSTITUTED, cause=what)


def tell_of_sanction(desk: Desk, ticket: Ticket, ground: Ground, until: datetime) -> None:
    """A vehicle or carrier is not called for a time; who it is, the leaf does not say."""
    _tell_of(desk, ticket, Kind.SANCTIONED, cause=ground.value, valid_until=until)


def tell_of_lifting(desk: Desk, ticket: Ticket, cause: str = "APPEAL") -> None:
    """A sanction was wrong, as an appeal has shown, or a call that was answered in time."""
    _tell_of(desk, ticket, Kind.LIFTED, cause=cause)


def tell_of_withdrawal(desk: Desk, ticket: Ticket) -> None:
    """A place given up."""
    _tell_of(desk, ticket, Kind.WITHDRAWN)


def tell_of_leaving(desk: Desk, ticket: Ticket, cause: Leaving) -> None:
    """A place left without a call, by one who did not give it up."""
    _tell_of(desk, ticket, Kind.LEFT, cause=cause.value)


def tell_of_taking_back(desk: Desk, ticket: Ticket) -> None:
    """What made a truck leave was stated in error; what it was promised, or why it held no number, is owed to it."""
    cause = (ticket.cause or Cause.OWN).value if ticket.passed else None
    _tell_of(desk, ticket, Kind.TAKEN_BACK, promise=None if ticket.passed else ticket.promise, cause=cause)


def tell_of_answer(desk: Desk, ticket: Ticket) -> None:
    """A call that was said to be missed was answered in time."""
    _tell_of(desk, ticket, Kind.ANSWERED)


def tell_of_emergency(desk: Desk, ticket: Ticket, paper: EmergencyPaper) -> None:
    """Two officers let a truck go before all others, as this kind of written order says."""
    _tell_of(desk, ticket, Kind.EMERGENCY, cause=paper.value)


def tell_of_crisis(desk: Desk, regime: Regime) -> None:
    """Two officers declared a crisis, or lifted it."""
    _tell(desk, Kind.CRISIS, cause=regime.value)


def tell_of_falling_back(desk: Desk, fallen: Iterable[Ticket]) -> None:
    """In a crisis, nothing of perishables is left to save: each waits for a later number that its receipt named."""
    tell_of_exchanges(desk)
    leaves = (_leaf_of(desk, ticket, Kind.SPOILED, promise=ticket.promise) for ticket in fallen)
    enter_all(desk.session, desk.book.queue.route, leaves)


def tell_of_exchanges(desk: Desk) -> None:
    """Numbers of a line that were exchanged for earlier ones since somebody left."""
    exchanges, desk.book.exchanges = desk.book.exchanges, []
    for line, number, instead in exchanges:
        _tell(desk, Kind.EXCHANGED, line=line, number=number, to=instead)


def _tell_of(desk: Desk, ticket: Ticket, kind: Kind, **said: Any) -> int:  # noqa: ANN401 - a leaf's fields
    return _enter(desk, _leaf_of(desk, ticket, kind, **said))


def _leaf_of(desk: Desk, ticket: Ticket, kind: Kind, **said: Any) -> Leaf:  # noqa: ANN401 - a leaf's fields
    ticket.nonce = ticket.nonce or secrets.token_bytes(NONCE)
    return _leaf(desk, kind, ticket_class=ticket.ticket_class, commitment=ticket.commitment, **said)


def _tell(desk: Desk, kind: Kind, **said: Any) -> int:  # noqa: ANN401 - a leaf's fields
    return _enter(desk, _leaf(desk, kind, **said))


def _leaf(desk: Desk, kind: Kind, **said: Any) -> Leaf:  # noqa: ANN401 - a leaf's fields
    return Leaf(kind=kind, direction=desk.book.queue.direction, at=desk.now, **said)


def _enter(desk: Desk, leaf: Leaf) -> int:
    if leaf.kind is not Kind.EXCHANGED:
        tell_of_exchanges(desk)
    return enter(desk.session, desk.book.queue.route, leaf)
