"""Statements, contributions and cells; what the rebuild may empty."""

import sqlalchemy as sa
from alembic import op

revision = "analytics_0001"
down_revision = None
S = "analytics"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    crossings()
    sums()
    capacities()
    for table in ("statements", "trucks", "contributions", "cells", "capacities"):
        op.execute(f"GRANT TRUNCATE ON {S}.{table} TO bordergate_{S}")


def crossings() -> None:
    op.create_table(
        "statements",
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        needed("slot"),
        whole("n"),
        whole("sequence"),
        sa.Column("at", MOMENT),
        sa.Column("until", MOMENT),
        sa.PrimaryKeyConstraint("crossing_id", "slot", "n", name="pk_statements"),
        schema=S,
    )
    op.create_table(
        "trucks",
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        sa.Column("filed", sa.BigInteger),
        *(sa.Column(name, sa.Text) for name in ("route", "direction", "country")),
        sa.Column("classed", sa.BigInteger),
        sa.Column("ticket_class", sa.Text),
        sa.PrimaryKeyConstraint("crossing_id", name="pk_trucks"),
        schema=S,
    )


def sums() -> None:
    op.create_table(
        "contributions",
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        needed("measure"),
        whole("n"),
        sa.Column("hour", MOMENT, nullable=False),
        *(needed(name) for name in ("route", "direction", "ticket_class", "country")),
        sa.Column("bucket", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", "measure", "n", name="pk_contributions"),
        schema=S,
    )
    op.create_table(
        "cells",
        needed("grain"),
        needed("measure"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("slot", sa.SmallInteger, nullable=False, autoincrement=False),
        *(needed(name) for name in ("route", "direction", "ticket_class", "country")),
        sa.Column("bucket", sa.Integer, nullable=False, autoincrement=False),
        whole("count"),
        sa.PrimaryKeyConstraint(
            "grain", "measure", "at", "slot", "route", "direction", "ticket_class", "country", "bucket", name="pk_cells"
        ),
        schema=S,
    )
    op.create_index("ix_cells_empty", "cells", ["grain"], schema=S, postgresql_where=sa.text("count = 0"))


def capacities() -> None:
    op.create_table(
        "capacities",
        needed("route"),
        whole("sequence"),
        needed("direction"),
        sa.Column("slot", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("trucks", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("route", "sequence", "direction", "slot", name="pk_capacities"),
        schema=S,
    )


def needed(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)
