"""What answers are compared with: the server alone, giving the same bytes each time.

A program: `python -m tests.bench.parts.reply FILE PORT`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.types import Receive, Scope, Send

from bordergate.runtime import keep_to
from bordergate.settings import Settings


class Reply:
    """An application that says one thing."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Say it."""
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": self.headers})
            await send({"type": "http.response.body", "body": self.body})


def main(file: Path, port: int) -> None:
    """Serve as the gate's API is served."""
    keep_to(Settings.read().processor)
    reply = Reply(file.read_bytes())
    uvicorn.run(
        reply, host="127.0.0.1", port=port, access_log=False, log_config=None, server_header=False, lifespan="off"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
