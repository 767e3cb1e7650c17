"""Every route of every service says who may use it, and keeps to it: all roles, on one's own and on another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from starlette.routing import BaseRoute, Mount

from bordergate.auth import SEES_ALL, Permission, Resource, Role, decide
from bordergate.http import GateRoute
from bordergate.ids import new_id
from bordergate.service import Service, installed
from services.analytics.api import SEE as SEE_FIGURES
from services.customs_declarations.api.declarations import FILE as DECLARE
from services.customs_declarations.api.declarations import SEE
from services.portal.pages.declarations import AMEND, DECLARANTS
from services.portal.pages.frame import FILERS, FOLLOWS, FORMS, SEE_ANALYSIS, SEE_DECLARATIONS
from services.tracking.api import SEE_TRUCKS
from services.vehicle_registration.api.filing import FILE, KEEP_FLEET
from tests.builders.callers import a_caller
from tests.builders.desk import PaperDesk, a_desk

ROUTE = re.compile(r"\{route(?::\w+)?\}|\{code\}")
PARAMETER = re.compile(r"\{[^}]+\}")

PUBLIC = {
    "customs_declarations": {"GET /declaration.xsd"},
    "identity": {
        "GET /installation",
        "POST /driver-links/open",
        "POST /invitations/accept",
        "POST /sessions",
        "POST /sessions/end",
        "POST /sessions/renew",
        "POST /token",
    },
    "portal": {
        "GET /driver",
        "GET /driver/worker.js",
        "GET /invitation",
        "GET /language/{language}",
        "GET /ledger",
        "GET /draws",
        "GET /open-data",
        "GET /rules",
        "GET /sign-in",
        "GET /waiting",
        "GET /waiting.json",
        "GET /waiting/now",
        "GET /{anything:path}",
        "MOUNT /static",
    },
    "queue_scheduling": {
        "GET /forecasts",
        "GET /draws/{route}",
        "GET /draws/{route}/{direction}/{starts}",
        "GET /routes/{route}/slots/{direction}",
        "GET /open/days/{month}.{form}",
        "GET /open/hours/{day}.{form}",
        "GET /ledger",
        "GET /ledger/keys",
        "GET /ledger/{route}/consistency",
        "GET /ledger/{route}/entries/{entry}/inclusion",
        "GET /ledger/{route}/head",
        "GET /ledger/{route}/heads",
        "GET /ledger/{route}/leaves",
        "GET /ledger/{route}/leaves/{index}/inclusion",
        "GET /ledger/{route}/tiles/{level}/{index}",
        "GET /routes",
    },
    "tracking": {"GET /areas", "GET /ways"},
    "vehicle_registration": {"GET /reference-keys"},
}
"""What anybody may ask, listed once more here: a public route is added on purpose or not at all."""


@dataclass(frozen=True)
class Declared:
    """One route of one service."""

    service: Service
    route: GateRoute

    @property
    def name(self) -> str:
        """How a person names it."""
        return f"{self.service.name} {words(self.route)}"

    @property
    def permission(self) -> Permission:
        """Who may use it."""
        assert self.route.permission is not None
        return self.route.permission

    def path(self) -> str:
        """A path that leads to it."""
        return PARAMETER.sub(lambda _: str(new_id()), ROUTE.sub("hn-1119", self.route.path))


def words(route: BaseRoute) -> str:
    if isinstance(route, Mount):
        return f"MOUNT {route.path}"
    assert isinstance(route, GateRoute), f"{route} is not a GateRoute"
    return f"{method_of(route)} {route.path}"


def method_of(route: GateRoute) -> str:
    (method,) = route.methods or ()
    return method


def routes_of(service: Service) -> list[BaseRoute]:
    return list(service.router.routes) if service.router else []


def guarded() -> Iterator[Declared]:
    for service in installed():
        for route in routes_of(service):
            if isinstance(route, GateRoute) and route.permission:
                yield Declared(service, route)


GUARDED = list(guarded())


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PaperDesk]:
    declared: Declared = request.getfixturevalue("declared")
    assert declared.service.router
    made = a_desk(declared.service.router, tmp_path)
    with made.client:
        yield made


def test_services_have_routes() -> None:
    assert len(GUARDED) > 30


@pytest.mark.parametrize("service", installed(), ids=lambda service: service.name)
def test_every_route_names_its_permission_or_is_listed_as_public(service: Service) -> None:
    public = set()
    for route in routes_of(service):
        if isinstance(route, Mount):
            public.add(words(route))
            continue
        assert isinstance(route, GateRoute), f"{route} was registered past the router"
        assert (route.permission is None) == bool(route.public)
        if route.permission is None:
            public.add(words(route))
        else:
            assert route.permission.name.startswith(f"{service.name}."), words(route)
    assert public == PUBLIC.get(service.name, set())


def test_one_permission_name_means_one_thing() -> None:
    named: dict[str, Permission] = {}
    for declared in GUARDED:
        assert named.setdefault(declared.permission.name, declared.permission) == declared.permission, declared.name


@pytest.mark.parametrize("declared", GUARDED, ids=lambda declared: declared.name)
def test_a_role_the_permission_does_not_name_stays_outside(declared: Declared, desk: PaperDesk) -> None:
    permission = declared.permission
    method = method_of(declared.route)
    unknown = desk.client.request(method, declared.path(), follow_redirects=False)
    assert unknown.status_code == 401 or unknown.headers.get("location", "").startswith("/sign-in")
    for role in frozenset(Role) - permission.own - permission.every:
        caller = a_caller(role, organisation=new_id())
        answer = desk.client.request(method, declared.path(), headers=desk.issuer.headers(caller))
        assert answer.status_code == 403, f"{role}: {answer.text}"
        assert not [s for s, _ in desk.transactions.statements if "audit" not in s]


@pytest.mark.parametrize("declared", GUARDED, ids=lambda declared: declared.name)
def test_a_role_named_for_its_own_decides_nothing_of_anothers(declared: Declared) -> None:
    own, other = new_id(), new_id()
    for role in Role:
        mine, theirs = (decided(declared.permission, role, own, party) for party in (own, other))
        assert mine == (role in declared.permission.own | declared.permission.every)
        assert theirs == (role in declared.permission.every)


@pytest.mark.parametrize("declared", GUARDED, ids=lambda declared: declared.name)
def test_a_firm_changes_nothing_of_anothers_but_what_is_listed(declared: Declared) -> None:
    method = method_of(declared.route)
    beyond = declared.permission.every - SEES_ALL
    assert not beyond or method == "GET" or declared.permission.name in OPEN_TO_FIRMS, declared.name


def test_the_pages_offer_what_its_owner_admits_and_nothing_else() -> None:
    assert SEE_ANALYSIS.every == SEE_FIGURES.every
    assert (SEE_DECLARATIONS.own, SEE_DECLARATIONS.every) == (SEE.own, SEE.every)
    assert {
        "vehicle": KEEP_FLEET.own,
        "driver": KEEP_FLEET.own,
        **dict.fromkeys(("number", "declaration"), DECLARE.own),
    } == FORMS
    assert AMEND.own == DECLARANTS == DECLARE.own
    assert FILE.own == FILERS


def test_a_board_asks_for_positions_only_for_whom_tracking_shows_them() -> None:
    assert SEE_TRUCKS.every == FOLLOWS
    assert not SEE_TRUCKS.own


OPEN_TO_FIRMS = {"identity.find_partner", "gate_operations.state_fact"}
"""What firms may do about others': find a partner by his tax code; a yard states that any truck entered or left it."""


def decided(permission: Permission, role: Role, organisation: UUID, party: UUID) -> bool:
    return decide(a_caller(role, organisation=organisation), permission, Resource(parties=frozenset({party}))).allowed
