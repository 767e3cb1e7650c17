"""Logs: one JSON object a line, with the trace it belongs to and without anybody's data.

What a caller sent never enters a log: only the message's constant text, the fields listed in `FIELDS`, and of an
exception its kind and where it was raised (its own words only at level DEBUG).
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

FIELDS = (
    "service",
    "code",
    "status",
    "method",
    "route",
    "milliseconds",
    "caller",
    "stream",
    "consumer",
    "event_id",
    "event_type",
    "key",
    "count",
    "partition",
    "role",
    "timer",
    "loop",
    "check",
    "reason",
    "port",
    "speed",
    "roles",
    "services",
)
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
NO_TRACE = "0" * 32

_trace: ContextVar[str] = ContextVar("trace", default=NO_TRACE)


def begin_trace(traceparent: str | None = None) -> str:
    """Continue the trace that came in (W3C traceparent), else begin one; returns its id."""
    matched = TRACEPARENT.fullmatch(traceparent) if traceparent else None
    trace = matched[1] if matched and matched[1] != NO_TRACE else secrets.token_hex(16)
    _trace.set(trace)
    return trace


def trace_id() -> str:
    """The trace of what is being done now."""
    return _trace.get()


def traceparent() -> str | None:
    """What to send on, so that the next one continues this trace; None outside any."""
    trace = _trace.get()
    return None if trace == NO_TRACE else f"00-{trace}-{secrets.token_hex(8)}-01"


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def __init__(self, *, words: bool = False) -> None:
        super().__init__()
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if self._words or record.name.startswith("uvicorn") else str(record.msg),
            "trace": trace_id(),
        }
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._error(record.exc_info[1], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)

    def _error(self, error: BaseException, where: TracebackType | None) -> dict[str, Any]:
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(where)]
        told: dict[str, Any] = {"kind": type(error).__qualname__, "where": frames[-12:]}
        if sqlstate := getattr(getattr(error, "orig", error), "sqlstate", None):
            told["sqlstate"] = sqlstate
        if code := getattr(error, "code", None):
            told["code"] = code
        return told | ({"words": str(error)} if self._words else {})


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send every log of this process to the stream (standard error) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(words=level.upper() == "DEBUG"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    logging.getLogger("kafka").setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
