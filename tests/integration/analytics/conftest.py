"""Analytics alone: what other services state comes from the tests."""

from __future__ import annotations

import pytest

from bordergate.service import Service
from services.analytics.service import service


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Only analytics."""
    return [service]
