"""A truck is found by what its plate is compared on, however many there are; a list is kept for a time."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0010"
down_revision = "vehicle_registration_0009"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    tail = sa.Computed("regexp_replace(plate, '^[^A-Z0-9]', '')", persisted=True)
    op.add_column("vehicles", sa.Column("plate_tail", sa.Text(), tail, nullable=False), schema=SCHEMA)
    op.create_index(op.f("ix_vehicles_plate_tail_id"), "vehicles", ["plate_tail", "id"], schema=SCHEMA)
    op.add_column("uploads", sa.Column("kept_until", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.execute(f"UPDATE {SCHEMA}.uploads SET kept_until = uploaded_at + interval '90 days'")
    op.alter_column("uploads", "kept_until", nullable=False, schema=SCHEMA)
    op.execute(
        f"INSERT INTO {SCHEMA}.timers (kind, key, due) SELECT 'vehicle_registration.forget_list',"
        f" '{{\"upload_id\":\"' || id || '\"}}', kept_until FROM {SCHEMA}.uploads"
    )
