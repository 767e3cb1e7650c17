"""`bordergate simulated-vnaccs`: simulated VNACCS on a port of this machine; its mood is changed while it runs."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from services.simulated_vnaccs.world import Mood, Pace, SimulatedVnaccs

HERE = "127.0.0.1"
LONGEST = 200


class Counter(BaseHTTPRequestHandler):
    """Answers `GET /declarations/<number>`; `GET /mood`, and `PUT /mood` with {"mood": …}, are for who drives it."""

    protocol_version = "HTTP/1.1"

    def __init__(self, vnaccs: SimulatedVnaccs, *given: object) -> None:
        self._vnaccs = vnaccs
        super().__init__(*given)  # type: ignore[arg-type] # as the server gives them

    def do_GET(self) -> None:
        """What it has under a number, or its mood."""
        if self.path == "/mood":
            self._send(200, json.dumps({"mood": self._vnaccs.mood}).encode())
            return
        said = self._vnaccs.answer(self.path.rpartition("/")[2], time.monotonic())
        if said is None:
            self.close_connection = True
            return
        time.sleep(said.after)
        self._send(said.status, said.body)

    def do_PUT(self) -> None:
        """Another mood from now on."""
        length = self.headers.get("Content-Length", "")
        try:
            told = json.loads(self.rfile.read(min(int(length), LONGEST)))
            self._vnaccs.mood = Mood(told["mood"])
        except (ValueError, KeyError, TypeError):
            self.close_connection = True
            self._send(400, json.dumps({"moods": list(Mood)}).encode())
            return
        self._send(200, json.dumps({"mood": self._vnaccs.mood}).encode())

    def _send(self, status: int, body: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # who asked has gone: that is his affair
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A number may be somebody's: nothing is written down."""


@contextmanager
def answering(vnaccs: SimulatedVnaccs, port: int = 0) -> Iterator[str]:
    """Simulated VNACCS at an address of this machine, until the end."""
    server = ThreadingHTTPServer((HERE, port), partial(Counter, vnaccs))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HERE}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def main(arguments: Sequence[str]) -> int:
    """Answer until ended."""
    asked = _parser().parse_args(arguments)
    pace = Pace(asked.slow, asked.known_after, asked.channel_after, asked.clear_after)
    with answering(SimulatedVnaccs(asked.seed, asked.mood, pace), asked.port) as address:
        print(f"simulated VNACCS, {asked.mood}, at {address}", flush=True)  # noqa: T201 - a command line prints
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
    return 0


def _parser() -> argparse.ArgumentParser:
    pace = Pace()
    parser = argparse.ArgumentParser(prog="bordergate simulated-vnaccs", description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--seed", type=int, default=1, help="another seed, other declarations")
    parser.add_argument("--mood", type=Mood, default=Mood.WELL, choices=list(Mood))
    parser.add_argument("--slow", type=float, default=pace.slow, metavar="SECONDS", help="how slow it is when slow")
    parser.add_argument("--known-after", type=float, default=pace.known, metavar="SECONDS", help="when late")
    parser.add_argument("--channel-after", type=float, default=pace.channel, metavar="SECONDS")
    parser.add_argument("--clear-after", type=float, default=pace.clear, metavar="SECONDS")
    return parser
