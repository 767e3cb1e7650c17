"""Carriers' vehicles, and the papers of vehicles and drivers, as their pages show them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from bordergate.migrations import guard

revision = "portal_0002"
down_revision = "portal_0001"
S = "portal"


def upgrade() -> None:
    op.create_table(
        "vehicles",
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("plate", "country", "vehicle_type")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("axles", "tare_kg", "gross_kg")),
        sa.Column("version", sa.Integer),
        sa.PrimaryKeyConstraint("vehicle_id", name="pk_vehicles"),
        schema=S,
    )
    op.create_index("ix_vehicles_plate", "vehicles", ["plate"], schema=S)
    op.create_index("ix_vehicles_parties", "vehicles", ["parties"], schema=S, postgresql_using="gin")
    op.create_table(
        "papers",
        sa.Column("paper_id", sa.Uuid, nullable=False),
        sa.Column("holder", sa.Uuid, nullable=False),
        sa.Column("of_driver", sa.Boolean, nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("paper_number", sa.Text),
        sa.Column("issuer", sa.Text),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("ends_within", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name="pk_papers"),
        schema=S,
    )
    op.create_index("ix_papers_holder", "papers", ["holder"], schema=S)
    op.create_index("ix_papers_parties", "papers", ["parties"], schema=S, postgresql_using="gin")
    for table in ("vehicles", "papers"):
        guard(S, table)
