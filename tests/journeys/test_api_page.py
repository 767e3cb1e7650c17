"""The page for newcomers to the API: its commands, run as they are written."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from bordergate.auth import Role
from events.words import OrganisationKind
from tests.builders.accounts import an_account, an_organisation
from tests.gates import RunningGate

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_commands_of_the_api_s_page_take_a_truck_into_the_queue(running_gate: RunningGate) -> None:
    trader = an_organisation(running_gate, OrganisationKind.TRADER)
    account = an_account(running_gate, "he-thong@chu-hang.example", Role.TRADER, trader)
    commands = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(commands) >= 8
    told = subprocess.run(
        ["/bin/sh", "-eu"],
        input="\n".join(commands),
        env=os.environ | {"GATE": running_gate.origin, "LOGIN": account.login, "PASSWORD": account.password},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    answers = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
    consent, declaration, mistaken, _mended, history, ticket, *found, again, listed, faults, leaves = answers
    assert (consent["purpose"], consent["how"]) == ("POSITION", "PAPER")
    assert "/driver?token=" in told.stdout
    assert (listed["stage"], listed["filed"], faults["items"], leaves["items"]) == ("FILED", 1, [], [])
    assert declaration["number"] == "302610000017"
    stopping = [failure for failure in mistaken["failures"] if failure["severity"] == "BLOCK"]
    assert [(failure["code"], failure["field"]) for failure in stopping] == [("R014", "$.containers")]
    assert len(history["items"]) >= 2
    assert ticket["promise"] >= 1
    assert [crossing["id"] for page in found for crossing in page["items"]] == [mistaken["id"]] * 3
    assert "12C-123.45" in str(again) or "12C12345" in str(again)
