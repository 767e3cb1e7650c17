"""Routes that say who may use them; one that does not say cannot be registered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from typing import Any, TypeVar

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Scope

from bordergate.auth import Permission
from bordergate.border.written import form_in
from bordergate.errors import Refusal
from bordergate.http.bodies import StrictRequest
from bordergate.http.csrf import SAFE
from bordergate.http.door import at_the_door
from bordergate.http.forms import FORM_CONTENT, as_json, done, is_form
from bordergate.http.headers import headers_taken
from bordergate.http.problems import documented, language_of

H = TypeVar("H", bound=Callable[..., Any])
ShowRefusal = Callable[[Request, Refusal], Response]

ALWAYS = (400, 413, 422, 429, 503)
WITH_PERMISSION = (401, 403)
NAMING = (404,)
ON_CHANGE = (404, 409, 412)


class GateRoute(APIRoute):
    """A route with its permission, or the reason why it is public.

    `versioned`: it compares the version named in If-Match (`door.expected`). A command of somebody signed in that
    comes again under its Idempotency-Key is done `once`; not so what only looks, or answers with a secret. With forms
    it takes plain HTML ones too (`bordergate.http.forms`); its file is the field for one. `body_limit` is for a route
    that takes more. `leads_to`: what can be asked of the thing made, each with its id's place.
    """

    permission: Permission | None
    public: str | None
    show_refusal: ShowRefusal | None
    versioned: bool = False
    once: bool = False
    takes_forms: bool = False
    takes_file: str | None = None
    body_limit: int | None = None
    leads_to: Mapping[str, str] = {}

    @cached_property
    def ending(self) -> str:
        """What stands behind the path's last parameter."""
        return self.path[self.path.rfind("}") + 1 :]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route; one whose path ends otherwise is passed over without its pattern being tried."""
        if not scope["path"].endswith(self.ending):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler behind the door, with JSON read strictly, and forms as the JSON they stand for.

        The door comes first of all: who may not, learns nothing of what he sent.
        """
        handle = super().get_route_handler()

        async def let_in(request: Request) -> Response:
            if self.takes_forms and is_form(request):
                with form_in(language_of(request)):
                    return done(request, await handle(await _admitted(await as_json(request, self.takes_file))))
            return await handle(await _admitted(StrictRequest(request.scope, request.receive)))

        return let_in


async def _admitted(request: StrictRequest) -> StrictRequest:
    """The request behind the door, with nothing hidden in what was sent."""
    admitted = await at_the_door(request)
    if request.method not in SAFE:
        await admitted.refuse_hidden()
    return admitted


class GateRouter:
    """A service's routes; paths are relative to where the service is mounted.

    `show_refusal` answers refusals of these routes in another shape than a problem, as pages do.
    """

    def __init__(self, *, show_refusal: ShowRefusal | None = None) -> None:
        self.routes: list[BaseRoute] = []
        self.show_refusal = show_refusal

    def get(self, path: str, **options: Any) -> Callable[[H], H]:  # noqa: ANN401 - FastAPI's options
        """A look."""
        return self.route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[H], H]:  # noqa: ANN401 - FastAPI's options
        """A command."""
        return self.route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[H], H]:  # noqa: ANN401 - FastAPI's options
        """A command that replaces."""
        return self.route("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[H], H]:  # noqa: ANN401 - FastAPI's options
        """A command that changes a part."""
        return self.route("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[H], H]:  # noqa: ANN401 - FastAPI's options
        """A command that ends something."""
        return self.route("DELETE", path, **options)

    def include(self, other: GateRouter) -> None:
        """Take over another router's routes."""
        self.routes.extend(other.routes)

    def mount(self, path: str, app: ASGIApp, *, public: str) -> None:
        """Files that anybody may read, such as styles; says why."""
        if not public:
            raise ValueError(f"{path} does not say why it is public")
        self.routes.append(Mount(path, app))

    def route(
        self,
        method: str,
        path: str,
        *,
        permission: Permission | None = None,
        public: str | None = None,
        versioned: bool = False,
        once: bool = True,
        forms: bool = False,
        file: str | None = None,
        body_limit: int | None = None,
        leads_to: Mapping[str, str] | None = None,
        responses: dict[int | str, dict[str, Any]] | None = None,
        openapi_extra: dict[str, Any] | None = None,
        **options: Any,  # noqa: ANN401 - FastAPI's options
    ) -> Callable[[H], H]:
        """Register a handler as `GateRoute` says; raises ValueError unless it has a permission or else is public."""
        if (permission is None) == (not public):
            raise ValueError(f"{method} {path} must name its permission, or say why it is public")

        def register(handler: H) -> H:
            kept = once and permission is not None and method not in SAFE
            said = _said(permission, public, headers_taken(permission, versioned=versioned, once=kept))
            route = GateRoute(
                path,
                handler,
                methods=[method],
                responses=_refusals(method, path, permission) | (responses or {}),
                openapi_extra=(FORM_CONTENT if forms else {}) | (openapi_extra or {}) | said,
                **options,
            )
            route.permission, route.public, route.versioned, route.once = permission, public, versioned, kept
            route.show_refusal, route.takes_forms = self.show_refusal, forms
            route.takes_file, route.body_limit, route.leads_to = file, body_limit, leads_to or {}
            self.routes.append(route)
            return handler

        return register


def _refusals(method: str, path: str, permission: Permission | None) -> dict[int | str, dict[str, Any]]:
    guarded = WITH_PERMISSION if permission else ()
    naming = NAMING if "{" in path else ()
    changing = () if method == "GET" else ON_CHANGE
    return documented((*ALWAYS, *guarded, *naming, *changing))


def _said(permission: Permission | None, public: str | None, headers: list[dict[str, Any]]) -> dict[str, Any]:
    """What the description of an operation says beyond FastAPI's own."""
    return {"x-permission": _described(permission, public)} | ({"parameters": headers} if headers else {})


def _described(permission: Permission | None, public: str | None) -> dict[str, Any]:
    if permission is None:
        return {"public": public}
    return {
        "name": permission.name,
        "own": sorted(permission.own),
        "every": sorted(permission.every),
        "seconded": permission.seconded,
    }
