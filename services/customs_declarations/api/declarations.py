"""Declarations over HTTP: filed, amended, shared, decided on, looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate import border
from bordergate.auth import Permission, Resource, Role
from bordergate.border import Day, Whole
from bordergate.clock import HANOI, RealClock
from bordergate.errors import Forbidden
from bordergate.http import Door, GateRouter, Page, Paging, audit_routes, reference_routes
from bordergate.http.door import Doorway
from events.words import Channel, Direction
from services.customs_declarations import commands, queries, repository, timers
from services.customs_declarations.domain.declaration import Declaration, Papers, Stage
from services.customs_declarations.domain.goods import Line
from services.customs_declarations.formats.fields import (
    HEAVIEST,
    MOST_LINES,
    Body,
    Degrees,
    Paper,
    Quantity,
    Sharers,
    Typed,
    Value,
    Words,
)
from services.customs_declarations.queries import DeclarationView, FailuresView, Filter, HistoryView, SplitView
from services.customs_declarations.tables import metadata

DECLARANTS = {Role.TRADER, Role.AGENT}
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
FILE = Permission("customs_declarations.file", own=DECLARANTS)
CANCEL = Permission("customs_declarations.cancel", own=DECLARANTS, every={Role.CUSTOMS})
SEE = Permission("customs_declarations.see", own=DECLARANTS | {Role.CARRIER}, every=SEEING)
DECIDE = Permission("customs_declarations.decide", every={Role.CUSTOMS})

OF_DECLARATION = (
    "get_declaration",
    "get_history",
    "get_split",
    "get_failures",
    "put_declaration",
    "put_sharing",
    "post_amendment",
    "post_channel",
    "post_check",
    "post_storage",
    "post_clear",
    "post_cancel",
)
"""What can be asked of a declaration."""
router = GateRouter()
router.include(audit_routes("customs_declarations"))
router.include(reference_routes("customs_declarations", metadata, timers.follow_law))


class DeclaredLine(Body):
    """One kind of goods, in the words of `Line`: HS code of eight digits and gross weight always, the rest as it is."""

    hs_code: Typed
    weight_kg: Whole = Field(ge=1, le=HEAVIEST)
    un_number: str | None = Field(default=None, pattern=r"^[0-9]{4}$")
    quantity: Quantity | None = None
    unit: Typed | None = None
    description: Words | None = None
    origin: Typed | None = None
    net_kg: Whole | None = Field(default=None, ge=1, le=HEAVIEST)
    value: Value | None = None
    currency: Typed | None = None
    packages: Whole | None = Field(default=None, ge=1, le=HEAVIEST)
    package_kind: Typed | None = None
    coldest_c: Degrees | None = None
    warmest_c: Degrees | None = None
    planting_area: Paper | None = None
    packing_house: Paper | None = None
    phytosanitary: Paper | None = None

    def line(self) -> Line:
        """The line as it is declared."""
        return Line(**dict(self))


class Amendment(Body):
    """What a declaration is to say from now on; number and direction stay.

    `destination` is the country where exports end, when that is not the one across the border.
    """

    type_code: Typed
    destination: Typed | None = None
    lines: list[DeclaredLine] = Field(min_length=1, max_length=MOST_LINES)

    @property
    def declared(self) -> tuple[Line, ...]:
        """The goods."""
        return tuple(line.line() for line in self.lines)


class AmendmentByHand(Amendment):
    """The same from a form, which names in a field the version its author looked at."""

    version: Whole | None = Field(default=None, ge=0)


class NewDeclaration(Amendment):
    """A declaration; `trader` names the organisation it is filed for, when that is not the declarant's own.

    `shared_with` are other organisations, such as a carrier, that may name it for a crossing. `contest` says that the
    number is the filer's also where another organisation has filed under it: it is then decided whose it is.
    """

    number: Typed
    direction: Direction
    trader: UUID | None = None
    shared_with: Sharers = ()
    contest: bool = False

    def papers(self) -> Papers:
        """What it says."""
        return Papers(self.number, self.type_code, self.direction, self.declared, self.destination)


class Sharing(Body):
    """The organisations that may name a declaration for a crossing besides its owners: all of them."""

    shared_with: Sharers


class Reason(Body):
    """Why."""

    reason: border.Reason = Field(min_length=1, max_length=500)


class Chosen(Body):
    """The channel customs chose."""

    channel: Channel


@router.post(
    "/declarations",
    permission=FILE,
    status_code=201,
    response_model=DeclarationView,
    forms=True,
    leads_to=dict.fromkeys(OF_DECLARATION, "id"),
)
def post_declaration(body: NewDeclaration, door: Door) -> Response:
    """File a declaration; everything wrong with it is said at once."""
    declarant = door.caller.organisation
    if declarant is None:
        raise Forbidden
    command = commands.FileDeclaration(body.papers(), declarant, body.trader or declarant, body.shared_with)
    asked_from = RealClock().now() if door.settings.customs_source else None

    def work(session: Session) -> DeclarationView:
        door.may(Resource(frozenset({declarant})))
        if body.contest:
            return DeclarationView.of(commands.contest_number(command, session, door.clock, asked_from))
        return DeclarationView.of(commands.file_declaration(command, session, door.clock))

    return door.run(work, status=201, scope="all")


@router.put(
    "/declarations/{declaration_id}", permission=FILE, status_code=200, response_model=DeclarationView, versioned=True
)
def put_declaration(declaration_id: UUID, body: Amendment, door: Door) -> Response:
    """Amend a declaration that is not cleared; it then needs a channel anew."""
    command = commands.Amend(declaration_id, body.type_code, body.declared, door.expected, body.destination)
    return _change(door, declaration_id, lambda session: commands.amend(command, session, door.clock))


@router.post(
    "/declarations/{declaration_id}/amend",
    permission=FILE,
    status_code=200,
    response_model=DeclarationView,
    forms=True,
    versioned=True,
)
def post_amendment(declaration_id: UUID, body: AmendmentByHand, door: Door) -> Response:
    """Amend a declaration from a form."""
    command = commands.Amend(declaration_id, body.type_code, body.declared, body.version, body.destination)
    return _change(door, declaration_id, lambda session: commands.amend(command, session, door.clock))


@router.put(
    "/declarations/{declaration_id}/sharing",
    permission=FILE,
    status_code=200,
    response_model=DeclarationView,
    versioned=True,
)
def put_sharing(declaration_id: UUID, body: Sharing, door: Door) -> Response:
    """Say who else may name a declaration for a crossing; what is declared, and its channel, stay."""
    command = commands.ShareWith(declaration_id, body.shared_with, door.expected)
    return _change(door, declaration_id, lambda session: commands.share(command, session, door.clock))


@router.post(
    "/declarations/{declaration_id}/cancel",
    permission=CANCEL,
    status_code=200,
    response_model=DeclarationView,
    versioned=True,
)
def post_cancel(declaration_id: UUID, body: Reason, door: Door) -> Response:
    """Cancel a declaration that is not cleared; one that customs looks at, or has chosen to, only customs cancels."""
    by_owner = Role.CUSTOMS not in door.caller.roles

    def change(session: Session) -> Declaration:
        return commands.cancel(declaration_id, body.reason, session, door.clock, by_owner=by_owner)

    return _change(door, declaration_id, change)


@router.post(
    "/declarations/{declaration_id}/channel",
    permission=DECIDE,
    status_code=200,
    response_model=DeclarationView,
    versioned=True,
)
def post_channel(declaration_id: UUID, body: Chosen, door: Door) -> Response:
    """Customs chooses the channel."""
    return _change(
        door, declaration_id, lambda session: commands.choose_channel(declaration_id, body.channel, session, door.clock)
    )


@router.post(
    "/declarations/{declaration_id}/check",
    permission=DECIDE,
    status_code=200,
    response_model=DeclarationView,
    versioned=True,
)
def post_check(declaration_id: UUID, door: Door) -> Response:
    """Customs begins to look at papers or goods; the green channel asks for no look."""
    return _change(door, declaration_id, lambda session: commands.begin_check(declaration_id, session, door.clock))


@router.post(
    "/declarations/{declaration_id}/storage",
    permission=DECIDE,
    status_code=200,
    response_model=DeclarationView,
    versioned=True,
)
def post_storage(declaration_id: UUID, door: Door) -> Response:
    """Customs lets the goods be kept elsewhere until it has decided."""
    return _change(
        door, declaration_id, lambda session: commands.release_to_storage(declaration_id, session, door.clock)
    )


@router.post(
    "/declarations/{declaration_id}/clear",
    permission=DECIDE,
    status_code=200,
    response_model=DeclarationView,
    versioned=True,
)
def post_clear(declaration_id: UUID, door: Door) -> Response:
    """Customs lets the goods go."""
    return _change(door, declaration_id, lambda session: commands.clear(declaration_id, session, door.clock))


@router.get("/declarations/{declaration_id}", permission=SEE, response_model=DeclarationView)
def get_declaration(declaration_id: UUID, door: Door) -> Response:
    """One declaration."""
    return door.look(lambda session: queries.declaration_view(session, declaration_id))


@router.get("/declarations/{declaration_id}/history", permission=SEE, response_model=HistoryView)
def get_history(declaration_id: UUID, door: Door) -> Response:
    """What became of a declaration: who did what when, and what each amendment changed."""
    return door.look(lambda session: queries.history_of(session, declaration_id))


@router.get("/declarations/{declaration_id}/split", permission=SEE, response_model=SplitView)
def get_split(declaration_id: UUID, door: Door) -> Response:
    """How much of each line is declared, on crossings or carried across, and left; not whose crossings they are."""
    door.look(lambda session: queries.declaration_view(session, declaration_id))
    return door.look(lambda session: queries.split_of(session, declaration_id), scope="all")


@router.get("/declarations/{declaration_id}/failures", permission=SEE, response_model=FailuresView)
def get_failures(declaration_id: UUID, door: Door, on: Annotated[Day | None, Query()] = None) -> Response:
    """What the rules say of a declaration by the tables in force today, or on another day."""
    at = datetime.combine(on, time(), HANOI) if on else door.clock.now()
    return door.look(lambda session: queries.failures_of(session, declaration_id, at))


@router.get("/declarations", permission=SEE, response_model=Page[DeclarationView])
def get_declarations(
    door: Door,
    paging: Paging,
    number: Annotated[Typed | None, Query()] = None,
    stage: Annotated[Stage | None, Query()] = None,
    direction: Annotated[Direction | None, Query()] = None,
    crossing: Annotated[UUID | None, Query()] = None,
    text: Annotated[Typed | None, Query(description="How a number begins.")] = None,
    *,
    latest: Annotated[bool, Query(description="The latest first.")] = False,
) -> Response:
    """Declarations, in the order they were filed."""
    which = Filter(number, stage, direction, crossing, text, latest=latest)
    return door.look(lambda session: queries.declarations_matching(session, paging, which))


def _change(door: Doorway, declaration_id: UUID, change: Callable[[Session], Declaration]) -> Response:
    """Let an owner, or customs, change a declaration; anybody else is refused before it is looked at."""

    def work(session: Session) -> DeclarationView:
        door.may(Resource(queries.owners_of(session, declaration_id)))
        if door.expected is not None:  # who decides, decides of the goods that he saw
            repository.declaration_of(session, declaration_id).expect(door.expected)
        return DeclarationView.of(change(session))

    return door.run(work, scope="all")
