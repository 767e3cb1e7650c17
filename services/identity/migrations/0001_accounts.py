"""Organisations, those who act for them, and how each proves who it is."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from bordergate.migrations import guard

revision = "identity_0001"
down_revision = None
S = "identity"
SqlType = type[TypeEngine[Any]] | TypeEngine[Any]


def upgrade() -> None:
    organisations()
    accounts()
    devices()
    links()
    sessions()
    heard()
    for name in ("organisations", "people", "machines", "devices", "driver_links", "crossings"):
        op.create_index(f"ix_{name}_parties", name, ["parties"], schema=S, postgresql_using="gin")
        guard(S, name)


def table(name: str, *parts: SchemaItem) -> None:
    op.create_table(name, *parts, schema=S)


def key(name: str, column: str = "id", type_: SqlType = sa.Uuid) -> tuple[SchemaItem, ...]:
    return sa.Column(column, type_, nullable=False), sa.PrimaryKeyConstraint(column, name=f"pk_{name}")


def needed(name: str, type_: SqlType = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def parties() -> sa.Column[Any]:
    return sa.Column("parties", ARRAY(sa.Uuid), nullable=False)


def organisations() -> None:
    table(
        "organisations",
        *key("organisations"),
        needed("kind"),
        needed("name_vi"),
        needed("name_zh"),
        sa.Column("name_en", sa.Text),
        sa.Column("tax_code", sa.Text),
        needed("verified", sa.Boolean),
        needed("trusted", sa.Boolean),
        moment("registered_at"),
        parties(),
        needed("version", sa.Integer),
        sa.UniqueConstraint("tax_code", name="uq_organisations_tax_code"),
    )


def accounts() -> None:
    table(
        "people",
        *key("people"),
        needed("login"),
        needed("name"),
        needed("organisation", sa.Uuid),
        needed("roles", ARRAY(sa.Text)),
        needed("routes", ARRAY(sa.Text)),
        sa.Column("password", sa.Text),
        needed("disabled", sa.Boolean),
        moment("registered_at"),
        parties(),
        needed("version", sa.Integer),
        sa.UniqueConstraint("login", name="uq_people_login"),
    )
    table(
        "machines",
        *key("machines"),
        needed("name"),
        needed("organisation", sa.Uuid),
        needed("roles", ARRAY(sa.Text)),
        needed("routes", ARRAY(sa.Text)),
        needed("secret_hash", sa.LargeBinary),
        needed("revoked", sa.Boolean),
        parties(),
        needed("version", sa.Integer),
    )


def devices() -> None:
    table(
        "devices",
        *key("devices"),
        needed("hardware_id"),
        needed("vehicle_id", sa.Uuid),
        needed("carrier", sa.Uuid),
        moment("enrolled_at"),
        moment("revoked_at", nullable=True),
        parties(),
        needed("version", sa.Integer),
    )
    op.create_index("ix_devices_vehicle_id", "devices", ["vehicle_id"], schema=S)
    active = sa.text("revoked_at IS NULL")
    op.create_index("one_enrolment", "devices", ["hardware_id"], unique=True, schema=S, postgresql_where=active)


def links() -> None:
    table(
        "invitations",
        *key("invitations", "token_hash", sa.LargeBinary),
        needed("person_id", sa.Uuid),
        moment("expires_at"),
        moment("used_at", nullable=True),
    )
    op.create_index("ix_invitations_person_id", "invitations", ["person_id"], schema=S)
    table(
        "driver_links",
        *key("driver_links"),
        needed("token_hash", sa.LargeBinary),
        needed("crossing_id", sa.Uuid),
        moment("expires_at"),
        moment("revoked_at", nullable=True),
        parties(),
        sa.UniqueConstraint("token_hash", name="uq_driver_links_token_hash"),
    )
    op.create_index("ix_driver_links_crossing_id", "driver_links", ["crossing_id"], schema=S)


def sessions() -> None:
    table(
        "sessions",
        *key("sessions"),
        needed("secret_hash", sa.LargeBinary),
        needed("subject"),
        needed("subject_id", sa.Uuid),
        moment("began_at"),
        moment("seen_at"),
        moment("ended_at", nullable=True),
        sa.UniqueConstraint("secret_hash", name="uq_sessions_secret_hash"),
    )
    op.create_index("ix_sessions_subject_id", "sessions", ["subject_id"], schema=S)
    op.create_index("ix_sessions_seen_at", "sessions", ["seen_at"], schema=S)
    table(
        "attempts",
        *key("attempts", "subject", sa.LargeBinary),
        needed("failures", sa.Integer),
        moment("last_at"),
        moment("wait_until"),
    )
    op.create_index("ix_attempts_last_at", "attempts", ["last_at"], schema=S)


def heard() -> None:
    table("vehicles", *key("vehicles"), needed("carrier", sa.Uuid))
    table("crossings", *key("crossings"), parties(), needed("over", sa.Boolean))
