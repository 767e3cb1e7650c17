"""Papers with a validity over HTTP: a vehicle's, and a driver's, whose number is opened for few."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audit
from bordergate.auth import Resource
from bordergate.border import Day
from bordergate.clock import HANOI
from bordergate.http import Door, GateRouter, Page, Paging
from bordergate.http.door import Doorway
from services.vehicle_registration import commands, queries
from services.vehicle_registration.api.cabinet import swept
from services.vehicle_registration.api.corrections import Correction, Version
from services.vehicle_registration.api.filing import KEEP_FLEET, SEE_DRIVER, SEE_FLEET, STAYS, Body, ring_of
from services.vehicle_registration.domain.papers import Holder, Issuer, Number, PaperTerms
from services.vehicle_registration.queries import EndingPaper, PapersView, PaperView

Own = Callable[[Doorway, Session, UUID], Holder]
router = GateRouter()


class NewPaper(PaperTerms):
    """A paper, as it is handed in."""


class PaperCorrection(Correction):
    """What of a paper was wrong."""

    paper_number: Number = STAYS
    issuer: Issuer = STAYS
    valid_from: Day = STAYS
    valid_to: Day = STAYS


class Withdrawal(Body):
    """A paper no longer holds; `version` is If-Match of a form."""

    version: Version = None


@router.get("/papers/ending", permission=SEE_FLEET, response_model=Page[EndingPaper])
def get_ending(door: Door, paging: Paging) -> Response:
    """The papers that end soon or are over; no number is told, and of drivers no name."""
    today = door.clock.now().astimezone(HANOI).date()
    return door.look(lambda session: queries.ending_page(session, paging, today))


@router.get("/vehicles/{vehicle_id}/papers", permission=SEE_FLEET, response_model=PapersView)
def get_vehicle_papers(vehicle_id: UUID, door: Door) -> Response:
    """A vehicle's papers."""

    def work(session: Session) -> PapersView:
        return queries.papers_view(session, queries.vehicle_holder(session, vehicle_id).id)

    return door.look(work)


@router.post(
    "/vehicles/{vehicle_id}/papers", permission=KEEP_FLEET, status_code=201, response_model=PaperView, forms=True
)
def post_vehicle_paper(vehicle_id: UUID, body: NewPaper, door: Door) -> Response:
    """Hand in a paper of a vehicle."""
    return door.run(lambda session: kept(door, own_vehicle(door, session, vehicle_id), body, session), status=201)


@router.get("/vehicles/{vehicle_id}/papers/{paper_id}", permission=SEE_FLEET, response_model=PaperView)
def get_vehicle_paper(vehicle_id: UUID, paper_id: UUID, door: Door) -> Response:
    """One paper of a vehicle."""

    def work(session: Session) -> PaperView:
        holder = queries.vehicle_holder(session, vehicle_id)
        return PaperView.of(queries.paper_at(session, holder, paper_id))

    return door.look(work)


@router.put("/vehicles/{vehicle_id}/papers/{paper_id}", permission=KEEP_FLEET, response_model=PaperView, versioned=True)
def put_vehicle_paper(vehicle_id: UUID, paper_id: UUID, body: NewPaper, door: Door) -> Response:
    """Say anew what a paper of a vehicle says."""
    return door.run(lambda session: replaced(door, own_vehicle(door, session, vehicle_id), paper_id, body, session))


@router.post(
    "/vehicles/{vehicle_id}/papers/{paper_id}/correct",
    permission=KEEP_FLEET,
    response_model=PaperView,
    forms=True,
    versioned=True,
)
def post_vehicle_paper_correction(vehicle_id: UUID, paper_id: UUID, body: PaperCorrection, door: Door) -> Response:
    """Correct a paper of a vehicle; what is not named stays."""
    return door.run(lambda session: corrected(door, own_vehicle(door, session, vehicle_id), paper_id, body, session))


@router.post(
    "/vehicles/{vehicle_id}/papers/{paper_id}/end", permission=KEEP_FLEET, status_code=204, forms=True, versioned=True
)
def post_vehicle_paper_end(vehicle_id: UUID, paper_id: UUID, body: Withdrawal, door: Door) -> Response:
    """Take a paper of a vehicle away."""
    return ended(door, own_vehicle, vehicle_id, paper_id, body)


@router.get("/drivers/{driver_id}/papers", permission=SEE_DRIVER, response_model=PapersView)
def get_driver_papers(driver_id: UUID, door: Door) -> Response:
    """A driver's papers with their numbers; the look is audited."""

    def work(session: Session) -> PapersView:
        holder = known_driver(door, session, driver_id)
        return queries.papers_view(session, holder.id, ring_of(door).open_paper)

    return door.look(work)


@router.post(
    "/drivers/{driver_id}/papers", permission=KEEP_FLEET, status_code=201, response_model=PaperView, forms=True
)
def post_driver_paper(driver_id: UUID, body: NewPaper, door: Door) -> Response:
    """Hand in a paper of a driver; the answer does not repeat its number."""
    return door.run(lambda session: kept(door, own_driver(door, session, driver_id), body, session), status=201)


@router.get("/drivers/{driver_id}/papers/{paper_id}", permission=SEE_DRIVER, response_model=PaperView)
def get_driver_paper(driver_id: UUID, paper_id: UUID, door: Door) -> Response:
    """One paper of a driver with its number; the look is audited."""

    def work(session: Session) -> PaperView:
        paper = queries.paper_at(session, known_driver(door, session, driver_id), paper_id)
        return PaperView.of(paper, ring_of(door).open_paper(paper))

    return door.look(work)


@router.put("/drivers/{driver_id}/papers/{paper_id}", permission=KEEP_FLEET, response_model=PaperView, versioned=True)
def put_driver_paper(driver_id: UUID, paper_id: UUID, body: NewPaper, door: Door) -> Response:
    """Say anew what a paper of a driver says."""
    return door.run(lambda session: replaced(door, own_driver(door, session, driver_id), paper_id, body, session))


@router.post(
    "/drivers/{driver_id}/papers/{paper_id}/correct",
    permission=KEEP_FLEET,
    response_model=PaperView,
    forms=True,
    versioned=True,
)
def post_driver_paper_correction(driver_id: UUID, paper_id: UUID, body: PaperCorrection, door: Door) -> Response:
    """Correct a paper of a driver; what is not named stays."""
    return door.run(lambda session: corrected(door, own_driver(door, session, driver_id), paper_id, body, session))


@router.post(
    "/drivers/{driver_id}/papers/{paper_id}/end", permission=KEEP_FLEET, status_code=204, forms=True, versioned=True
)
def post_driver_paper_end(driver_id: UUID, paper_id: UUID, body: Withdrawal, door: Door) -> Response:
    """Take a paper of a driver away."""
    return ended(door, own_driver, driver_id, paper_id, body)


def own_vehicle(door: Doorway, session: Session, vehicle_id: UUID) -> Holder:
    """A vehicle whose papers the caller keeps."""
    holder = queries.vehicle_holder(session, vehicle_id)
    door.may(Resource(parties=frozenset({holder.carrier})))
    return holder


def own_driver(door: Doorway, session: Session, driver_id: UUID) -> Holder:
    """A driver whose papers the caller keeps, or may read whole."""
    holder = queries.driver_holder(session, driver_id)
    door.may(Resource(parties=frozenset({holder.carrier})))
    return holder


def known_driver(door: Doorway, session: Session, driver_id: UUID) -> Holder:
    """A driver whose papers the caller reads now, which is audited."""
    holder = own_driver(door, session, driver_id)
    audit(session, door.caller, SEE_DRIVER.name, driver_id)
    return holder


def kept(door: Doorway, holder: Holder, body: NewPaper, session: Session) -> PaperView:
    """A new paper of a holder."""
    return PaperView.of(commands.keep_paper(commands.KeepPaper(holder, body), ring_of(door), session, door.clock))


def replaced(door: Doorway, holder: Holder, paper_id: UUID, body: NewPaper, session: Session) -> PaperView:
    """The paper, said anew as a whole."""
    command = commands.CorrectPaper(holder, paper_id, dict(body), door.expected)
    return PaperView.of(commands.correct_paper(command, ring_of(door), session, door.clock))


def corrected(door: Doorway, holder: Holder, paper_id: UUID, body: PaperCorrection, session: Session) -> PaperView:
    """The paper with new values of what was named."""
    command = commands.CorrectPaper(holder, paper_id, body.changed(), body.version or door.expected)
    return PaperView.of(commands.correct_paper(command, ring_of(door), session, door.clock))


def ended(door: Doorway, own: Own, holder_id: UUID, paper_id: UUID, body: Withdrawal) -> Response:
    """The paper, taken away, and its scan with it."""
    scans: list[str | None] = []

    def work(session: Session) -> None:
        command = commands.EndPaper(own(door, session, holder_id), paper_id, body.version or door.expected)
        scans.append(commands.end_paper(command, session, door.clock))

    answer = door.run(work, status=204)
    swept(door, scans)
    return answer
