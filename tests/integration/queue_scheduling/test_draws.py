"""The draw of a slot that many want, from the announcement to anybody's check of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.vehicle_registration import CrossingReady
from services.queue_scheduling.ledger.fetch import fetch
from services.queue_scheduling.slots.command import main
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    asks,
    codes,
    filed,
    holds,
    reserves,
    rounds_of_slots,
    slot,
    stands_at,
    told,
)

WEEK = timedelta(days=7)
SLOT = TEN + WEEK + timedelta(hours=2)
OPENS = SLOT - WEEK
NAME = "2025-07-08T05:00:00Z"
RECORD = f"{API}/draws/hn-1119/EXPORT/{NAME}"


@pytest.fixture
def opening(border: Border) -> Border:
    """The draw of next Tuesday's noon is announced."""
    rounds_of_slots(border)
    return border


def kept(border: Border, path: Path) -> Path:
    path.write_bytes(border.gate.client.get(RECORD).content)
    return path


def ledger(border: Border, folder: Path) -> Path:
    assert border.wrong_in_log() == []
    fetch(border.gate.client, "hn-1119", folder)
    return folder


def enters(border: Border, crossing: CrossingReady) -> Any:  # noqa: ANN401 - any JSON
    entered = told(reserves(border, crossing, SLOT), 201)
    assert (entered["stage"], entered["until"]) == ("ENTERED", "2025-07-01T05:10:00Z")
    return entered


def test_a_slot_that_many_want_is_drawn_and_anybody_draws_it_again(
    opening: Border, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    border, before = opening, kept(opening, tmp_path / "before.json")
    stands_at(border, OPENS + timedelta(minutes=1))
    crossings = [filed(border) for _ in range(9)]
    commitments = [enters(border, crossing)["commitment"] for crossing in crossings]
    assert "seed" not in border.gate.client.get(RECORD).json()
    assert told(asks(border, crossings[0], "confirm"), 409)["code"] == "slots.not_reserved"
    early = holds(border, OPENS + timedelta(hours=2))
    border.joins(early)
    assert codes(asks(border, early, "move", starts=SLOT.isoformat())) == ["being_drawn"]
    stands_at(border, OPENS + timedelta(minutes=10))
    stages = [slot(border, crossing)["stage"] for crossing in crossings]
    assert (stages.count("CONFIRMED"), stages.count("RELEASED")) == (5, 4)
    record, log = kept(border, tmp_path / "draw.json"), ledger(border, tmp_path / "log")
    won = json.loads(record.read_bytes())["won"]
    assert {name for name, stage in zip(commitments, stages, strict=True) if stage == "CONFIRMED"} == set(won)
    asked = ["verify", str(record), "--before", str(before), "--ledger", str(log), "--entry", commitments[0]]
    assert main(asked) == 0
    (listed,) = (one for one in told(border.gate.client.get(f"{API}/draws/hn-1119")) if one["slot"] == NAME)
    figures = [listed[name] for name in ("drawn", "asked", "places", "won", "seed")]
    assert figures == [True, 9, 5, 5, json.loads(record.read_bytes())["seed"]]
    checked = ["lots", "before", "ledger", "heads", "entry"]
    said = {"ok": True, "slot": NAME, "entries": 9, "won": 5, "checked": checked, "not_checked": {}}
    assert json.loads(capsys.readouterr().out) == said
    others = codes(reserves(border, filed(border), SLOT))
    assert others == ["full"]


def test_a_single_change_of_a_draws_record_is_found(
    opening: Border, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stands_at(opening, OPENS)
    for crossing in [filed(opening) for _ in range(6)]:
        enters(opening, crossing)
    before = kept(opening, tmp_path / "before.json")
    stands_at(opening, OPENS + timedelta(minutes=10))
    record, log = kept(opening, tmp_path / "draw.json"), ledger(opening, tmp_path / "log")
    whole = json.loads(record.read_bytes())
    changes: dict[str, Any] = {
        "seed": "00" * 32,
        "seed_hash": "00" * 32,
        "places": 4,
        "closes": "2025-07-01T05:11:00Z",
        "entries": whole["entries"][1:],
        "won": whole["won"][::-1],
    }
    for name, value in changes.items():
        record.write_text(json.dumps(whole | {name: value}, sort_keys=True, separators=(",", ":")))
        assert main(["verify", str(record), "--before", str(before)]) == 1 or name == "entries", name
        assert main(["verify", str(record), "--ledger", str(log)]) == 1, name
    record.write_text(json.dumps(whole, sort_keys=True, separators=(",", ":")))
    capsys.readouterr()
    (log / "heads.ndjson").unlink()
    assert main(["verify", str(record), "--ledger", str(log)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["checked"], [*said["not_checked"]]) == (["lots", "ledger"], ["before", "heads", "entry"])
    assert "heads.ndjson" in said["not_checked"]["heads"]["en"]
    record.write_text(json.dumps(whole))
    assert main(["verify", str(record)]) == 1, "it has one form only"
    assert "lottery.malformed" in capsys.readouterr().out


def test_a_log_that_was_changed_after_it_was_signed_proves_no_draw(
    opening: Border, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stands_at(opening, OPENS + timedelta(minutes=10))
    record, log = kept(opening, tmp_path / "draw.json"), ledger(opening, tmp_path / "log")
    assert main(["verify", str(record), "--ledger", str(log)]) == 0
    leaves = log / "leaves.ndjson"
    leaves.write_bytes(leaves.read_bytes().replace(b'"minutes":60', b'"minutes":30', 1))
    assert main(["verify", str(record), "--ledger", str(log)]) == 1
    assert "lottery.log_changed" in capsys.readouterr().out


def test_where_few_trucks_are_called_each_day_has_its_places_and_no_draw_is_announced_for_none(border: Border) -> None:
    border.gate.do(
        "queue_scheduling",
        lambda session: session.connection().exec_driver_sql(
            "UPDATE queue_scheduling.parameters SET value = 0.02 WHERE starts_with(name, 'slot_share_')"
        ),
    )
    rounds_of_slots(border)
    week = told(border.gate.client.get(f"{API}/routes/hn-1119/slots/EXPORT"))["slots"]
    free = {one["starts"]: one["places"] for one in week}
    assert sum(places for starts, places in free.items() if starts.startswith("2025-07-02")) == int(12 * 26 * 0.02)
    assert set(free.values()) == {0, 1}
    announced = {draw["slot"] for draw in told(border.gate.client.get(f"{API}/draws/hn-1119"))}
    assert len(announced) == 6
    assert all(free.get(name, 1) for name in announced)


def test_who_entered_last_and_was_not_drawn_may_book_what_is_left_as_soon_as_who_entered_first(opening: Border) -> None:
    stands_at(opening, OPENS)
    first = [filed(opening) for _ in range(6)]
    for crossing in first:
        enters(opening, crossing)
    opening.gate.clock.set(OPENS + timedelta(minutes=9))
    last = [filed(opening) for _ in range(6)]
    for crossing in last:
        enters(opening, crossing)
    stands_at(opening, OPENS + timedelta(minutes=10))
    for late in (first, last):
        lost = next(one for one in late if slot(opening, one)["cause"] == "NOT_DRAWN")
        told(reserves(opening, lost, OPENS + timedelta(hours=2)), 201)


def test_who_gives_his_part_up_is_not_drawn(opening: Border) -> None:
    stands_at(opening, OPENS)
    stays, leaves = filed(opening), filed(opening)
    for crossing in (stays, leaves):
        enters(opening, crossing)
    told(asks(opening, leaves, "release"))
    stands_at(opening, OPENS + timedelta(minutes=10))
    assert [slot(opening, one)["stage"] for one in (stays, leaves)] == ["CONFIRMED", "RELEASED"]


def test_anybody_sees_which_draws_are_to_come(opening: Border) -> None:
    coming = told(opening.gate.client.get(f"{API}/draws/hn-1119"))
    noon = next(draw for draw in coming if draw["slot"] == NAME)
    assert (noon["opens"], noon["closes"], noon["drawn"]) == ("2025-07-01T05:00:00Z", "2025-07-01T05:10:00Z", False)
    days = {name: f"{API}/draws/hn-1119?day=2025-07-{name}" for name in ("01", "02")}
    of_days = {name: told(opening.gate.client.get(path)) for name, path in days.items()}
    assert noon in of_days["01"]
    assert noon not in of_days["02"]
    assert sum(map(len, of_days.values())) == len(coming)
    assert told(opening.gate.client.get(f"{API}/draws/hn-1119?day=9999-12-31")) == []
    assert (
        told(opening.gate.client.get(f"{API}/draws/hn-1119/EXPORT/2025-07-08T05:30:00Z"), 404)["code"]
        == "slots.no_draw"
    )
