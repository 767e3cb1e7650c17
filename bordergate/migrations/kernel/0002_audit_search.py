"""The audit is searched by who did it and by what it was done to."""

from alembic import op

revision = "kernel_0002"
down_revision = "kernel_0001"


def upgrade() -> None:
    schema = op.get_context().opts["gate_schema"]
    for named in ("caller", "subject"):
        op.create_index(f"ix_audit_{named}_id", "audit", [named, "id"], schema=schema)
