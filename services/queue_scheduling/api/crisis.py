"""The crisis regime's doors: what it would do, and the two officers who declare and lift it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.http import Door, Doorway, GateRouter
from events.words import Direction
from services.queue_scheduling import commands, queries
from services.queue_scheduling.api.queue import SEE_BOARD, Why
from services.queue_scheduling.ledger.leaf import Regime
from services.queue_scheduling.queries import CrisisView

DECLARE_CRISIS = Permission("queue_scheduling.declare_crisis", every={Role.GATE_OPERATOR}, seconded=True)
router = GateRouter()


class Crisis(BaseModel):
    """In which direction, and why."""

    model_config = ConfigDict(extra="forbid")
    direction: Direction
    reason: Why


@router.get("/routes/{route}/crisis", permission=SEE_BOARD, response_model=list[CrisisView])
def get_crisis(route: str, door: Door) -> Response:
    """Whether a crisis is in force, and what one does or would do to those who wait."""
    door.may(Resource(route=route))
    return door.look(lambda session: queries.crises_at(session, route, door.clock.now()), one_instant=True)


@router.post("/routes/{route}/crisis", permission=DECLARE_CRISIS, response_model=list[CrisisView], versioned=True)
def post_crisis(route: str, body: Crisis, door: Door) -> Response:
    """Let spoiled perishables give way to what can still be saved; a second officer answers for it."""
    return _decide(route, body, Regime.DECLARED, door)


@router.post("/routes/{route}/crisis/lift", permission=DECLARE_CRISIS, response_model=list[CrisisView], versioned=True)
def post_crisis_lift(route: str, body: Crisis, door: Door) -> Response:
    """Let nobody fall back any more; a second officer answers for it."""
    return _decide(route, body, Regime.LIFTED, door)


def _decide(route: str, body: Crisis, regime: Regime, door: Doorway) -> Response:
    door.may(Resource(route=route))

    def work(session: Session) -> list[CrisisView]:
        officers = (door.caller.id, door.second.id)
        command = commands.DecideCrisis(route, body.direction, regime, body.reason, officers, door.expected)
        commands.decide_crisis(command, session, door.clock)
        session.flush()
        return queries.crises_at(session, route, door.clock.now())

    return door.run(work)
