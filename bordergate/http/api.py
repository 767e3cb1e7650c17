"""A service's HTTP API as an application, and all of them on one origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Lifespan

from bordergate.auth import Verifier
from bordergate.clock import Clock
from bordergate.http.door import House
from bordergate.http.edge import Edge
from bordergate.http.failures import answer_failures
from bordergate.http.problems import Problem
from bordergate.http.router import GateRouter
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
    app.add_middleware(Edge, service=name, threads=settings.threads, https=settings.origin.startswith("https"))
    describe_problems(app)
    return app


def describe_problems(app: FastAPI) -> None:
    """Let the published description hold the problem's schema that every operation refers to."""
    make = app.openapi

    def described() -> dict[str, Any]:
        told = make()
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs", {}) | {"Problem": problem}
        return told

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way


def one_origin(
    services: Mapping[str, ASGIApp],
    ops: Sequence[BaseRoute],
    pages: ASGIApp | None = None,
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """All services at `/api/<service-with-hyphens>`, the pages at the root, on one origin; long answers packed."""
    mounted = [Mount(f"/api/{name.replace('_', '-')}", app) for name, app in services.items()]
    root = [Mount("/", pages)] if pages else []
    # live streams stay unpacked: the library leaves text/event-stream alone
    packed = Middleware(GZipMiddleware, minimum_size=WORTH_PACKING, compresslevel=6)
    return Starlette(routes=[*ops, *mounted, *root], middleware=[packed], lifespan=lifespan)
