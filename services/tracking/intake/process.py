"""The intake as a process of the gate."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.http.server import listen
from bordergate.runtime import Gate
from services.tracking import repository
from services.tracking.intake.app import intake_app
from services.tracking.intake.roster import Known, Roster
from services.tracking.intake.sender import Sender
from services.tracking.queries import roster


def roster_of(gate: Gate) -> Roster:
    """The roster as the database has it."""

    def look(session: Session) -> Known:
        return Known(roster(session), repository.corridor_at(session, gate.clock.now()))

    return Roster(lambda: gate.transactions["tracking"].read(look, scope="all"))


def serve_intake(gate: Gate) -> None:
    """Serve until the process is told to end."""
    app = intake_app(roster_of(gate), Sender(gate.broker), gate.clock)
    listen(gate, app, gate.settings.intake_port)
