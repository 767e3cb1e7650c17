"""Crossings, vehicles and drivers by identity, references never drawn before, and who bears which plate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.reference import as_of
from bordergate.writing import insert_rows
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import ASSESSED, BEFORE_QUEUE, FILED, Crossing, Registration, Stage
from services.vehicle_registration.domain.demands import Payer
from services.vehicle_registration.domain.fleet import Driver, Vehicle, VehicleType
from services.vehicle_registration.domain.papers import Holder, Paper
from services.vehicle_registration.domain.route_plan import NOT_PUBLISHED, RoutePlan
from services.vehicle_registration.domain.sheet import RouteName
from services.vehicle_registration.repository.desk import Desk, crossings_seen, desk_of
from services.vehicle_registration.repository.keys import (
    alone_with_keys,
    papers_sealed_otherwise,
    sealed_otherwise,
)
from services.vehicle_registration.repository.law import assessed_after, next_law
from services.vehicle_registration.repository.marks import claim, draw_references, give_up
from services.vehicle_registration.repository.meant import (
    MeantTruck,
    drivers_as_they_are,
    drivers_seen,
    trucks_at_barrier,
    trucks_meant,
)
from services.vehicle_registration.repository.numbers import expiry_at, longest_window, number_at
from services.vehicle_registration.repository.standing import standings_of
from services.vehicle_registration.tables import (
    crossings,
    organisations,
    papers,
    registrations,
    reminders,
    route_names,
    usual_trucks,
    validities,
    vehicles,
)

__all__ = [
    "Desk",
    "MeantTruck",
    "alone_with_keys",
    "alone_with_scan",
    "assessed_after",
    "assessed_with",
    "before_queue_of",
    "before_queue_on",
    "claim",
    "crossing_if_known",
    "crossing_of",
    "crossings_seen",
    "desk_of",
    "drafts_of",
    "draw_references",
    "driver_if_known",
    "driver_of",
    "drivers_as_they_are",
    "drivers_seen",
    "expiry_at",
    "filed_together",
    "give_up",
    "is_attached",
    "is_renewed",
    "keep_plan",
    "keep_registration",
    "keep_route",
    "keep_validity",
    "know_organisation",
    "longest_window",
    "next_law",
    "number_at",
    "paper_if_known",
    "paper_of",
    "papers_of",
    "papers_sealed_otherwise",
    "plans_of",
    "plates_known",
    "registration_of",
    "reminder_days",
    "sealed_otherwise",
    "share_papers",
    "standings_of",
    "trucks_at_barrier",
    "trucks_meant",
    "usual_truck",
    "vehicle_of",
    "verify_organisation",
    "waiting_of_payer",
    "withdraw_paper",
]

PLANS = """\
SELECT route, plan FROM vehicle_registration.route_names WHERE route = ANY(%s::text[]) AND plan IS NOT NULL
"""


def crossing_if_known(session: Session, crossing_id: UUID) -> Crossing | None:
    """The crossing, locked; None when it is not the desk's or not the caller's."""
    return session.get(Crossing, crossing_id, with_for_update=True, populate_existing=True)


def crossing_of(session: Session, crossing_id: UUID) -> Crossing:
    """The crossing, locked; raises UnknownCrossing."""
    crossing = crossing_if_known(session, crossing_id)
    if crossing is None:
        raise refusals.UnknownCrossing
    return crossing


def registration_of(session: Session, registration_id: UUID) -> Registration:
    """The registration; raises UnknownRegistration."""
    registration = session.get(Registration, registration_id)
    if registration is None:
        raise refusals.UnknownRegistration
    return registration


def keep_registration(session: Session, registration: Registration) -> None:
    """Write a registration down; it never changes."""
    row = {column.name: getattr(registration, column.name) for column in registrations.c}
    insert_rows(session, registrations, [row])


def drafts_of(session: Session, registration_id: UUID) -> list[Crossing]:
    """The registration's crossings not yet submitted, locked."""
    wanted = (crossings.c.registration_id == registration_id, crossings.c.stage == Stage.DRAFT)
    return _locked(session, *wanted)


def filed_together(session: Session, registration_id: UUID, submitted_at: datetime) -> list[Crossing]:
    """Those submitted at one moment that have not joined the queue, locked."""
    return _locked(
        session,
        crossings.c.registration_id == registration_id,
        crossings.c.submitted_at == submitted_at,
        crossings.c.stage.in_(FILED),
    )


def before_queue_of(session: Session, vehicle_id: UUID) -> list[Crossing]:
    """A vehicle's crossings that can still change, locked."""
    return _locked(session, crossings.c.vehicle_id == vehicle_id, crossings.c.stage.in_(BEFORE_QUEUE))


def vehicle_of(session: Session, vehicle_id: UUID) -> Vehicle:
    """The vehicle, locked; raises UnknownVehicle."""
    vehicle = session.get(Vehicle, vehicle_id, with_for_update=True)
    if vehicle is None:
        raise refusals.UnknownVehicle
    return vehicle


def driver_if_known(session: Session, driver_id: UUID, *, lock: bool = True) -> Driver | None:
    """The driver; None when he was erased, or is not the caller's."""
    return session.get(Driver, driver_id, with_for_update=lock or None)


def driver_of(session: Session, driver_id: UUID, *, lock: bool = False) -> Driver:
    """The driver; raises UnknownDriver."""
    driver = driver_if_known(session, driver_id, lock=lock)
    if driver is None:
        raise refusals.UnknownDriver
    return driver


def paper_of(session: Session, holder: Holder, paper_id: UUID) -> Paper:
    """The holder's paper, locked; raises UnknownPaper."""
    paper = paper_if_known(session, paper_id)
    if paper is None or paper.holder != holder.id:
        raise refusals.UnknownPaper
    return paper


def paper_if_known(session: Session, paper_id: UUID) -> Paper | None:
    """The paper, locked; None when it is gone."""
    return session.get(Paper, paper_id, with_for_update=True, populate_existing=True)


def papers_of(session: Session, holder_id: UUID) -> list[Paper]:
    """All of a holder's papers, the one that ends last first."""
    statement = select(Paper).where(papers.c.holder == holder_id).order_by(papers.c.kind, papers.c.valid_to.desc())
    return list(session.execute(statement).scalars())


def keep_validity(session: Session, paper: Paper) -> None:
    """Let all who assess know from when to when a paper holds."""
    days = {"kind": paper.kind, "valid_from": paper.valid_from, "valid_to": paper.valid_to}
    statement = insert(validities).values(paper_id=paper.id, holder=paper.holder, **days)
    session.execute(statement.on_conflict_do_update(index_elements=[validities.c.paper_id], set_=days))


def alone_with_scan(session: Session, name: str) -> None:
    """Nobody else attaches or throws away this scan until the commit."""
    session.connection().exec_driver_sql(
        "SELECT pg_advisory_xact_lock(hashtextextended('vehicle_registration:' || %s, 0))", (name,)
    )


def is_attached(session: Session, name: str) -> bool:
    """Whether any paper has this scan."""
    return session.execute(select(papers.c.id).where(papers.c.scan == name).limit(1)).first() is not None


def is_renewed(session: Session, paper: Paper) -> bool:
    """Whether its holder has another of the kind that ends later."""
    later = (validities.c.holder == paper.holder) & (validities.c.kind == paper.kind)
    statement = select(validities.c.paper_id).where(later, validities.c.valid_to > paper.valid_to).limit(1)
    return session.execute(statement).first() is not None


def reminder_days(session: Session, at: datetime) -> list[int]:
    """How many days before a paper ends its carrier is reminded, as law says at that time."""
    return list(session.execute(select(reminders.c.days).where(as_of(reminders, at))).scalars())


def withdraw_paper(session: Session, paper: Paper) -> None:
    """The paper is gone; what it stated leaves with the transaction."""
    session.flush()
    session.execute(delete(validities).where(validities.c.paper_id == paper.id))
    session.delete(paper)


def share_papers(session: Session, holder_id: UUID, parties: Sequence[UUID]) -> None:
    """Whoever may name a vehicle or a driver may see that the papers are there."""
    session.execute(update(papers).where(papers.c.holder == holder_id).values(parties=list(parties)))


def assessed_with(session: Session, holder_id: UUID) -> list[Crossing]:
    """The crossings not yet called that name a vehicle or a driver, locked."""
    named = (crossings.c.vehicle_id == holder_id) | (crossings.c.driver_id == holder_id)
    return _locked(session, named, crossings.c.stage.in_(ASSESSED))


def waiting_of_payer(session: Session, organisation_id: UUID) -> list[UUID]:
    """The crossings not yet called for which an organisation pays."""
    pays = crossings.c.parties.contains([organisation_id]), crossings.c.filing["trader"].astext == str(organisation_id)
    statement = select(crossings.c.id).where(*pays, crossings.c.stage.in_(ASSESSED)).order_by(crossings.c.id)
    return list(session.execute(statement).scalars())


def know_organisation(session: Session, organisation_id: UUID, payer: Payer) -> None:
    """What identity says of an organisation."""
    told = {"kind": payer.kind, "verified": payer.verified, "tax_code_sound": payer.tax_code_sound}
    statement = insert(organisations).values(id=organisation_id, **told)
    session.execute(statement.on_conflict_do_update(index_elements=[organisations.c.id], set_=told))


def verify_organisation(session: Session, organisation_id: UUID) -> None:
    """An organisation is who it says."""
    session.execute(update(organisations).where(organisations.c.id == organisation_id).values(verified=True))


def plates_known(session: Session, carrier: UUID, plates: Sequence[str]) -> frozenset[str]:
    """Those of the plates that the carrier has registered."""
    statement = select(vehicles.c.plate).where(vehicles.c.carrier == carrier, vehicles.c.plate.in_(plates))
    return frozenset(session.execute(statement).scalars())


def usual_truck(session: Session, vehicle_type: VehicleType, at: datetime) -> tuple[int, int, int]:
    """Axles, tare and gross weight that are taken of a truck of this type, as the desk's rows say at that time."""
    columns = (usual_trucks.c.axles, usual_trucks.c.tare_kg, usual_trucks.c.gross_kg)
    statement = select(*columns).where(usual_trucks.c.vehicle_type == vehicle_type, as_of(usual_trucks, at))
    axles, tare, gross = session.execute(statement).one()
    return axles, tare, gross


def keep_route(session: Session, name: RouteName, plan: RoutePlan) -> None:
    """Keep what a route is called now, and how it is planned."""
    told = asdict(name) | {"plan": plan}
    statement = insert(route_names).values(told)
    session.execute(statement.on_conflict_do_update(index_elements=[route_names.c.route], set_=told))


def keep_plan(session: Session, route: str, plan: RoutePlan) -> None:
    """Keep how a known route is planned."""
    session.execute(update(route_names).where(route_names.c.route == route).values(plan=plan))


def plans_of(session: Session, routes: Collection[str]) -> dict[str, RoutePlan]:
    """How routes are planned; nothing of routes while none is published at all."""
    kept = session.connection().exec_driver_sql(PLANS, (list(routes),))
    known = {row.route: RoutePlan.model_validate(row.plan) for row in kept}
    others = set(routes) - known.keys()
    if others and (known or session.scalar(select(exists().where(route_names.c.plan.is_not(None))))):
        return known | dict.fromkeys(others, NOT_PUBLISHED)
    return known


def before_queue_on(session: Session, route: str) -> list[UUID]:
    """The filed crossings of a route that do not stand in its queue yet."""
    here = crossings.c.route == route, crossings.c.stage.in_(BEFORE_QUEUE - {Stage.DRAFT})
    return list(session.execute(select(crossings.c.id).where(*here).order_by(crossings.c.id)).scalars())


def _locked(session: Session, *wanted: ColumnElement[bool]) -> list[Crossing]:
    statement = select(Crossing).where(*wanted).order_by(crossings.c.id).with_for_update()
    return list(session.execute(statement).scalars())
