"""Delegations over HTTP: given, seen, ended."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.http import Door, GateRouter, Page, Paging
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.corrections import Version
from services.vehicle_registration.api.filing import FILERS, OWNERS, Body, organisation_of
from services.vehicle_registration.domain.delegation import Limits
from services.vehicle_registration.queries import DelegationView

DELEGATE = Permission("vehicle_registration.delegate", own=OWNERS)
SEE_DELEGATIONS = Permission("vehicle_registration.see_delegations", own=FILERS, every={Role.ADMIN, Role.AUDITOR})
END_DELEGATION = Permission("vehicle_registration.end_delegation", own=FILERS)
router = GateRouter()


class NewDelegation(Limits):
    """Whom one's firm lets act for it, and how far: an agent organisation, or a driver of one's own."""

    agent: UUID | None = None
    driver_id: UUID | None = None

    def limits(self) -> Limits:
        """How far."""
        return Limits(**{name: getattr(self, name) for name in Limits.model_fields})


class Ending(Body):
    """A delegation is ended; `version` is If-Match of a form."""

    version: Version = Field(default=None)


@router.post("/delegations", permission=DELEGATE, status_code=201, response_model=DelegationView, forms=True)
def post_delegation(body: NewDelegation, door: Door) -> Response:
    """Let an agent organisation, or a driver, act for one's firm within limits and until a day."""
    command = commands.Delegate(organisation_of(door), body.agent, body.driver_id, body.limits())
    now = door.clock.now()
    return door.run(lambda session: DelegationView.of(commands.delegate(command, session, door.clock), now), status=201)


@router.get("/delegations", permission=SEE_DELEGATIONS, response_model=Page[DelegationView])
def get_delegations(
    door: Door,
    paging: Paging,
    *,
    held: Annotated[bool, Query(description="Only those by which the caller's firm may act.")] = False,
    in_force: Annotated[bool, Query(description="Only those that still hold.")] = False,
) -> Response:
    """The delegations that the caller's firm has given or holds, the latest first."""
    now, held_by = door.clock.now(), door.caller.organisation if held else None
    return door.look(
        lambda session: queries.delegations_page(session, paging, now, held_by=held_by, only_in_force=in_force)
    )


@router.post(
    "/delegations/{delegation_id}/end",
    permission=END_DELEGATION,
    response_model=DelegationView,
    forms=True,
    versioned=True,
)
def post_end(delegation_id: UUID, body: Ending, door: Door) -> Response:
    """End a delegation before its day: its giver takes it back, or who holds it gives it back."""
    by, now = organisation_of(door), door.clock.now()

    def work(session: Session) -> DelegationView:
        expected = body.version or door.expected
        ended = commands.end_delegation(delegation_id, by, session, door.clock, expected)
        door.may(Resource(parties=frozenset(ended.parties)))
        return DelegationView.of(ended, now)

    return door.run(work)
