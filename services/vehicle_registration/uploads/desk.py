"""The worker's part: goes on with one list after another, a batch in a transaction, as the firm that uploaded it."""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from bordergate.audit import Audited, write_audit
from bordergate.event import Actor, ActorKind
from bordergate.rounds import Rounds
from bordergate.runtime import Gate
from bordergate.transactions import Origin, infrastructure
from services.vehicle_registration import commands
from services.vehicle_registration.sealing import KeyRing
from services.vehicle_registration.uploads import store

SERVICE = "vehicle_registration"
NAME = f"{SERVICE}.uploads"
LOOKED = f"{SERVICE}.see_driver"
IDLE = 0.5
REMEMBERED = 8
LOOKED_AT = 32
"""Among so many lists a worker looks for one that no other has in hand."""
Waiting = Row[UUID, UUID, UUID]
log = logging.getLogger(__name__)


class UploadDesk(Rounds):
    """Takes the list whose turn is longest past; several workers take different ones."""

    what_waits = "lists"

    def __init__(self, gate: Gate) -> None:
        super().__init__(NAME)
        self._transactions = gate.transactions[SERVICE]
        self._clock = gate.clock
        self._settings = gate.settings
        self._known: dict[UUID, commands.Known] = {}

    def turn(self) -> float:
        """Go on with a list, if one waits."""
        return 0 if self.step() else IDLE

    def step(self) -> bool:
        """One batch of one list, of which no other worker has one in hand; False when none waits."""
        waiting = self._transactions.read(lambda session: store.waiting(session, LOOKED_AT), scope="all")
        return any(self._go_on(found) for found in waiting)

    def _go_on(self, found: Waiting) -> bool:
        actor = Actor(kind=ActorKind.PERSON, id=str(found.uploaded_by), organisation=found.organisation)

        def work(session: Session) -> bool:
            clerk, looked = self._clerk(found.organisation)
            if not commands.go_on(found.id, clerk, session, self._clock, self._settings.reference_prefix):
                return False
            session.flush()
            self._audit(session, actor, looked)
            return True

        origin = Origin(actor)
        try:
            return self._transactions.run(work, origin=origin, party=found.organisation, scope="own")
        except Exception as error:
            if infrastructure(error):
                raise
            log.exception("list given up", extra={"upload": str(found.id)})
            self._transactions.run(
                lambda session: commands.give_up_upload(found.id, session), origin=origin, party=found.organisation
            )
        return True

    def _clerk(self, organisation: UUID) -> tuple[commands.Clerk, set[UUID]]:
        looked: set[UUID] = set()
        ring = KeyRing.read(self._settings.var / "keys")
        return commands.Clerk(organisation, ring, looked.add, self._known_of(organisation)), looked

    def _known_of(self, organisation: UUID) -> commands.Known:
        """The firm's drivers, remembered from batch to batch of the last few firms' lists."""
        known = self._known.pop(organisation, None) or commands.Known()
        self._known[organisation] = known
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return known

    def _audit(self, session: Session, actor: Actor, looked: set[UUID]) -> None:
        """Each driver recognised by his name or licence is a look at personal data."""
        at = self._clock.now()
        write_audit(
            session,
            [
                Audited(at, actor.id, actor.organisation, None, LOOKED, str(driver_id), "allowed", NAME)
                for driver_id in sorted(looked)
            ],
        )
