"""The intake as a process of the gate."""

from __future__ import annotations

import logging

import uvicorn
from sqlalchemy.orm import Session

from bordergate.logs import configure_logs
from bordergate.runtime import Gate
from services.tracking import repository
from services.tracking.intake.app import intake_app
from services.tracking.intake.roster import Known, Roster
from services.tracking.intake.sender import Sender
from services.tracking.queries import roster

log = logging.getLogger(__name__)
GRACE = 5


def roster_of(gate: Gate) -> Roster:
    """The roster as the database has it."""

    def look(session: Session) -> Known:
        return Known(roster(session), repository.corridor_at(session, gate.clock.now()))

    return Roster(lambda: gate.transactions["tracking"].read(look, scope="all"))


def serve_intake(gate: Gate) -> None:
    """Serve until the process is told to end."""
    configure_logs(gate.settings.log_level)
    app = intake_app(roster_of(gate), Sender(gate.broker), gate.clock)
    config = uvicorn.Config(
        app,
        host=gate.settings.host,
        port=gate.settings.intake_port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    log.info("taking positions", extra={"port": gate.settings.intake_port})
    uvicorn.Server(config).run()
