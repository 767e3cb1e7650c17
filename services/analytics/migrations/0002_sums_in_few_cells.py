"""Few cells with whole sketches instead of one a bucket; afterwards `bordergate replay analytics` fills them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "analytics_0002"
down_revision = "analytics_0001"
S = "analytics"
MOMENT = sa.DateTime(timezone=True)
MERGED = """
CREATE FUNCTION analytics.merged(kept bigint[], came bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $merged$
BEGIN
    RETURN (
        SELECT coalesce(array_agg((bucket << 32) + count ORDER BY bucket), '{}')
        FROM (
            SELECT (code + 2147483648) >> 32 AS bucket,
                sum(((code + 2147483648) & 4294967295) - 2147483648)::bigint AS count
            FROM unnest(kept || came) AS code GROUP BY 1) AS summed
        WHERE count <> 0);
END $merged$
"""


def upgrade() -> None:
    op.drop_table("contributions", schema=S)
    op.drop_table("cells", schema=S)
    for table in ("statements", "trucks", "capacities"):
        op.execute(f"TRUNCATE {S}.{table}")
    cells()
    heard()
    op.execute(MERGED)
    for table in ("cells", "heard"):
        op.execute(f"GRANT TRUNCATE ON {S}.{table} TO bordergate_{S}")


def cells() -> None:
    key = ("rollup", "grain", "at", "slot", "route", "direction", "ticket_class", "country")
    counts = ("n", "called", "missed", "on_time", "arrived", "pre_declared", "cleared")
    op.create_table(
        "cells",
        *(bytewise(name) for name in key[:2]),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("slot", sa.SmallInteger, nullable=False, autoincrement=False),
        *(bytewise(name) for name in key[4:]),
        *(whole(name) for name in counts),
        *(
            sa.Column(name, postgresql.ARRAY(sa.BigInteger), nullable=False)
            for name in ("wait", "approach", "clearance", "yard", "lag")
        ),
        sa.PrimaryKeyConstraint(*key, name="pk_cells"),
        schema=S,
    )


def heard() -> None:
    op.create_table(
        "heard",
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        needed("slot"),
        whole("n"),
        whole("sequence"),
        sa.Column("at", MOMENT),
        sa.Column("until", MOMENT),
        *(sa.Column(name, sa.Text) for name in ("route", "direction", "country", "ticket_class")),
        schema=S,
        prefixes=["UNLOGGED"],
    )


def bytewise(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(collation="C"), nullable=False)


def needed(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)
