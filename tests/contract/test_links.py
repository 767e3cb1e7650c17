"""What was made is read, changed and ended by the links of its own answer, as an integrator's program follows them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from bordergate.auth import Role
from bordergate.ids import new_id
from bordergate.service import Service, installed
from tests.builders.callers import a_caller
from tests.builders.registration import a_plan, papers
from tests.gates import Asking, StillGate

EXAMPLES = 6
REGISTRATION, CUSTOMS = "/api/vehicle-registration", "/api/customs-declarations"
LINKED = {"vehicle_registration", "customs_declarations"}
APIS = [service for service in installed() if service.router and not service.pages]
REASON = {"reason": "hàng chưa tới"}
LINE = {"hs_code": "0810.60.00", "weight_kg": 18_000}
DECLARED = {"type_code": "B11", "lines": [LINE]}
Body = dict[str, Any]


@dataclass(frozen=True)
class Making:
    """What makes a thing, whose answer leads on; with these bodies what it leads to must succeed."""

    api: str
    path: str
    body: Callable[[Asking, int], Body]
    then: Mapping[str, Body | None]


def a_truck(_: Asking, number: int) -> Body:
    told: Body = papers(plate=f"12C{10_000 + number}").model_dump(mode="json")
    return told


def a_registration(asking: Asking, number: int) -> Body:
    truck = asking.post(f"{REGISTRATION}/vehicles", json=a_truck(asking, number)).json()
    return {"crossings": [a_plan(vehicle_id=truck["id"]).model_dump(mode="json")]}


def a_list(_: Asking, number: int) -> Body:
    return {"lines": [{"route": "hn-1119", "plate": f"12C{number}"}]}


def declared(_: Asking, number: int) -> Body:
    return DECLARED | {"number": f"3{number:011}", "direction": "EXPORT"}


MAKING = [
    Making(
        REGISTRATION, "/vehicles", a_truck, {"get_vehicle": None, "post_vehicle_correction": {"plate": "29H-543.21"}}
    ),
    Making(
        REGISTRATION,
        "/drivers",
        lambda _, number: {"full_name": f"Lái xe {number}"},
        {"get_driver": None, "post_driver_correction": {"full_name": "Lái xe A"}, "delete_driver": None},
    ),
    Making(
        REGISTRATION,
        "/registrations",
        a_registration,
        {
            "get_registration": None,
            "get_crossing": None,
            "patch_crossing": {"two_way": True},
            "post_submit_crossing": None,
            "post_submit_registration": None,
            "post_cancel_crossing": REASON,
        },
    ),
    Making(REGISTRATION, "/uploads", a_list, {"get_upload": None, "get_faults": None, "get_faults_file": None}),
    Making(
        CUSTOMS,
        "/declarations",
        declared,
        {
            "get_declaration": None,
            "get_history": None,
            "put_declaration": DECLARED | {"lines": [LINE | {"weight_kg": 17_000}]},
            "put_sharing": {"shared_with": []},
            "post_cancel": REASON,
        },
    ),
]


@pytest.mark.parametrize("making", MAKING, ids=lambda making: making.path[1:])
def test_what_was_made_is_read_changed_and_ended_by_the_links_of_its_answer(
    making: Making, still_gate: StillGate
) -> None:
    asking = still_gate.as_(a_caller(Role.TRADER, Role.CARRIER, organisation=new_id()))
    numbers = itertools.count()
    schema = schemathesis.openapi.from_asgi(f"{making.api}/openapi.json", still_gate.client.app)
    operations = {found.ok().definition.raw["operationId"]: found.ok() for found in schema.get_all_operations()}
    answers = schema.raw_schema["paths"][making.path]["post"]["responses"]
    links: Mapping[str, Body] = answers["201"]["links"]
    assert set(making.then) <= set(links)

    def made(link: Body) -> dict[str, str]:
        """Where a link of a new thing leads."""
        answer = asking.post(f"{making.api}{making.path}", json=making.body(asking, next(numbers)))
        assert answer.status_code == 201, answer.text
        return {name: pointed_at(answer.json(), place) for name, place in link["parameters"].items()}

    for name, link in links.items():
        follow(operations[link["operationId"]], asking, lambda link=link: made(link), making.then.get(name), name)


def follow(
    operation: schemathesis.APIOperation,
    asking: Asking,
    made: Callable[[], dict[str, str]],
    body: Body | None,
    name: str,
) -> None:
    """Follow a link of one new thing after another, with anything for a body; first, where one is named, a good one."""
    if name in {name for making in MAKING for name in making.then}:
        path = operation.full_path.format(**made())
        answer = asking.request(operation.method.upper(), path, json=body)
        assert answer.status_code < 300, (name, answer.text)

    @seed(20261126)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def sent(case: schemathesis.Case) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **made()}
        answer = case.call(session=asking.client, headers=asking.issuer.headers(asking.caller))
        case.validate_response(answer, checks=[not_a_server_error, status_code_conformance])

    sent()


def pointed_at(told: Any, place: str) -> str:  # noqa: ANN401 - any JSON
    """What stands in an answer where a link says."""
    for step in place.removeprefix("$response.body#/").split("/"):
        told = told[int(step) if step.isdigit() else step]
    return str(told)


@pytest.mark.parametrize("service", APIS, ids=lambda service: service.name)
def test_every_link_leads_to_an_operation_and_fills_its_one_place(service: Service, still_gate: StillGate) -> None:
    told = still_gate.client.get(f"/api/{service.name.replace('_', '-')}/openapi.json").json()
    operations = {
        operation["operationId"]: {parameter["name"] for parameter in operation.get("parameters", ())}
        for path in told["paths"].values()
        for operation in path.values()
    }
    links = list(links_of(told))
    assert bool(links) == (service.name in LINKED)
    for link in links:
        assert set(link["parameters"]) <= operations[link["operationId"]]


def links_of(told: Body) -> Iterator[Body]:
    """Every link of a description."""
    for path in told["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                yield from answer.get("links", {}).values()
