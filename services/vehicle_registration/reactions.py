"""What the registration desk hears: customs' assessments, the queue's decisions, how a crossing ended, who pays."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from events.crossing import ENDS
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.identity import OrganisationRegistered, OrganisationVerified
from events.queue_scheduling import (
    RoutePublished,
    RouteStatusChanged,
    SanctionEnded,
    SanctionImposed,
    SlotConfirmed,
    SlotEnded,
    TicketWithdrawn,
    TruckCalled,
    TruckNotQueued,
    TruckQueued,
)
from events.tracking import AreaEntered, AreaKind
from services.vehicle_registration import commands
from services.vehicle_registration.commands import (
    Follow,
    HearCustoms,
    Withdraw,
    follow,
    hear_customs,
    know_payer,
    trust_payer,
    withdraw,
)
from services.vehicle_registration.domain.crossing import Step
from services.vehicle_registration.domain.customs import asked_in
from services.vehicle_registration.domain.demands import Payer, Sanctioned
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.sheet import RouteName
from services.vehicle_registration.domain.verdict import Assessment

Ended = CrossingCompleted | TruckReturned | TruckRejected


def assess_with_customs(heard: Envelope[DeclarationsAssessed], session: Session, clock: Clock) -> None:
    """The other half of the verdict is known, or has changed."""
    told = heard.data
    assessment = Assessment(failures=told.failures, goods=told.goods)
    hear_customs(HearCustoms(told.crossing_id, assessment, asked_in(told)), session, clock)


def close_the_file(heard: Envelope[TruckQueued], session: Session, clock: Clock) -> None:
    """In the queue, a crossing is no longer amended or cancelled here."""
    follow(Follow(heard.data.crossing_id, Step.QUEUE), session, clock)


def open_the_file_again(heard: Envelope[TruckNotQueued], session: Session, clock: Clock) -> None:
    """Amended while it joined, it has no place any more: what keeps it out can be amended here."""
    follow(Follow(heard.data.crossing_id, Step.KEEP_OUT), session, clock)


def note_the_call(heard: Envelope[TruckCalled], session: Session, clock: Clock) -> None:
    """A called truck's readiness is the gate's to judge."""
    follow(Follow(heard.data.crossing_id, Step.CALL), session, clock)


def cancel_when_withdrawn(heard: Envelope[TicketWithdrawn], session: Session, clock: Clock) -> None:
    """Who gives up the place gives up the crossing."""
    withdraw(Withdraw(heard.data.crossing_id, heard.data.reason), session, clock)


def free_the_plate(heard: Envelope[Ended], session: Session, clock: Clock) -> None:
    """The truck has ended its way and may be filed again."""
    follow(Follow(heard.data.crossing_id, Step.END), session, clock)


def reopen_the_file(heard: Envelope[StageTakenBack], session: Session, clock: Clock) -> None:
    """Its end was stated in error: the truck is still on its way, and bears its plate again unless another does."""
    if heard.data.stage in ENDS:
        follow(Follow(heard.data.crossing_id, Step.REOPEN), session, clock)


def know_organisation(heard: Envelope[OrganisationRegistered], session: Session, clock: Clock) -> None:
    """An organisation may pay for crossings."""
    told = heard.data
    know_payer(told.organisation_id, Payer(told.kind, told.verified, told.tax_code_sound), session, clock)


def trust_organisation(heard: Envelope[OrganisationVerified], session: Session, clock: Clock) -> None:
    """An organisation is who it says."""
    trust_payer(heard.data.organisation_id, session, clock)


def learn_route(heard: Envelope[RoutePublished], session: Session, clock: Clock) -> None:
    """A route is printed under the name that people know it by, and is come to when it is open."""
    told = heard.data
    plan = RoutePlan(hours=told.hours, closures=told.closures, refused_goods=told.refused_goods)
    commands.learn_route(RouteName(told.route, told.gate, told.label, told.opposite), plan, session, clock)


def follow_route(heard: Envelope[RouteStatusChanged], session: Session, clock: Clock) -> None:
    """Nobody sets out for a gate that is closed when he comes."""
    told = heard.data
    commands.follow_route(told.route, told.status, told.until, session, clock)


def heed_sanction(heard: Envelope[SanctionImposed], session: Session, clock: Clock) -> None:
    """Who is sanctioned is not called, and reads so in his file."""
    told = heard.data
    sanction = Sanctioned(told.organisation_id, told.vehicle_id, told.until)
    commands.heed_sanction(told.sanction_id, sanction, session, clock)


def forget_sanction(heard: Envelope[SanctionEnded], session: Session, clock: Clock) -> None:
    """Served or lifted, a sanction holds nobody back."""
    told = heard.data
    commands.forget_sanction(told.sanction_id, told.organisation_id, told.vehicle_id, session, clock)


def note_slot(heard: Envelope[SlotConfirmed], session: Session, clock: Clock) -> None:
    """The truck has a slot: it should stand in the waiting area some time before."""
    commands.note_slot(heard.data.crossing_id, heard.data.starts, session, clock)


def forget_slot(heard: Envelope[SlotEnded], session: Session, clock: Clock) -> None:
    """It has none any more."""
    commands.note_slot(heard.data.crossing_id, None, session, clock)


def note_arrival(heard: Envelope[AreaEntered], session: Session, clock: Clock) -> None:
    """The truck stands in a waiting area."""
    if heard.data.kind is AreaKind.WAITING:
        commands.note_arrival(heard.data.crossing_id, heard.happened, heard.data.route, session, clock)
