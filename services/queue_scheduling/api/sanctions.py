"""Sanctions over HTTP: read, appealed against, decided on, and brought by an inspector."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.border import Reason
from bordergate.http import Door, GateRouter, Page, Paging
from events.sanctions import Ground
from services.queue_scheduling.api.queue import FILERS, OFFICERS, Why
from services.queue_scheduling.sanctions import commands, queries
from services.queue_scheduling.sanctions.queries import SanctionView

INSPECTORS = frozenset({Role.ADMIN, Role.AUDITOR})
SEE_SANCTIONS = Permission("queue_scheduling.see_sanctions", own=FILERS, every=OFFICERS)
APPEAL = Permission("queue_scheduling.appeal", own={Role.TRADER, Role.CARRIER})
DECIDE = Permission("queue_scheduling.decide_appeal", every=INSPECTORS)
BRING_CASE = Permission("queue_scheduling.bring_case", every=INSPECTORS, seconded=True)

Said = Annotated[Reason, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]
CaseFile = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9./-]{3,40}$")]
router = GateRouter()


class Case(BaseModel):
    """An inspector's case against a vehicle or its carrier, over one crossing; `case` is the number of its file."""

    model_config = ConfigDict(extra="forbid")
    crossing_id: UUID
    against: Literal["VEHICLE", "CARRIER"]
    ground: Literal[Ground.RESALE, Ground.BOTS]
    case: CaseFile
    reason: Why


class AppealText(BaseModel):
    """Why the sanction is wrong."""

    model_config = ConfigDict(extra="forbid")
    text: Said


class Decision(BaseModel):
    """Whether an appeal is granted, and why."""

    model_config = ConfigDict(extra="forbid")
    granted: bool
    reason: Why


@router.get("/sanctions", permission=SEE_SANCTIONS, response_model=Page[SanctionView])
def get_sanctions(
    door: Door, paging: Paging, which: Annotated[Literal["active", "appealed", ""], Query()] = ""
) -> Response:
    """The sanctions the caller may see, the newest first."""
    now = door.clock.now()
    return door.look(lambda session: queries.sanctions_page(session, paging, which, now))


@router.get("/sanctions/{sanction_id}", permission=SEE_SANCTIONS, response_model=SanctionView)
def get_sanction(sanction_id: UUID, door: Door) -> Response:
    """One sanction: by which rule, on what evidence, until when."""
    return door.look(lambda session: queries.sanction_at(session, sanction_id, door.clock.now()))


@router.post("/sanctions", permission=BRING_CASE, status_code=201, response_model=SanctionView)
def post_sanction(body: Case, door: Door) -> Response:
    """Sanction a vehicle or carrier for resale or bots; a second officer answers for it."""

    def bring(session: Session) -> SanctionView:
        command = commands.BringCase(
            body.crossing_id,
            body.against == "VEHICLE",
            body.ground,
            body.case,
            body.reason,
            (door.caller.id, door.second.id),
        )
        return SanctionView.of(commands.bring_case(command, session, door.clock), door.clock.now())

    return door.run(bring, status=201)


@router.post(
    "/sanctions/{sanction_id}/appeal", permission=APPEAL, forms=True, response_model=SanctionView, versioned=True
)
def post_appeal(sanction_id: UUID, body: AppealText, door: Door) -> Response:
    """Say why a sanction is wrong; once, within its days."""

    def appeal(session: Session) -> SanctionView:
        command = commands.AppealAgainst(sanction_id, body.text, door.expected)
        sanction = commands.appeal_against(command, session, door.clock)
        door.may(Resource(parties=frozenset(sanction.parties)))
        return SanctionView.of(sanction, door.clock.now())

    return door.run(appeal)


@router.post(
    "/sanctions/{sanction_id}/decision", permission=DECIDE, forms=True, response_model=SanctionView, versioned=True
)
def post_decision(sanction_id: UUID, body: Decision, door: Door) -> Response:
    """Grant or dismiss an appeal, with a reason; granted, the sanction is lifted at once."""

    def decide(session: Session) -> SanctionView:
        crossing = queries.crossing_of(session, sanction_id)
        command = commands.DecideAppeal(sanction_id, body.granted, body.reason, door.caller.id, door.expected)
        sanction = commands.decide_appeal(command, crossing, session, door.clock)
        return SanctionView.of(sanction, door.clock.now())

    return door.run(decide)
