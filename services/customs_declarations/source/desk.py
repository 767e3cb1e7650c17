"""The worker's part: asks customs' own system about one number after another, outside of any transaction."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from bordergate.clock import Clock, RealClock
from bordergate.event import ActorKind
from bordergate.rounds import Rounds
from bordergate.runtime import Gate
from bordergate.transactions import Origin, infrastructure, system
from services.customs_declarations import commands
from services.customs_declarations.domain.inquiry import Answer, DeclarationSource, Silence
from services.customs_declarations.source.vnaccs import source_of

SERVICE = "customs_declarations"
NAME = f"{SERVICE}.source"
IDLE = 0.5
PAUSE, LONGEST_PAUSE = 1.0, 60.0
log = logging.getLogger(__name__)


class InquiryDesk(Rounds):
    """Takes the number whose turn is longest past; several workers take different ones.

    Who is ended between asking and taking down the answer has done nothing: the same is asked again, and taken once.
    """

    what_waits = "inquiries"

    def __init__(self, gate: Gate, source: DeclarationSource | None = None, real: Clock | None = None) -> None:
        super().__init__(NAME)
        self._transactions = gate.transactions[SERVICE]
        self._clock = gate.clock
        self._source = source or source_of(gate.settings)
        self._real = real or RealClock()
        self._origin = Origin(system(NAME, ActorKind.ADAPTER))
        self.is_silent = False
        self._pause = PAUSE

    def run(self) -> None:
        """Ask until stopped."""
        super().run()
        self._source.close()

    def turn(self) -> float:
        """Ask once; a source that says nothing is left alone for a while, longer each time."""
        if not self.step():
            return IDLE
        if not self.is_silent:
            self._pause = PAUSE
            return 0
        rest, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        return rest

    def step(self) -> bool:
        """Ask about one number; False when none is due, or nobody can be asked."""
        if self._source.name == "none":
            return False
        due = self._transactions.run(
            lambda session: commands.lend_inquiry(session, self._real.now()), origin=self._origin, scope="all"
        )
        if due is None:
            return False
        declaration_id, number = due
        told = self._source.fetch(number)
        self.is_silent = told == Silence(Answer.NO_ANSWER)

        def work(session: Session) -> None:
            commands.take_answer(declaration_id, told, session, self._clock, self._real.now(), self._source.name)

        try:
            self._transactions.run(work, origin=self._origin, scope="all")
        except Exception as error:
            if infrastructure(error):
                raise
            log.exception("an answer could not be taken down", extra={"subject": str(declaration_id)})
        return True
