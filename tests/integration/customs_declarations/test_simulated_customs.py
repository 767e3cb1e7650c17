"""Simulated VNACCS, asked over HTTP in each of its moods."""

from __future__ import annotations

import httpx

from services.customs_declarations.domain.inquiry import (
    NOT_KNOWN,
    Answer,
    Found,
    Silence,
)
from services.simulated_vnaccs.world import WRONGS, Mood, SimulatedVnaccs
from tests.builders.customs import EXPORT
from tests.builders.inquiries import Line
from tests.integration.customs_declarations.test_inquiries import SILENT


def test_vnaccs_is_asked_over_http_in_every_mood(line: Line) -> None:
    told = line.asked()
    assert isinstance(told, Found)
    assert (told.papers.number, told.cleared, told.simulated) == (EXPORT, True, True)
    assert line.asked("308000000100") == NOT_KNOWN
    line.vnaccs.mood = Mood.UNREACHABLE
    assert line.asked() == SILENT
    line.vnaccs.mood = Mood.LATE
    assert line.asked() == NOT_KNOWN
    line.vnaccs.mood = Mood.SLOW
    assert line.asked(patience=0.5) == SILENT
    line.vnaccs.mood = Mood.WRONG
    wrong = [line.asked() for _ in WRONGS]
    assert {one.answer for one in wrong if isinstance(one, Silence)} == {Answer.UNREADABLE, Answer.CONTRADICTS}


def test_where_nobody_listens_nobody_answers() -> None:
    assert Line(SimulatedVnaccs(), "http://127.0.0.1:9/").asked() == SILENT


def test_the_mood_of_simulated_vnaccs_is_changed_while_it_runs(line: Line) -> None:
    with httpx.Client(base_url=line.address, trust_env=False) as driver:
        assert driver.put("/mood", json={"mood": "wrong"}).json() == {"mood": "wrong"}
        assert driver.put("/mood", json={"mood": "sleepy"}).status_code == 400
        assert driver.get("/mood").json() == {"mood": "wrong"}
    assert line.vnaccs.mood is Mood.WRONG
