"""What is said about the deployment in several places is said alike."""

from __future__ import annotations

import os
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from bordergate.runtime import ROLES
from bordergate.service import installed
from events import streams

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return told


def test_the_compose_example_runs_every_role_once(compose: dict[str, Any]) -> None:
    commands = [service.get("command", []) for service in compose["services"].values()]
    roles = [
        word
        for command in commands
        if command[:2] == ["bordergate", "run"]
        for flag, word in pairwise(command)
        if flag == "--role"
    ]
    assert sorted(roles) == sorted(ROLES)


def test_every_process_of_the_compose_example_is_told_its_servers(compose: dict[str, Any]) -> None:
    for name in ("prepare", "api", "worker", "intake"):
        environment = compose["services"][name]["environment"]
        assert environment["BORDERGATE_DATABASE_URL"].startswith("postgresql+psycopg://bordergate_app:")
        assert environment["BORDERGATE_KAFKA"] == "kafka:9092"


def test_what_the_compose_example_mounts_is_there(compose: dict[str, Any]) -> None:
    mounts = [mount for mount in compose["services"]["prepare"]["volumes"] if mount.startswith("./")]
    assert mounts
    assert all((DEPLOY / mount.split(":")[0]).is_file() for mount in mounts)


def test_every_volume_of_the_compose_example_is_declared(compose: dict[str, Any]) -> None:
    used = {
        mount.split(":")[0]
        for service in compose["services"].values()
        for mount in service.get("volumes", [])
        if not mount.startswith(".")
    }
    assert used == set(compose["volumes"])


def test_the_roles_are_those_of_the_installed_services() -> None:
    arrays = re.findall(r"ARRAY\[([^\]]*)\];", (DEPLOY / "postgres" / "roles.sql").read_text("utf-8"))
    named = [re.findall(r"'(\w+)'", array) for array in arrays]
    assert len(named) == 2
    assert named[0] == named[1]
    assert sorted(named[0]) == sorted(service.name for service in installed())


def test_the_topics_are_the_streams_and_the_feed_of_positions() -> None:
    told = yaml.safe_load((DEPLOY / "kafka" / "topics.yaml").read_text("utf-8"))
    named = {topic["name"] for topic in told["topics"]}
    stated = {value for value in vars(streams).values() if isinstance(value, str) and value.startswith("bordergate.")}
    assert named == stated | {"bordergate.positions"}
    assert told["defaults"]["partitions"] == 12


def test_no_lock_names_the_place_it_was_fetched_from() -> None:
    for path in (DEPLOY / "lock").iterdir():
        assert not re.search(r"https?://|--index-url|--extra-index", path.read_text("utf-8")), path.name


LAUNCHED = """
. "$DEPLOY/settings.sh"
exec 3<"$DEPLOY/up" 9>"$VAR/held" 12<&0
launch probe sleep sleep 20
ls -l "/proc/$(pid_of probe)/fd" | sed -n 's/.* \\([0-9]*\\) -> .*/\\1/p'
end probe TERM 5 >/dev/null
"""


def test_a_process_that_is_started_holds_nothing_open_of_who_started_it(tmp_path: Path) -> None:
    environment = {"DEPLOY": str(DEPLOY), "BORDERGATE_VAR": str(tmp_path), "PATH": os.environ["PATH"]}
    ran = subprocess.run(
        ["bash", "-c", LAUNCHED], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.split() == ["0", "1", "2"]
