"""Crossings, vehicles and drivers by identity, references never drawn before, and who bears which plate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.reference import as_of
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import BEFORE_QUEUE, Crossing, Plan, Registration, Stage, Truck
from services.vehicle_registration.domain.demands import Demand, Payer, Standing, Validity
from services.vehicle_registration.domain.fleet import Driver, Vehicle, VehicleType
from services.vehicle_registration.domain.papers import Holder, Paper
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.rules import tail_of
from services.vehicle_registration.domain.sheet import RouteName
from services.vehicle_registration.repository.marks import claim, draw_references, give_up
from services.vehicle_registration.tables import (
    crossings,
    drivers,
    numbers,
    organisations,
    papers,
    reminders,
    route_names,
    usual_trucks,
    validities,
    vehicles,
)

__all__ = [
    "Desk",
    "alone_with_keys",
    "alone_with_scan",
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
    "driver_of",
    "drivers_seen",
    "expiry_at",
    "filed_together",
    "give_up",
    "is_attached",
    "is_renewed",
    "keep_route",
    "keep_validity",
    "know_organisation",
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
    "usual_truck",
    "vehicle_at_barrier",
    "vehicle_of",
    "vehicle_with_plate",
    "vehicles_by_tail",
    "verify_organisation",
    "waiting_of_payer",
    "withdraw_paper",
]

KEYS = 7_206_010
FILED = (Stage.SUBMITTED, Stage.NOT_READY, Stage.READY)
ASSESSED = (*FILED, Stage.QUEUED)
STANDINGS = """\
SELECT (SELECT jsonb_agg(to_jsonb(v)) FROM vehicle_registration.validities v WHERE v.holder = ANY(%s::uuid[])),
       (SELECT jsonb_agg(to_jsonb(d)) FROM vehicle_registration.demands d),
       (SELECT jsonb_agg(to_jsonb(o)) FROM vehicle_registration.organisations o WHERE o.id = ANY(%s::uuid[]))
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


def driver_of(session: Session, driver_id: UUID) -> Driver:
    """The driver; raises UnknownDriver."""
    driver = session.get(Driver, driver_id)
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


def standings_of(session: Session, filed: Sequence[Crossing], now: datetime) -> dict[UUID, Standing]:
    """How the papers and the payer of each crossing stand: all the desk's, whoever has them assessed."""
    if not filed:
        return {}
    holders = {holder for one in filed for holder in (one.filing.vehicle_id, one.filing.driver_id) if holder}
    told = session.connection().exec_driver_sql(STANDINGS, (list(holders), list({one.filing.trader for one in filed})))
    papers_told, law_told, payers_told = told.one()
    kept: dict[UUID, list[Validity]] = defaultdict(list)
    for row in papers_told or ():
        paper = Validity.read(row)
        kept[paper.holder].append(paper)
    law = [Demand.read(row) for row in law_told or ()]
    payers = {UUID(row["id"]): Payer.read(row) for row in payers_told or ()}
    return {one.id: _standing(one, now, kept, law, payers.get(one.filing.trader)) for one in filed}


def _standing(
    crossing: Crossing, now: datetime, kept: Mapping[UUID, list[Validity]], law: list[Demand], payer: Payer | None
) -> Standing:
    holders = (crossing.filing.vehicle_id, crossing.filing.driver_id)
    own = [paper for holder in holders if holder for paper in kept.get(holder, ())]
    return Standing(now, own, law, payer, crossing.country, crossing.vehicle_type)


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


def crossings_seen(session: Session, named: Collection[UUID]) -> frozenset[UUID]:
    """Those of the crossings that the caller is a party of."""
    if not named:
        return frozenset()
    return frozenset(session.execute(select(crossings.c.id).where(crossings.c.id.in_(named))).scalars())


def vehicle_with_plate(session: Session, typed: str, organisation: UUID) -> Vehicle | None:
    """The truck the caller means by a plate: his own before one lent to him."""
    tail = tail_of(typed)
    seen = select(Vehicle).where(vehicles.c.plate.endswith(tail, autoescape=True)).order_by(vehicles.c.id)
    meant = [vehicle for vehicle in session.execute(seen).scalars() if tail_of(vehicle.plate) == tail]
    return min(meant, key=lambda vehicle: vehicle.carrier != organisation, default=None)


def vehicles_by_tail(session: Session, typed: Iterable[str], organisation: UUID) -> dict[str, Vehicle]:
    """The trucks the caller means by plates, by their tails: his own before those lent to him."""
    tails = sorted({tail_of(plate) for plate in typed})
    tail = func.regexp_replace(vehicles.c.plate, "^[^A-Z0-9]", "")
    seen = select(Vehicle).where(tail.in_(tails)).order_by(vehicles.c.id.desc())
    meant = sorted(session.execute(seen).scalars(), key=lambda vehicle: vehicle.carrier == organisation)
    return {tail_of(vehicle.plate): vehicle for vehicle in meant}


def vehicle_at_barrier(session: Session, typed: str, nobody: UUID) -> Vehicle | None:
    """The truck that bears a plate, whoever's it is: its carrier's latest before one that was nobody's."""
    tail = tail_of(typed)
    seen = select(Vehicle).where(vehicles.c.plate.endswith(tail, autoescape=True))
    meant = [vehicle for vehicle in session.execute(seen).scalars() if tail_of(vehicle.plate) == tail]
    return max(meant, key=lambda vehicle: (vehicle.carrier != nobody, vehicle.id), default=None)


def usual_truck(session: Session, vehicle_type: VehicleType, at: datetime) -> tuple[int, int, int]:
    """Axles, tare and gross weight that are taken of a truck of this type, as the desk's rows say at that time."""
    columns = (usual_trucks.c.axles, usual_trucks.c.tare_kg, usual_trucks.c.gross_kg)
    statement = select(*columns).where(usual_trucks.c.vehicle_type == vehicle_type, as_of(usual_trucks, at))
    axles, tare, gross = session.execute(statement).one()
    return axles, tare, gross


def drivers_seen(session: Session) -> Iterable[Driver]:
    """Every driver the caller may name, still sealed."""
    return session.execute(select(Driver).order_by(drivers.c.id)).scalars()


def alone_with_keys(session: Session) -> None:
    """Wait until nobody else changes the keys of personal data, until the commit."""
    session.execute(select(func.pg_advisory_xact_lock(KEYS)))


def sealed_otherwise(session: Session, key_id: str, most: int) -> list[Driver]:
    """Drivers sealed under another key than this one, locked."""
    statement = select(Driver).where(drivers.c.key_id != key_id).limit(most).with_for_update(skip_locked=True)
    return list(session.execute(statement).scalars())


def papers_sealed_otherwise(session: Session, key_id: str, most: int) -> list[Paper]:
    """Drivers' papers sealed under another key than this one, locked."""
    statement = select(Paper).where(papers.c.key_id != key_id).limit(most).with_for_update(skip_locked=True)
    return list(session.execute(statement).scalars())


@dataclass(frozen=True)
class Desk:
    """The trucks, the drivers and, for a truck that comes to receive, the crossings that who files may name."""

    trucks: Mapping[UUID, Truck]
    drivers: frozenset[UUID]
    crossings: frozenset[UUID]


def desk_of(session: Session, carrier: UUID, plans: Sequence[Plan]) -> Desk:
    """All of a carrier's vehicles and drivers that the plans name, in one statement."""
    named = {plan.driver_id for plan in plans if plan.driver_id}
    known = select(func.array_agg(drivers.c.id)).where(drivers.c.id.in_(named), drivers.c.carrier == carrier)
    rows = session.execute(
        select(vehicles, known.scalar_subquery().label("drivers")).where(
            vehicles.c.id.in_({plan.vehicle_id for plan in plans}), vehicles.c.carrier == carrier
        )
    ).all()
    return Desk(
        trucks={row.id: Truck(row.plate, row.vin, row.tractor, row.country, row.vehicle_type) for row in rows},
        drivers=frozenset(driver for row in rows[:1] for driver in row.drivers or ()),
        crossings=crossings_seen(session, {plan.empty_for for plan in plans if plan.empty_for}),
    )


def expiry_at(session: Session, at: datetime) -> timedelta:
    """How long a filed crossing may wait to join the queue, as law says at that time."""
    return timedelta(days=number_at(session, "expiry_days", at))


def number_at(session: Session, name: str, at: datetime) -> int:
    """One of the desk's numbers, as law says at that time."""
    statement = select(numbers.c.value).where(numbers.c.name == name, as_of(numbers, at))
    return int(session.execute(statement).scalar_one())


def keep_route(session: Session, name: RouteName, plan: RoutePlan) -> None:
    """Keep what a route is called now, and how it is planned."""
    told = asdict(name) | {"plan": plan}
    statement = insert(route_names).values(told)
    session.execute(statement.on_conflict_do_update(index_elements=[route_names.c.route], set_=told))


def plans_of(session: Session, routes: Collection[str]) -> dict[str, RoutePlan]:
    """How routes are planned, of those that were published."""
    kept = select(route_names.c.route, route_names.c.plan).where(route_names.c.route.in_(routes))
    return {row.route: row.plan for row in session.execute(kept) if row.plan is not None}


def before_queue_on(session: Session, route: str) -> list[UUID]:
    """The filed crossings of a route that do not stand in its queue yet."""
    here = crossings.c.route == route, crossings.c.stage.in_(BEFORE_QUEUE - {Stage.DRAFT})
    return list(session.execute(select(crossings.c.id).where(*here).order_by(crossings.c.id)).scalars())


def _locked(session: Session, *wanted: ColumnElement[bool]) -> list[Crossing]:
    statement = select(Crossing).where(*wanted).order_by(crossings.c.id).with_for_update()
    return list(session.execute(statement).scalars())
