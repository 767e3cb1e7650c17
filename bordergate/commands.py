"""What the command line does to database and broker; each prints what it did and returns the exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session
from tqdm import tqdm

from bordergate import contracts as contracts_of
from bordergate.audit import audit, noted, write_audit
from bordergate.drafting import draft
from bordergate.inbox import Consumer
from bordergate.migrations import migrate
from bordergate.parked import NotParked, drop_parked, list_parked, show_parked
from bordergate.reference import load_reference
from bordergate.replaying import replay
from bordergate.runtime import Gate, open_gate
from bordergate.service import Service, installed
from bordergate.settings import Settings
from bordergate.topics import apply_topics, read_topics
from bordergate.transactions import Origin, system

T = TypeVar("T")
OPERATOR = Origin(system("command-line"))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command line prints


def _gate(services: list[Service]) -> Gate:
    return open_gate(Settings.read(), services, connections=4)


def migrate_database(parsed: argparse.Namespace) -> int:
    """Bring every schema up to date, or draft a revision."""
    settings = Settings.read()
    if parsed.draft:
        name, message = parsed.draft
        (service,) = installed((name,))
        _say(f"wrote {draft(settings.owner_url, service, message)}: read it before you keep it")
        return 0
    roles = parsed.roles.read_text(encoding="utf-8") if parsed.roles else None
    for schema in migrate(settings.owner_url, installed(), roles):
        _say(f"{schema}: up to date")
    return 0


def load_reference_rows(_parsed: argparse.Namespace) -> int:
    """Load every service's shipped rows, then let it act on them."""
    gate = _gate(installed())
    for service in gate.services:
        loaded = load_service_reference(gate, service)
        for name, rows in loaded.items():
            _say(f"{service.name}.{name}: {rows} rows")
    return 0


def load_service_reference(gate: Gate, service: Service) -> dict[str, int]:
    """One service's shipped rows, in one transaction with what follows from them."""

    def work(session: Session) -> dict[str, int]:
        loaded = load_reference(session, service.package, service.metadata)
        if service.after_reference is not None:
            service.after_reference(session, gate.clock)
        return loaded

    return gate.transactions[service.name].run(work, origin=OPERATOR, scope="all")


def apply_stream_topics(parsed: argparse.Namespace) -> int:
    """Make the streams that are missing."""
    settings = Settings.read()
    for line in apply_topics(settings.kafka, read_topics(parsed.file), settings.topic_prefix):
        _say(line)
    return 0


def contracts(parsed: argparse.Namespace) -> int:
    """Write the published language, or say how it differs from what is committed."""
    package = contracts_of.language()
    folder = Path(next(iter(package.__path__)))
    problems = contracts_of.check(package, folder) if parsed.check else contracts_of.write(package, folder)
    for problem in problems:
        _say(problem)
    _say(f"{len(contracts_of.events_of(package))} events, {len(problems)} problems")
    return 1 if problems else 0


def replay_read_model(parsed: argparse.Namespace) -> int:
    """Make a service's read model anew from the log."""
    (service,) = installed((parsed.service,))
    gate = _gate([service])
    with tqdm(unit="event", unit_scale=True, dynamic_ncols=True, mininterval=0.5) as bar:
        done = replay(gate, service, bar.update)
    _say(f"{done.events} events in {done.seconds:.1f} s, {done.events / done.seconds:,.0f} a second")
    _say(done.checksum)
    return 0


def parked_list(_parsed: argparse.Namespace) -> int:
    """What is set aside, in every service."""
    for service, rows in _everywhere(list_parked):
        for row in rows:
            _say(f"{service} {row.id}  {row.consumer}  {row.key}  {row.type}  {row.parked_at:%F %H:%M}  {row.error}")
    return 0


def parked_show(parsed: argparse.Namespace) -> int:
    """One message, whole."""
    gate = _gate(installed((parsed.service,)))
    row = gate.transactions[parsed.service].read(lambda session: show_parked(session, parsed.id), scope="all")
    shown = {name: value for name, value in row._mapping.items() if name != "body"}  # noqa: SLF001 - SQLAlchemy's public name
    _say(json.dumps(shown | {"body": json.loads(row.body)}, default=str, indent=1, ensure_ascii=False))
    return 0


def parked_retry(parsed: argparse.Namespace) -> int:
    """Let every event parked under a key take effect now, consumer by consumer."""
    gate = _gate(installed())
    retried = sum(_retry(consumer, parsed.key) for consumer in gate.consumers())
    _say(f"{retried} taken")
    return 0 if retried else 1


def _retry(consumer: Consumer, key: str) -> int:
    try:
        return consumer.retry(key)
    except NotParked:
        return 0


def parked_drop(parsed: argparse.Namespace) -> int:
    """Give one message up, and say why in the audit."""
    gate = _gate(installed((parsed.service,)))

    def work(session: Session) -> str:
        row = drop_parked(session, parsed.id)
        audit(session, None, f"parked.drop: {parsed.why}", row.event_id)
        write_audit(session, noted(session))
        return f"{row.consumer} {row.key}"

    _say(f"dropped {gate.transactions[parsed.service].run(work, origin=OPERATOR, scope='all')}")
    return 0


def _everywhere(look: Callable[[Session], T]) -> list[tuple[str, T]]:
    gate = _gate(installed())
    return [(name, transactions.read(look, scope="all")) for name, transactions in gate.transactions.items()]


def doctor(_parsed: argparse.Namespace) -> int:
    """Whether every part is there and whole; each fault with the next step."""
    from bordergate.doctor import examine_gate  # noqa: PLC0415 - the doctor reads every stream, other commands need not load it

    faults = 0
    for finding in examine_gate(Settings.read(), installed()):
        _say(
            f"{'ok   ' if finding.ok else 'FAULT'} {finding.what}"
            + (f" -> {finding.next_step}" if finding.next_step else "")
        )
        faults += not finding.ok
    if faults:
        print(f"{faults} faults", file=sys.stderr)  # noqa: T201 - a command line prints
    return 1 if faults else 0
