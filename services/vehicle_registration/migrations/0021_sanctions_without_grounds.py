"""On what ground somebody is not called is the queue's to tell; the registration desk needs to know until when."""

from alembic import op

revision = "vehicle_registration_0021"
down_revision = "vehicle_registration_0020"


def upgrade() -> None:
    op.drop_column("sanctions", "ground", schema="vehicle_registration")
