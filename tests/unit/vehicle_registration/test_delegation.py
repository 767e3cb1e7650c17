"""How far somebody may act for another: each limit has its last permitted step and its first refused one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bordergate.errors import Refusal
from bordergate.ids import new_id
from services.vehicle_registration.domain.delegation import (
    Act,
    ActNotDelegated,
    AlreadyEnded,
    CrossingsUsedUp,
    Delegation,
    DelegationOver,
    Limits,
    NotForDrivers,
    OverAlready,
    RouteNotDelegated,
)
from tests.builders.registration import MORNING

TODAY = date(2026, 5, 4)


def a_delegation(*, driver: bool = False, **limits: Any) -> Delegation:  # noqa: ANN401 - any limit
    usual: dict[str, Any] = {"acts": (Act.AMEND, Act.CANCEL) if driver else tuple(Act), "last_day": TODAY}
    agent, driver_id = (None, new_id()) if driver else (new_id(), None)
    return Delegation.give(new_id(), new_id(), agent, driver_id, Limits(**(usual | limits)), MORNING)


def refusal(leave: Delegation, act: Act = Act.FILE, route: str = "hn-1119", count: int = 1, **after: float) -> object:
    found: Refusal | None = leave.refusal(act, {route}, count, MORNING + timedelta(**after))
    return type(found) if found else None


def test_within_its_limits_a_leave_lets_it_be_done() -> None:
    assert {refusal(a_delegation(), act) for act in Act} == {None}


@pytest.mark.parametrize(("hours", "refused"), [(14, None), (15.99, None), (16, DelegationOver)])
def test_the_last_day_counts_until_hanoi_s_midnight(hours: float, refused: object) -> None:
    assert refusal(a_delegation(), hours=hours) == refused


def test_what_was_not_named_may_not_be_done() -> None:
    leave = a_delegation(acts=(Act.AMEND,))
    assert (refusal(leave, Act.AMEND), refusal(leave, Act.FILE)) == (None, ActNotDelegated)


def test_only_named_routes_are_open_and_all_are_when_none_is_named() -> None:
    leave = a_delegation(routes=("hn-1119",))
    assert (refusal(leave), refusal(leave, route="tt-1088")) == (None, RouteNotDelegated)
    assert leave.refusal(Act.FILE, {"hn-1119", "tt-1088"}, 2, MORNING)
    assert refusal(a_delegation(), route="tt-1088") is None


def test_only_so_many_crossings_are_filed_and_amending_them_counts_nothing() -> None:
    leave = a_delegation(most=3)
    assert (refusal(leave, count=3), refusal(leave, count=4)) == (None, CrossingsUsedUp)
    leave.use(Act.FILE, 3, MORNING)
    leave.use(Act.AMEND, 1, MORNING)
    assert (leave.used, refusal(leave), refusal(leave, Act.CANCEL)) == (3, CrossingsUsedUp, None)


def test_an_ended_leave_lets_nothing_be_done_and_ends_once() -> None:
    leave = a_delegation()
    leave.end(leave.giver, MORNING)
    assert refusal(leave) is DelegationOver
    with pytest.raises(AlreadyEnded):
        leave.end(leave.giver, MORNING)


def test_a_leave_within_which_nobody_could_do_anything_is_refused() -> None:
    with pytest.raises(OverAlready):
        a_delegation(last_day=TODAY - timedelta(days=1))
    with pytest.raises(NotForDrivers):
        a_delegation(driver=True, acts=(Act.FILE,))
