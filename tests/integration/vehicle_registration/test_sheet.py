"""The signed reference, as the desk hands it out."""

from __future__ import annotations

import json

import httpx
import pypdfium2
import pytest

from bordergate.auth import Role, read_key_set
from bordergate.ids import new_id
from services.vehicle_registration.sheet.token import ReferenceToken, ring_of
from tests.builders.callers import a_caller, a_driver
from tests.builders.stories import a_route
from tests.gates import Asking
from tests.integration.vehicle_registration.conftest import API, Border

LOOKS = ("token", "code.svg", "sheet.pdf")


def published(border: Border) -> dict[str, object]:
    answer = border.gate.client.get(f"{API}/reference-keys")
    assert answer.status_code == 200, answer.text
    return read_key_set(answer.text)


def look(asking: Asking, crossing: dict[str, object], what: str) -> httpx.Response:
    return asking.get(f"{API}/crossings/{crossing['id']}/{what}")


def test_a_filed_crossing_s_token_verifies_by_the_published_keys(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers("12C-123.45"))
    told = look(firm.asking, crossing, "token").json()
    read = ReferenceToken.read(told["token"], published(border))
    assert (read.reference, read.route, read.plate) == (crossing["reference"], "hn-1119", "12C12345")
    origin = border.gate.gate.settings.origin
    assert told["scanned"] == f"{origin}/r/{crossing['reference']}#{told['token']}"


def test_anybody_may_have_the_keys_also_before_the_first_reference(border: Border) -> None:
    assert len(published(border)) == 1
    assert "d" not in json.loads(border.gate.client.get(f"{API}/reference-keys").text)["keys"][0]


def test_what_was_signed_before_a_rotation_still_verifies_and_after_two_no_more(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers("12C-123.45"))
    token = look(firm.asking, crossing, "token").json()["token"]
    ring = ring_of(border.gate.gate.settings)
    ring.rotate()
    assert ReferenceToken.read(token, published(border)).reference == crossing["reference"]
    ring.rotate()
    assert len(published(border)) == 2
    assert not any(kid in token for kid in published(border))


@pytest.mark.parametrize("what", LOOKS)
def test_who_may_see_the_crossing_has_its_codes_and_nobody_else(border: Border, what: str) -> None:
    firm, stranger = border.firm(), border.firm(Role.TRADER)
    crossing = firm.crossing(firm.registers("12C-123.45"))
    driver = border.gate.as_(a_driver(crossing["id"]))
    guard = border.officer(Role.BORDER_GUARD)
    elsewhere = border.gate.as_(a_caller(Role.GATE_OPERATOR, organisation=new_id(), routes=frozenset({"tt-1088"})))
    statuses = [look(asking, crossing, what).status_code for asking in (firm.asking, driver, guard)]
    assert statuses == [200, 200, 200]
    assert [look(asking, crossing, what).status_code for asking in (stranger.asking, elsewhere)] == [404, 403]


@pytest.mark.parametrize("what", LOOKS)
def test_a_draft_and_a_crossing_that_is_over_have_no_codes(border: Border, what: str) -> None:
    firm = border.firm()
    draft = firm.crossing(firm.registers("12C-123.45"), submit=False)
    assert look(firm.asking, draft, what).json()["code"] == "vehicle_registration.not_filed"
    over = firm.crossing(firm.registers("12C-543.21"))
    firm.cancels(over)
    answer = look(firm.asking, over, what)
    assert (answer.status_code, answer.json()["code"]) == (409, "vehicle_registration.already_over")


def test_the_code_is_a_drawing_that_the_phone_may_keep_for_a_minute(border: Border) -> None:
    firm = border.firm()
    drawn = look(firm.asking, firm.crossing(firm.registers("12C-123.45")), "code.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.headers["cache-control"] == "private, max-age=60"
    assert drawn.text.startswith("<svg ")


def test_the_sheet_is_a_pdf_under_the_route_s_published_name(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers("12C-123.45"))
    border.states(a_route(), times=2)
    answer = look(firm.asking, crossing, "sheet.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{crossing["reference"]}.pdf"'
    document = pypdfium2.PdfDocument(answer.content)
    page = document[0]
    layer = page.get_textpage()
    told = layer.get_text_bounded()
    for part in (layer, page, document):
        part.close()
    assert "Hữu Nghị" in told
    assert crossing["reference"] in told
