"""Rows of outcomes and sanctions; both are the carrier's."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bordergate.tables import Words, guarded, moment, parties_column
from events.sanctions import Ground
from services.queue_scheduling.domain.ticket import Cause
from services.queue_scheduling.sanctions.sanction import Appeal, Sanction, SanctionStage
from services.queue_scheduling.tables import mapper, metadata

outcomes = guarded(
    Table(
        "outcomes",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        moment("called_at", primary_key=True),
        parties_column(),
        Column("vehicle", Uuid, nullable=False),
        Column("carrier", Uuid, nullable=False),
        Column("reference", Text, nullable=False),
        Column("route", Text, nullable=False),
        moment("ended_at"),
        Column("cause", Words(Cause)),
        Index("ix_outcomes_vehicle", "vehicle", "ended_at"),
        Index("ix_outcomes_carrier", "carrier", "ended_at"),
    )
)
"""How each call ended; without a cause the truck came."""

sanctions = guarded(
    Table(
        "sanctions",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("carrier", Uuid, nullable=False),
        parties_column(),
        Column("vehicle_id", Uuid),
        Column("plate", Text),
        Column("ground", Words(Ground), nullable=False),
        Column("crossing_id", Uuid, nullable=False),
        Column("evidence", JSONB, nullable=False),
        moment("imposed_at"),
        moment("until"),
        moment("appeal_until"),
        Column("case", Text),
        Column("reason", Text),
        Column("officers", ARRAY(Uuid), nullable=False),
        Column("stage", Words(SanctionStage), nullable=False),
        Column("appeal", Words(Appeal), nullable=False),
        Column("appeal_text", Text),
        moment("appealed_at", nullable=True),
        Column("decision", Text),
        moment("decided_at", nullable=True),
        Column("decided_by", Uuid),
        moment("ended_at", nullable=True),
        Column("version", Integer, nullable=False),
        Index("ix_sanctions_vehicle", "vehicle_id", "imposed_at"),
        Index("ix_sanctions_carrier", "carrier", "imposed_at"),
        Index("ix_sanctions_pending", "id", postgresql_where=text("appeal = 'PENDING'")),
    )
)

mapper.map_imperatively(Sanction, sanctions, version_id_col=sanctions.c.version, version_id_generator=False)
