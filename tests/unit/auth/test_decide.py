from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.auth import Permission, Reason, Resource, Role, decide
from bordergate.ids import new_id
from tests.builders.callers import a_caller, a_driver

PERMISSION = Permission("gate.act", own={Role.TRADER, Role.DRIVER}, every={Role.GATE_OPERATOR})


def test_an_officer_acts_on_anybodys_but_on_his_routes_only() -> None:
    anywhere = a_caller(Role.GATE_OPERATOR)
    posted = a_caller(Role.GATE_OPERATOR, routes=frozenset({"hn-1119"}))
    here, there = Resource(route="hn-1119"), Resource(route="tt-1088")
    assert decide(anywhere, PERMISSION, there).reason is Reason.EVERY
    assert decide(posted, PERMISSION, here).allowed
    assert decide(posted, PERMISSION, there).reason is Reason.OTHER_ROUTE


def test_a_trader_acts_on_what_is_his_organisations() -> None:
    trader = a_caller(Role.TRADER, organisation=new_id())
    assert trader.organisation is not None
    assert decide(trader, PERMISSION, Resource(parties=frozenset({trader.organisation, new_id()}))).role is Role.TRADER
    assert decide(trader, PERMISSION, Resource(parties=frozenset({new_id()}))).reason is Reason.NOT_OWN
    assert decide(trader, PERMISSION).allowed


def test_a_trader_without_an_organisation_owns_nothing() -> None:
    assert not decide(a_caller(Role.TRADER), PERMISSION, Resource()).allowed


def test_a_driver_acts_on_his_crossing_only() -> None:
    crossing = new_id()
    assert decide(a_driver(crossing), PERMISSION, Resource(crossing=crossing)).allowed
    assert decide(a_driver(crossing), PERMISSION, Resource(crossing=new_id())).reason is Reason.OTHER_CROSSING


def test_a_permission_allows_somebody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Permission("gate.nothing")


@given(
    roles=st.frozensets(st.sampled_from(Role)),
    own=st.frozensets(st.sampled_from(Role)),
    every=st.frozensets(st.sampled_from(Role), min_size=1),
    is_own=st.booleans(),
)
def test_only_a_role_the_permission_names_is_ever_allowed(
    roles: frozenset[Role], own: frozenset[Role], every: frozenset[Role], *, is_own: bool
) -> None:
    caller = a_caller(*roles, organisation=new_id())
    assert caller.organisation is not None
    resource = Resource(parties=frozenset({caller.organisation if is_own else new_id()}))
    decision = decide(caller, Permission("gate.any", own=own, every=every), resource)
    assert decision.allowed == bool(roles & every or (is_own and roles & own))
    assert not decision.allowed or decision.role in roles & (every | own)
