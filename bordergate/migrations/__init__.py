"""Migrations: the gate's shared schema, then in each service's schema the kernel's tables and the service's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from bordergate.service import Service

OWNER = "bordergate_owner"
GATE = "bordergate"
LOCK = 7_206_001


def migrate(owner_url: str, services: Iterable[Service], roles: str | None = None) -> Iterator[str]:
    """Bring every schema up to date, yielding a line a schema.

    `roles` is the SQL that makes roles and schemas, run first when given; it needs a superuser.
    """
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (LOCK,))
        connection.commit()
        if roles is not None:
            connection.connection.cursor().execute(roles)  # without parameters, so that % stays as it is written
            connection.commit()
        connection.exec_driver_sql("SET search_path = public, postgis")  # the database's own comes with a new session
        connection.exec_driver_sql(f"SET ROLE {OWNER}")
        connection.commit()
        _upgrade(connection, GATE, "gate_version", _folder("bordergate", "migrations/gate"))
        _grant_reading(connection)
        yield GATE
        for service in services:
            kept = [table.name for table in service.metadata.tables.values() if table.info.get("written_once")]
            migrate_kernel(connection, service.name, kept)
            _upgrade(connection, service.name, "version", _folder(service.package, "migrations"))
            _grant(connection, service.name, kept)
            yield service.name


def migrate_kernel(connection: Connection, schema: str, written_once: Iterable[str] = ()) -> None:
    """The kernel's tables in one schema; of the service's own, those named stay as they were written."""
    _upgrade(connection, schema, "kernel_version", _folder("bordergate", "migrations/kernel"))
    _grant(connection, schema, written_once)


def guard(schema: str, table: str) -> None:
    """Row-level security in a migration: a row shows to scope `all` and to its parties."""
    for statement in guard_statements(schema, table):
        op.execute(statement)


def guard_statements(schema: str, table: str) -> list[str]:
    """What `guard` executes."""
    return [
        f"ALTER TABLE {schema}.{table} ENABLE ROW LEVEL SECURITY",
        (
            f"CREATE POLICY parties ON {schema}.{table} USING (current_setting('bordergate.scope', true) = 'all'"
            " OR parties @> ARRAY[NULLIF(current_setting('bordergate.organisation', true), '')::uuid])"
        ),
    ]


def _upgrade(connection: Connection, schema: str, version_table: str, folder: Any) -> None:  # noqa: ANN401 - a context manager
    with folder as path:
        script = ScriptDirectory(str(path), version_locations=[str(path)])
        upgrade: Callable[[Any, Any], Any] = lambda revision, _context: script._upgrade_revs("head", revision)  # noqa: E731, SLF001 - Alembic offers no public name for it
        with EnvironmentContext(Config(), script, fn=upgrade) as environment:
            environment.configure(
                connection=connection, version_table=version_table, version_table_schema=schema, gate_schema=schema
            )
            with environment.begin_transaction():
                environment.run_migrations()
    connection.commit()


@contextmanager
def _folder(package: str, inner: str) -> Iterator[Path]:
    with as_file(files(package) / inner) as path:
        yield path


def _grant(connection: Connection, schema: str, written_once: Iterable[str]) -> None:
    """Let the service read and write its rows; of what its audit says, and of `written_once`, it takes nothing back."""
    role = f"bordergate_{schema}"
    connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}")
    for table in ("audit", *written_once):
        if connection.exec_driver_sql("SELECT to_regclass(%s)", (f"{schema}.{table}",)).scalar():
            connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.{table} FROM {role}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}")
    connection.commit()


def _grant_reading(connection: Connection) -> None:
    connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {GATE} TO PUBLIC")
    connection.commit()
