"""Whatever happens to a crossing in whatever order, it stands where the table says, and states only news."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bordergate.errors import Conflict
from events.vehicle_registration import CrossingAmended, CrossingNotReady, CrossingReady, CrossingSubmitted
from services.vehicle_registration.domain.crossing import ENDED, TRANSITIONS, Crossing, Stage, Step, filed_anew
from services.vehicle_registration.domain.plan import Plan, Truck
from services.vehicle_registration.domain.rules import plate_mark
from tests.builders.registration import (
    MORNING,
    UNKNOWN_DECLARATION,
    a_crossing,
    an_assessment,
    an_empty_crossing,
    told_by,
)

TRUCK = Truck("12C12345")


class ACrossing(RuleBasedStateMachine):
    """One crossing and what happens to it."""

    crossing: Crossing
    expected: Stage

    @initialize(empty=st.booleans())
    def filed(self, empty: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        self.crossing = an_empty_crossing() if empty else a_crossing()
        self.expected = Stage.DRAFT
        self.told: list[object] = []
        self.trailers = 0

    def attempt(self, step: Step, act: Callable[[], None]) -> None:
        """The act moves the crossing as the table says, or is refused and moves nothing."""
        allowed = (self.expected, step) in TRANSITIONS
        before = self.crossing.version
        try:
            act()
        except Conflict:
            assert not allowed
            assert self.crossing.version == before
        else:
            assert allowed
            assert self.crossing.version > before
            self.expected = TRANSITIONS[self.expected, step]
        self.told += told_by(self.crossing)

    @rule()
    def submit(self) -> None:
        self.attempt(Step.SUBMIT, lambda: self.crossing.submit(MORNING))

    @rule()
    def amend(self) -> None:
        self.trailers += 1
        plan = Plan.of(self.crossing.filing, trailer=f"12R{self.trailers:05d}")
        filing = filed_anew(self.crossing.filing, plan, TRUCK)
        self.attempt(Step.AMEND, lambda: self.crossing.amend(filing, TRUCK))

    @rule()
    def cancel(self) -> None:
        self.attempt(Step.CANCEL, lambda: self.crossing.cancel("other plans"))

    @rule()
    def withdraw(self) -> None:
        self.attempt(Step.WITHDRAW, lambda: self.crossing.withdraw("other plans"))

    @rule()
    def expire(self) -> None:
        self.attempt(Step.EXPIRE, self.crossing.expire)

    @rule(step=st.sampled_from([Step.QUEUE, Step.KEEP_OUT, Step.CALL, Step.END, Step.REOPEN]))
    def follow(self, step: Step) -> None:
        self.attempt(step, lambda: self.crossing.follow(step))

    @rule(fails=st.booleans(), taken=st.booleans())
    def assess(self, fails: bool, taken: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        self.crossing.hear_customs(an_assessment(*([UNKNOWN_DECLARATION] if fails else [])))
        self.crossing.assess({plate_mark("12C12345")} if taken else ())
        step = Step.FIND_NOT_READY if fails or taken else Step.FIND_READY
        self.expected = TRANSITIONS.get((self.expected, step), self.expected)
        self.told += told_by(self.crossing)

    @invariant()
    def stands_where_the_table_says(self) -> None:
        if hasattr(self, "crossing"):
            assert self.crossing.stage is self.expected

    @invariant()
    def the_last_word_is_the_verdict(self) -> None:
        """Who heard only the events knows whether the crossing is ready."""
        if not hasattr(self, "crossing") or self.crossing.stage not in (Stage.READY, Stage.NOT_READY):
            return
        kinds = (CrossingReady, CrossingNotReady, CrossingAmended, CrossingSubmitted)
        last = [event for event in self.told if isinstance(event, kinds)][-1]
        assert isinstance(last, CrossingReady if self.crossing.stage is Stage.READY else CrossingNotReady)

    @invariant()
    def nothing_is_stated_twice_running(self) -> None:
        if hasattr(self, "crossing"):
            assert not any(one == other for one, other in pairwise(self.told))

    @invariant()
    def an_end_is_an_end_unless_it_was_stated_in_error(self) -> None:
        assert {step for stage, step in TRANSITIONS if stage in ENDED} == {Step.REOPEN}


TestACrossing = ACrossing.TestCase
TestACrossing.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_every_stage_can_be_reached_and_left_unless_it_is_an_end_that_stands() -> None:
    reached = set(TRANSITIONS.values()) | {Stage.DRAFT}
    left = {stage for stage, step in TRANSITIONS if step is not Step.REOPEN}
    assert reached == set(Stage)
    assert left == set(Stage) - ENDED
