"""Who is asking: a person, a machine, a device or a driver, with roles at the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from bordergate.event import Actor, ActorKind

Scope = Literal["all", "own"]


class Role(StrEnum):
    """What somebody does at the gate."""

    TRADER = "TRADER"
    AGENT = "AGENT"
    CARRIER = "CARRIER"
    DRIVER = "DRIVER"
    YARD = "YARD"
    GATE_OPERATOR = "GATE_OPERATOR"
    BORDER_GUARD = "BORDER_GUARD"
    CUSTOMS = "CUSTOMS"
    PLANT_QUARANTINE = "PLANT_QUARANTINE"
    ANIMAL_QUARANTINE = "ANIMAL_QUARANTINE"
    HEALTH = "HEALTH"
    FEES = "FEES"
    TRAFFIC = "TRAFFIC"
    ANALYST = "ANALYST"
    AUDITOR = "AUDITOR"
    ADMIN = "ADMIN"


SEES_OWN: frozenset[Role] = frozenset({Role.TRADER, Role.AGENT, Role.CARRIER, Role.DRIVER, Role.YARD})
SEES_ALL: frozenset[Role] = frozenset(Role) - SEES_OWN


@dataclass(frozen=True, slots=True)
class Caller:
    """One who asks, as his token says.

    `routes` empty means not limited to routes; `crossing` is set for a driver, whose link is bound to it.
    `issued` and `expires` are real time.
    """

    id: UUID
    kind: ActorKind
    organisation: UUID | None
    roles: frozenset[Role]
    routes: frozenset[str]
    session: UUID | None
    issued: datetime
    expires: datetime
    crossing: UUID | None = None

    @property
    def party(self) -> UUID | None:
        """Whose rows are his own: his organisation's, or those of his one crossing."""
        return self.crossing or self.organisation

    @property
    def scope(self) -> Scope:
        """Officers see every row; everybody else sees rows of their own party."""
        return "all" if self.roles & SEES_ALL and self.crossing is None else "own"

    def actor(self, role: Role | None = None) -> Actor:
        """Who caused what he does now, in the role that allowed it."""
        return Actor(kind=self.kind, id=str(self.id), organisation=self.organisation, role=role)
