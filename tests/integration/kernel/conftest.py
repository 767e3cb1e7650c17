"""The kernel is tested in one schema, without any service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url

from bordergate.migrations import migrate_kernel
from tests.databases import copied, migrated
from tests.servers import Servers


@pytest.fixture(scope="session")
def bare_template(servers: Servers) -> str:
    """A database with the kernel's tables in the schema of the pages."""
    name = migrated(servers, [])
    engine = create_engine(make_url(servers.owner_url).set(database=name))
    with engine.connect() as connection:
        connection.exec_driver_sql("SET ROLE bordergate_owner")
        connection.commit()
        migrate_kernel(connection, "portal")
    engine.dispose()
    return name


@pytest.fixture
def owner_url(servers: Servers, bare_template: str) -> Iterator[str]:
    """A fresh copy of it."""
    with copied(servers, bare_template) as url:
        yield url
