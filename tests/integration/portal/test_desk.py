"""The trader's desk: what was typed stays, what is wrong stands beside it, what is missing leads to its mending."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bordergate.auth import Caller, Role
from bordergate.http.typed import PREFIX
from bordergate.ids import new_id
from events.words import TicketClass
from tests.builders.callers import a_caller
from tests.builders.pages import hear
from tests.builders.stories import FREIGHT, Story
from tests.gates import StillGate

STEPS = ("place", "time", "truck", "driver", "load")


def a_firm(*roles: Role) -> Caller:
    return a_caller(*(roles or (Role.TRADER,)), organisation=new_id())


class Clerk:
    """Somebody at the desk, with a browser that keeps cookies."""

    def __init__(self, gate: StillGate, caller: Caller, language: str = "en") -> None:
        self.gate, self.caller, self.language = gate, caller, language
        self.cookies: dict[str, str] = {}

    def looks(self, path: str) -> str:
        answer = self._asks("GET", path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}"
        return answer.text

    def types(self, form: str, back: str, onward: str = "", **fields: str) -> httpx.Response:
        own = {"keep": form, "whose": str(self.caller.id), "back": back}
        sent = {name.replace("__", "."): value for name, value in fields.items()}
        return self._asks("POST", "/desk/keep", data=own | sent | ({"next": onward} if onward else {}))

    def steps(self, step: str, **fields: str) -> httpx.Response:
        onward = "/desk/crossing/check"
        return self.types("crossing", f"/desk/crossing/{step}", onward, **fields)

    def _asks(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
        headers = {"Accept-Language": self.language}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.gate.as_(self.caller).request(method, path, headers=headers, follow_redirects=False, **options)
        for told in answer.headers.get_list("set-cookie"):
            name, _, value = told.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer


@pytest.fixture
def clerk(portal: StillGate) -> Clerk:
    return Clerk(portal, a_firm())


def own_story(caller: Caller, **told: Any) -> Story:  # noqa: ANN401 - what a story is told with
    assert caller.organisation
    return Story(parties=(caller.organisation,), **told)


def test_the_list_says_in_one_line_what_each_crossing_lacks(clerk: Clerk, portal: StillGate) -> None:
    unready = own_story(clerk.caller).filed().refused("R014", "R013")
    waiting = own_story(clerk.caller).filed().assessed().ready().queued(31, TicketClass.P4)
    hear(portal, unready, waiting)
    said = clerk.looks("/")
    assert "Not a container&#39;s number: CSQU3054384" in said
    assert "+1" in said
    assert said.index(unready.reference) < said.index(waiting.reference)


@pytest.mark.parametrize(
    ("query", "shown"), [("standing=needs", 0), ("standing=under_way", 1), ("standing=over", None), ("text={plate}", 1)]
)
def test_the_list_is_filtered(clerk: Clerk, portal: StillGate, query: str, shown: int | None) -> None:
    stories = [own_story(clerk.caller).filed().refused("R014"), own_story(clerk.caller).filed().assessed().ready()]
    hear(portal, *stories)
    said = clerk.looks(f"/?{query.format(plate=stories[1].plate)}")
    assert [story.reference in said for story in stories] == [place == shown for place in range(2)]


def test_a_long_list_goes_on_where_it_stopped(clerk: Clerk, portal: StillGate) -> None:
    stories = [own_story(clerk.caller).filed().refused("R014") for _ in range(2)]
    stories += [own_story(clerk.caller).filed().assessed().ready() for _ in range(3)]
    hear(portal, *stories)
    found: list[str] = []
    path = "/?limit=2"
    while path:
        said = clerk.looks(path)
        found += [story.reference for story in stories if story.reference in said]
        onward = said.partition('<a class="button quiet" href="/?')[2].partition('"')[0].replace("&amp;", "&")
        path = f"/?{onward}" if onward else ""
    assert sorted(found) == sorted(story.reference for story in stories)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_asks_one_thing_and_says_which_it_is(clerk: Clerk, step: str) -> None:
    said = clerk.looks(f"/desk/crossing/{step}")
    assert said.count("<h1>") == 1
    assert f"Step {STEPS.index(step) + 1} of 6" in said


def test_what_was_typed_on_one_step_stays_through_the_others(clerk: Clerk) -> None:
    clerk.steps("place", route=FREIGHT, direction="EXPORT")
    clerk.steps("truck", plate="12C-123.45", **{"containers[0]": "CSQU3054383"})
    said = clerk.looks("/desk/crossing/check")
    for value in ("12C-123.45", "CSQU3054383", "Export"):
        assert value in said
    assert 'name="containers[0]" value="CSQU3054383"' in said
    clerk.steps("truck", plate="12C-543.21", **{"containers[0]": ""})
    again = clerk.looks("/desk/crossing/truck")
    assert 'value="12C-543.21"' in again
    assert 'value="CSQU3054383"' not in again


def test_a_step_says_beside_the_field_what_it_lacks_and_what_cannot_be_read(clerk: Clerk) -> None:
    answer = clerk.steps("truck", plate="", trailer="???", **{"containers[0]": "CSQU3054384"})
    assert answer.headers["location"] == "/desk/crossing/truck"
    said = clerk.looks("/desk/crossing/truck")
    assert 'href="#plate">Plate: This is missing.' in said
    assert 'href="#containers-0"' in said
    assert 'href="#trailer"' in said
    assert said.count('aria-invalid="true"') == 3
    assert 'value="CSQU3054384"' in said


def test_what_is_put_right_is_no_longer_complained_of(clerk: Clerk) -> None:
    clerk.steps("truck", plate="")
    assert clerk.steps("truck", plate="12C-123.45").headers["location"] == "/desk/crossing/check"
    assert "field-wrong" not in clerk.looks("/desk/crossing/truck")


def test_typing_alone_is_kept_without_a_word_of_complaint(clerk: Clerk) -> None:
    assert clerk.types("crossing", "/desk/crossing/truck", plate="").status_code == 204
    assert clerk.types("crossing", "/desk/crossing/truck", plate="12C").status_code == 204
    said = clerk.looks("/desk/crossing/truck")
    assert 'value="12C"' in said
    assert "field-wrong" not in said


def test_another_person_at_the_same_browser_is_not_shown_what_was_typed(clerk: Clerk, portal: StillGate) -> None:
    clerk.types("driver", "/desk/driver", full_name="Lái xe A")
    assert "Lái xe A" in clerk.looks("/desk/driver")
    other = Clerk(portal, a_firm())
    other.cookies = clerk.cookies
    assert "Lái xe A" not in other.looks("/desk/driver")
    assert "Begun" not in other.looks("/desk")


def test_what_was_begun_is_found_again_and_can_be_thrown_away(clerk: Clerk) -> None:
    clerk.types("vehicle", "/desk/vehicle", plate="12C-123.45")
    assert "12C-123.45" in clerk.looks("/desk")
    clerk._asks("POST", "/desk/forget", data={"form": "vehicle"})
    assert clerk.cookies[f"{PREFIX}vehicle"] == ""
    assert "12C-123.45" not in clerk.looks("/desk")


def test_a_session_that_ended_costs_nothing_that_was_typed(clerk: Clerk, portal: StillGate) -> None:
    own = {"keep": "vehicle", "whose": str(clerk.caller.id), "back": "/desk/vehicle", "plate": "12C-123.45"}
    answer = portal.client.post("/desk/keep", data=own, follow_redirects=False)
    assert answer.headers["location"] == "/desk/vehicle"
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    clerk.cookies[name] = value
    said = clerk.looks("/desk/vehicle")
    assert "Your session had ended" in said
    assert 'value="12C-123.45"' in said


@pytest.mark.parametrize(
    ("roles", "offered"),
    [
        ((Role.TRADER,), {"vehicle", "driver", "declaration"}),
        ((Role.CARRIER,), {"vehicle", "driver"}),
        ((Role.AGENT,), {"declaration"}),
    ],
)
def test_everybody_is_offered_what_his_roles_may_file(
    portal: StillGate, roles: tuple[Role, ...], offered: set[str]
) -> None:
    said = Clerk(portal, a_firm(*roles)).looks("/desk")
    assert {form for form in ("vehicle", "driver", "declaration") if f'href="/desk/{form}"' in said} == offered
    assert 'href="/desk/crossing/place"' in said


def test_an_officer_has_no_desk(portal: StillGate) -> None:
    assert portal.as_(a_firm(Role.CUSTOMS)).get("/desk").status_code == 403


def test_what_is_missing_leads_to_where_it_is_put_right(clerk: Clerk, portal: StillGate) -> None:
    story = own_story(clerk.caller).filed().refused("R014")
    hear(portal, story)
    said = clerk.looks(f"/crossings/{story.crossing_id}")
    assert f'href="/crossings/{story.crossing_id}/mend#part-truck"' in said
    mend = clerk.looks(f"/crossings/{story.crossing_id}/mend")
    assert f'value="{story.plate}"' in mend
    assert 'href="#containers-0"' in mend
    assert "Not a container" in mend
    officer = portal.as_(a_caller(Role.GATE_OPERATOR, organisation=new_id()))
    assert "/mend" not in officer.get(f"/crossings/{story.crossing_id}").text


def test_a_truck_in_the_queue_is_mended_no_more(clerk: Clerk, portal: StillGate) -> None:
    story = own_story(clerk.caller).filed().assessed().ready().queued(31, TicketClass.P4)
    hear(portal, story)
    assert "It can no longer be changed" in clerk.looks(f"/crossings/{story.crossing_id}/mend")
    assert "/mend" not in clerk.looks(f"/crossings/{story.crossing_id}")


def test_nobody_mends_what_is_another_firm_s(clerk: Clerk, portal: StillGate) -> None:
    story = Story().filed().refused("R014")
    hear(portal, story)
    assert clerk._asks("GET", f"/crossings/{story.crossing_id}/mend").status_code == 404


def test_the_qr_leads_by_the_reference_to_the_file(clerk: Clerk, portal: StillGate) -> None:
    story = own_story(clerk.caller).filed().refused("R014")
    hear(portal, story)
    code = f'src="/api/vehicle-registration/crossings/{story.crossing_id}/code.svg"'
    assert code in clerk.looks(f"/crossings/{story.crossing_id}").partition('class="qr-place"')[2]
    answer = clerk._asks("GET", f"/r/{story.reference}")
    assert answer.headers["location"] == f"/crossings/{story.crossing_id}"
    stranger = Clerk(portal, a_firm())._asks("GET", f"/r/{story.reference}")
    assert stranger.status_code == 404


def test_a_page_waits_for_the_news_of_its_own_command(clerk: Clerk, portal: StillGate) -> None:
    story = own_story(clerk.caller).filed()
    path = f"/crossings/{story.crossing_id}?event={story.told[0].id}"
    assert 'http-equiv="refresh"' in clerk.looks(path)
    hear(portal, story)
    assert story.reference in clerk.looks(path)


def test_a_declaration_gets_another_line_without_javascript(clerk: Clerk) -> None:
    lines = {f"lines[{place}].hs_code": f"0810600{place}" for place in range(3)}
    own = {"keep": "declaration", "whose": str(clerk.caller.id), "back": "/desk/declaration", "next": "/desk"}
    answer = clerk._asks("POST", "/desk/declaration", data=own | lines | {"number": "308000000001"})
    assert answer.status_code == 200
    assert 'name="lines[3].hs_code"' in answer.text
    assert 'value="08106002"' in answer.text
    assert 'name="lines[3].hs_code"' not in clerk.looks("/desk/declaration")


@pytest.mark.parametrize(("role", "form"), [(Role.CARRIER, "declaration"), (Role.AGENT, "vehicle")])
def test_no_form_is_offered_that_would_be_refused(portal: StillGate, role: Role, form: str) -> None:
    clerk = Clerk(portal, a_firm(role))
    pages = [clerk.looks(f"/desk/crossing/{step}") for step in STEPS]
    assert not any(f'href="/desk/{form}"' in page for page in (*pages, clerk.looks("/desk")))
    refused = clerk._asks("GET", f"/desk/{form}")
    assert (refused.status_code, refused.headers["content-type"]) == (403, "text/html; charset=utf-8")
