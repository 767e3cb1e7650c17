"""Registrations and their crossings: filed, amended, given up, and moved on by what others state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import HANOI, Clock
from bordergate.errors import Refusal
from bordergate.ids import new_id
from bordergate.timers import start_timer, start_timers
from bordergate.writing import add_new
from services.vehicle_registration import repository
from services.vehicle_registration.commands.history import refuse_lost, refuse_older, tell, tell_amended
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import Crossing, Registration, Stage, Step, filed_anew
from services.vehicle_registration.domain.customs import is_answered
from services.vehicle_registration.domain.deadlines import AssessAgain, Expiry, ForgetTelephone
from services.vehicle_registration.domain.fleet import VehicleType, refuse_all
from services.vehicle_registration.domain.history import Act
from services.vehicle_registration.domain.plan import Plan, Truck
from services.vehicle_registration.domain.verdict import Assessment
from services.vehicle_registration.repository import Desk
from services.vehicle_registration.repository.seen import telephones_of
from services.vehicle_registration.repository.trailers import hauling


@dataclass(frozen=True)
class FileRegistration:
    """A trader, agent or carrier files one or many crossings, and submits them at once if he wishes."""

    trader: UUID
    carrier: UUID
    agent: UUID | None
    filed_by: UUID
    plans: Sequence[Plan]
    submit: bool
    prefix: str


@dataclass(frozen=True)
class Filed:
    """A registration with its crossings."""

    registration: Registration
    crossings: list[Crossing]


@dataclass(frozen=True)
class SubmitRegistration:
    """All crossings of a registration that are still drafts are filed."""

    registration_id: UUID


@dataclass(frozen=True)
class SubmitCrossing:
    """One draft is filed."""

    crossing_id: UUID
    expected: int | None = None


@dataclass(frozen=True)
class AmendCrossing:
    """What was planned changes; `changed` holds the new values of a plan's fields.

    `expected` is the version that was looked at, `seen` the revision from which a form was filled in.
    """

    crossing_id: UUID
    changed: Mapping[str, Any]
    expected: int | None = None
    seen: int | None = None


@dataclass(frozen=True)
class CancelCrossing:
    """A crossing is given up before it queues."""

    crossing_id: UUID
    reason: str
    expected: int | None = None


@dataclass(frozen=True)
class HearCustoms:
    """Customs has said what a crossing's declarations mean; `asked` is what was filed then, as far as it is said."""

    crossing_id: UUID
    assessment: Assessment
    asked: Mapping[str, object]


@dataclass(frozen=True)
class Follow:
    """The queue or the gate has moved the truck on."""

    crossing_id: UUID
    step: Step


@dataclass(frozen=True)
class Withdraw:
    """The queue says that a truck's place was given up."""

    crossing_id: UUID
    reason: str


def file_registration(command: FileRegistration, session: Session, clock: Clock) -> Filed:
    """Write a registration and its crossings down, each under a reference of its own."""
    now = clock.now()
    desk = repository.desk_of(session, command.carrier, command.plans, now)
    trucks = checked({f"$.crossings[{place}]": plan for place, plan in enumerate(command.plans)}, desk, now)
    parties = [command.trader, command.carrier, command.agent, command.filed_by]
    registration = Registration(
        id=new_id(),
        trader=command.trader,
        carrier=command.carrier,
        agent=command.agent,
        filed_by=command.filed_by,
        filed_at=now,
        parties=list(dict.fromkeys(party for party in parties if party)),
    )
    repository.keep_registration(session, registration)
    day = now.astimezone(HANOI).date()
    references = repository.draw_references(session, len(command.plans), command.prefix, day)
    filed = [
        drafted(registration, reference, plan, truck)
        for reference, plan, truck in zip(references, command.plans, trucks, strict=True)
    ]
    if command.submit:
        submit(filed, session, now, desk.expiry)
    add_new(session, filed)
    return Filed(registration, filed)


def drafted(registration: Registration, reference: str, plan: Plan, truck: Truck) -> Crossing:
    """A new crossing of a registration."""
    identity = new_id()
    return Crossing.draft(identity, registration.filing(identity, reference, plan, truck), truck)


def checked(plans: Mapping[str, Plan], desk: Desk, now: datetime | None) -> list[Truck]:
    """The trucks that plans name; refuses everything that contradicts itself or may not be named, by its place.

    `now` is None when the plans' windows were accepted before and have not been changed.
    """
    refuse_all([fault for at, plan in plans.items() for fault in faults_of(plan, desk, at, now)], refusals.WrongPlans)
    return [desk.trucks[plan.vehicle_id] for plan in plans.values()]


def faults_of(plan: Plan, desk: Desk, at: str, now: datetime | None) -> Iterator[Refusal]:
    """Everything for which a plan cannot be filed as it stands."""
    yield from plan.faults(at, desk.longest_window if now else None)
    if now and plan.window_to <= now:
        yield refusals.WindowOver(field=f"{at}.window_to")
    if plan.empty_for and plan.empty_for not in desk.crossings:
        yield refusals.NothingToReceive(field=f"{at}.empty_for")
    truck = desk.trucks.get(plan.vehicle_id)
    if truck is None:
        yield refusals.VehicleNotAvailable(field=f"{at}.vehicle_id")
    elif truck.vehicle_type is VehicleType.TRAILER:
        yield refusals.NotATruck(field=f"{at}.vehicle_id")
    if plan.driver_id and plan.driver_id not in desk.drivers:
        yield refusals.DriverNotAvailable(field=f"{at}.driver_id")


def submit_registration(command: SubmitRegistration, session: Session, clock: Clock) -> Filed:
    """File what is still a draft."""
    registration = repository.registration_of(session, command.registration_id)
    drafts = repository.drafts_of(session, command.registration_id)
    if not drafts:
        raise refusals.NothingToSubmit
    now = clock.now()
    submit(drafts, session, now, repository.expiry_at(session, now))
    tell(drafts, Act.SUBMIT, session, clock)
    return Filed(registration, drafts)


def submit_crossing(command: SubmitCrossing, session: Session, clock: Clock) -> Crossing:
    """File one draft."""
    crossing = repository.crossing_of(session, command.crossing_id)
    crossing.expect(command.expected)
    now = clock.now()
    submit([crossing], session, now, repository.expiry_at(session, now))
    tell([crossing], Act.SUBMIT, session, clock)
    return crossing


def submit(drafts: Sequence[Crossing], session: Session, now: datetime, expires_in: timedelta) -> None:
    """File drafts of one registration together: they are assessed, and expire together."""
    for crossing in drafts:
        crossing.submit(now)
    assess(drafts, session, now)
    expiry = Expiry(registration_id=drafts[0].registration_id, submitted_at=now)
    start_timer(session, expiry, due=now + expires_in)


def assess(crossings: Sequence[Crossing], session: Session, now: datetime) -> None:
    """Let the rules look at crossings, at who bears their plates, and at their papers as they stand now."""
    taken = repository.claim(session, crossings)
    with session.no_autoflush:
        standings = repository.standings_of(session, crossings, now)
        plans = repository.plans_of(session, {crossing.filing.route for crossing in crossings})
    for crossing in crossings:
        crossing.assess(taken[crossing.id], standings[crossing.id], plans.get(crossing.filing.route))


def amend_crossing(command: AmendCrossing, session: Session, clock: Clock) -> Crossing:
    """Change what was planned; a filed crossing is assessed again."""
    crossing = repository.crossing_of(session, command.crossing_id)
    refuse_older(crossing, command.expected, session)
    plan = Plan.of(crossing.filing, **command.changed)
    now = clock.now()
    desk = repository.desk_of(session, crossing.filing.carrier, [plan], now)
    moved = (plan.window_from, plan.window_to) != (crossing.filing.window_from, crossing.filing.window_to)
    (truck,) = checked({"$": plan}, desk, now if moved else None)
    asked = filed_anew(crossing.filing, plan, truck)
    refuse_lost(crossing, command.seen, asked, session)
    before = crossing.filing
    crossing.amend(asked, truck)
    if crossing.filing is not before:
        tell_amended([(crossing, before)], Act.AMEND, session, clock)
    assess_changed([crossing], session, clock)
    return crossing


def assess_changed(crossings: Iterable[Crossing], session: Session, clock: Clock) -> None:
    """Assess filed crossings whose marks may have changed; what they no longer bear is free for others."""
    filed = [crossing for crossing in crossings if crossing.stage is not Stage.DRAFT]
    for crossing in filed:
        set_free(repository.give_up(session, [crossing.id], keep=crossing.marks), session, clock)
    if filed:
        assess(filed, session, clock.now())


def cancel_crossing(command: CancelCrossing, session: Session, clock: Clock) -> Crossing:
    """Give a crossing up before it queues."""
    crossing = repository.crossing_of(session, command.crossing_id)
    crossing.expect(command.expected)
    crossing.cancel(command.reason)
    tell([crossing], Act.CANCEL, session, clock, command.reason)
    end([crossing], session, clock)
    return crossing


def end(crossings: Sequence[Crossing], session: Session, clock: Clock) -> None:
    """What ended crossings bore may be borne by others, who are assessed again; who gave a telephone is forgotten."""
    ended = [crossing.id for crossing in crossings]
    set_free(repository.give_up(session, ended), session, clock)
    if any(crossing.filing.driver_id for crossing in crossings):
        telephones = telephones_of(session, ended)
        start_timers(session, (ForgetTelephone(driver_id=one) for one in telephones), due=clock.now())


def set_free(waited: Iterable[UUID], session: Session, clock: Clock) -> None:
    """Crossings that waited for a mark are assessed again, by a timer: they may be another organisation's."""
    start_timers(session, (AssessAgain(crossing_id=crossing_id) for crossing_id in waited), due=clock.now())


def assess_again(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """A mark the crossing waited for is free, and the first who waited takes it; or its papers or payer changed."""
    crossing = repository.crossing_if_known(session, crossing_id)
    if crossing is not None and crossing.hears(Step.FIND_READY):
        assess([crossing], session, clock.now())


def assess_holder(holder_id: UUID, session: Session, clock: Clock) -> None:
    """The papers of a vehicle or a driver changed, or ran out: the crossings that name it are assessed again."""
    session.flush()
    named = [*repository.assessed_with(session, holder_id), *hauling(session, holder_id)]
    if named:
        assess(named, session, clock.now())


def hear_customs(command: HearCustoms, session: Session, clock: Clock) -> None:
    """Keep what customs said, and assess anew; an answer about what was since amended is no answer."""
    crossing = repository.crossing_if_known(session, command.crossing_id)
    if crossing is None or not is_answered(crossing.filing, command.asked):
        return
    crossing.hear_customs(command.assessment)
    if crossing.hears(Step.FIND_READY):
        assess([crossing], session, clock.now())


def follow(command: Follow, session: Session, clock: Clock) -> None:
    """Note that the truck queues, is kept out, called or has ended its way; who joins or is kept out is judged anew."""
    crossing = repository.crossing_if_known(session, command.crossing_id)
    if crossing is None or not crossing.hears(command.step):
        return
    crossing.follow(command.step)
    if command.step is Step.END:
        end([crossing], session, clock)
    elif command.step is Step.REOPEN:
        repository.claim(session, [crossing])
    elif command.step in {Step.QUEUE, Step.KEEP_OUT}:
        assess([crossing], session, clock.now())


def withdraw(command: Withdraw, session: Session, clock: Clock) -> None:
    """A place was given up, and with it the crossing."""
    crossing = repository.crossing_if_known(session, command.crossing_id)
    if crossing is None or not crossing.hears(Step.WITHDRAW):
        return
    crossing.withdraw(command.reason)
    tell([crossing], Act.CANCEL, session, clock, command.reason)
    end([crossing], session, clock)


def expire(registration_id: UUID, submitted_at: datetime, session: Session, clock: Clock) -> None:
    """Crossings that never joined the queue have had their time."""
    late = repository.filed_together(session, registration_id, submitted_at)
    for crossing in late:
        crossing.expire()
    if late:
        tell(late, Act.EXPIRE, session, clock)
        end(late, session, clock)
