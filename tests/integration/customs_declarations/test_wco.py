"""Declarations as XML: filed through the same rules, told by line and element, and given back."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx

from bordergate.auth import Role
from bordergate.ids import new_id
from services.customs_declarations.formats.wco import schema_text, written
from tests.builders.customs import EXPORT, FULL, TILES, some_papers
from tests.integration.customs_declarations.conftest import API, Office

ROOT = Path(__file__).parents[3]
SOUND = written(some_papers(lines=(FULL, TILES), destination="CN"))


READS_BOMBS = """
from pathlib import Path
from services.customs_declarations.domain.refusals import UnreadableXml
from services.customs_declarations.formats.wco import read_xml
from tests.builders.bombs import BOMBS

def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])

try:
    read_xml(b"<Declaration/>")
except UnreadableXml:
    before = peak()
for bomb in BOMBS.values():
    try:
        read_xml(bomb.encode())
    except UnreadableXml:
        continue
    raise SystemExit("a bomb was taken")
print((peak() - before) // 1024)
"""


def sends(office: Office, body: bytes, role: Role = Role.TRADER) -> httpx.Response:
    return office.desk(role).post(f"{API}/declarations/xml", content=body, headers={"Content-Type": "application/xml"})


def test_a_declaration_is_filed_as_xml_and_given_back_as_it_was_sent(office: Office) -> None:
    filed = sends(office, SOUND)
    assert filed.status_code == 201, filed.text
    told = filed.json()
    assert (told["number"], told["type_code"], told["destination"], len(told["lines"])) == (EXPORT, "B11", "CN", 2)
    assert office.fails(office.submits(EXPORT)) == []
    given = office.desk(Role.CUSTOMS).get(f"{API}/declarations/{told['id']}/xml")
    assert (given.headers["content-type"], given.content) == ("application/xml", SOUND)
    assert office.desk(organisation=new_id()).get(f"{API}/declarations/{told['id']}/xml").status_code == 404


def test_what_breaks_rules_is_told_by_line_and_element_in_three_languages(office: Office) -> None:
    body = written(some_papers(type_code="E56", lines=(FULL, replace(TILES, hs_code="00112233", origin="XX"))))
    answer = sends(office, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "customs_declarations.rules_broken")
    places = [(one["code"], one["line"], one["field"].rpartition("Item")[2]) for one in answer.json()["problems"]]
    assert [(code, path) for code, _, path in places] == [
        ("R005", "/Declaration/TypeCode"),
        ("R020", "[2]/Commodity/Classification/ID"),
        ("customs_declarations.country", "[2]/Origin/CountryCode"),
    ]
    rows = body.splitlines()
    assert [b"E56" in rows[places[0][1] - 1], b"00112233" in rows[places[1][1] - 1]] == [True, True]
    assert all(set(one["messages"]) == {"vi", "zh", "en"} for one in answer.json()["problems"])


def test_what_the_schema_does_not_know_is_told_by_line_and_element(office: Office) -> None:
    answer = sends(office, SOUND.replace(b"<TypeCode>B11</TypeCode>", b"<Type>B11</Type>"))
    assert (answer.status_code, answer.json()["code"]) == (400, "customs_declarations.unreadable_xml")
    (wrong,) = answer.json()["problems"]
    assert (wrong["code"], wrong["line"], wrong["field"]) == (
        "customs_declarations.xml_unexpected",
        4,
        "/Declaration/Type",
    )
    assert "TypeCode" in wrong["message"]


def test_fifty_megabytes_are_refused_before_they_are_read(office: Office) -> None:
    assert sends(office, SOUND + b" " * 50_000_000).status_code == 413


def test_only_declarants_file_and_a_number_is_filed_once(office: Office) -> None:
    assert sends(office, SOUND, Role.CUSTOMS).status_code == 403
    sends(office, SOUND)
    assert sends(office, SOUND).json()["code"] == "customs_declarations.already_filed"


def test_an_agent_files_for_a_trader(office: Office) -> None:
    agent = office.desk(Role.AGENT, new_id())
    told = agent.post(f"{API}/declarations/xml?trader={office.trader}", content=SOUND).json()
    assert told["trader"] == str(office.trader) != told["declarant"]


def test_the_schema_is_open_to_everybody(office: Office) -> None:
    given = office.gate.client.get(f"{API}/declaration.xsd")
    assert (given.status_code, given.content) == (200, schema_text())


def test_bombs_cost_no_memory_worth_naming() -> None:
    ran = subprocess.run([sys.executable, "-c", READS_BOMBS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) < 150  # MB, with all that libxml2 holds; the longest bomb has 1 MB
