"""What the news does to the pages: stories grow, files are folded anew, watching pages are woken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.event import Envelope
from bordergate.timers import Timer, start_timer
from events.queue_scheduling import (
    RoutePublished,
    RouteStatus,
    RouteStatusChanged,
    SanctionImposed,
    TruckCalled,
)
from events.streams import CrossingEvent
from events.vehicle_registration import (
    DelegationGiven,
    DriverPaperEndsSoon,
    DriverPaperKept,
    DriverPaperScanned,
    UploadWentOn,
    VehiclePaperEndsSoon,
    VehiclePaperKept,
    VehiclePaperScanned,
    VehicleRegistered,
)
from events.words import CrossingState
from services.portal.domain import NO_SHOW_WARNING, STORY, CrossingFile, file_of
from services.portal.tables import (
    calls,
    calls_made,
    crossings,
    delegations,
    papers,
    routes,
    sanctions,
    story,
    uploads,
    vehicles,
)

TOUCHED = "portal.touched"
KINDS = {event.type(): event for event in STORY}
AS_JSON = {"failures", "history", "shares", "slot"}


class CallRunsOut(Timer):
    """The moment from which the board warns that a called truck may not come in time."""

    kind: ClassVar = "portal.call_runs_out"
    crossing_id: UUID


def remember(session: Session, heard: Sequence[Envelope[CrossingEvent]]) -> None:
    """Add to the stories; `tell_pages` closes the transaction."""
    rows = [
        {
            "event_id": envelope.id,
            "crossing_id": envelope.data.crossing_id,
            "parties": [],
            "headers": envelope.headers(),
            "data": envelope.data.model_dump(mode="json"),
        }
        for envelope in heard
    ]
    session.execute(insert(story).on_conflict_do_nothing(), rows)
    touched: set[UUID] = session.info.setdefault(TOUCHED, set())
    touched |= {envelope.data.crossing_id for envelope in heard}


def count_calls(session: Session, heard: Iterable[Envelope[TruckCalled]]) -> None:
    """Every call by itself, and how far the numbers of each queue have been called."""
    told = list(heard)
    made = [
        {"event_id": one.id, "route": one.data.route, "called_at": one.happened, "by_hand": one.data.override}
        for one in told
    ]
    session.execute(insert(calls_made).on_conflict_do_nothing(), made)
    last: dict[tuple[str, Any], int] = defaultdict(int)
    for called in (envelope.data for envelope in told):
        if called.number is not None:
            queue = (called.route, called.direction)
            last[queue] = max(last[queue], called.number)
    if not last:
        return
    rows = [{"route": r, "direction": d, "last_number": n} for (r, d), n in sorted(last.items())]
    statement = insert(calls)
    greatest = func.greatest(calls.c.last_number, statement.excluded.last_number)
    session.execute(
        statement.on_conflict_do_update(index_elements=["route", "direction"], set_={"last_number": greatest}), rows
    )


def publish_route(session: Session, published: RoutePublished) -> None:
    """A route as it is planned; its present status is kept."""
    plan = published.model_dump(mode="json", include={"route", "gate", "label", "opposite", "hours", "closures"})
    statement = insert(routes).values(**plan, status=RouteStatus.OPEN)
    session.execute(statement.on_conflict_do_update(index_elements=["route"], set_=plan))
    notify(session, published.route)


def change_status(session: Session, changed: RouteStatusChanged) -> None:
    """A route was paused or opened again; one not yet published is kept until it is."""
    now = changed.model_dump(exclude={"route"})
    unnamed = {"gate": changed.route, "label": changed.route, "opposite": "", "hours": []}
    statement = insert(routes).values(route=changed.route, **unnamed, **now)
    session.execute(statement.on_conflict_do_update(index_elements=["route"], set_=now))
    notify(session, changed.route)


def follow_upload(session: Session, told: UploadWentOn) -> None:
    """How far an uploaded list is now."""
    row = told.model_dump(exclude={"organisation_id"}) | {"parties": [told.organisation_id]}
    session.execute(insert(uploads).values(row).on_conflict_do_update(index_elements=["upload_id"], set_=row))
    notify(session, str(told.upload_id))


def forget_upload(session: Session, upload_id: UUID) -> None:
    """A list is gone."""
    session.execute(delete(uploads).where(uploads.c.upload_id == upload_id))


def show_delegation(session: Session, told: DelegationGiven) -> None:
    """Both sides see who may act for whom; told again, it stays as it was."""
    row = told.model_dump(include={"delegation_id", "agent", "driver_id", "last_day"})
    parties = [told.organisation_id, *([told.agent] if told.agent else [])]
    row |= {"parties": parties, "giver": told.organisation_id, "acts": list(told.acts), "routes": list(told.routes)}
    session.execute(insert(delegations).values(row).on_conflict_do_nothing())


def end_delegation(session: Session, delegation_id: UUID) -> None:
    """Nobody may act by it any more."""
    session.execute(delete(delegations).where(delegations.c.delegation_id == delegation_id))


def know_vehicle(session: Session, told: VehicleRegistered) -> None:
    """A carrier's vehicle, as it last was."""
    shown = {column.name for column in vehicles.c}  # what else its owner says of it stays with who asks him
    row = told.model_dump(include=shown) | {"parties": [told.carrier]}
    session.execute(insert(vehicles).values(row).on_conflict_do_update(index_elements=["vehicle_id"], set_=row))


def keep_paper(session: Session, told: VehiclePaperKept | DriverPaperKept) -> None:
    """A paper, as it now reads; nobody was reminded of it yet."""
    of_driver = isinstance(told, DriverPaperKept)
    holder = told.driver_id if isinstance(told, DriverPaperKept) else told.vehicle_id
    row = told.model_dump(exclude={"carrier", "driver_id", "vehicle_id"})
    row |= {"holder": holder, "of_driver": of_driver, "parties": [told.carrier], "ends_within": None}
    statement = insert(papers).values(row | {"scanned": False})
    session.execute(statement.on_conflict_do_update(index_elements=["paper_id"], set_=row))


def warn_of_paper(session: Session, told: VehiclePaperEndsSoon | DriverPaperEndsSoon) -> None:
    """A paper's carrier is reminded."""
    changed = {"ends_within": told.days, "version": told.version}
    session.execute(update(papers).where(papers.c.paper_id == told.paper_id).values(changed))


def show_scan(session: Session, told: VehiclePaperScanned | DriverPaperScanned) -> None:
    """A paper has a scan to look at."""
    changed = {"scanned": True, "version": told.version}
    session.execute(update(papers).where(papers.c.paper_id == told.paper_id).values(changed))


def drop_paper(session: Session, paper_id: UUID) -> None:
    """A paper is gone."""
    session.execute(delete(papers).where(papers.c.paper_id == paper_id))


def tell_pages(session: Session) -> None:
    """Fold the crossings this transaction touched, and wake whoever watches their routes."""
    touched: set[UUID] = session.info.pop(TOUCHED, set())
    if not touched:
        return
    files = [file for told in _stories(session, touched).values() if (file := file_of(told))]
    if not files:
        return
    statement = insert(crossings)
    changed = {column.name: statement.excluded[column.name] for column in crossings.c if not column.primary_key}
    session.execute(
        statement.on_conflict_do_update(index_elements=["crossing_id"], set_=changed), [row_of(file) for file in files]
    )
    for file in files:
        if file.state is CrossingState.CALLED and file.valid_until:
            due = file.valid_until - NO_SHOW_WARNING
            start_timer(session, CallRunsOut(crossing_id=file.crossing_id), due=due)
    for route in sorted({file.route for file in files}):
        notify(session, route)


def warn_of_call(session: Session, crossing_id: UUID) -> None:
    """Let the board show that a call runs out, if the truck has not come."""
    called = select(crossings.c.route).where(
        crossings.c.crossing_id == crossing_id, crossings.c.state == CrossingState.CALLED
    )
    for route in session.scalars(called):
        notify(session, route)


def row_of(file: CrossingFile) -> dict[str, Any]:
    """The file as its row."""
    plain = file.model_dump(exclude=AS_JSON)
    lists = {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
    return plain | lists | file.model_dump(mode="json", include=AS_JSON)


def notify(session: Session, route: str) -> None:
    """Wake the pages that watch the route or a truck of it, once the transaction has committed."""
    session.execute(text("SELECT pg_notify('portal', :route)"), {"route": route})


def _stories(session: Session, touched: set[UUID]) -> dict[UUID, list[Envelope[CrossingEvent]]]:
    rows = session.execute(
        select(story.c.crossing_id, story.c.headers, story.c.data).where(story.c.crossing_id.in_(touched))
    )
    stories: dict[UUID, list[Envelope[CrossingEvent]]] = defaultdict(list)
    for row in rows:
        kind = KINDS[row.headers["ce_type"]]
        stories[row.crossing_id].append(Envelope.read(row.headers, kind.model_validate(row.data)))
    return stories


def keep_sanction(session: Session, told: SanctionImposed) -> None:
    """A carrier, or one of its vehicles, is not called for a while."""
    row = told.model_dump(include={"sanction_id", "vehicle_id", "ground", "imposed_at", "until", "appeal_until"})
    row |= {"case": told.case, "reason": told.reason, "parties": [told.organisation_id], "lifted": False}
    row["evidence"] = [one.model_dump(mode="json") for one in told.evidence]
    session.execute(insert(sanctions).values(row).on_conflict_do_nothing())


def change_sanction(session: Session, sanction_id: UUID, **changed: Any) -> None:  # noqa: ANN401 - columns
    """What became of it: appealed against, decided on, over."""
    session.execute(update(sanctions).where(sanctions.c.sanction_id == sanction_id).values(changed))
