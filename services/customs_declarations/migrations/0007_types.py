"""The types of declarations."""

import sqlalchemy as sa
from alembic import op

revision = "customs_declarations_0007"
down_revision = "customs_declarations_0006"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    op.create_table(
        "type_codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name_vi", "name_zh", "name_en")),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_type_codes")),
        schema=SCHEMA,
    )
