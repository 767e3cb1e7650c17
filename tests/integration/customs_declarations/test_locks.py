"""Crossings, numbers and loads are locked in one order, whoever comes first: nobody waits in a circle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.event import Actor, ActorKind, Envelope, Event
from bordergate.ids import new_id
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import TruckRejected
from events.vehicle_registration import CrossingCancelled, CrossingSubmitted
from events.words import Channel, Direction
from services.customs_declarations import commands, reactions
from services.customs_declarations.repository import lock_numbers
from tests.builders.customs import EXPORT
from tests.builders.news import enveloped
from tests.builders.statements import a_filing
from tests.gates import eventually
from tests.integration.customs_declarations.conftest import Office

SERVICE = "customs_declarations"
LOCKED = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
LOAD = "SELECT crossing_id FROM customs_declarations.loads FOR UPDATE NOWAIT"


def test_who_waits_for_a_number_holds_no_load_that_names_it(office: Office) -> None:
    office.files()
    crossing, clock = office.submits(EXPORT), office.gate.clock

    def files(session: Session) -> list[UUID]:
        lock_numbers(session, [EXPORT])
        ending = pool.submit(office.gate.do, SERVICE, ends)
        eventually(lambda: office.gate.rows(SERVICE, LOCKED)[0][0])
        taken = list(session.connection().exec_driver_sql(LOAD).scalars())
        assert not ending.done()
        return taken

    def ends(session: Session) -> None:
        over = CrossingCancelled(crossing_id=crossing, reason="x")
        reactions.follow_crossings([enveloped(over)], session, clock)

    with ThreadPoolExecutor(1) as pool:
        assert office.gate.do(SERVICE, files) == [crossing]


def test_polls_that_hear_of_the_same_numbers_and_officers_who_decide_need_no_second_try(office: Office) -> None:
    numbers = [f"30800000001{digit}" for digit in range(6)]
    declared = [UUID(office.files(number)["id"]) for number in numbers]
    crossings = [office.submits(*pair) for pair in pairwise(numbers)]
    clock, tries = office.gate.clock, []

    def poll(chance: Random) -> list[Envelope[Event]]:
        heard: list[Event] = [TruckRejected(crossing_id=crossing, reason="x") for crossing in crossings]
        for pair in pairwise(chance.sample(numbers, 4)):
            filing = a_filing(Direction.EXPORT, declarations=pair, parties=(office.trader,))
            heard.append(CrossingSubmitted(crossing_id=new_id(), filing=filing))
        return [enveloped(event, 1) for event in chance.sample(heard, len(heard))]

    def works(place: int) -> None:
        chance = Random(place)  # noqa: S311 - a mixture, not a secret
        heard = poll(chance)

        def hears(session: Session) -> None:
            tries.append(place)
            reactions.follow_crossings(heard, session, clock)

        def decides(session: Session) -> None:
            tries.append(place)
            channel = chance.choice(list(Channel))
            commands.choose_channel(chance.choice(declared), channel, session, clock)

        office.gate.do(SERVICE, hears if place % 2 else decides)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(works, range(48)))
    assert sorted(tries) == list(range(48))


def test_of_a_poll_of_filings_and_ends_each_assessment_answers_its_own_filing(office: Office) -> None:
    office.files()
    first, second = new_id(), new_id()
    filing = a_filing(Direction.EXPORT, declarations=(EXPORT,), parties=(office.trader,))
    actor = Actor(kind=ActorKind.PERSON, id="somebody", organisation=office.trader)
    events = [
        CrossingSubmitted(crossing_id=first, filing=filing),
        CrossingSubmitted(crossing_id=second, filing=filing),
        CrossingCancelled(crossing_id=first, reason="x"),
    ]
    times = [office.gate.clock.forward(minutes=1) for _ in events]
    told = [
        enveloped(event, place, time=at, actor=actor)
        for place, (event, at) in enumerate(zip(events, times, strict=True))
    ]
    clock = office.gate.clock
    office.gate.do(SERVICE, lambda session: reactions.follow_crossings(told, session, clock))
    answers: dict[str, list[str]] = {str(first): [], str(second): []}
    for record in office.heard():
        if record.headers["ce_type"] == DeclarationsAssessed.type():
            answers[record.key].append(record.headers["ce_causation"])
    submitted, other, cancelled = (str(one.id) for one in told)
    assert answers == {str(first): [submitted], str(second): [other, cancelled]}
    assert [len(one.failures) for one in office.assessed(second)] == [1, 0]
