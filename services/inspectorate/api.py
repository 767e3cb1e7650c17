"""The inspectorate's doors: for itself alone."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.border import Reason
from bordergate.http import Door, Doorway, GateRouter, Page, Paging, audit_routes, reference_routes
from services.inspectorate import queries, timers
from services.inspectorate.commands import DecideCase, decide_case
from services.inspectorate.domain.case import CaseState
from services.inspectorate.queries import CaseView
from services.inspectorate.tables import metadata

SEE_CASES = Permission("inspectorate.see_cases", every={Role.AUDITOR})
DECIDE_CASE = Permission("inspectorate.decide_case", every={Role.AUDITOR})
"""Not the administrator, nor anybody at the gate: a case may be about them."""

router = GateRouter()
router.include(audit_routes("inspectorate"))
router.include(reference_routes("inspectorate", metadata, timers.begin))


class Decision(BaseModel):
    """Why a case is dismissed or confirmed."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[Reason, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000)]


@router.get("/cases", permission=SEE_CASES, response_model=Page[CaseView])
def get_cases(door: Door, paging: Paging) -> Response:
    """The cases that wait for a decision, the latest first."""
    return door.look(lambda session: queries.cases_at(session, paging, decided=False))


@router.get("/cases/decided", permission=SEE_CASES, response_model=Page[CaseView])
def get_decided(door: Door, paging: Paging) -> Response:
    """The cases that were dismissed or confirmed, with the reasons."""
    return door.look(lambda session: queries.cases_at(session, paging, decided=True))


@router.post("/cases/{case_id}/dismiss", permission=DECIDE_CASE, response_model=CaseView, versioned=True)
def post_dismissal(case_id: UUID, body: Decision, door: Door) -> Response:
    """There is an innocent reason."""
    return _decide(case_id, CaseState.DISMISSED, body, door)


@router.post("/cases/{case_id}/confirm", permission=DECIDE_CASE, response_model=CaseView, versioned=True)
def post_confirmation(case_id: UUID, body: Decision, door: Door) -> Response:
    """It is what it looks like; what follows is for those to decide who may, outside this list."""
    return _decide(case_id, CaseState.CONFIRMED, body, door)


def _decide(case_id: UUID, state: CaseState, body: Decision, door: Doorway) -> Response:
    command = DecideCase(case_id, state, body.reason, door.caller.id, door.expected)

    def work(session: Session) -> CaseView:
        return CaseView.of(decide_case(command, session, door.clock))

    return door.run(work)
