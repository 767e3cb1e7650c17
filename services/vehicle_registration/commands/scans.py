"""Scans of papers: looked at before they are stored, attached, opened for few, and thrown away with their paper."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.vehicle_registration import repository
from services.vehicle_registration.documents import Cabinet, new_key, sealed, type_of, unsealed
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.papers import Holder, Paper
from services.vehicle_registration.sealing import KeyRing


@dataclass(frozen=True)
class Scan:
    """Bytes that were looked at and may be stored: a driver's are closed, and `key` opens them."""

    content: bytes
    type: str
    key: bytes | None = None


@dataclass(frozen=True)
class AttachScan:
    """A carrier shows a paper of his vehicle or driver; the scan lies in the cabinet under its name."""

    holder: Holder
    paper_id: UUID
    name: str
    scan: Scan
    expected: int | None = None


def looked_at(content: bytes, holder: Holder, session: Session, clock: Clock) -> Scan:
    """What was sent, if it is a scan and not too large; raises NotAScan and ScanTooLarge."""
    most = repository.number_at(session, "scan_bytes", clock.now())
    if len(content) > most:
        raise refusals.ScanTooLarge(field="$.scan", most=most // (1024 * 1024))
    kind = type_of(content)
    if kind is None:
        raise refusals.NotAScan(field="$.scan")
    key = new_key() if holder.driver else None
    return Scan(sealed(content, key) if key else content, kind, key)


def attach_scan(command: AttachScan, cabinet: Cabinet, ring: KeyRing, session: Session) -> tuple[Paper, str | None]:
    """Attach a stored scan in the place of the one before; returns that too, for nobody else will know of it."""
    paper = repository.paper_of(session, command.holder, command.paper_id)
    paper.expect(command.expected)
    repository.alone_with_scan(session, command.name)
    if not cabinet.holds(command.name):  # thrown away, for another paper, since it was stored
        cabinet.store(command.scan.content)
    if command.scan.key:
        key = base64.b64encode(command.scan.key).decode()
        known = ring.open_paper(paper).model_copy(update={"scan_key": key})
        paper.reseal(ring.seal(known, paper.id), ring.current)
    before = paper.scan
    paper.attach(command.name, command.scan.type)
    return paper, before


def opened(paper: Paper, cabinet: Cabinet, ring: KeyRing) -> bytes:
    """The scan of a paper, as it was sent; raises NoScan."""
    if paper.scan is None or not cabinet.holds(paper.scan):
        raise refusals.NoScan
    content = cabinet.read(paper.scan)
    key = ring.open_paper(paper).scan_key if paper.of_driver else None
    return unsealed(content, base64.b64decode(key)) if key else content


def throw_away(name: str, cabinet: Cabinet, session: Session) -> None:
    """Throw a scan away that no paper has."""
    repository.alone_with_scan(session, name)
    if not repository.is_attached(session, name):
        cabinet.throw_away(name)
