from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bordergate.service import installed
from tests.builders.pages import hear_of_route
from tests.builders.stories import a_route
from tests.gates import StillGate, a_still_gate


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[StillGate]:
    """The portal alone, with one route, hearing what the test tells."""
    with a_still_gate(database_url, installed(("portal",)), tmp_path) as gate:
        hear_of_route(gate, a_route())
        yield gate
