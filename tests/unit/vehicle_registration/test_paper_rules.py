"""The rules of papers and payers: what passes, what fails, and the edge between; and what the law demands of whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.i18n import LANGUAGES, hint, text
from bordergate.ids import new_id
from events.words import Failure, OrganisationKind, PaperKind, Severity
from services.vehicle_registration.domain.demands import Demand, Lack, Law, Matter, Payer, Standing, Validity, holds
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.fleet import Country, VehicleType
from services.vehicle_registration.domain.paper_rules import (
    inspection_holds,
    insurance_holds,
    licence_holds,
    payer_has_a_tax_code,
    payer_is_verified,
    transport_permit_holds,
)
from services.vehicle_registration.domain.rules import driver_is_not_active, driver_mark, marks_of
from tests.builders.registration import MORNING, a_dossier, a_filing

THE_DAY = date(2026, 5, 4)
LONG_AGO = date(2020, 1, 1)
TRUCK, DRIVER = new_id(), new_id()
Rule = Callable[[Dossier], Failure | None]
OF_PAPERS: list[tuple[Rule, PaperKind, str]] = [
    (transport_permit_holds, PaperKind.TRANSPORT_PERMIT, "R015"),
    (insurance_holds, PaperKind.INSURANCE, "R016"),
    (inspection_holds, PaperKind.INSPECTION, "R016"),
    (licence_holds, PaperKind.LICENCE, "R060"),
]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def a_demand(what: Matter, lack: Lack = Lack.WARN, **named: Any) -> Demand:  # noqa: ANN401 - any column
    return Demand(what, lack, **({"valid_from": LONG_AGO} | named))


def a_standing(*papers: tuple[PaperKind, date, date], now: datetime = MORNING, **told: Any) -> Standing:  # noqa: ANN401 - any field
    held = [Validity(DRIVER if kind is PaperKind.LICENCE else TRUCK, kind, first, last) for kind, first, last in papers]
    law = Law(told.pop("demands", [a_demand(what) for what in Matter]))
    usual: dict[str, Any] = {"law": law, "country": Country.VN}
    return Standing(now, held, **(usual | {"vehicle_type": VehicleType.VT4} | told))


def judged(rule: Rule, standing: Standing, **filed: Any) -> Failure | None:  # noqa: ANN401 - any field
    return rule(a_dossier(standing=standing, **({"vehicle_id": TRUCK, "driver_id": DRIVER} | filed)))


@pytest.mark.parametrize(("rule", "kind", "code"), OF_PAPERS)
def test_a_paper_that_holds_on_the_day_passes_on_its_first_and_on_its_last_day(
    rule: Rule, kind: PaperKind, code: str
) -> None:
    for first, last in ((LONG_AGO, THE_DAY), (THE_DAY, THE_DAY), (THE_DAY, THE_DAY + days(9))):
        assert judged(rule, a_standing((kind, first, last))) is None, code


@pytest.mark.parametrize(("rule", "kind", "code"), OF_PAPERS)
def test_a_paper_that_ended_the_day_before_or_begins_the_day_after_stops_the_crossing(
    rule: Rule, kind: PaperKind, code: str
) -> None:
    for first, last in ((LONG_AGO, THE_DAY - days(1)), (THE_DAY + days(1), THE_DAY + days(9))):
        failure = judged(rule, a_standing((kind, first, last), demands=[]))
        assert failure is not None
        assert (failure.code, failure.severity) == (code, Severity.BLOCK)
        assert failure.value == {"paper": kind.value, "valid_to": last.isoformat()}


@pytest.mark.parametrize(("rule", "kind", "code"), OF_PAPERS)
def test_a_paper_that_is_missing_costs_what_the_law_says(rule: Rule, kind: PaperKind, code: str) -> None:
    for lack, severity in ((Lack.WARN, Severity.WARN), (Lack.BLOCK, Severity.BLOCK)):
        failure = judged(rule, a_standing(demands=[a_demand(Matter(kind), lack)]))
        assert failure is not None
        assert (failure.code, failure.severity) == (code, severity)
    for demands in ([], [a_demand(Matter(kind), Lack.ALLOWED)]):
        assert judged(rule, a_standing(demands=demands)) is None


def test_a_paper_must_hold_for_the_whole_window_and_midnight_is_still_the_day_before() -> None:
    permit = (PaperKind.TRANSPORT_PERMIT, LONG_AGO, THE_DAY)
    midnight = datetime(2026, 5, 4, 17, 0, tzinfo=UTC)
    assert judged(transport_permit_holds, a_standing(permit), window_to=midnight) is None
    beyond = judged(transport_permit_holds, a_standing(permit), window_to=midnight + timedelta(minutes=1))
    assert beyond is not None


def test_a_renewed_paper_takes_over_without_a_day_between() -> None:
    old, new = (LONG_AGO, THE_DAY), (THE_DAY + days(1), THE_DAY + days(365))
    both = a_standing(*((PaperKind.INSURANCE, *one) for one in (old, new)))
    assert judged(insurance_holds, both, window_to=MORNING + days(3)) is None
    gap = a_standing((PaperKind.INSURANCE, *old), (PaperKind.INSURANCE, THE_DAY + days(2), new[1]))
    assert judged(insurance_holds, gap, window_to=MORNING + days(3)) is not None


def test_a_truck_that_waits_beyond_its_window_is_judged_by_today() -> None:
    permit = (PaperKind.TRANSPORT_PERMIT, LONG_AGO, THE_DAY + days(5))
    assert judged(transport_permit_holds, a_standing(permit, now=MORNING + days(5))) is None
    assert judged(transport_permit_holds, a_standing(permit, now=MORNING + days(6))) is not None


def test_another_trucks_paper_is_not_this_ones() -> None:
    stranger = Standing(MORNING, [Validity(new_id(), PaperKind.INSURANCE, LONG_AGO, THE_DAY)])
    assert judged(insurance_holds, stranger) is None
    demanded = Standing(MORNING, stranger.papers, Law([a_demand(Matter.INSURANCE, Lack.BLOCK)]))
    assert judged(insurance_holds, demanded) is not None


def test_who_names_no_driver_shows_no_licence() -> None:
    assert judged(licence_holds, a_standing(), driver_id=None) is None


def test_the_row_that_names_most_of_the_truck_speaks_and_of_equals_the_harder() -> None:
    general = a_demand(Matter.INSPECTION, Lack.BLOCK)
    chinese = a_demand(Matter.INSPECTION, Lack.ALLOWED, country="CN")
    light, imports = (
        a_demand(Matter.INSPECTION, Lack.WARN, vehicle_type="VT4"),
        a_demand(Matter.INSPECTION, Lack.BLOCK, direction="EXPORT"),
    )
    foreign = a_standing(demands=[general, chinese], country=Country.CN)
    assert judged(inspection_holds, foreign) is None
    assert judged(inspection_holds, a_standing(demands=[general, chinese])) is not None
    both = judged(inspection_holds, a_standing(demands=[light, imports]))
    assert both is not None
    assert both.severity is Severity.BLOCK


@pytest.mark.parametrize(("first", "last", "demanded"), [(0, 1, True), (1, None, False), (-1, 0, False)])
def test_a_demand_speaks_from_its_first_day_until_before_its_last(first: int, last: int | None, demanded: bool) -> None:  # noqa: FBT001 - a parameter of the test
    ends = None if last is None else THE_DAY + days(last)
    row = a_demand(Matter.INSURANCE, Lack.BLOCK, valid_from=THE_DAY + days(first), valid_to=ends)
    assert (judged(insurance_holds, a_standing(demands=[row])) is not None) is demanded


@pytest.mark.parametrize(
    ("payer", "codes"),
    [
        (Payer(OrganisationKind.TRADER, verified=True, tax_code_sound=True), []),
        (Payer(OrganisationKind.TRADER, verified=True, tax_code_sound=False), ["R030"]),
        (Payer(OrganisationKind.TRADER, verified=False, tax_code_sound=True), ["R031"]),
        (Payer(OrganisationKind.TRADER, verified=False, tax_code_sound=False), ["R030", "R031"]),
        (Payer(OrganisationKind.TRADER, verified=True), []),
        (Payer(OrganisationKind.FOREIGN_FORWARDER, verified=True, tax_code_sound=False), []),
        (None, []),
    ],
)
def test_a_payer_has_a_tax_code_and_is_verified(payer: Payer | None, codes: list[str]) -> None:
    rules: tuple[Rule, ...] = (payer_has_a_tax_code, payer_is_verified)
    failures = [judged(rule, a_standing(payer=payer)) for rule in rules]
    assert [(one.code, one.field, one.value) for one in failures if one] == [(code, "$.trader", None) for code in codes]
    free = [judged(rule, a_standing(payer=payer, demands=[])) for rule in rules]
    assert free == [None, None]


def test_a_driver_is_on_one_crossing_at_a_time() -> None:
    taken = frozenset({driver_mark(DRIVER)})
    assert driver_is_not_active(a_dossier(driver_id=DRIVER)) is None
    assert driver_is_not_active(a_dossier(driver_id=new_id(), taken=taken)) is None
    assert driver_is_not_active(a_dossier(taken=taken)) is None
    failure = driver_is_not_active(a_dossier(driver_id=DRIVER, taken=taken))
    assert failure is not None
    assert (failure.code, failure.field, failure.value) == ("R061", "$.driver_id", None)
    assert driver_mark(DRIVER) in marks_of(a_filing(driver_id=DRIVER), None)


@pytest.mark.parametrize("code", ["R015", "R016", "R030", "R031", "R060", "R061"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_these_rules_says_what_is_wrong_and_what_to_do(code: str, language: Any) -> None:  # noqa: ANN401 - one of three
    assert text(code, language)
    assert hint(code, language)


SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), max_size=5)


@given(SPANS, st.integers(0, 12), st.integers(0, 4))
def test_papers_hold_exactly_when_each_day_lies_in_one_of_them(
    spans: list[tuple[int, int]], first: int, length: int
) -> None:
    papers = [
        Validity(UUID(int=1), PaperKind.INSURANCE, THE_DAY + days(start), THE_DAY + days(start + more))
        for start, more in spans
    ]
    wanted = [THE_DAY + days(first + step) for step in range(length + 1)]
    each = all(any(paper.valid_from <= day <= paper.valid_to for paper in papers) for day in wanted)
    assert holds(papers, wanted[0], wanted[-1]) is each
