"""A small aggregate in the schema of the pages, for tests of how any service's state and news travel."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, Uuid, create_engine
from sqlalchemy.orm import Session, registry

from bordergate.aggregate import Aggregate
from bordergate.migrations import guard_statements
from bordergate.tables import NAMING, parties_column
from tests.builders.news import Painted, Renamed

metadata = MetaData(schema="portal", naming_convention=NAMING)
things = Table(
    "things",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("label", Text),
    Column("version", BigInteger, nullable=False),
    parties_column(),
)


class Thing(Aggregate):
    """Something with a label."""

    def __init__(self, id: UUID, *parties: UUID) -> None:  # noqa: A002 - the column's name
        self.id = id
        self.label = ""
        self.parties = list(parties)
        self.version = 0

    def rename(self, label: str) -> None:
        self.label = label
        self.record(Renamed(thing=self.id, label=label))

    def paint(self, colour: str) -> None:
        self.record(Painted(thing=self.id, colour=colour))


registry().map_imperatively(Thing, things, version_id_col=things.c.version, version_id_generator=False)


def make_things_table(owner_url: str) -> None:
    """The aggregate's table, guarded as a migration guards it."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL ROLE bordergate_owner")
        metadata.create_all(connection)
        connection.exec_driver_sql("GRANT ALL ON portal.things TO bordergate_portal")
        for statement in guard_statements("portal", "things"):
            connection.exec_driver_sql(statement)
    engine.dispose()


def locked(session: Session, identity: UUID) -> Thing:
    """The thing, nobody else's until the commit."""
    found = session.get(Thing, identity, with_for_update=True)
    assert found is not None
    return found
