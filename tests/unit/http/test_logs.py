from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bordergate.logs import JsonLines, begin_trace, traceparent


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("bordergate.test")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_log_line_holds_no_data_of_anybody(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = lines
    trace = begin_trace()
    try:
        int("29H-123.45")
    except ValueError:
        logger.exception("cannot read %s", "29H-123.45", extra={"code": "plate.form", "plate": "29H-123.45"})
    assert "29H" not in stream.getvalue()
    line = json.loads(stream.getvalue())
    assert (line["trace"], line["code"], line["error"]["kind"]) == (trace, "plate.form", "ValueError")
    assert "test_logs.py" in line["error"]["where"][0]


def test_a_damaged_traceparent_begins_a_new_trace() -> None:
    for damaged in (None, "", "00-xyz", f"00-{'0' * 32}-{'1' * 16}-01", "x" * 5000):
        trace = begin_trace(damaged)
        assert len(trace) == 32
        assert trace in (traceparent() or "")
