"""What each process of this machine lacks to be ready, in its own words.

`python -m bordergate.readiness NAME=PORT…` names each process that is not ready, and ends with 0 when all are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import httpx

SILENT = "does not answer"
SECONDS = 2.0


def lacking(host: str, port: int) -> str | None:
    """What the process behind a port lacks; None when it is ready, SILENT when nobody answers there."""
    try:
        answer = httpx.get(f"http://{host}:{port}/readyz", timeout=SECONDS, trust_env=False)
    except httpx.TransportError:
        return SILENT
    if answer.is_success:
        return None
    try:
        checks = answer.json()["checks"]
        return "; ".join(f"{name}: {what}" for name, what in checks.items() if what)
    except (ValueError, KeyError, AttributeError):
        return f"answers {answer.status_code}"


def main(asked: Sequence[str]) -> int:
    """Ask every process named; 0 when all are ready."""
    ports = (one.partition("=") for one in asked)
    told = {name: lacking("127.0.0.1", int(port)) for name, _, port in ports}
    for name, lack in told.items():
        if lack:
            print(f"{name} {lack}")  # noqa: T201 - a command line prints
    return 1 if any(told.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
