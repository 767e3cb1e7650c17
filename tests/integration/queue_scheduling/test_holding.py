"""Cancelling and extending over HTTP: told before, agreed to, published with the share that is owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx

from bordergate.auth import Role
from bordergate.ids import new_id
from events.queue_scheduling import CallExtended, CallMissed, TicketWithdrawn
from tests.builders.callers import a_caller
from tests.builders.queue import a_ready_crossing
from tests.gates import Asking
from tests.integration.queue_scheduling.conftest import API, Border

SOLD = {"reason": "sold inland"}


def told(answer: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401 - any JSON
    assert answer.status_code == status, answer.text
    return answer.json()


def terms_of(asking: Asking, crossing: UUID) -> Any:  # noqa: ANN401 - any JSON
    (terms,) = told(asking.get(f"{API}/terms", params={"crossing_id": str(crossing)}))
    return terms


def called(border: Border, firm: UUID, **changes: Any) -> UUID:  # noqa: ANN401 - any field
    (mine,) = border.trucks_join(1, parties=(firm,), **changes)
    border.gate.wait(minutes=3)
    assert border.stages(mine) == ["CALLED"]
    return mine


def test_a_place_given_up_some_hours_before_its_call_costs_half_once_that_was_agreed_to(border: Border) -> None:
    firm = new_id()
    (mine,) = border.trucks_join(1, parties=(firm,))
    asking, ticket = border.trader(firm), f"{API}/tickets/{mine}"
    assert terms_of(asking, mine)["cancel"]["because"]["code"] == "queue_scheduling.cancel_unforeseen"
    border.gate.wait(minutes=6)
    terms = terms_of(asking, mine)
    assert (terms["cancel"]["share"], terms["cancel"]["percent"], terms["no_show"]) == ("0.5", 50, False)
    refused = told(asking.post(f"{ticket}/withdraw", json=SOLD), 409)
    assert [wrong["code"] for wrong in refused["problems"]] == ["queue_scheduling.cancel_soon"]
    told(asking.post(f"{ticket}/withdraw", json=SOLD | {"accepts": terms["cancel"]["share"]}))
    gone = border.stated(mine)[-1]
    assert isinstance(gone, TicketWithdrawn)
    assert (gone.share, gone.because) == (Decimal("0.5"), "queue_scheduling.cancel_soon")


def test_a_place_on_a_route_reduced_to_nothing_is_given_up_freely(border: Border) -> None:
    firm = new_id()
    (mine,) = border.trucks_join(1, parties=(firm,))
    border.gate.wait(minutes=6)
    nothing = {"reason": "no lane", "export_per_hour": 0, "import_per_hour": 4}
    told(border.operator().post(f"{API}/routes/hn-1119/reduce", json=nothing))
    cancel = terms_of(border.trader(firm), mine)["cancel"]
    assert (cancel["percent"], cancel["because"]["code"]) == (0, "queue_scheduling.cancel_ours")


def test_a_call_given_up_is_a_no_show_and_does_not_join_again(border: Border) -> None:
    firm = new_id()
    border.opens()
    mine = called(border, firm)
    asking = border.trader(firm)
    assert terms_of(asking, mine)["no_show"]
    told(asking.post(f"{API}/tickets/{mine}/withdraw", json=SOLD | {"accepts": "1"}))
    assert border.kinds(mine) == ["TruckQueued", "TruckCalled", "CallMissed", "TicketWithdrawn"]
    missed, gone = border.stated(mine)[2:]
    assert isinstance(missed, CallMissed)
    assert isinstance(gone, TicketWithdrawn)
    assert (missed.cause, gone.share) == ("OWN", 1)
    border.gate.wait(minutes=90)
    assert border.stages(mine) == ["WITHDRAWN"]


def test_a_call_is_extended_for_a_fee_once_in_sixty_days_and_freely_while_the_route_is_stopped(border: Border) -> None:
    firm, vehicle = new_id(), new_id()
    border.opens()
    mine = called(border, firm, vehicle_id=vehicle)
    driver = border.gate.as_(a_caller(Role.DRIVER, crossing=mine))
    until = border.ticket(mine).valid_until
    extend = f"{API}/tickets/{mine}/extend"
    costs = told(driver.post(extend, json={"hours": 6}), 409)
    assert costs["problems"][0]["code"] == "queue_scheduling.extended_asked"
    view = told(driver.post(extend, json={"hours": 6, "accepts": "1"}))
    assert datetime.fromisoformat(view["valid_until"]) == until + timedelta(hours=6)
    extended = border.stated(mine)[-1]
    assert isinstance(extended, CallExtended)
    assert (extended.hours, extended.share) == (6, 1)
    again = told(driver.post(extend, json={"hours": 4, "accepts": "1"}), 409)
    assert [wrong["code"] for wrong in again["problems"]] == ["queue_scheduling.extend_again"]
    told(border.operator().post(f"{API}/routes/hn-1119/pause", json={"reason": "landslide on the far side"}))
    told(driver.post(extend, json={"hours": 4}))
    assert border.ticket(mine).valid_until == until + timedelta(hours=10)
    border.gate.wait(minutes=90)
    assert border.stages(mine) == ["CALLED"]


def test_only_its_parties_cancel_or_extend_a_place(border: Border) -> None:
    border.opens()
    mine = called(border, new_id())
    stranger = border.trader(new_id())
    assert told(stranger.get(f"{API}/terms", params={"crossing_id": str(mine)})) == []
    assert stranger.post(f"{API}/tickets/{mine}/extend", json={"hours": 4}).status_code == 404
    assert (
        border.gate.as_(a_caller(Role.DRIVER, crossing=mine))
        .post(f"{API}/tickets/{mine}/withdraw", json=SOLD)
        .status_code
        == 403
    )


def test_an_extended_call_that_runs_over_night_is_missed_by_its_holders_own_doing(border: Border) -> None:
    firm = new_id()
    border.gate.clock.set(border.gate.clock.now() + timedelta(hours=15))  # six in the evening
    (mine,) = border.joins(a_ready_crossing(parties=(firm,)))
    border.gate.wait(minutes=12)
    told(border.trader(firm).post(f"{API}/tickets/{mine}/extend", json={"hours": 10, "accepts": "1"}))
    border.gate.clock.forward(hours=11)
    border.gate.settle()
    missed = next(event for event in border.stated(mine) if isinstance(event, CallMissed))
    assert missed.cause == "OWN"
