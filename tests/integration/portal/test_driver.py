from __future__ import annotations

import pytest
from httpx import Response

from bordergate.auth import Role
from bordergate.event import ActorKind
from bordergate.i18n import LANGUAGES
from bordergate.ids import new_id
from events.gate_operations import Authority
from tests.builders.callers import a_caller, a_driver
from tests.builders.pages import hear
from tests.builders.stories import Story
from tests.gates import StillGate

WORDS = {"vi": ("CHỜ", "ĐI", "DỪNG"), "zh": ("等待", "通行", "停车"), "en": ("WAIT", "GO", "STOP")}


def waiting(promise: int | None = 40) -> Story:
    return Story().filed().assessed().ready().queued(promise)


def seen(gate: StillGate, story: Story, language: str = "en") -> str:
    answer = gate.as_(a_driver(story.crossing_id)).get("/driver/now", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_driver_reads_one_word_in_his_language(portal: StillGate, language: str) -> None:
    stories = waiting(), waiting().called(), Story().filed().refused("R014")
    hear(portal, *stories)
    for story, word in zip(stories, WORDS[language], strict=True):
        assert f"<h1>{word}</h1>" in seen(portal, story, language)


def test_home_leads_a_driver_to_his_page(portal: StillGate) -> None:
    story = waiting()
    hear(portal, story)
    answer = portal.as_(a_driver(story.crossing_id)).get("/", follow_redirects=False)
    assert answer.headers["location"] == "/driver/now"


def test_a_waiting_driver_reads_how_many_calls_remain(portal: StillGate) -> None:
    story = waiting(57)
    hear(portal, story, waiting(44).called(44))
    text = seen(portal, story)
    assert "Calls to go, at most</dt><dd>13</dd>" in text
    assert "Stay in the waiting area" in text


def test_a_called_driver_reads_where_to_report_and_until_when(portal: StillGate) -> None:
    story = waiting().called()
    hear(portal, story)
    text = seen(portal, story)
    assert "Go to the gate: Hữu Nghị 1119–1120" in text
    assert "Hà Nội / 10:" in text
    assert "calls to go" not in text


def test_a_driver_on_the_apron_reads_which_authority_is_awaited(portal: StillGate) -> None:
    story = waiting().called().near().seen_by(Authority.BORDER_GUARD)
    hear(portal, story)
    awaited = seen(portal, story).partition("Still to confirm:")[2].partition("</p>")[0]
    assert "Customs" in awaited
    assert "Border" not in awaited


def test_a_driver_carries_his_reference_as_a_code(portal: StillGate) -> None:
    story = waiting()
    hear(portal, story)
    text = seen(portal, story)
    code = text.partition('<figure class="driver-code">')[2].partition("</figure>")[0]
    assert f'src="/api/vehicle-registration/crossings/{story.crossing_id}/code.svg"' in code
    assert f'alt="QR code of crossing {story.reference}"' in code


def test_a_driver_sees_nobody_elses_crossing(portal: StillGate) -> None:
    own, other = waiting(), waiting()
    hear(portal, own, other)
    text = seen(portal, own)
    assert own.plate in text
    assert other.plate not in text
    assert other.reference not in text
    assert portal.as_(a_driver(own.crossing_id)).get(f"/crossings/{other.crossing_id}").status_code == 404
    assert portal.as_(a_driver(new_id())).get("/driver/now").status_code == 404


def asked(gate: StillGate, *roles: Role) -> Response:
    kind = ActorKind.PERSON
    return gate.as_(a_caller(*roles, organisation=new_id(), kind=kind)).get("/driver/now")


def test_only_a_driver_has_the_page(portal: StillGate) -> None:
    assert asked(portal, Role.TRADER).status_code == 403
    assert asked(portal, Role.DRIVER).status_code == 404


def test_the_worker_reaches_no_page_but_the_drivers(portal: StillGate) -> None:
    answer = portal.client.get("/driver/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "service-worker-allowed" not in answer.headers


def test_a_driver_who_asks_for_more_time_comes_back_to_his_own_page(portal: StillGate) -> None:
    story = waiting().called()
    hear(portal, story)
    place = f"/crossings/{story.crossing_id}/place"
    own, firms = (
        portal.as_(caller).get(place).text
        for caller in (a_driver(story.crossing_id), a_caller(Role.TRADER, organisation=story.parties[0]))
    )
    assert 'name="next" value="/driver/now"' in own
    assert f'name="next" value="/crossings/{story.crossing_id}?event=' in firms
