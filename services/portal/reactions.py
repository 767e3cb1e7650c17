"""What the pages listen to: every crossing's news, and the routes'."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope
from bordergate.inbox import in_batches
from events.queue_scheduling import (
    AppealDecided,
    RoutePublished,
    RouteStatusChanged,
    SanctionAppealed,
    SanctionEnded,
    SanctionImposed,
    TruckCalled,
)
from events.streams import CrossingEvent
from events.vehicle_registration import (
    DelegationEnded,
    DelegationGiven,
    DriverPaperEnded,
    DriverPaperEndsSoon,
    DriverPaperKept,
    DriverPaperScanned,
    UploadForgotten,
    UploadWentOn,
    VehiclePaperEnded,
    VehiclePaperEndsSoon,
    VehiclePaperKept,
    VehiclePaperScanned,
    VehicleRegistered,
)
from services.portal import commands


@in_batches
def keep_story(heard: Sequence[Envelope[CrossingEvent]], session: Session, clock: Clock) -> None:
    """Whatever happened to a crossing is part of its story."""
    commands.remember(session, heard)


@in_batches
def follow_calls(heard: Sequence[Envelope[TruckCalled]], session: Session, clock: Clock) -> None:
    """A call is part of the story, and moves its queue's number."""
    commands.remember(session, heard)
    commands.count_calls(session, heard)


def show_route(heard: Envelope[RoutePublished], session: Session, clock: Clock) -> None:
    """A published route has a board."""
    commands.publish_route(session, heard.data)


def show_status(heard: Envelope[RouteStatusChanged], session: Session, clock: Clock) -> None:
    """The board says when its route is paused, and why."""
    commands.change_status(session, heard.data)


def show_delegation(heard: Envelope[DelegationGiven], session: Session, clock: Clock) -> None:
    """Somebody may act for another."""
    commands.show_delegation(session, heard.data)


def end_delegation(heard: Envelope[DelegationEnded], session: Session, clock: Clock) -> None:
    """And no longer."""
    commands.end_delegation(session, heard.data.delegation_id)


def know_vehicle(heard: Envelope[VehicleRegistered], session: Session, clock: Clock) -> None:
    """A carrier's vehicle has a page."""
    commands.know_vehicle(session, heard.data)


def keep_paper(heard: Envelope[VehiclePaperKept] | Envelope[DriverPaperKept], session: Session, clock: Clock) -> None:
    """A paper stands on its holder's page."""
    commands.keep_paper(session, heard.data)


def warn_of_paper(
    heard: Envelope[VehiclePaperEndsSoon] | Envelope[DriverPaperEndsSoon], session: Session, clock: Clock
) -> None:
    """A paper that ends soon is listed at its carrier's desk."""
    commands.warn_of_paper(session, heard.data)


def drop_paper(heard: Envelope[VehiclePaperEnded] | Envelope[DriverPaperEnded], session: Session, clock: Clock) -> None:
    """A paper that was taken away is shown nowhere."""
    commands.drop_paper(session, heard.data.paper_id)


def follow_upload(heard: Envelope[UploadWentOn], session: Session, clock: Clock) -> None:
    """A list of crossings that a firm uploaded is a step further."""
    commands.follow_upload(session, heard.data)


def forget_upload(heard: Envelope[UploadForgotten], session: Session, clock: Clock) -> None:
    """A list that is kept no longer is shown no longer."""
    commands.forget_upload(session, heard.data.upload_id)


def show_scan(
    heard: Envelope[VehiclePaperScanned] | Envelope[DriverPaperScanned], session: Session, clock: Clock
) -> None:
    """A paper's page leads to its scan."""
    commands.show_scan(session, heard.data)


def show_sanction(heard: Envelope[SanctionImposed], session: Session, clock: Clock) -> None:
    """A sanction has a page, for its carrier and the officers."""
    commands.keep_sanction(session, heard.data)


def show_appeal(heard: Envelope[SanctionAppealed], session: Session, clock: Clock) -> None:
    """What the carrier says to it waits for an officer."""
    commands.change_sanction(session, heard.data.sanction_id, appeal=heard.data.text, appealed_at=heard.happened)


def show_decision(heard: Envelope[AppealDecided], session: Session, clock: Clock) -> None:
    """An officer has decided, and says why."""
    told = heard.data
    commands.change_sanction(session, told.sanction_id, granted=told.granted, decision=told.reason)


def show_end(heard: Envelope[SanctionEnded], session: Session, clock: Clock) -> None:
    """It is over."""
    commands.change_sanction(session, heard.data.sanction_id, ended_at=heard.happened, lifted=heard.data.lifted)
