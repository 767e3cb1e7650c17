"""A service's HTTP API as an application, and all of them on one origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from bordergate.auth import Verifier
from bordergate.clock import Clock
from bordergate.http.door import House
from bordergate.http.edge import Edge
from bordergate.http.failures import answer_failures
from bordergate.http.problems import Problem, language_of, problem
from bordergate.http.router import GateRoute, GateRouter
from bordergate.http.sse import Hub
from bordergate.settings import Settings
from bordergate.transactions import Transactions

WORTH_PACKING = 1_000


def api_for(
    name: str,
    router: GateRouter,
    transactions: Transactions,
    clock: Clock,
    *,
    verifier: Verifier,
    settings: Settings,
    hub: Hub | None = None,
) -> FastAPI:
    """The service's API: its routes behind the edge and the door, described by OpenAPI 3.1."""
    app = FastAPI(title=name, version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.router.redirect_slashes = False
    app.router.routes.extend(router.routes)
    app.state.house = House(name, transactions, clock, verifier, settings, hub)
    answer_failures(app)
    https = settings.origin.startswith("https")
    app.add_middleware(Edge, service=name, threads=settings.threads, https=https, own_limits=own_limits(router))
    describe_whole(app)
    return app


def own_limits(router: GateRouter) -> Callable[[Scope], int | None] | None:
    """Tells how much may be sent to a route that states it; None where no route does."""
    stating = [route for route in router.routes if isinstance(route, GateRoute) and route.body_limit]

    def limit_of(scope: Scope) -> int | None:
        return next((route.body_limit for route in stating if route.matches(scope)[0] is Match.FULL), None)

    return limit_of if stating else None


def describe_whole(app: FastAPI) -> None:
    """Let the published description hold the problem's schema, and where each answer leads."""
    make = app.openapi

    def described() -> dict[str, Any]:
        told = make()
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs", {}) | {"Problem": problem}
            describe_links(app, told)
        return told

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way


def describe_links(app: FastAPI, told: dict[str, Any]) -> None:
    """Say of each answer what can be asked next; raises KeyError for a handler that there is not."""
    routes = {route.name: route for route in app.routes if isinstance(route, GateRoute)}
    for route in routes.values():
        for name, place in route.leads_to.items():
            target = routes[name]
            (method,), (of,) = route.methods or {"GET"}, target.param_convertors
            answer = told["paths"][route.path_format][method.lower()]["responses"][str(route.status_code or 200)]
            link = {"operationId": target.unique_id, "parameters": {of: f"$response.body#/{place}"}}
            answer.setdefault("links", {})[name] = link


class Origin:
    """All services at `/api/<service-with-hyphens>`, the rest at the root; what is read is packed when long.

    Found by name, without a router's layers: a command that is written pays for nothing else. HEAD is a look whose
    answer is not sent.
    """

    def __init__(self, services: Mapping[str, ASGIApp], rest: ASGIApp, nowhere: ASGIApp, own: str | None) -> None:
        self._written = {place_of(name): app for name, app in services.items()}
        self._own = place_of(own) if own else None
        self._read = {prefix: packed(app) for prefix, app in self._written.items()}
        self._rest = packed(rest)
        self._nowhere = nowhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to whose it is."""
        if scope.get("method") == "HEAD":
            scope, send = {**scope, "method": "GET"}, without_body(send)
        place = scope.get("path", "").split("/", 3)
        prefix = "/".join(place[:3])
        if prefix not in self._written:
            elsewhere = place[1:2] == ["api"] and prefix != self._own
            await (self._nowhere if elsewhere else self._rest)(scope, receive, send)
            return
        apps = self._read if scope.get("method") == "GET" else self._written
        root = scope.get("root_path", "")
        inner = {**scope, "app_root_path": root, "root_path": root + prefix}
        await apps[prefix](inner, receive, send)


def place_of(service: str) -> str:
    """Where a service's API stands."""
    return f"/api/{service.replace('_', '-')}"


def without_body(send: Send) -> Send:
    """Sends what an answer says of itself, and then that it is over."""
    over = False

    async def told(message: Message) -> None:
        nonlocal over
        if message["type"] != "http.response.body":
            await send(message)
        elif not over:
            over = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return told


async def no_such_service(scope: Scope, receive: Receive, send: Send) -> None:
    """A program that mistyped a service's name is told so as programs are, not with a page."""
    await problem(404, "not_found", language_of(Request(scope)))(scope, receive, send)


def packed(app: ASGIApp) -> ASGIApp:
    """Long answers are packed; live streams stay as they are: the library leaves text/event-stream alone."""
    return GZipMiddleware(app, minimum_size=WORTH_PACKING, compresslevel=6)


def one_origin(
    services: Mapping[str, ASGIApp],
    ops: Sequence[BaseRoute],
    settings: Settings,
    pages: ASGIApp | None = None,
    lifespan: Lifespan[Starlette] | None = None,
    own: str | None = None,
) -> Origin:
    """The services, what operators ask, and the pages on one origin; `own` is the service that the pages are of."""
    root = [Mount("/", pages)] if pages else []
    https = settings.origin.startswith("https")
    nowhere = Edge(no_such_service, service="origin", threads=settings.threads, https=https)
    return Origin(services, Starlette(routes=[*ops, *root], lifespan=lifespan), nowhere, own)
