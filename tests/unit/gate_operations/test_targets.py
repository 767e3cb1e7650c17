"""What the gate owes for a truck that it kept too long follows from the facts, in whichever order they came."""

from __future__ import annotations

from datetime import timedelta

from bordergate.ids import new_id
from events.gate_operations import Authority, MissTakenBack, Target, TargetMissed
from events.words import CrossingState, Direction
from services.gate_operations.domain import Reached
from services.gate_operations.targets.account import Account, Spent, spent
from tests.builders.statements import EIGHT


def at(stage: CrossingState, minutes: int, first: Authority | None = None) -> Reached:
    return Reached(stage, EIGHT + timedelta(minutes=minutes), first)


def an_account() -> Account:
    return Account(new_id(), Target.AGENCY_LAG, new_id(), "hn-1119", [], Authority.CUSTOMS, EIGHT)


def a_wait(minutes: float) -> Spent:
    return Spent(Target.AGENCY_LAG, Authority.CUSTOMS, EIGHT, EIGHT + timedelta(minutes=minutes))


def told(account: Account) -> list[type]:
    return [type(one.event) for one in account.release()]


def test_the_lag_is_the_second_authoritys_and_the_turnaround_the_yards() -> None:
    reached = [
        at(CrossingState.ARRIVING, 0, Authority.BORDER_GUARD),
        at(CrossingState.CHECKED_IN, 20),
        at(CrossingState.IN_YARD, 30),
        at(CrossingState.CROSSED, 90),
        at(CrossingState.LEFT_YARD, 400),
    ]
    lag, turnaround = spent(Direction.EXPORT, reached)
    assert (lag.target, lag.whose, lag.minutes) == (Target.AGENCY_LAG, Authority.CUSTOMS, 20)
    assert (turnaround.target, turnaround.whose, turnaround.minutes) == (Target.YARD_TURNAROUND, Authority.YARD, 60)
    assert [wait.minutes for wait in spent(Direction.IMPORT, reached)] == [20, 370]
    assert list(spent(Direction.EXPORT, reached[:1])) == []


def test_a_target_met_to_the_second_owes_nothing_and_one_second_more_does() -> None:
    account = an_account()
    account.hold(a_wait(15), 15)
    assert (account.missed, told(account)) == (False, [])
    account.hold(a_wait(15 + 1 / 60), 15)
    assert (account.missed, told(account)) == (True, [TargetMissed])


def test_what_a_correction_undoes_is_taken_back_once() -> None:
    account = an_account()
    account.hold(a_wait(40), 15)
    account.hold(a_wait(40), 15)
    assert told(account) == [TargetMissed]
    account.hold(a_wait(10), 15)
    account.void()
    assert told(account) == [MissTakenBack]
    assert account.until is None
