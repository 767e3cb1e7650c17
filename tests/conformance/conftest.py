"""Tests on outside data, found by BORDERGATE_CONFORMANCE: set, they are obligatory; unset, not collected."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "BORDERGATE_CONFORMANCE"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return None if os.environ.get(VARIABLE) or not collection_path.name.startswith("test_") else True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    folder = os.environ.get(VARIABLE)
    said = f"read from {folder}" if folder else f"NOT RUN: {VARIABLE} names no folder with the outside data"
    terminalreporter.write_line(f"conformance: {said}")


@pytest.fixture(scope="session")
def outside_data() -> Path:
    folder = Path(os.environ[VARIABLE])
    assert folder.is_dir(), f"{VARIABLE} names {folder}, which is no folder"
    return folder


@pytest.fixture(scope="session")
def vectors(outside_data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((outside_data / "format_vectors.json").read_text("utf-8"))
    return found
