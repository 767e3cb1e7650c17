"""The pages of lists: uploaded without a script, followed by reloading, and nobody else's."""

from __future__ import annotations

import pytest

from bordergate.auth import Caller, Role
from bordergate.i18n import LANGUAGES, text
from bordergate.ids import new_id
from events.vehicle_registration import UploadForgotten, UploadWentOn
from events.words import UploadStage
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.pages import let_hear
from tests.gates import StillGate

UPLOAD, FIRM = new_id(), new_id()
TRADER = a_caller(Role.TRADER, organisation=FIRM)


def went_on(
    gate: StillGate, stage: UploadStage, *, through: int = 0, faulty: int = 0, filed: int = 0, at: int = 1
) -> None:
    told = UploadWentOn(
        organisation_id=FIRM,
        upload_id=UPLOAD,
        stage=stage,
        uploaded_at=gate.clock.now(),
        lines=10_000,
        through=through,
        faulty=faulty,
        filed=filed,
    )
    let_hear(gate, "portal.organisations", [as_record(enveloped(told, at, source="vehicle_registration"))])


def look(gate: StillGate, path: str, language: str = "en", caller: Caller = TRADER) -> str:
    answer = gate.as_(caller).get(path, headers={"Bordergate-Language": language})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_offers_the_template_and_a_form_that_needs_no_script(portal: StillGate, language: str) -> None:
    told = look(portal, "/desk/many", language)
    assert 'href="/api/vehicle-registration/upload-template.xlsx"' in told
    form = told.partition('<form method="post" action="/api/vehicle-registration/uploads"')[2].partition("</form>")[0]
    assert 'enctype="multipart/form-data"' in form
    assert 'type="file"' in form
    assert text("portal.many.no_lists", language) in told


def test_a_list_under_way_shows_how_far_it_is_also_without_a_script(portal: StillGate) -> None:
    went_on(portal, UploadStage.CHECKING, through=2_500)
    told = look(portal, f"/desk/many/{UPLOAD}")
    assert '<progress max="10000" value="2500"' in told
    assert "<strong>25%</strong>" in told
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in told
    went_on(portal, UploadStage.FILED, through=10_000, filed=10_000, at=2)
    told = look(portal, f"/desk/many/{UPLOAD}")
    assert "<progress" not in told
    assert 'http-equiv="refresh" content="3"' not in told
    assert "Filed" in look(portal, "/desk/many")


def test_a_faulty_list_offers_its_next_steps(portal: StillGate) -> None:
    went_on(portal, UploadStage.FAULTY, through=10_000, faulty=3)
    told = look(portal, f"/desk/many/{UPLOAD}")
    for what in ("file-good", "check", "faults.csv"):
        assert f"/api/vehicle-registration/uploads/{UPLOAD}/{what}" in told
    assert "File the 9,997 good lines" in told
    went_on(portal, UploadStage.FAULTY, through=10_000, faulty=10_000, at=2)
    assert "/file-good" not in look(portal, f"/desk/many/{UPLOAD}")


def test_a_list_that_is_kept_no_longer_is_shown_no_longer(portal: StillGate) -> None:
    went_on(portal, UploadStage.FILED, through=10_000, filed=10_000)
    gone = enveloped(UploadForgotten(organisation_id=FIRM, upload_id=UPLOAD), 2, source="vehicle_registration")
    let_hear(portal, "portal.organisations", [as_record(gone)])
    assert str(UPLOAD) not in look(portal, "/desk/many")
    assert portal.as_(TRADER).get(f"/desk/many/{UPLOAD}").status_code == 404


def test_why_a_file_was_refused_is_said_on_the_page_it_came_from(portal: StillGate) -> None:
    told = look(portal, "/desk/many?problem=vehicle_registration.list_encoding")
    assert text("vehicle_registration.list_encoding", "en") in told


def test_nobody_sees_another_firm_s_list(portal: StillGate) -> None:
    went_on(portal, UploadStage.CHECKING)
    stranger = portal.as_(a_caller(Role.TRADER, organisation=new_id()))
    assert stranger.get(f"/desk/many/{UPLOAD}").status_code == 404
    assert stranger.get(f"/desk/many/{UPLOAD}/live").status_code == 404
    assert str(UPLOAD) not in stranger.get("/desk/many").text


def test_an_agent_is_told_that_lists_are_filed_in_ones_own_name(portal: StillGate) -> None:
    agent = a_caller(Role.AGENT, organisation=new_id())
    told = look(portal, "/desk/many", "vi", agent)
    assert text("vehicle_registration.only_own_lists", "vi") in told
    assert "/api/vehicle-registration/uploads" not in told
    assert 'href="/desk/many"' not in look(portal, "/desk", caller=agent)
