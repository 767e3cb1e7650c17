"""What follows when a call ends: it is noted, and too many missed ones bring a sanction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bordergate.ids import new_id
from bordergate.timers import start_timer
from events.sanctions import Ground
from services.queue_scheduling.commands.desk import Desk
from services.queue_scheduling.commands.telling import tell_of_lifting, tell_of_sanction
from services.queue_scheduling.domain.deadlines import SanctionEnds
from services.queue_scheduling.domain.ticket import Cause, Ticket
from services.queue_scheduling.sanctions import store
from services.queue_scheduling.sanctions.rules import (
    OF_CARRIER,
    OF_VEHICLE,
    Charge,
    Conduct,
    Limits,
    Outcome,
    charge_of,
    stands_on,
)
from services.queue_scheduling.sanctions.sanction import Sanction


def note_no_show(ticket: Ticket, desk: Desk, cause: Cause) -> None:
    """A call was missed; by the truck's own doing once too often, it or its carrier is not called for a while."""
    store.note_outcome(desk.session, ticket, desk.now, cause)
    if cause is Cause.OWN:
        limits = store.limits_at(desk.session, desk.now)
        _judge_vehicle(ticket, desk, limits)
        _judge_carrier(ticket, desk, limits)


def forgive(ticket: Ticket, desk: Desk, called_at: datetime) -> None:
    """A call that was said to be missed was followed in time: it counts for nothing, and what rests on it ends."""
    store.forgive(desk.session, ticket.crossing_id, called_at)
    for sanction in store.resting_on(desk.session, ticket.crossing_id):
        evidence = [Outcome.told(one) for one in sanction.evidence]
        left = [one for one in evidence if (one.crossing_id, one.called_at) != (ticket.crossing_id, called_at)]
        if len(left) < len(evidence) and not stands_on(left, sanction, store.limits_at(desk.session, desk.now)):
            sanction.fall(desk.now)
            tell_of_lifting(desk, ticket, "ANSWERED")


def _judge_vehicle(ticket: Ticket, desk: Desk, limits: Limits) -> None:
    store.hold(desk.session, ticket.vehicle)
    if store.is_sanctioned(desk.session, vehicle=ticket.vehicle):
        return
    conduct = Conduct(desk.now, vehicle=store.outcomes_of(desk.session, ticket.vehicle))
    if charge := charge_of(OF_VEHICLE, conduct, limits):
        _impose_charge(charge, ticket, desk, limits)


def _judge_carrier(ticket: Ticket, desk: Desk, limits: Limits) -> None:
    store.hold(desk.session, ticket.carrier)
    if store.is_sanctioned(desk.session, carrier=ticket.carrier):
        return
    latest, missed, calls = store.missed_by(desk.session, ticket.carrier, desk.now - limits.carrier_span)
    conduct = Conduct(desk.now, carrier=latest, carrier_missed=missed, carrier_calls=calls)
    if charge := charge_of(OF_CARRIER, conduct, limits):
        _impose_charge(charge, ticket, desk, limits)


def _impose_charge(charge: Charge, ticket: Ticket, desk: Desk, limits: Limits) -> None:
    evidence = [_evidence_of(one) for one in charge.evidence]
    impose(ticket, desk, charge.ground, evidence, limits, of_vehicle=charge.of_vehicle, lasts=limits.lasts)


def impose(
    ticket: Ticket,
    desk: Desk,
    ground: Ground,
    evidence: Iterable[dict[str, str]],
    limits: Limits,
    *,
    of_vehicle: bool,
    lasts: timedelta,
    **case: Any,  # noqa: ANN401 - what an inspector says of his case
) -> Sanction:
    """Sanction a vehicle or its carrier; in the public ledger it stands beside the crossing that brought it."""
    sanction = Sanction(
        id=new_id(),
        carrier=ticket.carrier,
        parties=[ticket.carrier],
        vehicle_id=ticket.vehicle if of_vehicle else None,
        plate=ticket.plate if of_vehicle else None,
        ground=ground,
        crossing_id=ticket.crossing_id,
        evidence=list(evidence),
        imposed_at=desk.now,
        until=desk.now + lasts,
        appeal_until=desk.now + limits.appeal_within,
        **case,
    )
    sanction.impose()
    desk.session.add(sanction)
    tell_of_sanction(desk, ticket, ground, sanction.until)
    start_timer(desk.session, SanctionEnds(sanction_id=sanction.id), due=sanction.until)
    return sanction


def _evidence_of(one: Outcome) -> dict[str, str]:
    return shown(one.crossing_id, one.reference, one.route, called_at=one.called_at, ended_at=one.ended_at)


def shown(crossing_id: UUID, reference: str, route: str, **moments: Any) -> dict[str, str]:  # noqa: ANN401 - instants, or none
    """A crossing as evidence shows it."""
    at = {name: moment.isoformat() for name, moment in moments.items() if moment is not None}
    return {"crossing_id": str(crossing_id), "reference": reference, "route": route} | at
