"""All services and the pages on one origin: who is asked, and how an answer that nobody foresaw looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bordergate.http import one_origin, ops_for
from bordergate.settings import Settings


def page(request: Request) -> Response:
    """A page, long enough to be packed."""
    return PlainTextResponse(f"{request.method} {request.url.path} " * 100)


async def stream(_: Request) -> Response:
    """An answer in pieces."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"piece"

    return StreamingResponse(pieces())


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    service = Starlette(routes=[Route("/x", page, methods=["GET"])])
    pages = Starlette(routes=[Route("/", page, methods=["GET"]), Route("/stream", stream), Route("/api/own/x", page)])
    return TestClient(one_origin({"some_service": service}, ops_for({}), Settings(var=tmp_path), pages, own="own"))


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nope", "/api/nope/x?y=1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_that_is_not_there_is_a_problem_and_no_page(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path, headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "zh"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.json()["trace"]) == 32


@pytest.mark.parametrize("path", ["/", "/api/some-service/x", "/api/own/x", "/healthz", "/stream"])
def test_who_asks_for_the_head_is_told_all_but_the_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers
    assert whole.content


def test_what_only_begins_like_the_services_is_a_page_s(client: TestClient) -> None:
    assert client.get("/apiary").status_code == 404
    assert "problem" not in client.get("/apiary").headers["content-type"]
