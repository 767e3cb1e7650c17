"""A machine that plays everything that can happen to the queues of a route on the real database, by several workers."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Protocol
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule
from sqlalchemy.orm import Session

from bordergate.broker import Record
from bordergate.errors import Refusal
from bordergate.ids import new_id
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import Authority, StageTakenBack, TruckArriving, TruckCheckedIn, TruckRejected
from events.queue_scheduling import EmergencyPaper, RouteStatus
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingCancelled, CrossingNotReady, CrossingReady, CrossingSubmitted, Filing
from events.words import Direction, Failure
from services.queue_scheduling import commands
from services.queue_scheduling.domain.route import Change
from services.queue_scheduling.ledger.leaf import Regime
from tests.builders.news import as_record, enveloped
from tests.builders.queue import DURIAN, FUEL, LYCHEE, MACHINES, PHONES, RELIEF, TEN, a_ready_crossing
from tests.builders.registration import a_filing
from tests.builders.slot_acts import ACTS, Steps
from tests.gates import StillGate, twice_and_mixed

ROUTE = "hn-1119"
LOADS = (*[MACHINES] * 4, PHONES, DURIAN, LYCHEE, FUEL, RELIEF)
WORKERS = 3
MUCH = 10
"""How much may gather before it is likelier that it happens."""
DICE = st.integers(0, 1000).map(random.Random)
"""Drawn as one number each: dice whose every throw is drawn leave no room for a long game."""
OFFICERS = (new_id(), new_id())
CARRIERS = tuple(UUID(int=900 + number) for number in range(4))
HAPPENINGS = 8
"""So many things happen to a truck, besides what its holder does with a slot."""
FILED = {name for name in CrossingReady.model_fields if name in Filing.model_fields} - {"reference"}
Act = Callable[[Session], object]


class Place(Protocol):
    """Where the machine plays: a gate, made empty before each game, and the checks after each move."""

    gate: StillGate

    def make_empty(self) -> None: ...

    def check(self) -> None: ...

    def standing(self) -> Sequence[Any]: ...

    def holders(self) -> Sequence[UUID]: ...


class BorderMachine(RuleBasedStateMachine):
    """What happens is gathered, then done by several workers at once, each event twice and in any order of keys."""

    place: ClassVar[Place]
    trucks = Bundle("trucks")

    @initialize(seven=st.booleans())
    def open_route(self, *, seven: bool) -> None:
        self.gate = self.place.gate
        self.gate.clock.set(TEN - timedelta(hours=3 if seven else 0))
        self.place.make_empty()
        self.news: list[Record] = []
        self.acts: list[Steps] = []
        self.coming: list[CrossingReady] = []
        self.crossings: dict[UUID, CrossingReady] = {}
        self.failures: list[BaseException] = []

    def _tell(self, event: CrossingEvent, source: str = "vehicle_registration") -> None:
        self.news.append(as_record(enveloped(event, 1, source=source, time=self.gate.clock.now())))

    @rule(
        target=trucks,
        loads=st.lists(st.sampled_from(LOADS), min_size=2, max_size=8),
        direction=st.sampled_from(Direction),
        plate=st.integers(0, 30),
    )
    def trucks_become_ready(self, loads: list[Any], direction: Direction, plate: int) -> object:
        return multiple(*(self._comes(goods, direction, plate * 10 + at) for at, goods in enumerate(loads)))

    def _comes(self, goods: Any, direction: Direction, plate: int) -> UUID:  # noqa: ANN401 - a load
        """Every third is only filed and wants a slot, and is ready when something has happened meanwhile."""
        name = UUID(int=len(self.crossings) + 1)  # the same in every game, so that a game can be played again
        truck = {"plate": f"12C-{plate:05d}", "vehicle_id": UUID(int=10_000 + plate), "carrier": CARRIERS[plate % 4]}
        self.crossings[name] = ready = a_ready_crossing(name, goods=goods, direction=direction, **truck)
        if name.int % 3:
            self._tell(ready)
        else:
            self._tell(CrossingSubmitted(crossing_id=name, filing=a_filing(**ready.model_dump(include=FILED))))
            self._tell(DeclarationsAssessed(crossing_id=name, failures=(), goods=goods), "customs_declarations")
            self.coming.append(ready)
        return name

    @rule(
        truck=trucks,
        what=st.integers(0, HAPPENINGS + len(ACTS) - 1),
        direction=st.sampled_from(Direction),
        more=st.integers(0, 30),
    )
    def something_happens_to(self, truck: UUID, what: int, direction: Direction, more: int) -> None:
        """One rule for all, so that no game goes without any of them."""
        happens = (self._is_missing_something, self._is_cancelled, self._is_seen, self._is_turned_away)
        if what < len(happens):
            happens[what](truck, more % 4)
        elif what < HAPPENINGS:
            self.acts.append((self._decided(truck, what - len(happens), direction, more),))
        else:
            self.acts.append(ACTS[what - HAPPENINGS](truck, self.gate.clock, more))

    def _is_missing_something(self, truck: UUID, more: int) -> None:
        code = ("R020", "R040")[more % 2]
        self._tell(CrossingNotReady(crossing_id=truck, failures=(Failure(code=code, field="$.goods"),)))
        if more > 1:
            self._tell(self.crossings[truck])

    def _is_cancelled(self, truck: UUID, _: int) -> None:
        self._tell(CrossingCancelled(crossing_id=truck, reason="other plans"))

    def _is_seen(self, truck: UUID, more: int) -> None:
        both, in_error = more % 2, more > 1
        self._tell(TruckArriving(crossing_id=truck, first=Authority.CUSTOMS), "gate_operations")
        if both:
            self._tell(TruckCheckedIn(crossing_id=truck), "gate_operations")
        for stage in ("CHECKED_IN", "ARRIVING")[0 if both else 1 :] if in_error else ():
            self._tell(StageTakenBack(crossing_id=truck, stage=stage), "gate_operations")

    def _is_turned_away(self, truck: UUID, more: int) -> None:
        self._tell(TruckRejected(crossing_id=truck, reason="seal broken"), "gate_operations")
        if more > 1:
            self._tell(StageTakenBack(crossing_id=truck, stage="REJECTED"), "gate_operations")

    def _decided(self, truck: UUID, what: int, direction: Direction, more: int) -> Act:
        """What two officers decide of a truck, or of the route."""
        decided: tuple[Act, ...] = (
            lambda session: self._override(session, truck),
            lambda session: self._emergency(session, truck),
            lambda session: self._crisis(session, direction, tuple(Regime)[more % 2]),
            lambda session: self._run_route(session, more),
        )
        return decided[what]

    def _override(self, session: Session, truck: UUID) -> None:
        commands.call_by_hand(commands.CallByHand(truck, "medicine", OFFICERS), session, self.gate.clock)

    def _emergency(self, session: Session, truck: UUID) -> None:
        command = commands.DeclareEmergency(truck, EmergencyPaper.RELIEF_ORDER, "12/UB", "blankets", OFFICERS)
        commands.declare_emergency(command, session, self.gate.clock)

    def _crisis(self, session: Session, direction: Direction, regime: Regime) -> None:
        command = commands.DecideCrisis(ROUTE, direction, regime, "thousands wait", OFFICERS)
        commands.decide_crisis(command, session, self.gate.clock)

    def _run_route(self, session: Session, most: int) -> None:
        status = (RouteStatus.PAUSED, RouteStatus.REDUCED, RouteStatus.OPEN)[most % 3]
        per_hour = {"export_per_hour": most, "import_per_hour": most} if status is RouteStatus.REDUCED else {}
        self._change(session, Change(status, "fog", None, **per_hour))

    def _change(self, session: Session, change: Change) -> None:
        commands.change_route(commands.ChangeRoute(ROUTE, change), session, self.gate.clock)

    @rule()
    def closing_and_reopening_keeps_the_order(self) -> None:
        before = self.place.standing()
        for status in (RouteStatus.CLOSED, RouteStatus.OPEN):
            self.gate.do("queue_scheduling", lambda session, status=status: self._change(session, Change(status)))
        assert self.place.standing() == before, "I6"

    @rule(minutes=st.sampled_from((1, 3, 20, 61)), dice=DICE)
    def time_goes_on(self, minutes: int, dice: random.Random) -> None:
        self._happens_at_once(minutes, dice)

    @precondition(lambda self: len(self.news) + len(self.acts) >= MUCH)
    @rule(dice=DICE)
    def too_much_has_gathered(self, dice: random.Random) -> None:
        self._happens_at_once(3, dice)

    @precondition(lambda self: len(self.news) + len(self.acts) >= MUCH)
    @rule(dice=DICE)
    def the_hour_is_over(self, dice: random.Random) -> None:
        self._happens_at_once(61, dice)

    def _happens_at_once(self, minutes: int, dice: random.Random) -> None:
        self.gate.clock.forward(minutes=minutes)
        news, acts, self.news, self.acts = twice_and_mixed(self.news, dice), self.acts, [], []
        keys = sorted({record.key for record in news})
        dice.shuffle(keys)
        hands = [set(keys[hand::WORKERS]) for hand in range(WORKERS)]
        shares = [[record for record in news if record.key in hand] for hand in hands]
        work = [*[lambda share=share: self._hear(share) for share in shares if share], self._call, self._call]
        work += [lambda act=act: self._do(*act) for act in acts]
        threads = [threading.Thread(target=self._safely, args=(task,)) for task in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "a worker hangs"
        assert not self.failures, self.failures
        self._call()
        self.place.check()
        self.coming, ready = [], self.coming
        for crossing in ready:
            self._tell(crossing)

    def _hear(self, records: Sequence[Record]) -> None:
        (consumer,) = self.gate.gate.consumers()
        consumer.handle_for_ever(records)

    def _call(self) -> None:
        for loop in self.gate.gate.timer_loops():
            loop.run_due()

    def _do(self, *steps: Act) -> None:
        try:
            for step in steps:
                self.gate.do("queue_scheduling", step)
        except Refusal:
            return

    def _safely(self, task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:
            self.failures.append(error)
            raise

    def play(self, seed: int, rounds: int) -> None:
        """One long game by the dice of a seed, in which everything happens often."""
        dice = random.Random(seed)  # noqa: S311 - a test's own dice
        self.open_route(seven=False)
        for _ in range(rounds):
            for goods in dice.choices(LOADS, k=8):
                self._comes(goods, Direction.EXPORT, dice.randrange(60))
            self._happens_at_once(dice.choice((1, 3, 20)), dice)
            for truck in dice.sample(sorted(self.crossings), 5):
                for what in dice.sample(range(HAPPENINGS), 2):
                    self.something_happens_to(truck, what, Direction.EXPORT, dice.randrange(31))
            self._slots_are_wanted_and_left(dice)
            self._happens_at_once(dice.choice((1, 3, 61)), dice)

    def _slots_are_wanted_and_left(self, dice: random.Random) -> None:
        for truck in dice.sample(sorted(self.crossings), 4):
            self.something_happens_to(truck, HAPPENINGS, Direction.EXPORT, dice.randrange(31))
        holders = self.place.holders()
        for truck in dice.sample(holders, min(3, len(holders))):
            what = HAPPENINGS + dice.randrange(1, len(ACTS))
            self.something_happens_to(truck, what, Direction.EXPORT, dice.randrange(31))
