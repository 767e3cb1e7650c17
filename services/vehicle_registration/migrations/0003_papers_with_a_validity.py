"""Papers of vehicles and drivers, each with a first and a last day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from bordergate.migrations import guard

revision = "vehicle_registration_0003"
down_revision = "vehicle_registration_0002"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("of_driver", sa.Boolean(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("paper_number", sa.Text()),
        sa.Column("issuer", sa.Text()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("key_id", sa.Text()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("ends_within", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        schema=SCHEMA,
    )
    op.create_index("ix_papers_holder", "papers", ["holder"], schema=SCHEMA)
    op.create_index("ix_papers_parties", "papers", ["parties"], schema=SCHEMA, postgresql_using="gin")
    guard(SCHEMA, "papers")
    op.create_table(
        "validities",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name="pk_validities"),
        schema=SCHEMA,
    )
    op.create_index("ix_validities_holder", "validities", ["holder"], schema=SCHEMA)
