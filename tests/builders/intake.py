"""The intake of a gate on a port of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from bordergate.runtime import Gate
from services.tracking.intake.app import intake_app
from services.tracking.intake.process import roster_of
from services.tracking.intake.sender import Sender


@contextmanager
def an_intake(gate: Gate) -> Iterator[str]:
    """Its address, for as long as it serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    app = intake_app(roster_of(gate), Sender(gate.broker), gate.clock)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 15
    while not server.started:
        assert time.monotonic() < deadline, "the intake did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
