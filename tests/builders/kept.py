"""Rows of what pages ask of the gate: a case, a missed target, a forecast that turned out, a slot, draws of slots."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.ids import new_id
from bordergate.ledger import canonical
from events.gate_operations import Authority, Target
from events.words import Direction, TicketClass
from services.gate_operations.tables import accounts
from services.inspectorate.domain.case import Case
from services.inspectorate.domain.trace import Detector, Seen
from services.inspectorate.tables import cases
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.forecast.tables import forecasts
from services.queue_scheduling.slots.booking import BookingStage
from services.queue_scheduling.slots.draw import Rules, drawn
from services.queue_scheduling.slots.openings import announced, revealed
from services.queue_scheduling.slots.tables import bookings, draws, filed
from tests.builders.slots import entries
from tests.builders.stories import Story
from tests.gates import StillGate

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def kept_of(gate: StillGate, story: Story) -> None:
    """The rows, of one crossing an hour ago."""
    carrier, then = story.parties[-1], gate.clock.now() - HOUR

    def suspect(session: Session) -> None:
        assert cases.name == "cases"  # its table maps the case
        seen = (Seen(then, story.crossing_id, story.plate, number=42.0),)
        session.add(Case(new_id(), Detector.PLATES_APART, str(carrier), then, seen=seen))

    def miss(session: Session) -> None:
        account = {
            "crossing_id": story.crossing_id,
            "target": Target.AGENCY_LAG,
            "carrier": carrier,
            "route": story.route,
            "parties": [*story.parties],
            "whose": Authority.CUSTOMS,
            "since": then - 90 * MINUTE,
            "until": then,
            "allowed_minutes": 15,
            "missed": True,
            "version": 1,
        }
        session.execute(insert(accounts).values(account))

    def foresee(session: Session) -> None:
        told = {"crossing_id": story.crossing_id, "queue": queue_key(story.route, Direction.EXPORT), "rank": 3}
        times = {f"p{share}": then + share * MINUTE for share in (10, 50, 90)}
        made = {"made_at": then, "samples": 12, "called_at": then + 55 * MINUTE}
        session.execute(insert(forecasts).values(told | times | made))

    for service, row in (("inspectorate", suspect), ("gate_operations", miss), ("queue_scheduling", foresee)):
        gate.do(service, row)


def slot_kept_of(gate: StillGate, story: Story, starts: datetime, **there: datetime) -> None:
    """A confirmed slot of a filed truck, as the queue keeps both."""
    carrier, vehicle = story.parties[-1], new_id()
    known = {"crossing_id": story.crossing_id, "route": story.route, "direction": story.direction, "carrier": carrier}
    known |= {"parties": [*story.parties], "vehicle_id": vehicle, "things": [], "ticket_class": TicketClass.P4}
    booking = {
        "id": new_id(),
        "queue": queue_key(story.route, story.direction),
        "starts": starts,
        "minutes": 60,
        "reserved_at": gate.clock.now() - HOUR,
        "stage": BookingStage.CONFIRMED,
        "confirmed_at": gate.clock.now() - HOUR,
        "drawn": False,
        "changed": False,
        "nonce": bytes(16),
        "version": 1,
    }

    def keep(session: Session) -> None:
        session.execute(insert(filed).values(known | {"empty": False}))
        session.execute(insert(bookings).values(known | booking | there))

    gate.do("queue_scheduling", keep)


def draw_kept_of(gate: StillGate, route: str, **changes: object) -> None:
    """The draw, an hour ago, of an export slot that nine wanted for five places; `changes` are made to its record."""
    opens, seed = gate.clock.now() - HOUR, bytes(range(32))
    asked = entries(9, classes=(TicketClass.P4, TicketClass.P2), carriers=4)
    rules = Rules(5, {TicketClass.P4: 2, TicketClass.P5: 1}, 2)
    key = {"queue": queue_key(route, Direction.EXPORT), "starts": opens + 7 * 24 * HOUR}
    about = {"route": route, "direction": Direction.EXPORT, "minutes": 60, "seed": seed, "secret": seed}
    about |= {"opens": opens, "closes": opens + 10 * MINUTE}
    told = announced(key | about) | revealed(seed, rules, asked, drawn(asked, rules, seed)) | changes
    made = about | {"drawn_at": opens + 10 * MINUTE, "record": canonical(told)}
    row = insert(draws).values(key | made).on_conflict_do_update(index_elements=list(key), set_=made)
    gate.do("queue_scheduling", lambda session: session.execute(row))
