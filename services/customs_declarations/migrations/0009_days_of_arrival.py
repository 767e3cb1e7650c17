"""On which day a crossing's truck may first come, and on which it came: its goods are judged by that day's law."""

import sqlalchemy as sa
from alembic import op

revision = "customs_declarations_0009"
down_revision = "customs_declarations_0008"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    for name in ("arrives_on", "came_on"):
        op.add_column("loads", sa.Column(name, sa.Date(), nullable=True), schema=SCHEMA)
