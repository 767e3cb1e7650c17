"""What becomes of a crossing whose truck waits: another tractor, warnings that come and go, arrivals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bordergate.ids import new_id
from events.vehicle_registration import (
    CrossingAmended,
    CrossingReady,
    Exchange,
    Exchanged,
    WarningsChanged,
)
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import MOST_ARRIVALS, Crossing, Stage, Step, filed_anew
from services.vehicle_registration.domain.plan import Plan, Truck
from tests.builders.registration import (
    MORNING,
    told_by,
)
from tests.unit.vehicle_registration.test_crossing import queued, ready


def exchanged(crossing: Crossing, truck: Truck, **changed: object) -> None:
    told = Exchange(what=Exchanged.TRACTOR, reason="gearbox", at=MORNING)
    filing = filed_anew(crossing.filing, Plan.of(crossing.filing, **changed), truck)
    crossing.exchange(filing.model_copy(update={"exchange": told}), truck)


def test_in_the_queue_another_tractor_is_told_with_the_next_verdict_and_why() -> None:
    crossing, other = queued(), new_id()
    told_by(crossing)
    exchanged(crossing, Truck("12C99999"), vehicle_id=other)
    crossing.assess()
    changed, told = told_by(crossing)
    assert isinstance(changed, CrossingAmended)
    assert isinstance(told, CrossingReady)
    assert (told.plate, told.vehicle_id, crossing.stage) == ("12C99999", other, Stage.QUEUED)
    assert told.exchange is not None
    assert told.exchange.reason == "gearbox"


def test_there_is_one_change_in_the_queue_and_none_before_or_after() -> None:
    crossing = queued()
    exchanged(crossing, Truck("12C99999"), vehicle_id=new_id())
    with pytest.raises(refusals.AlreadyExchanged):
        exchanged(crossing, Truck("12C88888"), vehicle_id=new_id())
    with pytest.raises(refusals.NotInTheQueue):
        exchanged(ready(), Truck("12C99999"), vehicle_id=new_id())
    called = queued()
    called.follow(Step.CALL)
    with pytest.raises(refusals.NotInTheQueue):
        exchanged(called, Truck("12C99999"), vehicle_id=new_id())


def test_a_warning_that_comes_or_goes_is_told_without_a_second_readiness() -> None:
    crossing = queued()
    crossing.arrive(MORNING - timedelta(hours=1))
    crossing.assess()
    (told,) = told_by(crossing)
    assert isinstance(told, WarningsChanged)
    assert [warning.code for warning in told.warnings] == ["R042"]
    crossing.assess()
    assert told_by(crossing) == []
    crossing.arrive(MORNING)
    crossing.assess()
    (told,) = told_by(crossing)
    assert (type(told), told.warnings, crossing.stage) == (WarningsChanged, (), Stage.QUEUED)


def test_an_arrival_told_again_is_no_news_and_of_who_comes_for_ever_the_latest_times_are_kept() -> None:
    crossing = queued()
    assert crossing.arrive(MORNING)
    assert not crossing.arrive(MORNING)
    times = [MORNING + timedelta(minutes=minute) for minute in range(1, 30)]
    assert all(crossing.arrive(at) for at in times)
    assert crossing.arrivals == times[-MOST_ARRIVALS:]
    assert not crossing.arrive(MORNING)
