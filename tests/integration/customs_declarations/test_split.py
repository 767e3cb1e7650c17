"""A declaration divided among crossings, on the real database: filed, amended, ended, and by many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.vehicle_registration import CrossingCancelled
from events.words import CrossingState, Share
from tests.builders.customs import EXPORT
from tests.integration.customs_declarations.conftest import API, PAPERS, Office

FILERS = 32
TONNES = {"hs_code": "08106000", "weight_kg": 18_000, "quantity": "18", "unit": "TNE"} | PAPERS
NOT_ENOUGH = ["R002"]


def part(quantity: float | str, line: int = 1) -> Share:
    return Share(declaration=EXPORT, line=line, quantity=Decimal(str(quantity)))


def left(office: Office, declaration: dict[str, Any]) -> list[str]:
    answer = office.desk().get(f"{API}/declarations/{declaration['id']}/split")
    assert answer.status_code == 200, answer.text
    return [one["left"] for one in answer.json()["items"]]


def test_several_crossings_carry_a_declaration_and_the_rest_is_told(office: Office) -> None:
    declaration = office.files(lines=[TONNES])
    first, second = office.submits(EXPORT, shares=(part(10),)), office.submits(EXPORT, shares=(part("7.5"),))
    assert (office.fails(first), office.fails(second), left(office, declaration)) == ([], [], ["0.5"])
    assert office.assessed(first)[-1].goods.weight_kg == 10_000
    third = office.submits(EXPORT, shares=(part(1),))
    assert office.fails(third) == NOT_ENOUGH
    assert office.assessed(third)[-1].failures[0].field == "$.shares[0].quantity"


def test_an_amendment_gives_back_and_whoever_waits_takes_it(office: Office) -> None:
    declaration = office.files(lines=[TONNES])
    first, second = office.submits(EXPORT, shares=(part(10),)), office.submits(EXPORT, shares=(part(10),))
    assert office.fails(second) == NOT_ENOUGH
    office.amends(first, EXPORT, shares=(part(8),))
    assert (office.fails(first), office.fails(second), left(office, declaration)) == ([], [], ["0"])
    assert office.assessed(first)[-1].shares == (part(8),)


@pytest.mark.parametrize(
    ("end", "given_back"),
    [
        (lambda id_: CrossingCancelled(crossing_id=id_, reason="x"), True),
        (lambda id_: TruckReturned(crossing_id=id_, reason="x"), True),
        (lambda id_: TruckRejected(crossing_id=id_, reason="x"), True),
        (lambda id_: CrossingCompleted(crossing_id=id_), False),
    ],
)
def test_what_did_not_go_across_is_given_back(office: Office, end: Any, given_back: bool) -> None:  # noqa: ANN401, FBT001 - makes any event
    declaration = office.files(lines=[TONNES])
    first, second = office.submits(EXPORT, shares=(part(10),)), office.submits(EXPORT, shares=(part(10),))
    office.hears(end(first))
    assert office.fails(second) == ([] if given_back else NOT_ENOUGH)
    assert left(office, declaration) == ["8"]


def test_a_completion_taken_back_is_no_completion(office: Office) -> None:
    declaration = office.files(lines=[TONNES])
    first = office.submits(EXPORT, shares=(part(10),))
    office.hears(CrossingCompleted(crossing_id=first))
    office.hears(StageTakenBack(crossing_id=first, stage=CrossingState.COMPLETED))
    office.amends(first, EXPORT, shares=(part(2),))
    assert (office.fails(first), left(office, declaration)) == ([], ["16"])


def test_a_declaration_amended_to_less_than_is_asked_stops_who_asked_last(office: Office) -> None:
    declaration = office.files(lines=[TONNES])
    first, second = office.submits(EXPORT, shares=(part(10),)), office.submits(EXPORT, shares=(part(8),))
    body = {"type_code": "B11", "lines": [TONNES | {"quantity": "12"}]}
    assert office.desk().put(f"{API}/declarations/{declaration['id']}", json=body).status_code == 200
    assert (office.fails(first), office.fails(second)) == ([], NOT_ENOUGH)


def test_a_stranger_does_not_learn_what_is_left(office: Office) -> None:
    path = f"{API}/declarations/{office.files(lines=[TONNES])['id']}/split"
    assert office.desk(organisation=new_id()).get(path).status_code == 404
    assert office.desk(Role.CUSTOMS).get(path).json()["items"] == [
        {"line": 1, "declared": "18", "held": "0", "left": "18", "unit": "TNE"}
    ]


@pytest.mark.parametrize("whole", [False, True], ids=["parts", "parts and wholes"])
def test_many_who_file_at_one_instant_never_carry_more_than_is_declared(office: Office, *, whole: bool) -> None:
    declaration = office.files(lines=[TONNES])

    def files(place: int) -> UUID:
        crossing = new_id()
        shares = () if whole and place % 8 == 7 else (part("1.5"),)
        office.gate.do("customs_declarations", office.submitting(crossing, EXPORT, shares=shares))
        return crossing

    with ThreadPoolExecutor(FILERS) as pool:
        crossings = list(pool.map(files, range(FILERS)))
    office.gate.settle()
    carrying = [crossing for crossing in crossings if not office.fails(crossing)]
    weight = sum(office.assessed(crossing)[-1].goods.weight_kg for crossing in carrying)
    assert weight <= 18_000
    if not whole:
        assert (len(carrying), weight, left(office, declaration)) == (12, 18_000, ["0.0"])
