"""Lists of crossings: received, checked batch by batch, and filed by the commands that file any crossing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.errors import Wrong
from bordergate.ids import new_id
from bordergate.timers import start_timer
from events.words import UploadStage
from services.vehicle_registration import repository
from services.vehicle_registration.commands.by_hand import Clerk, trailer_misissued, wrong_with
from services.vehicle_registration.commands.filing import FileRegistration, file_registration
from services.vehicle_registration.commands.lines import ReadLine, read_line
from services.vehicle_registration.domain.deadlines import ForgetList
from services.vehicle_registration.domain.plan import Plan
from services.vehicle_registration.domain.refusals import WindowOver
from services.vehicle_registration.domain.rules import tail_of
from services.vehicle_registration.domain.upload import NoLines, Upload
from services.vehicle_registration.repository import MeantTruck
from services.vehicle_registration.repository.plates import problems_of
from services.vehicle_registration.sealing import KeyRing
from services.vehicle_registration.uploads import store
from services.vehicle_registration.uploads.store import Line

BATCH = 500
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
    vehicle: MeantTruck | None
    plan: Plan | None
    wrong: list[Wrong]


def receive_upload(command: ReceiveUpload, ring: KeyRing, session: Session, clock: Clock) -> Upload:
    """Keep a list to be checked; of the same file again, the list that it made before."""
    before = store.same_upload(session, command.organisation, command.digest)
    if before is not None:
        return before
    now = clock.now()
    upload = Upload(
        id=new_id(),
        organisation=command.organisation,
        parties=[command.organisation],
        uploaded_by=command.uploaded_by,
        uploaded_at=now,
        kept_until=now + timedelta(days=repository.number_at(session, "list_kept_days", now)),
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
    start_timer(session, ForgetList(upload_id=upload.id), due=upload.kept_until)
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


def forget_upload(upload_id: UUID, session: Session, clock: Clock) -> None:
    """A list was kept long enough; one that is still gone on with is asked for again a day later."""
    upload = store.upload_if_known(session, upload_id)
    if upload is None:
        return
    if upload.under_way:
        start_timer(session, ForgetList(upload_id=upload_id), due=clock.now() + timedelta(days=1))
        return
    upload.forget()
    store.take_out(session, upload)


def go_on(upload_id: UUID, clerk: Clerk, session: Session, clock: Clock, prefix: str) -> bool:
    """Take the next step with a list: check a batch, or file a batch, or file all of one that lands wholly.

    Returns False when another has it in hand, or it waits no more.
    """
    upload = store.upload_if_free(session, upload_id)
    if upload is None or not upload.under_way:
        return False
    if upload.stage is UploadStage.CHECKING:
        _check(upload, clerk, session, clock)
    elif upload.stage is UploadStage.FILING and upload.only_good:
        _file(upload, clerk, session, clock, prefix)
    else:
        _file_wholly(upload, clerk, session, clock, prefix)
    return True


def _check(upload: Upload, clerk: Clerk, session: Session, clock: Clock) -> None:
    lines = store.lines_after(session, upload.id, upload.through, BATCH)
    unfiled = [line for line in lines if not line.filed]
    faults = {
        judged.line.place: _faults(judged) for judged in _judge(upload, unfiled, clerk, session, clock) if judged.wrong
    }
    store.mark_faults(session, upload.id, faults)
    upload.check_on(len(lines), len(faults))


def _file(upload: Upload, clerk: Clerk, session: Session, clock: Clock, prefix: str) -> bool:
    """File the next good lines; returns whether one of them is good no more."""
    lines = store.lines_after(session, upload.id, upload.through, BATCH)
    unfiled = [line for line in lines if line.good and not line.filed]
    judged = list(_judge(upload, unfiled, clerk, session, clock, read_before=True))
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


def _judge(
    upload: Upload, lines: Sequence[Line], clerk: Clerk, session: Session, clock: Clock, *, read_before: bool = False
) -> Iterator[Judged]:
    """Look at lines as at crossings filed by hand, the firm's trucks and drivers looked up once for all of them.

    What their text says does not change: lines that were `read_before` are judged by the rules when they are filed.
    """
    read = [(line, read_line(_opened(line, clerk.ring, upload.id))) for line in lines]
    trucks = repository.trucks_meant(session, [one.plate for _, one in read if one.plate], clerk.organisation)
    trailers = list({one.asked.trailer for _, one in read if one.asked.trailer})
    misissued = dict(zip(trailers, problems_of(session, trailers, clock.now()), strict=True))
    longest = repository.longest_window(session, clock.now())
    called = clerk.drivers(session) if any(one.asked.driver for _, one in read) else (lambda _: [])
    for line, one in read:
        asked = one.asked
        vehicle = trucks.get(tail_of(one.plate)) if one.plate else None
        drivers = called(asked.driver) if asked.driver else []
        province = misissued.get(asked.trailer) if asked.trailer else None
        told = wrong_with(asked, vehicle, drivers, longest, read_before=read_before)
        found = [*one.wrong, *one.stands([*told, *trailer_misissued(province), *_over(one, clock)])]
        if found or vehicle is None:
            yield Judged(line, vehicle, None, found)
            continue
        for driver in drivers:
            clerk.recognised(driver.id)
        yield Judged(line, vehicle, asked.plan(vehicle.id, drivers[0].id if drivers else None), [])


def _over(one: ReadLine, clock: Clock) -> list[Wrong]:
    """A window that has passed; where no hour can be read that it ends at, a day that has."""
    try:
        one.asked.stated.must_lie_ahead(clock.now(), "$")
    except WindowOver as over:
        return [Wrong("$.day" if "ends" in one.unread else over.field, over.code)]
    return []


def _faults(judged: Judged) -> list[Mapping[str, Any]]:
    """What is wrong with a line, by column; a driver's name stays sealed."""
    told: list[Mapping[str, Any]] = []
    for wrong in judged.wrong:
        field = (wrong.field or "$").removeprefix("$").lstrip(".").partition("[")[0].partition(".")[0]
        column = COLUMN_OF.get(field, field)
        value = None if column == SEALED else judged.line.cells.get(column)
        told.append(store.as_fault(wrong, column, value))
    return told


def reseal_names(ring: KeyRing, session: Session, most: int) -> int:
    """Seal drivers' names in lists under the current key that are sealed under another; returns how many."""
    named = store.names_sealed_otherwise(session, ring.current, most)
    if named:
        anew = [(list_id, at, ring.seal_text(ring.open_text(name, list_id), list_id)) for list_id, at, name in named]
        store.keep_names(session, anew)
    return len(named)


def _sealed(line: Line, ring: KeyRing, upload_id: UUID) -> Line:
    named = line.cells.get(SEALED)
    return line._replace(cells={**line.cells, SEALED: ring.seal_text(named, upload_id)}) if named else line


def _opened(line: Line, ring: KeyRing, upload_id: UUID) -> Mapping[str, str]:
    sealed = line.cells.get(SEALED)
    return {**line.cells, SEALED: ring.open_text(sealed, upload_id)} if sealed else line.cells
