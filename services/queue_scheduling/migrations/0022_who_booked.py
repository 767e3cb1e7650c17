"""Of a booking nobody asks which account made it (the audit tells that), nor of a filed crossing its reference."""

from alembic import op

revision = "queue_scheduling_0022"
down_revision = "queue_scheduling_0021"
S = "queue_scheduling"


def upgrade() -> None:
    op.drop_column("bookings", "account", schema=S)
    op.drop_column("filed", "reference", schema=S)
