"""The API process: every service's API and the pages on one origin, served by uvicorn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.types import ASGIApp, Lifespan

from bordergate import memory
from bordergate.auth import KeySetFile, Verifier
from bordergate.http.api import api_for, one_origin
from bordergate.http.ops import Check, ops_for
from bordergate.http.sse import Hub
from bordergate.logs import configure_logs

if TYPE_CHECKING:
    from bordergate.runtime import Gate

GRACE = 10
KEPT_OPEN = 75
"""Seconds for which an idle connection is kept: one closed just as its client asks again would cost an answer."""

logger = logging.getLogger(__name__)


def app_for(gate: Gate, checks: Mapping[str, Check] | None = None) -> ASGIApp:
    """Every service that has routes, with the pages at the root."""
    hub = Hub(gate.settings.database_url)
    verifier = Verifier(KeySetFile(gate.settings.caller_keys))
    apps: dict[str, ASGIApp] = {
        service.name: api_for(
            service.name,
            service.router,
            gate.transactions[service.name],
            gate.clock,
            verifier=verifier,
            settings=gate.settings,
            hub=hub,
        )
        for service in gate.services
        if service.router
    }
    own = next((service.name for service in gate.services if service.pages), None)
    pages = apps.pop(own) if own else None
    asked = {"database": database_check(gate), "live": hub.check} | dict(checks or {})
    return one_origin(apps, ops_for(asked), gate.settings, pages, lifespan=listening(hub), own=own)


def listening(hub: Hub) -> Lifespan[Starlette]:
    """The process listens for news as long as it serves."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(hub.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return lifespan


def database_check(gate: Gate) -> Check:
    """Whether the database answers."""

    def check() -> None:
        with gate.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    return check


def serve(gate: Gate, checks: Mapping[str, Check] | None = None) -> None:
    """Serve until the process is told to end."""
    listen(gate, app_for(gate, checks), gate.settings.http_port)


def serve_ops(gate: Gate, checks: Mapping[str, Check]) -> None:
    """Say how a process without pages or APIs does, until it is told to end."""
    app = Starlette(routes=ops_for({"database": database_check(gate)} | dict(checks)))
    listen(gate, app, gate.settings.ops_port)


def listen(gate: Gate, app: ASGIApp, port: int) -> None:
    """Answer on a port until the process is told to end."""
    configure_logs(gate.settings.log_level)
    config = uvicorn.Config(
        app,
        host=gate.settings.host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEPT_OPEN,
        timeout_graceful_shutdown=GRACE,
    )
    logger.info("answering", extra={"port": port})
    memory.loaded()
    uvicorn.Server(config).run()
