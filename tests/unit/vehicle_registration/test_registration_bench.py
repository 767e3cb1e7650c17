"""What the measurement of the rules judges."""

from __future__ import annotations

from services.vehicle_registration.domain.rules import failures_of
from tests.bench.registration import a_whole_dossier


def test_the_measured_trucks_have_everything_the_law_asks_for() -> None:
    assert failures_of(a_whole_dossier(7)) == ()
