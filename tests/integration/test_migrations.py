"""What the migrations make is what the tables say."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from bordergate.drafting import differences
from bordergate.migrations import migrate
from bordergate.service import Service, installed


@pytest.mark.parametrize("service", installed(), ids=lambda service: service.name)
def test_migrations_equal_tables(owner_url: str, service: Service) -> None:
    assert differences(owner_url, service) == []


def test_migrating_again_changes_nothing(owner_url: str, services: list[Service]) -> None:
    assert len(list(migrate(owner_url, services))) == len(services) + 1


def test_every_table_with_parties_is_guarded(owner_url: str) -> None:
    engine = create_engine(owner_url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AS guarded FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE a.attname = 'parties' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        ).all()
    engine.dispose()
    assert len(rows) >= 4
    assert [row.name for row in rows if not row.guarded] == []


@pytest.mark.parametrize("service", installed(), ids=lambda service: service.name)
def test_what_an_audit_says_cannot_be_taken_back_by_the_service(owner_url: str, service: Service) -> None:
    engine = create_engine(owner_url)
    with engine.connect() as connection:
        allowed = connection.exec_driver_sql(
            "SELECT may FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS may"
            " WHERE has_table_privilege(%s, %s, may)",
            (f"bordergate_{service.name}", f"{service.name}.audit"),
        )
        assert sorted(allowed.scalars()) == ["INSERT", "SELECT"]
    engine.dispose()


def test_a_planted_difference_is_found(owner_url: str, services: list[Service]) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {services[0].name}.audit ADD COLUMN planted text")
    engine.dispose()
    assert differences(owner_url, services[0]) != []
