"""The shape of the code: who may import whom, how long things may be, which files a service has."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bordergate", "events", "services")
FILES_OF_A_SERVICE = {
    "__init__", "service", "api", "reactions", "timers", "commands", "queries", "repository", "tables", "domain",
    "migrations", "reference", "messages.toml", "messages",
}  # fmt: skip
OWN_ENGINES = {
    "analytics": {"past"},
    "identity": {"keys", "passwords", "signing_in", "throttle", "links", "demo", "invite"},
    "customs_declarations": {"formats", "source"},
    "gate_operations": {"targets"},
    "vehicle_registration": {"documents", "sealing", "sheet", "uploads"},
    "queue_scheduling": {
        *("decisions", "dispatch", "forecast", "holding", "ledger"),
        *("open_data", "sanctions", "simulator", "slots"),
    },
    "tracking": {"intake", "decode", "feed", "ground", "ways"},
    "portal": {"pages", "templates", "static"},
}


def sources() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(found) > 80
    return found


def test_no_file_is_longer_than_400_lines() -> None:
    read = [*sources(), *(ROOT / "tests").rglob("*.py")]
    assert [str(p) for p in read if len(p.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_no_stylesheet_or_script_is_longer_than_400_lines() -> None:
    static = ROOT / "services" / "portal" / "static"
    own = [p for p in static.rglob("*.*s") if p.suffix in {".css", ".js"} and "vendor" not in p.parts]
    assert len(own) > 10
    assert [str(p) for p in own if len(p.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in sources()
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 40
    ]
    assert long == []


@pytest.mark.parametrize(
    "service", sorted(p.name for p in (ROOT / "services").iterdir() if (p / "service.py").exists())
)
def test_a_service_has_only_the_files_that_every_service_has(service: str) -> None:
    found = {
        path.name if path.suffix == ".toml" else path.stem
        for path in (ROOT / "services" / service).iterdir()
        if path.name != "__pycache__"
    }
    assert found - FILES_OF_A_SERVICE - OWN_ENGINES.get(service, set()) == set()


def test_imports_go_one_way_and_the_linter_read_the_code() -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    analysed = next(line for line in ran.stdout.splitlines() if line.startswith("Analyzed"))
    assert int(analysed.split()[1]) >= len(sources()) * 0.9


@pytest.mark.parametrize(
    "path",
    sorted(path for path in (ROOT / "tests" / "bench").rglob("*.py") if path.stem != "__main__"),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_a_measurement_is_ready_to_be_run(path: Path) -> None:
    """No suite runs the measurements: a name that moved is found here, not on the day somebody measures."""
    importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def test_nothing_is_named_for_having_no_name() -> None:
    vague = {"utils", "helpers", "common", "manager", "base", "misc"}
    assert [str(path) for path in sources() if path.stem in vague] == []
