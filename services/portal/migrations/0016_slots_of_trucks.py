"""The slot a truck has, however long ago it was told; a file gets it with its crossing's next news."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "portal_0016"
down_revision = "portal_0015"
S = "portal"


def upgrade() -> None:
    op.add_column("crossings", sa.Column("slot", JSONB(none_as_null=True)), schema=S)
