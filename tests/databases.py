"""Databases and streams of a test's own, on the servers everybody shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kafka.admin import KafkaAdminClient
from sqlalchemy import create_engine, make_url

from bordergate.ids import new_id
from bordergate.migrations import migrate
from bordergate.service import Service
from bordergate.topics import apply_topics, read_topics
from tests.servers import ROLES, Servers

TOPICS = Path(__file__).parents[1] / "deploy" / "kafka" / "topics.yaml"


def migrated(servers: Servers, services: list[Service]) -> str:
    """The name of a new database with everything the services need."""
    name = f"template_{new_id().hex[-12:]}"
    administer(servers, f"CREATE DATABASE {name}")
    list(migrate(named(servers.owner_url, name), services, ROLES.read_text(encoding="utf-8")))
    return name


@contextmanager
def copied(servers: Servers, template: str) -> Iterator[str]:
    """A copy of a database, as its owner sees it; gone afterwards."""
    name = f"test_{new_id().hex[-12:]}"
    administer(servers, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield named(servers.owner_url, name)
    finally:
        drop(servers, name)


def drop(servers: Servers, name: str) -> None:
    """Remove a database, whoever is connected to it."""
    administer(servers, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def own_topics(servers: Servers) -> Iterator[str]:
    """The prefix of streams that nobody else uses; gone afterwards."""
    prefix = f"t{new_id().hex[-10:]}."
    topics = read_topics(TOPICS)
    list(apply_topics(servers.kafka, topics, prefix))
    try:
        yield prefix
    finally:
        admin = KafkaAdminClient(bootstrap_servers=servers.kafka)
        admin.delete_topics([prefix + topic.name for topic in topics])
        admin.close()


def named(url: str, database: str) -> str:
    """The address of another database on the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def administer(servers: Servers, statement: str) -> None:
    """One statement as superuser, outside any transaction."""
    engine = create_engine(servers.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
