"""What the whole installation shares: whether it is a demonstration, and the pace of its clock."""

import sqlalchemy as sa
from alembic import op

revision = "gate_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("one", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("demonstration", sa.Boolean, nullable=False),
        sa.CheckConstraint("one", name="ck_installation_one"),
        schema="bordergate",
    )
    op.execute("INSERT INTO bordergate.installation (demonstration) VALUES (false)")
    op.create_table(
        "paces",
        sa.Column("real_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("domain_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("speed", sa.Double, nullable=False),
        schema="bordergate",
    )
    op.execute(
        """
        CREATE FUNCTION bordergate.add_pace(speed double precision, real_at timestamptz, domain_at timestamptz)
        RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = bordergate AS $$
        BEGIN
            IF NOT (SELECT demonstration FROM bordergate.installation) THEN
                RAISE EXCEPTION 'the clock of a real gate cannot be set';
            END IF;
            INSERT INTO bordergate.paces AS p (speed, real_at, domain_at)
            VALUES (add_pace.speed, add_pace.real_at, add_pace.domain_at)
            ON CONFLICT ON CONSTRAINT paces_pkey
            DO UPDATE SET speed = excluded.speed, domain_at = excluded.domain_at;
        END $$
        """
    )
