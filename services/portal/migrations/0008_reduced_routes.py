"""To how many trucks an hour a route is reduced."""

import sqlalchemy as sa
from alembic import op

revision = "portal_0008"
down_revision = "portal_0007"


def upgrade() -> None:
    for name in ("export_per_hour", "import_per_hour"):
        op.add_column("routes", sa.Column(name, sa.Integer()), schema="portal")
