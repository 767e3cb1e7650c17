"""What operators and their machines ask of a process: is it alive, is it ready, how does it do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bordergate import metrics

Check = Callable[[], str | None]


def ops_for(checks: Mapping[str, Check]) -> list[Route]:
    """`/healthz`, `/readyz`, `/metrics`; each check returns None when well, else what is wrong."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        told = await run_in_threadpool(_ask, checks)
        degraded = any(told.values())
        return JSONResponse({"ready": not degraded, "checks": told}, 503 if degraded else 200)

    async def measured(_: Request) -> Response:
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", measured)]


def _ask(checks: Mapping[str, Check]) -> dict[str, str | None]:
    return {name: _asked(check) for name, check in checks.items()}


def _asked(check: Check) -> str | None:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - a check that fails in any way means "not ready"
        return type(error).__name__
