"""Crossings are found by plate, container and declaration."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "vehicle_registration_0002"
down_revision = "vehicle_registration_0001"
SCHEMA = "vehicle_registration"
LOOKED_UP = {
    "plate_tail": (sa.Text(), "regexp_replace(filing ->> 'plate', '^[^A-Z0-9]', '')"),
    "containers": (postgresql.JSONB(), "filing -> 'containers'"),
    "declarations": (postgresql.JSONB(), "filing -> 'declarations'"),
}


def upgrade() -> None:
    for name, (kind, expression) in LOOKED_UP.items():
        column = sa.Column(name, kind, sa.Computed(expression, persisted=True), nullable=False)
        op.add_column("crossings", column, schema=SCHEMA)
    op.create_index(op.f("ix_crossings_plate_tail_id"), "crossings", ["plate_tail", "id"], schema=SCHEMA)
    for name in ("containers", "declarations"):
        op.create_index(op.f(f"ix_crossings_{name}"), "crossings", [name], schema=SCHEMA, postgresql_using="gin")
