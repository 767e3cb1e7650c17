"""The worker's part: goes on with one list after another, a batch in a transaction, as the firm that uploaded it."""

from __future__ import annotations

import logging
import threading
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bordergate.audit import Audited, write_audit
from bordergate.event import Actor, ActorKind
from bordergate.runtime import Gate
from bordergate.transactions import Busy, Origin, infrastructure
from services.vehicle_registration import commands
from services.vehicle_registration.sealing import KeyRing
from services.vehicle_registration.uploads import store

SERVICE = "vehicle_registration"
NAME = f"{SERVICE}.uploads"
LOOKED = f"{SERVICE}.see_driver"
IDLE = 0.5
log = logging.getLogger(__name__)


class UploadDesk:
    """Takes the list whose turn is longest past; several workers take different ones."""

    def __init__(self, gate: Gate) -> None:
        self.name = NAME
        self._transactions = gate.transactions[SERVICE]
        self._clock = gate.clock
        self._settings = gate.settings
        self.waits_for: str | None = None
        self._stop = threading.Event()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stop.set()

    def run(self) -> None:
        """Go on with lists until stopped; infrastructure that fails is tried again for ever."""
        backoff = 0.1
        while not self._stop.is_set():
            try:
                went_on = self.step()
                self.waits_for, backoff = None, 0.1
                self._stop.wait(0 if went_on else IDLE)
            except (SQLAlchemyError, Busy) as error:
                self.waits_for = type(error).__name__
                log.warning("lists wait", extra={"reason": self.waits_for})
                self._stop.wait(backoff)
                backoff = min(backoff * 2, 30)

    def step(self) -> bool:
        """One batch of one list; False when none waits."""
        found = self._transactions.read(store.first_waiting, scope="all")
        if found is None:
            return False
        actor = Actor(kind=ActorKind.PERSON, id=str(found.uploaded_by), organisation=found.organisation)

        def work(session: Session) -> None:
            clerk, looked = self._clerk(found.organisation)
            commands.go_on(found.id, clerk, session, self._clock, self._settings.reference_prefix)
            session.flush()
            self._audit(session, actor, looked)

        origin = Origin(actor)
        try:
            self._transactions.run(work, origin=origin, party=found.organisation, scope="own")
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
        return commands.Clerk(organisation, ring, looked.add), looked

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
