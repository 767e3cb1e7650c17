"""A desk at which goods are weighed: a service of a few routes, each of another kind, on which the door is tried."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.border import ContainerNumber
from bordergate.http import Door, GateRouter, Paging

WEIGH = Permission("desk.weigh", own={Role.TRADER, Role.DRIVER}, every={Role.GATE_OPERATOR})
CLOSE = Permission("desk.close", every={Role.GATE_OPERATOR}, seconded=True)
GOOD = {"kilograms": 7, "at": "2026-05-04T08:00:00+07:00"}
FAILURES = {
    "pool": PoolTimeout(),
    "gone": OperationalError("SELECT 1", {}, Exception()),
    "digits": DataError("SELECT 1", {}, Exception()),
    "bug": RuntimeError("a plate nobody may read"),
}


class Weighing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kilograms: int = Field(ge=1)
    at: AwareDatetime
    container: ContainerNumber | None = None
    side: Literal["VN", "CN"] | None = None


class Weighed(BaseModel):
    kilograms: int
    version: int = 3


router = GateRouter()


@router.post("/weighings/{owner}", permission=WEIGH, status_code=201, response_model=Weighed, versioned=True)
def post_weighing(owner: UUID, body: Weighing, door: Door) -> Response:
    """Weigh."""
    door.may(Resource(parties=frozenset({owner})))
    return door.run(lambda _: Weighed(kilograms=body.kilograms), status=201)


@router.post("/piles/{owner}", permission=WEIGH, body_limit=3 * 1024 * 1024)
async def post_pile(owner: UUID, door: Door) -> Response:
    """Take more than the others do."""
    return Response(str(len(await door.request.body())))


@router.post("/secrets", permission=WEIGH, once=False)
def post_secret(door: Door) -> Response:
    """Ask for the version where none is compared."""
    return door.look(lambda _: door.expected)


@router.post("/close", permission=CLOSE, versioned=True)
def post_close(door: Door) -> Response:
    """Close, with a second officer."""
    return door.run(lambda _: {"second": str(door.second.id)})


@router.get("/weighings", public="for the test")
def get_weighings(door: Door, page: Paging) -> Response:
    """Look."""
    return door.look(lambda _: Weighed(kilograms=page.limit))


@router.get("/lists", permission=WEIGH)
def get_list(door: Door, route: str | None = None) -> Response:
    """List."""
    routes = door.routes(route)
    return door.look(lambda _: {"routes": routes and sorted(routes)})


@router.get("/failures/{kind}", public="for the test")
def get_failure(kind: str, door: Door) -> Response:
    """Fail."""
    raise FAILURES[kind]


@router.post("/failures/{kind}", public="for the test")
def post_failure(kind: str, door: Door) -> Response:
    """Fail to command."""
    raise FAILURES[kind]
