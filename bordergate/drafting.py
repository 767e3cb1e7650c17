"""Holding tables against migrations: what differs, and a first draft of the revision that would mend it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic.autogenerate import api as autogenerate
from alembic.runtime.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.pool import NullPool

from bordergate.service import Service

REVISION = '''"""{message}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {previous}


def upgrade() -> None:
    {body}
'''
PARTITIONS_OF = (
    "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relispartition AND n.nspname = %s"
)


def differences(owner_url: str, service: Service) -> list[Any]:
    """What the service's tables have that its migrations do not make, and the other way round."""
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = _comparison(connection, service.metadata, service.name, kernel=True)
        return list(autogenerate.compare_metadata(context, service.metadata))


def draft(owner_url: str, service: Service, message: str) -> Path:
    """Write the next revision of a service from what its tables have changed; returns the file, to be read and kept."""
    folder = Path(str(files(service.package))) / "migrations"
    folder.mkdir(exist_ok=True)
    number = len(list(folder.glob("[0-9]*.py"))) + 1
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = _comparison(connection, service.metadata, service.name, kernel=False)
        changes = autogenerate.produce_migrations(context, service.metadata)
        if changes.upgrade_ops is None:
            raise LookupError("nothing to compare")
        body = autogenerate.render_python_code(
            changes.upgrade_ops, migration_context=context, render_item=alembic_helpers.render_item
        )
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")
    path = folder / f"{number:04d}_{slug}.py"
    previous = f'"{service.name}_{number - 1:04d}"' if number > 1 else "None"
    revision = f"{service.name}_{number:04d}"
    path.write_text(REVISION.format(message=message, revision=revision, previous=previous, body=body), encoding="utf-8")
    return path


def _comparison(connection: Connection, metadata: MetaData, schema: str, *, kernel: bool) -> MigrationContext:
    connection.exec_driver_sql("SET search_path = public, postgis")
    kernel_tables = {table.name for table in metadata.tables.values() if table.info.get("kernel")}
    hidden = {"version", "kernel_version"} | (set() if kernel else kernel_tables)
    partitions = set(connection.exec_driver_sql(PARTITIONS_OF, (schema,)).scalars())

    def include_name(name: str | None, type_: str, parents: Any) -> bool:  # noqa: ANN401 - Alembic's shape
        if type_ == "schema":
            return name == schema
        return (name if type_ == "table" else parents.get("table_name")) not in hidden | partitions

    def include_object(thing: Any, name: str, type_: str, reflected: bool, other: Any) -> bool:  # noqa: ANN401, FBT001 - Alembic's shape
        if type_ == "table" and name in hidden:
            return False
        return bool(alembic_helpers.include_object(thing, name, type_, reflected, other))  # type: ignore[no-untyped-call] # GeoAlchemy2's

    return MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": include_name,
            "include_object": include_object,
            "target_metadata": metadata,
            "compare_type": True,
            "alembic_module_prefix": "op.",
            "sqlalchemy_module_prefix": "sa.",
            "user_module_prefix": None,
            "render_item": alembic_helpers.render_item,
        },
    )
