"""Numbers of promises and calls go: how near a place was is told by the calls that came before it."""

from alembic import op

revision = "inspectorate_0002"
down_revision = "inspectorate_0001"


def upgrade() -> None:
    op.drop_column("traces", "number", schema="inspectorate")
