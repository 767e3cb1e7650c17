"""Run the measurements named, or all; print a table, write a file each."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from tests.bench.rows import Row, Setup
from tests.servers import open_servers

HERE = Path(__file__).parent
NOT_MEASUREMENTS = {"__init__", "__main__", "rows"}


def main(arguments: list[str]) -> int:
    """0 when every goal was met, 1 when one was not, 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="deploy/bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="measurements; without a name all of them")
    parser.add_argument("--seeds", type=int, help="how many simulated runs of each kind (policy), for a first look")
    parser.add_argument("--only", nargs="+", default=(), metavar="WORD", help="only scenes with such a word (policy)")
    asked = parser.parse_args(arguments)
    names = asked.names
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_MEASUREMENTS)
    unknown = sorted(set(names) - set(known))
    if unknown:
        _say(f"error: no measurement {', '.join(unknown)}; there are: {', '.join(known) or 'none'}")
        return 2
    folder = Path(os.environ.get("BORDERGATE_VAR") or "var").absolute() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    _say(f"{'measurement':<44}{'value':>12} {'unit':<12}{'against':>12}{'ratio':>8}{'goal':>9}  met")
    measured: list[Row] = []
    programs = {name: importlib.import_module(f"tests.bench.{name}") for name in names or known}
    alone = not any(getattr(program, "NEEDS_SERVERS", True) for program in programs.values())
    with nullcontext() if alone else open_servers() as servers:
        for name, program in programs.items():
            with tempfile.TemporaryDirectory() as scratch:
                rows = program.run(Setup(servers, Path(scratch), asked.seeds, asked.only))
            (folder / f"{name}.json").write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n", "utf-8")
            for row in rows:
                _say(_line(row))
                for line in row.note.split("; ") if row.note else ():
                    _say(f"    {line}")
            measured += rows
    _say(f"written to {folder}")
    return 1 if any(row.met is False for row in measured) else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _line(row: Row) -> str:
    against = "" if row.against is None else f"{row.against:,.1f}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    goal = "" if row.goal is None else f"{'≤' if row.lower else '≥'} {row.goal:g}"
    met = {None: "", True: "yes", False: "NO"}[row.met]
    return f"{row.name:<44}{row.value:>12,.1f} {row.unit:<12}{against:>12}{ratio:>8}{goal:>9}  {met}"


def _end(*_signal: object) -> None:
    """Told to end: leave as after a failure, so that nothing started here stays behind."""
    raise SystemExit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    raise SystemExit(main(sys.argv[1:]))
