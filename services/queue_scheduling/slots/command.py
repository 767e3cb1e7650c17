"""`bordergate lottery`: download a draw's record, and verify it from files alone."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from bordergate.errors import Refusal
from bordergate.i18n import texts
from services.queue_scheduling.ledger.verify import HEADS, KEYS, LEAVES, Report, verify_roots
from services.queue_scheduling.slots.verify import Shown, verify_draw

MISUSED = 2
PATIENCE = 30.0


def main(arguments: Sequence[str]) -> int:
    """0 all is as it should be, 1 something is not, 2 misused."""
    parser = argparse.ArgumentParser(
        prog="bordergate lottery", description="The draws of slots that many wanted: anybody can draw them again."
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    fetching = verbs.add_parser("fetch", help="download what is public of a draw: before it and after it")
    for name, told in (
        ("gate", "the gate's address, as in http://localhost:8080"),
        ("route", "as in hn-1119"),
        ("direction", "EXPORT or IMPORT"),
        ("slot", "when the slot begins, as in 2026-05-04T01:00:00Z"),
    ):
        fetching.add_argument(name, help=told)
    fetching.add_argument("file", type=Path)
    fetching.set_defaults(command=_fetch)
    _verify_parser(verbs.add_parser("verify", help="draw it again, without a network"))
    parsed = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = parsed.command
    try:
        return command(parsed)
    except Refusal as refusal:
        _print({"ok": False, "code": refusal.code, "message": texts(refusal.code, **refusal.details)})
        return 1
    except (OSError, httpx.HTTPError) as error:
        print(f"error: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - a command line prints
        return MISUSED


def _verify_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", type=Path, help="what `fetch` wrote after the draw")
    parser.add_argument("--before", type=Path, help="what `fetch` wrote before it")
    parser.add_argument("--ledger", type=Path, help="the route's log, as `bordergate ledger fetch` wrote it")
    parser.add_argument("--entry", action="append", default=[], help="a commitment that must be among the entries")
    parser.set_defaults(command=_verify)


def _fetch(parsed: argparse.Namespace) -> int:
    path = f"/api/queue-scheduling/draws/{parsed.route}/{parsed.direction}/{parsed.slot}"
    answer = httpx.get(parsed.gate.rstrip("/") + path, timeout=PATIENCE)
    answer.raise_for_status()
    parsed.file.write_bytes(answer.content)
    _print({"ok": True, "drawn": "seed" in answer.json()})
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    record = parsed.record.read_bytes()
    shown = Shown(
        before=parsed.before.read_bytes() if parsed.before else None,
        leaves=(parsed.ledger / LEAVES).read_bytes().splitlines() if parsed.ledger else None,
        log=_roots_of(parsed.ledger) if parsed.ledger else None,
        mine=parsed.entry,
    )
    wrong = verify_draw(record, shown)
    for one in wrong:
        _print({"code": one.code, "message": texts(one.code, **one.details)})
    told = json.loads(record)
    seen = {"slot": told["slot"], "entries": len(told["entries"]), "won": len(told["won"]), "checked": shown.checked}
    _print({"ok": not wrong, **seen, "not_checked": {name: texts(how) for name, how in shown.not_checked.items()}})
    return 1 if wrong else 0


def _roots_of(folder: Path) -> Report | None:
    """Whether the log's leaves are those that were signed; None where there are no heads, or no keys, to tell."""
    there = all((folder / name).exists() for name in (KEYS, HEADS))
    return verify_roots(folder) if there else None


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False))  # noqa: T201 - a command line prints
