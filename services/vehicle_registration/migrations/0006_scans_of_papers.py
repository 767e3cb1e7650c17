"""A paper may have a scan: the hash of a stored file, and what it is."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0006"
down_revision = "vehicle_registration_0005"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    for name in ("scan", "scan_type"):
        op.add_column("papers", sa.Column(name, sa.Text()), schema=SCHEMA)
    op.create_index("ix_papers_scan", "papers", ["scan"], schema=SCHEMA)
