"""`bordergate`: run the gate, prepare its parts, look at what it holds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from bordergate import commands
from bordergate.border.examine import KINDS, examine
from bordergate.errors import Refusal
from bordergate.geo.locate import locate
from bordergate.logs import configure_logs
from bordergate.runtime import ROLES, run
from bordergate.service import installed
from bordergate.settings import BadSetting, Settings

GROUP = "bordergate.commands"
Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """The whole command line; 0 done, 1 refused or not whole, 2 misused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    plugins = {entry.name: entry for entry in entry_points(group=GROUP)}
    try:
        if given and given[0] in plugins:
            return _plugin(plugins[given[0]], given[1:])
        parsed = _parser(sorted(plugins)).parse_args(given)
        command: Command = parsed.command
        return command(parsed)
    except (BadSetting, LookupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 1


def _plugin(entry: EntryPoint, arguments: list[str]) -> int:
    command: Callable[[list[str]], int] = entry.load()
    return command(arguments)


def _parser(plugins: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordergate",
        description="The digital border gate.",
        epilog=f"Also: {', '.join(plugins)} (each with --help).",
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _run_parser(verbs.add_parser("run", help="run services"))
    _migrate_parser(verbs.add_parser("migrate", help="bring the database up to date"))
    reference = verbs.add_parser("reference", help="reference rows").add_subparsers(required=True)
    reference.add_parser("load", help="load the shipped rows").set_defaults(command=commands.load_reference_rows)
    topics = verbs.add_parser("topics", help="streams on the broker").add_subparsers(required=True)
    apply = topics.add_parser("apply", help="make what is missing")
    apply.add_argument("file", nargs="?", type=Path, default=Path("deploy/kafka/topics.yaml"))
    apply.set_defaults(command=commands.apply_stream_topics)
    contracts = verbs.add_parser("contracts", help="write the published language, or check it")
    contracts.add_argument("--check", action="store_true")
    contracts.set_defaults(command=commands.contracts)
    anew = verbs.add_parser("replay", help="make a service's read model anew from the log")
    anew.add_argument("service")
    anew.set_defaults(command=commands.replay_read_model)
    verbs.add_parser("doctor", help="is everything there and whole?").set_defaults(command=commands.doctor)
    _parked_parser(verbs.add_parser("parked", help="messages set aside"))
    value = verbs.add_parser("value", help="examine one value")
    value.add_argument("kind", choices=KINDS)
    value.add_argument("text")
    value.set_defaults(command=_value)
    where = verbs.add_parser("locate", help="read lon,lat lines, write each with the smallest area that covers it")
    where.add_argument("areas", type=Path)
    where.set_defaults(command=_locate)
    return parser


def _run_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="all, unless named")
    parser.add_argument("--role", action="append", choices=[*ROLES, "all"], help="may be repeated; default all")
    parser.set_defaults(command=_run)


def _migrate_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--roles", type=Path, help="SQL that makes roles and schemas, run first (needs a superuser)")
    parser.add_argument("--draft", nargs=2, metavar=("SERVICE", "MESSAGE"), help="write a service's next revision")
    parser.set_defaults(command=commands.migrate_database)


def _parked_parser(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True)
    verbs.add_parser("list").set_defaults(command=commands.parked_list)
    show = verbs.add_parser("show")
    show.add_argument("service")
    show.add_argument("id", type=int)
    show.set_defaults(command=commands.parked_show)
    retry = verbs.add_parser("retry", help="let a key's events take effect now, in order")
    retry.add_argument("key")
    retry.set_defaults(command=commands.parked_retry)
    drop = verbs.add_parser("drop", help="give one message up")
    drop.add_argument("service")
    drop.add_argument("id", type=int)
    drop.add_argument("--why", required=True)
    drop.set_defaults(command=commands.parked_drop)


def _run(parsed: argparse.Namespace) -> int:
    settings = Settings.read()
    configure_logs(settings.log_level)
    roles = parsed.role or ["all"]
    run(settings, installed(tuple(parsed.services)), ROLES if "all" in roles else tuple(dict.fromkeys(roles)))
    return 0


def _value(parsed: argparse.Namespace) -> int:
    examined = examine(parsed.kind, parsed.text)
    print(json.dumps(examined.as_dict(), ensure_ascii=False))
    return 0 if examined.ok else 1


def _locate(parsed: argparse.Namespace) -> int:
    for line in locate(parsed.areas, sys.stdin):
        print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
