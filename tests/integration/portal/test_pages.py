from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from httpx import Response
from sqlalchemy import insert, make_url

from bordergate.auth import Caller, Role
from bordergate.http.paging import cursor_of
from bordergate.i18n import text
from bordergate.ids import new_id
from events.gate_operations import Authority
from events.queue_scheduling import RouteStatus, RouteStatusChanged
from events.sanctions import Ground
from events.words import TicketClass
from services.portal.queries.board import board_of
from services.portal.queries.sanctions import MOST, sanctions_shown
from services.portal.tables import sanctions
from tests.builders.callers import a_caller
from tests.builders.clock import A_MORNING
from tests.builders.pages import hear, hear_of_route
from tests.builders.stories import FREIGHT, Story
from tests.gates import StillGate

OFFICER = a_caller(Role.GATE_OPERATOR, organisation=new_id())


def a_trader(organisation: UUID) -> Caller:
    return a_caller(Role.TRADER, organisation=organisation)


def waiting(**told: UUID) -> Story:
    parties = tuple(told.values()) or (new_id(),)
    return Story(parties=parties).filed().assessed().ready().queued()


def page(gate: StillGate, caller: Caller, path: str, language: str = "vi") -> Response:
    return gate.as_(caller).get(path, headers={"Accept-Language": language}, follow_redirects=False)


def test_a_party_sees_the_file_and_nobody_else_does(portal: StillGate) -> None:
    story = waiting(trader=new_id())
    hear(portal, story)
    path = f"/crossings/{story.crossing_id}"
    assert story.reference in page(portal, a_trader(story.parties[0]), path).text
    stranger = page(portal, a_trader(new_id()), path)
    assert stranger.status_code == 404
    assert story.reference not in stranger.text
    assert story.plate not in stranger.text


def test_a_stranger_may_not_watch_a_file_live(portal: StillGate) -> None:
    story = waiting()
    hear(portal, story)
    assert page(portal, a_trader(new_id()), f"/crossings/{story.crossing_id}/live").status_code == 404


def test_a_trader_finds_only_his_own_crossings_in_lists(portal: StillGate) -> None:
    own, other = waiting(trader=new_id()), waiting()
    hear(portal, own, other)
    for path in ("/", "/crossings"):
        text = page(portal, a_trader(own.parties[0]), path).text
        assert own.reference in text
        assert other.reference not in text


def test_who_is_not_signed_in_is_led_to_the_door_and_back(portal: StillGate) -> None:
    answer = portal.client.get("/crossings?state=QUEUED", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/crossings%3Fstate%3DQUEUED"


def test_the_door_leads_only_to_pages_of_this_site(portal: StillGate) -> None:
    assert 'name="next" value="/"' in portal.client.get("/sign-in?next=https://elsewhere.example/").text
    assert 'name="next" value="/"' in portal.client.get("/sign-in?next=//elsewhere.example/").text


def test_a_language_is_chosen_and_remembered(portal: StillGate) -> None:
    answer = portal.client.get("/language/zh?back=/sign-in", follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"
    assert "language=zh" in answer.headers["set-cookie"]
    assert portal.client.get("/language/xx").status_code == 404


def test_a_trader_has_no_board(portal: StillGate) -> None:
    answer = page(portal, a_trader(new_id()), f"/board/{FREIGHT}")
    assert answer.status_code == 403
    assert "Bạn không có quyền" in answer.text


def test_an_unknown_page_says_so_as_a_page(portal: StillGate) -> None:
    for path in ("/nothing", "/crossings/nothing", "/board/zz-0000"):
        answer = page(portal, OFFICER, path, "en")
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


def test_the_board_counts_who_waits_is_called_and_stands_on_the_apron(portal: StillGate) -> None:
    hear(portal, waiting(), waiting(), waiting().called(), waiting().called().near(), waiting().called().checked_in())
    text = page(portal, OFFICER, f"/board/{FREIGHT}", "en").text
    figures = text[text.index('id="figures"') : text.index('class="board"')]
    shown = [part.split("</b>")[0] for part in figures.split("<b>")[1:]]
    assert shown[:3] == ["1", "1", "2"]


def test_a_lagging_authority_comes_first_on_the_board(portal: StillGate) -> None:
    unready = waiting().refused("R014")
    lagging = waiting().called().near().seen_by(Authority.BORDER_GUARD).lagging()
    hear(portal, unready, lagging)
    text = page(portal, OFFICER, f"/board/{FREIGHT}", "en").text
    assert text.index(f"needs-{lagging.crossing_id}") < text.index(f"needs-{unready.crossing_id}")
    assert "Customs has not confirmed since" in text


def test_the_next_calls_follow_the_promised_numbers(portal: StillGate) -> None:
    late = Story().filed().ready().queued(promise=9)
    soon = Story().filed().ready().queued(promise=3)
    first = Story().filed().ready().queued(promise=None, ticket_class=TicketClass.P1)
    hear(portal, late, soon, first)
    text = page(portal, OFFICER, f"/board/{FREIGHT}").text
    places = [text.index(f"next-{story.crossing_id}") for story in (first, soon, late)]
    assert places == sorted(places)


def test_only_an_operator_is_offered_the_call(portal: StillGate) -> None:
    hear(portal, waiting())
    assert 'data-opens="call"' in page(portal, OFFICER, f"/board/{FREIGHT}").text
    customs = a_caller(Role.CUSTOMS, organisation=new_id())
    assert 'data-opens="call"' not in page(portal, customs, f"/board/{FREIGHT}").text


def test_an_officer_posted_elsewhere_has_no_board_here(portal: StillGate) -> None:
    elsewhere = a_caller(Role.GATE_OPERATOR, organisation=new_id(), routes=frozenset({"tt-1088"}))
    assert page(portal, elsewhere, f"/board/{FREIGHT}").status_code == 403


def test_the_board_says_that_its_route_is_paused_and_why(portal: StillGate) -> None:
    hear_of_route(portal, RouteStatusChanged(route=FREIGHT, status=RouteStatus.PAUSED, reason="Mưa lớn"))
    text = page(portal, OFFICER, f"/board/{FREIGHT}").text
    assert "Tạm dừng gọi" in text
    assert "Mưa lớn" in text


def test_a_route_heard_of_before_it_is_published_keeps_its_status(portal: StillGate) -> None:
    hear_of_route(portal, RouteStatusChanged(route="tt-1088", status=RouteStatus.PAUSED))
    assert portal.rows("portal", "SELECT status FROM portal.routes WHERE route = 'tt-1088'")[0].status == "PAUSED"
    assert "tt-1088" not in page(portal, OFFICER, "/").text


def test_a_story_told_in_pieces_twice_and_mixed_ends_the_same(portal: StillGate) -> None:
    story = waiting().called().near().checked_in().released().completed()
    hear(portal, story)
    once = portal.rows("portal", "SELECT to_jsonb(c) AS file FROM portal.crossings c")[0].file
    told = list(story.told)
    random.Random(5).shuffle(told)  # noqa: S311 - an order, not a secret
    for heard in told:
        story.told = [heard]
        hear(portal, story)
    assert portal.rows("portal", "SELECT to_jsonb(c) AS file FROM portal.crossings c")[0].file == once


def test_the_pages_know_when_they_have_heard_of_a_command(portal: StillGate) -> None:
    story = waiting()
    hear(portal, story)
    asking = portal.as_(a_trader(story.parties[0]))
    assert asking.get(f"/events/{story.told[-1].id}").status_code == 200
    assert asking.get(f"/events/{new_id()}").status_code == 202


@pytest.mark.parametrize("place", [["no time", "no id"], ["true"], [1.5, 2], ["true", "2026-05-04T01:00:00", "no id"]])
def test_a_page_refuses_the_cursor_of_another_list(portal: StillGate, place: list[object]) -> None:
    lists = {"/": a_trader(new_id()), "/crossings": OFFICER}
    for path, caller in lists.items():
        assert page(portal, caller, f"{path}?cursor={cursor_of(place)}").status_code == 400


def test_a_list_goes_on_behind_its_last_row(portal: StillGate) -> None:
    hear(portal, *(waiting() for _ in range(3)))
    first = page(portal, OFFICER, "/crossings?limit=2").text
    assert first.count("data-row") == 2
    onward = first[first.index("/crossings?limit=2&amp;cursor=") :].split('"')[0].replace("&amp;", "&")
    assert page(portal, OFFICER, onward).text.count("data-row") == 1


@pytest.mark.parametrize("text", ["{plate}", "{reference}"])
def test_a_truck_is_found_by_plate_or_reference(portal: StillGate, text: str) -> None:
    wanted, other = waiting(), waiting()
    hear(portal, wanted, other)
    typed = text.format(plate=wanted.plate.lower(), reference=wanted.reference)
    found = page(portal, OFFICER, f"/crossings?text={typed}").text
    assert wanted.reference in found
    assert other.reference not in found


def test_a_route_is_woken_once_for_all_that_one_transaction_changed(portal: StillGate, database_url: str) -> None:
    plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as listening:
        listening.execute("LISTEN portal")
        hear(portal, waiting().called(), waiting())
        assert [notice.payload for notice in listening.notifies(timeout=1)] == [FREIGHT]


def test_the_board_is_woken_when_a_call_begins_to_run_out(portal: StillGate, database_url: str) -> None:
    hear(portal, waiting().called())
    plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as listening:
        listening.execute("LISTEN portal")
        portal.wait(minutes=70)
        assert [notice.payload for notice in listening.notifies(timeout=2, stop_after=1)] == [FREIGHT]
    assert "Sắp hết hạn gọi" in page(portal, OFFICER, f"/board/{FREIGHT}").text


@pytest.mark.parametrize("path", ["/static/frame.js", "/static/tokens.css", "/static/icons.svg"])
def test_files_are_kept_but_asked_about(portal: StillGate, path: str) -> None:
    answer = portal.client.get(path)
    assert answer.headers["cache-control"] == "no-cache"
    assert portal.client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_a_wrong_address_is_told_as_a_page(portal: StillGate) -> None:
    for path in ("/?standing=xxx", f"/?text={'x' * 41}"):
        answer = portal.as_(a_trader(new_id())).get(path, headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
        assert text("page.bad_address", "en").replace("'", "&#39;") in answer.text


def test_a_call_by_hand_counts_also_once_it_was_missed_and_called_again(portal: StillGate) -> None:
    story = Story().filed().ready().queued(40).called(None, override=True)
    story.missed().queued(41).called(41)
    hear(portal, story, story)
    board = portal.look("portal", lambda session: board_of(session, FREIGHT, A_MORNING + timedelta(minutes=30)))
    assert (board.figures.overrides, board.figures.calls_this_hour) == (1, 2)


def test_all_who_need_the_operator_are_counted_however_many(portal: StillGate) -> None:
    hear(portal, *[Story().filed().ready().queued(100 + n).refused("R020") for n in range(83)])
    board = portal.look("portal", lambda session: board_of(session, FREIGHT, A_MORNING + timedelta(minutes=30)))
    assert len(board.concerns) + board.more_concerns == 83


def test_the_classes_of_the_queue_are_told_apart_by_more_than_whole_hours(portal: StillGate) -> None:
    hear(portal, *[Story().filed().ready().queued(100 + n) for n in range(5)])
    portal.clock.forward(hours=2, minutes=40)
    board = page(portal, OFFICER, f"/board/{FREIGHT}", "en").text
    assert "2 hr 3" in board.split('id="queue"')[1]


def test_an_officer_of_two_authorities_says_for_which_he_reads_a_plate(portal: StillGate) -> None:
    story = Story().filed().assessed().ready().queued().called()
    hear(portal, story)
    one, both = (a_caller(*roles) for roles in ((Role.CUSTOMS,), (Role.CUSTOMS, Role.GATE_OPERATOR)))
    asked = 'name="authority" required><option value="CUSTOMS"'
    assert asked not in portal.as_(one).get(f"/crossings/{story.crossing_id}").text
    for path in (f"/crossings/{story.crossing_id}", f"/board/{story.route}"):
        assert asked in portal.as_(both).get(path).text


def test_an_appeal_stands_first_however_many_sanctions_came_after_it(portal: StillGate) -> None:
    story, now = Story().filed(), portal.clock.now()
    appealed = {"sanction_id": new_id(), "appeal": "It was another truck.", "imposed_at": now - timedelta(days=9)}
    later = [{"sanction_id": new_id(), "appeal": None, "imposed_at": now} for _ in range(MOST)]
    about = {"parties": [*story.parties], "ground": Ground.BOTS, "until": now, "appeal_until": now, "evidence": []}
    rows = [about | {"lifted": False} | one for one in (appealed, *later)]
    portal.do("portal", lambda session: session.execute(insert(sanctions), rows))
    found = portal.look("portal", sanctions_shown)
    assert (found[0].sanction_id, len(found)) == (appealed["sanction_id"], MOST)
