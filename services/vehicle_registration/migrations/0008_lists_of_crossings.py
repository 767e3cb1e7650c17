"""Lists of crossings that firms upload, and their lines until they are filed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "vehicle_registration_0008"
down_revision = "vehicle_registration_0007"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Uuid(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("only_good", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("filed", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("organisation", "digest", name=op.f("uq_uploads_organisation_digest")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_uploads_parties"), "uploads", ["parties"], schema=SCHEMA, postgresql_using="gin")
    op.create_index(op.f("ix_uploads_stage_uploaded_at"), "uploads", ["stage", "uploaded_at"], schema=SCHEMA)
    op.create_table(
        "upload_lines",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("faults", postgresql.JSONB()),
        sa.Column("crossing_id", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["vehicle_registration.uploads.id"], name=op.f("fk_upload_lines_upload_id")
        ),
        sa.PrimaryKeyConstraint("upload_id", "place", name=op.f("pk_upload_lines")),
        schema=SCHEMA,
    )
    for table in ("uploads", "upload_lines"):
        guard(SCHEMA, table)
