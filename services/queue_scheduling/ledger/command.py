"""`bordergate ledger`: download a route's public log, and verify it, or one receipt, from files alone."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from bordergate.errors import Refusal
from bordergate.i18n import texts
from services.queue_scheduling.ledger.fetch import fetch
from services.queue_scheduling.ledger.finding import Finding
from services.queue_scheduling.ledger.leaf import Leaf
from services.queue_scheduling.ledger.verify import DamagedKeys, Report, keys_of, verify_folder, verify_receipt

MISUSED = 2
SHOWN = 100
PATIENCE = 30.0


def main(arguments: Sequence[str]) -> int:
    """0 all is as it should be, 1 something is not, 2 misused."""
    parser = argparse.ArgumentParser(
        prog="bordergate ledger", description="The public ledger of the queue: anybody can check that no promise broke."
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _fetch_parser(verbs.add_parser("fetch", help="download a route's whole log, or what is new of it"))
    _verify_parser(verbs.add_parser("verify", help="verify a downloaded log, or one receipt, without a network"))
    parsed = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = parsed.command
    try:
        return command(parsed)
    except Refusal as refusal:
        _print({"ok": False, "code": refusal.code, "message": texts(refusal.code, **refusal.details)})
        return MISUSED if isinstance(refusal, DamagedKeys) else 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"error: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - a command line prints
        return MISUSED


def _fetch_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("gate", help="the gate's address, as in http://localhost:8080")
    parser.add_argument("route", help="as in hn-1119")
    parser.add_argument("folder", type=Path)
    parser.set_defaults(command=_fetch)


def _verify_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, nargs="?", help="what `fetch` wrote")
    parser.add_argument("--receipt", type=Path, action="append", default=[], help="a receipt, as a file")
    parser.add_argument("--head", type=Path, action="append", default=[], help="a signed head, as somebody else got it")
    parser.add_argument("--simulated", action="store_true", help="it is a demonstration's: do not judge it by its time")
    parser.add_argument("--proof", type=Path, help="with one receipt, one head and --keys: an inclusion proof")
    parser.add_argument("--keys", type=Path, help="the published keys, where there is no folder")
    parser.set_defaults(command=_verify)


def _fetch(parsed: argparse.Namespace) -> int:
    with httpx.Client(base_url=parsed.gate, timeout=PATIENCE) as client:
        new = fetch(client, parsed.route, parsed.folder)
    _print({"ok": True, "new": new})
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    receipts, heads = ([_statement(path) for path in paths] for paths in (parsed.receipt, parsed.head))
    if parsed.folder:
        return _say(verify_folder(parsed.folder, receipts, heads, simulated=parsed.simulated))
    if len(receipts) != 1 or len(heads) != 1 or not parsed.proof or not parsed.keys:
        print("error: name a folder, or one --receipt, --head, --proof and --keys", file=sys.stderr)  # noqa: T201 - a command line prints
        return MISUSED
    keys = keys_of(parsed.keys.read_bytes(), parsed.keys)
    receipt = verify_receipt(receipts[0], heads[0], parsed.proof.read_bytes(), keys)
    leaf = Leaf.read(receipt.leaf).model_dump(mode="json", by_alias=True, exclude_none=True)
    _print({"ok": True, "log": receipt.log, "ticket": str(receipt.subject), "leaf": leaf})
    return 0


def _statement(path: Path) -> str:
    """A signed statement out of a file; one newline may end it, and nothing else."""
    return path.read_bytes().removesuffix(b"\n").decode("latin-1")


def _say(report: Report) -> int:
    for finding in report.findings[:SHOWN]:
        _print({"at": finding.index, "code": finding.code, "message": texts(finding.code, **_told(finding))})
    seen = {"log": report.log, "leaves": report.leaves, "heads": report.heads, "receipts": report.receipts}
    wrong = len(report.findings)
    known = {"waiting": report.waiting, "unordered": report.unordered, "alone": report.alone, "dealt": report.dealt}
    known |= {"terms": report.terms, "lots": report.lots}
    _print({"ok": not wrong, **seen, **known, "wrong": wrong})
    return 1 if wrong else 0


def _told(finding: Finding) -> dict[str, object]:
    return {**finding.details, "at": finding.index}


def _print(told: Mapping[str, object]) -> None:
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201 - a command line prints
