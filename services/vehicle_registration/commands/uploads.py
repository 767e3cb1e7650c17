"""Lists of crossings: received, checked batch by batch, and filed by the commands that file any crossing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.orm import Session

from bordergate.border.value import plain
from bordergate.clock import Clock
from bordergate.errors import Wrong
from bordergate.http.malformed import malformed_places
from bordergate.ids import new_id
from events.words import UploadStage
from services.vehicle_registration import repository
from services.vehicle_registration.commands.by_hand import ByHand, Clerk, wrong_with
from services.vehicle_registration.commands.filing import FileRegistration, file_registration
from services.vehicle_registration.domain.crossing import Plan
from services.vehicle_registration.domain.fleet import Driver, Vehicle
from services.vehicle_registration.domain.refusals import WindowOver
from services.vehicle_registration.domain.rules import tail_of
from services.vehicle_registration.domain.upload import NoLines, Upload
from services.vehicle_registration.sealing import KeyRing
from services.vehicle_registration.uploads import store
from services.vehicle_registration.uploads.columns import typed_in
from services.vehicle_registration.uploads.store import Line

BATCH = 250
COLUMN_OF = {"window_from": "starts", "window_to": "ends", "vehicle_id": "plate", "driver_id": "driver"}
"""Under which name a list asks for what is filed under another."""
SEALED = "driver"


@dataclass(frozen=True)
class ReceiveUpload:
    """A firm uploads a list; `lines` are read as they are asked for, `digest` tells the same file again."""

    organisation: UUID
    uploaded_by: UUID
    digest: bytes
    columns: Sequence[str]
    lines: Iterable[Line]
    only_good: bool


class Judged(NamedTuple):
    """A line, looked at: what it plans, or what is wrong with it."""

    line: Line
    vehicle: Vehicle | None
    plan: Plan | None
    wrong: list[Wrong]


def receive_upload(command: ReceiveUpload, ring: KeyRing, session: Session, clock: Clock) -> Upload:
    """Keep a list to be checked; of the same file again, the list that it made before."""
    before = store.same_upload(session, command.organisation, command.digest)
    if before is not None:
        return before
    upload = Upload(
        id=new_id(),
        organisation=command.organisation,
        parties=[command.organisation],
        uploaded_by=command.uploaded_by,
        uploaded_at=clock.now(),
        digest=command.digest,
        columns=[*command.columns],
        lines=0,
        only_good=command.only_good,
    )
    session.add(upload)
    session.flush()
    sealed = (_sealed(line, ring, upload.id) for line in command.lines)
    upload.lines = store.keep_lines(session, upload.id, upload.parties, sealed)
    if not upload.lines:
        raise NoLines
    upload.receive()
    return upload


def file_good_lines(upload_id: UUID, session: Session) -> Upload:
    """File those lines of a faulty list that are good."""
    upload = store.upload_of(session, upload_id)
    upload.file_good()
    return upload


def check_upload_again(upload_id: UUID, session: Session) -> Upload:
    """Look at a faulty list once more."""
    upload = store.upload_of(session, upload_id)
    upload.check_again()
    store.forget_faults(session, upload_id)
    return upload


def give_up_upload(upload_id: UUID, session: Session) -> None:
    """Go on with a list no more, until somebody asks for it."""
    store.upload_of(session, upload_id).give_up()


def go_on(upload_id: UUID, clerk: Clerk, session: Session, clock: Clock, prefix: str) -> None:
    """Take the next step with a list: check a batch, or file a batch, or file all of one that lands wholly."""
    upload = store.upload_of(session, upload_id)
    if upload.stage is UploadStage.CHECKING:
        _check(upload, clerk, session, clock)
    elif upload.stage is UploadStage.FILING and upload.only_good:
        _file(upload, clerk, session, clock, prefix)
    elif upload.stage is UploadStage.FILING:
        _file_wholly(upload, clerk, session, clock, prefix)


def _check(upload: Upload, clerk: Clerk, session: Session, clock: Clock) -> None:
    lines = store.lines_after(session, upload.id, upload.through, BATCH)
    faults = {
        judged.line.place: _faults(judged) for judged in _judge(upload, lines, clerk, session, clock) if judged.wrong
    }
    store.mark_faults(session, upload.id, faults)
    upload.check_on(len(lines), len(faults))


def _file(upload: Upload, clerk: Clerk, session: Session, clock: Clock, prefix: str) -> bool:
    """File the next good lines; returns whether one of them is good no more."""
    lines = store.lines_after(session, upload.id, upload.through, BATCH)
    judged = list(_judge(upload, [line for line in lines if line.good], clerk, session, clock))
    faults = {one.line.place: _faults(one) for one in judged if one.wrong}
    filed = _filed([one for one in judged if not one.wrong], clerk, session, clock, prefix)
    store.mark_faults(session, upload.id, faults)
    store.mark_filed(session, upload.id, filed)
    upload.file_on(len(lines), len(filed), len(faults))
    return bool(faults)


def _file_wholly(upload: Upload, clerk: Clerk, session: Session, clock: Clock, prefix: str) -> None:
    """File every line in this transaction; if one is good no more, none is filed and all are checked once more."""
    whole, identity, stage = session.begin_nested(), upload.id, upload.stage
    while stage is UploadStage.FILING:
        turned = _file(upload, clerk, session, clock, prefix)
        if turned:
            whole.rollback()
            store.upload_of(session, identity).look_again()
            return
        session.flush()
        session.expunge_all()  # what was written need not stay in memory
        upload = store.upload_of(session, identity)
        stage = upload.stage
    whole.commit()


def _filed(good: Sequence[Judged], clerk: Clerk, session: Session, clock: Clock, prefix: str) -> dict[int, UUID]:
    """File lines, those of one carrier together; returns which crossing each became."""
    by_carrier: dict[UUID, list[tuple[int, Plan]]] = defaultdict(list)
    for judged in good:
        if judged.vehicle and judged.plan:
            by_carrier[judged.vehicle.carrier].append((judged.line.place, judged.plan))
    filed: dict[int, UUID] = {}
    for carrier, planned in by_carrier.items():
        command = FileRegistration(
            trader=clerk.organisation,
            carrier=carrier,
            agent=None,
            filed_by=clerk.organisation,
            plans=[plan for _, plan in planned],
            submit=True,
            prefix=prefix,
        )
        made = file_registration(command, session, clock).crossings
        filed |= {place: crossing.id for (place, _), crossing in zip(planned, made, strict=True)}
    return filed


def _judge(upload: Upload, lines: Sequence[Line], clerk: Clerk, session: Session, clock: Clock) -> Iterator[Judged]:
    """Look at lines as at crossings filed by hand, the firm's trucks and drivers looked up once for all of them."""
    read = [(line, *asked_of(_opened(line, clerk.ring, upload.id))) for line in lines]
    stated = [asked for _, asked, _ in read if asked]
    trucks = repository.vehicles_by_tail(session, [asked.plate for asked in stated], clerk.organisation)
    called = _drivers(clerk, session) if any(asked.driver for asked in stated) else (lambda _: [])
    for line, asked, wrong in read:
        if asked is None:
            yield Judged(line, None, None, wrong)
            continue
        vehicle = trucks.get(tail_of(asked.plate))
        drivers = called(asked.driver) if asked.driver else []
        found = wrong_with(asked, vehicle, drivers)
        if found or vehicle is None:
            yield Judged(line, vehicle, None, found)
            continue
        yield _planned(line, asked, vehicle, drivers, clerk, clock)


def _planned(
    line: Line, asked: ByHand, vehicle: Vehicle, drivers: Sequence[Driver], clerk: Clerk, clock: Clock
) -> Judged:
    """The plan of a line in which everything could be meant; its window may be over all the same."""
    plan = asked.plan(vehicle.id, drivers[0].id if drivers else None)
    try:
        plan.must_lie_ahead(clock.now(), "$")
    except WindowOver as over:
        return Judged(line, vehicle, None, [Wrong(over.field, over.code)])
    for driver in drivers:
        clerk.recognised(driver.id)
    return Judged(line, vehicle, plan, [])


def asked_of(cells: Mapping[str, str]) -> tuple[ByHand | None, list[Wrong]]:
    """The crossing that a line states, or all that cannot be read in it."""
    try:
        return ByHand.model_validate(typed_in(cells)), []
    except ValidationError as error:
        located = [{**found, "loc": ("body", *found["loc"])} for found in error.errors()]
        return None, malformed_places(RequestValidationError(located))


def _drivers(clerk: Clerk, session: Session) -> Callable[[str], list[Driver]]:
    """Finds the drivers meant by a name or a licence; another firm's, lent to this one, only by his licence."""
    by_name: dict[str, list[Driver]] = defaultdict(list)
    by_licence: dict[str, list[Driver]] = defaultdict(list)
    for driver in repository.drivers_seen(session):
        person = clerk.ring.open(driver)
        if driver.carrier == clerk.organisation:
            by_name[" ".join(person.full_name.split()).casefold()].append(driver)
        if person.licence:
            by_licence[plain(person.licence)].append(driver)

    def called(told: str) -> list[Driver]:
        meant = [*by_name[" ".join(told.split()).casefold()], *by_licence[plain(told)]]
        return list({driver.id: driver for driver in meant}.values())

    return called


def _faults(judged: Judged) -> list[Mapping[str, Any]]:
    """What is wrong with a line, by column; a driver's name stays sealed."""
    told: list[Mapping[str, Any]] = []
    for wrong in judged.wrong:
        field = (wrong.field or "$").removeprefix("$").lstrip(".").partition("[")[0].partition(".")[0]
        column = COLUMN_OF.get(field, field)
        value = None if column == SEALED else judged.line.cells.get(column)
        told.append(store.as_fault(wrong, column, value))
    return told


def _sealed(line: Line, ring: KeyRing, upload_id: UUID) -> Line:
    named = line.cells.get(SEALED)
    return line._replace(cells={**line.cells, SEALED: ring.seal_text(named, upload_id)}) if named else line


def _opened(line: Line, ring: KeyRing, upload_id: UUID) -> Mapping[str, str]:
    sealed = line.cells.get(SEALED)
    return {**line.cells, SEALED: ring.open_text(sealed, upload_id)} if sealed else line.cells
