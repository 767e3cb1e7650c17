"""Two people amend one crossing: who left a field alone takes the other's value, who did not must choose."""

from __future__ import annotations

from typing import Any

from bordergate.errors import Wrong
from bordergate.ids import new_id
from events.vehicle_registration import Filing
from services.vehicle_registration.domain.history import BY_ANOTHER, BY_BOTH, DRIVER, at_odds, differing
from services.vehicle_registration.domain.plan import Truck
from tests.builders.registration import a_crossing, a_filing

BASE = a_filing(trailer="12R00121", containers=("CSQU3054383",))


def with_(**changes: Any) -> Filing:  # noqa: ANN401 - any field
    return BASE.model_copy(update=changes)


def odds(now: Filing, asked: Filing) -> dict[str, tuple[str, Any]]:
    return {str(one.field): (one.code, one.details.get("now")) for one in at_odds(BASE, now, asked)}


def test_what_the_author_left_alone_takes_the_others_value() -> None:
    now, asked = with_(trailer="12R00122"), with_(plate="12C54321")
    assert odds(now, asked) == {"$.trailer": (BY_ANOTHER, "12R00122")}


def test_what_both_wrote_is_the_authors_to_choose() -> None:
    now, asked = with_(containers=("TEMU6079348",)), with_(containers=())
    assert odds(now, asked) == {"$.containers": (BY_BOTH, ["TEMU6079348"])}


def test_what_both_wrote_alike_is_no_conflict() -> None:
    assert odds(with_(trailer=None), with_(trailer=None)) == {}


def test_another_driver_is_told_without_saying_who() -> None:
    (told,) = at_odds(BASE, with_(driver_id=new_id()), BASE)
    assert told == Wrong("$.driver", DRIVER, {})


def test_a_program_is_told_every_place_that_differs() -> None:
    (told,) = differing(BASE, with_(trailer=None))
    assert (told.field, dict(told.details)) == ("$.trailer", {"before": "12R00121", "after": "–"})


def test_each_amendment_makes_another_revision_and_one_that_changes_nothing_makes_none() -> None:
    crossing = a_crossing()
    truck = Truck(crossing.filing.plate)
    crossing.amend(crossing.filing.model_copy(update={"trailer": "12R00121"}), truck)
    assert crossing.filing.revision == 2
    crossing.amend(crossing.filing, truck)
    assert crossing.filing.revision == 2
