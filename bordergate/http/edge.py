"""The edge: what holds for every request before any route is looked for. Plain ASGI, so that it costs little."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import cache

import anyio.to_thread
from prometheus_client import Counter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bordergate import metrics
from bordergate.http.problems import language_of, problem
from bordergate.logs import begin_trace, traceparent

logger = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
SLOW = 1.0

CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
HEADERS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
FOR_ANYBODY = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Of an answer that pages of any origin may read."""
DOCUMENT_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}
DOCUMENTS = (b"text/html", b"image/svg", b"application/pdf")
"""What a browser opens as a page of its own: only there it heeds these headers."""
HTTPS_HEADERS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
ALWAYS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
FOR_DOCUMENTS = [(name.lower().encode(), value.encode()) for name, value in DOCUMENT_HEADERS.items()]
ON_HTTPS = [(name.lower().encode(), value.encode()) for name, value in HTTPS_HEADERS.items()]
NOT_KEPT = (b"cache-control", b"no-store")


class Edge:
    """Trace, body limit, security headers, metrics, and the last answer to what nobody foresaw."""

    def __init__(
        self,
        app: ASGIApp,
        service: str,
        threads: int,
        *,
        https: bool,
        body_limit: int = BODY_LIMIT,
        own_limits: Callable[[Scope], int | None] | None = None,
    ) -> None:
        self.app = app
        self.service = service
        self.threads = threads
        self._loop: asyncio.AbstractEventLoop | None = None
        self.headers = ALWAYS + (ON_HTTPS if https else [])
        self.seconds = metrics.ANSWER_SECONDS.labels(service)
        self.body_limit = body_limit
        self.own_limits = own_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self._lend_threads()
        headers = Headers(scope=scope)
        begin_trace(headers.get("traceparent"))
        answer = _Answer(self, scope, send)
        declared = headers.get("content-length", "")
        limit = self._limit(scope, declared)
        if _spoilt(scope):
            await self._say(400, "payload.value", scope, receive, answer)
        elif declared.isdecimal() and int(declared) > limit:
            await self._say(413, "http.413", scope, receive, answer)
        else:
            await self._pass_on(scope, _limited(receive, limit), answer)
        answer.count()

    def _limit(self, scope: Scope, declared: str) -> int:
        """How much may be sent here; only of a body that is large, or of unknown size, its route is asked."""
        if self.own_limits is None or (declared.isdecimal() and int(declared) <= self.body_limit):
            return self.body_limit
        return self.own_limits(scope) or self.body_limit

    def _lend_threads(self) -> None:
        """Once a loop: as many threads as there are connections."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            anyio.to_thread.current_default_thread_limiter().total_tokens = self.threads
            self._loop = loop

    async def _pass_on(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            logger.info("gone before the end of what was sent", extra={"service": self.service})
        except Exception:
            logger.exception("unexpected", extra={"service": self.service, "route": answer.route()})
            if answer.status:
                raise
            request = Request(scope)
            await problem(500, "internal", language_of(request))(scope, receive, answer)

    async def _say(self, status: int, code: str, scope: Scope, receive: Receive, answer: _Answer) -> None:
        await problem(status, code, language_of(Request(scope)))(scope, receive, answer)


class _Answer:
    """The way back: adds the headers every answer has, and remembers what was said."""

    def __init__(self, edge: Edge, scope: Scope, send: Send) -> None:
        self.edge = edge
        self.scope = scope
        self.send = send
        self.status = 0
        self.started = time.perf_counter()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = list(message.get("headers", ()))
            names = dict(given)
            wanted = self.edge.headers
            if names.get(b"content-type", b"").startswith(DOCUMENTS):
                wanted = wanted + FOR_DOCUMENTS
            given += [pair for pair in wanted if pair[0] not in names]
            if b"cache-control" not in names:
                given.append(NOT_KEPT)
            if parent := traceparent():
                given.append((b"traceparent", parent.encode()))
            message["headers"] = given
        await self.send(message)

    def route(self) -> str:
        """The route's pattern, which holds nobody's data."""
        return getattr(self.scope.get("route"), "path_format", "unknown")

    def count(self) -> None:
        """Count the answer, and tell of a slow one."""
        took = time.perf_counter() - self.started
        service, method, route = self.edge.service, self.scope["method"], self.route()
        _answers(service, method, route, self.status).inc()
        self.edge.seconds.observe(took)
        if took > SLOW and self.scope.get("streaming") is None:
            told = {"service": service, "method": method, "route": route, "status": self.status}
            logger.warning("slow answer", extra=told | {"milliseconds": round(took * 1000)})


@cache
def _answers(service: str, method: str, route: str, status: int) -> Counter:
    """The counter of such answers: as many as there are routes, methods and statuses."""
    return metrics.ANSWERS.labels(service, method, route, str(status))


def _spoilt(scope: Scope) -> bool:
    """A NUL in the path or the query never means anything good, and no column can hold one."""
    query: bytes = scope.get("query_string", b"")
    return "\0" in scope["path"] or b"%00" in query or b"\0" in query


def _limited(receive: Receive, limit: int) -> Receive:
    """A body sent in pieces is counted as it comes."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413)
        return message

    return counted
