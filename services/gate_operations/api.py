"""The gate over HTTP: authorities state facts, everybody concerned sees what follows."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Caller, Permission, Resource, Role
from bordergate.border import Moment, Reason, Reference
from bordergate.border.value import plain
from bordergate.http import Door, GateRouter, Page, Paging, audit_routes, reference_routes
from bordergate.http.door import Doorway
from bordergate.ids import new_id
from events.gate_operations import Authority, FactKind
from events.words import CrossingState, Direction, RouteCode
from services.gate_operations import queries
from services.gate_operations.commands import ReadPlate, StateFacts, read_plate, state_facts
from services.gate_operations.domain import MAY_STATE, Fact, Passage
from services.gate_operations.domain.plates import PlateReading
from services.gate_operations.domain.refusals import NotTheirs, UnknownCrossing, WhichAuthority
from services.gate_operations.queries import PassageFile, PassageView
from services.gate_operations.repository import crossing_with
from services.gate_operations.tables import metadata
from services.gate_operations.targets import doors

STATING = {Role.BORDER_GUARD, Role.CUSTOMS, Role.YARD, Role.GATE_OPERATOR}
SEEING = {
    Role.GATE_OPERATOR,
    Role.BORDER_GUARD,
    Role.CUSTOMS,
    Role.PLANT_QUARANTINE,
    Role.ANIMAL_QUARANTINE,
    Role.HEALTH,
    Role.FEES,
    Role.TRAFFIC,
    Role.AUDITOR,
    Role.ADMIN,
}
STATE_FACT = Permission("gate_operations.state_fact", every=STATING)
AT_THE_LANES = frozenset({Authority.BORDER_GUARD, Authority.CUSTOMS, Authority.GATE_OPERATOR})
READ_PLATE = Permission("gate_operations.read_plate", every=frozenset(map(Role, AT_THE_LANES)))
SEE = Permission(
    "gate_operations.see", own={Role.TRADER, Role.AGENT, Role.CARRIER, Role.DRIVER, Role.YARD}, every=SEEING
)

MOST = 200
router = GateRouter()
router.include(audit_routes("gate_operations"))
router.include(reference_routes("gate_operations", metadata))
router.include(doors.router)


class Body(BaseModel):
    """What is sent; nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class StatedFact(Body):
    """What an authority saw: `fact_id` is made by who states it, so that stating it again does no harm.

    `at` is when it was seen; `corrects` names the fact it replaces. `authority` is needed only by who acts for several.
    """

    fact_id: UUID
    kind: FactKind
    at: Moment
    corrects: UUID | None = None
    reason: Reason | None = Field(default=None, max_length=500)
    authority: Authority | None = None

    def fact(self, crossing_id: UUID, caller: Caller) -> Fact:
        """The fact, in the name of the caller's authority; raises NotTheirs and WhichAuthority."""
        authority = authority_for(caller, self.kind, self.authority)
        return Fact(self.fact_id, crossing_id, self.kind, authority, self.at, self.corrects, self.reason)


class StatedOf(StatedFact):
    """A fact and the crossing it is of."""

    crossing_id: UUID


class StatedFacts(Body):
    """Facts on many crossings at once: all are taken or none."""

    facts: Annotated[list[StatedOf], Field(min_length=1, max_length=MOST)]


class Stated(BaseModel):
    """The crossings after the facts were taken."""

    crossings: list[PassageView]


class PlateAsRead(Body):
    """What stands on the truck's plate, of tractor or trailer, as far as it could be read.

    `reading_id` is made by who reads, so that sending it again does no harm; `at` is now unless told.
    """

    plate: Annotated[str, Field(min_length=1, max_length=20)]
    lane: Annotated[str | None, Field(min_length=1, max_length=20)] = None
    at: Moment | None = None
    reading_id: UUID | None = None
    authority: Authority | None = None

    def reading(self, door: Doorway) -> PlateReading:
        """The reading, in the name of the caller's authority; raises NotTheirs and WhichAuthority."""
        by = _one_authority(door.caller, self.authority, AT_THE_LANES, "PLATE_READ")
        return PlateReading(self.reading_id or new_id(), plain(self.plate), by, self.at or door.clock.now(), self.lane)


class PlateAtBarrier(PlateAsRead):
    """The same from a barrier, which knows the truck by the reference it scanned."""

    reference: Reference


def authority_for(caller: Caller, kind: FactKind, named: Authority | None) -> Authority:
    """For whom the caller states such a fact; raises NotTheirs and WhichAuthority."""
    return _one_authority(caller, named, MAY_STATE[kind], kind)


def _one_authority(caller: Caller, named: Authority | None, may: frozenset[Authority], kind: str) -> Authority:
    own = {authority for authority in Authority if Role(authority.value) in caller.roles}
    able = {named} & own if named else own & may
    if not able:
        raise NotTheirs(field="$.kind", kind=kind, authority=", ".join(sorted(own)))
    if len(able) > 1:
        raise WhichAuthority(field="$.authority", authorities=", ".join(sorted(able)))
    return able.pop()


@router.post("/crossings/{crossing_id}/facts", permission=STATE_FACT, status_code=201, response_model=PassageFile)
def post_fact(crossing_id: UUID, body: StatedFact, door: Door) -> Response:
    """State a fact of one crossing; late, repeated and before the crossing is known are all right."""

    def work(session: Session) -> PassageFile:
        (passage,) = _state(door, session, [body.fact(crossing_id, door.caller)])
        return PassageFile.whole(passage)

    return door.run(work, status=201, scope="all")


@router.post("/facts", permission=STATE_FACT, status_code=200, response_model=Stated)
def post_facts(body: StatedFacts, door: Door) -> Response:
    """State facts of many crossings at once, all or none."""

    def work(session: Session) -> Stated:
        facts = [stated.fact(stated.crossing_id, door.caller) for stated in body.facts]
        return Stated(crossings=[PassageView.of(passage) for passage in _state(door, session, facts)])

    return door.run(work, scope="all")


@router.post("/crossings/{crossing_id}/plates", permission=READ_PLATE, status_code=201, response_model=PassageFile)
def post_plate(crossing_id: UUID, body: PlateAsRead, door: Door) -> Response:
    """Tell which plate stands before the gate for a crossing; whether it is the one filed is answered."""
    return door.run(lambda session: _read(door, session, crossing_id, body), status=201, scope="all")


@router.post("/plates", permission=READ_PLATE, status_code=201, response_model=PassageFile)
def post_plate_at_barrier(body: PlateAtBarrier, door: Door) -> Response:
    """The same from a barrier that scans the reference and reads the plate."""

    def work(session: Session) -> PassageFile:
        crossing_id = crossing_with(session, body.reference.canonical)
        if crossing_id is None:
            raise UnknownCrossing(field="$.reference")
        return _read(door, session, crossing_id, body)

    return door.run(work, status=201, scope="all")


@router.get("/crossings/{crossing_id}", permission=SEE, response_model=PassageFile)
def get_crossing(crossing_id: UUID, door: Door) -> Response:
    """One crossing at the gate, with every fact stated of it."""

    def work(session: Session) -> PassageFile:
        return queries.file_of(session, crossing_id)

    return door.look(work)


@router.get("/crossings", permission=SEE, response_model=Page[PassageView])
def get_crossings(
    door: Door,
    paging: Paging,
    route: Annotated[RouteCode | None, Query()] = None,
    direction: Annotated[Direction | None, Query()] = None,
    stage: Annotated[CrossingState | None, Query()] = None,
) -> Response:
    """Crossings at the gate, arrived and not ended or of one stage, on the routes the caller is posted to."""
    routes = door.routes(route)
    return door.look(
        lambda session: queries.at_the_gate(session, paging, routes=routes, direction=direction, stage=stage)
    )


def _read(door: Doorway, session: Session, crossing_id: UUID, body: PlateAsRead) -> PassageFile:
    """Take the reading, unless the crossing is on a route the caller is not posted to."""
    passage = read_plate(ReadPlate(crossing_id, body.reading(door)), session, door.clock)
    door.may(Resource(frozenset(passage.parties), passage.route, crossing_id))
    return PassageFile.whole(passage)


def _state(door: Doorway, session: Session, facts: list[Fact]) -> list[Passage]:
    """Take the facts, unless one is on a route the caller is not posted to."""
    passages = state_facts(StateFacts(facts, door.caller.organisation), session, door.clock)
    for passage in passages:
        door.may(Resource(frozenset(passage.parties), passage.route, passage.crossing_id))
    return passages
