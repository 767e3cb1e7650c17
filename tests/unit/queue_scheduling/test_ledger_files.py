"""A downloaded log, a receipt and a proof are verified from files alone, and no byte of them changes unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bordergate.auth import SigningKey, key_set
from bordergate.ledger import Inclusion, Tail, Tree, inclusion_spans, leaf_hash
from events.words import TicketClass
from services.queue_scheduling.dispatch.book import Line, Place
from services.queue_scheduling.dispatch.urgency import lot_of
from services.queue_scheduling.ledger.command import main
from services.queue_scheduling.ledger.leaf import Kind
from services.queue_scheduling.ledger.seeds import day_of
from services.queue_scheduling.ledger.verify import HEADS, KEYS, LEAVES, verify_folder
from tests.builders.ledger import ROUTE, PublicQueue, Published, seed_of
from tests.builders.queue import TEN

KEY = SigningKey.generate()
FIRST = UUID(int=1)
ONE_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def a_log(trucks: int = 9) -> Published:
    """Trucks of several classes join, some are called."""
    queue = PublicQueue()
    for number in range(trucks):
        queue.joins((TicketClass.P4, TicketClass.P2, TicketClass.P5)[number % 3])
    for _ in range(trucks // 2):
        queue.calls()
    return Published([leaf.written() for leaf in queue.leaves], KEY)


def codes(folder: Path, **others: Any) -> set[str]:  # noqa: ANN401 - receipts, heads
    return {finding.code.removeprefix("ledger.") for finding in verify_folder(folder, **others).findings}


def test_an_honest_log_is_found_whole(tmp_path: Path) -> None:
    log = a_log()
    receipt = log.receipt(1, FIRST).signed(KEY)
    report = verify_folder(log.write(tmp_path / "log", 3, 7), [receipt])
    assert report.findings == []
    assert (report.log, report.leaves, report.heads, report.receipts) == (ROUTE, 18, 3, 1)
    assert report.waiting == {"EXPORT": 5}


@given(data=st.data())
@ONE_FOLDER
def test_any_byte_changed_in_a_published_log_or_head_is_found(tmp_path: Path, data: st.DataObject) -> None:
    folder = a_log().write(tmp_path / "log", 3, 7)
    path = folder / data.draw(st.sampled_from([HEADS, LEAVES]))
    raw = path.read_bytes()
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda other: other != raw[place]))
    path.write_bytes(raw[:place] + bytes([byte]) + raw[place + 1 :])
    assert verify_folder(folder).findings


def swapped(log: Published) -> Published:
    """Two decisions in each other's place, and all heads signed over that: a gate that lies from the beginning."""
    return Published([*log.leaves[:14], log.leaves[15], log.leaves[14], *log.leaves[16:]], KEY)


def test_a_broken_promise_in_a_log_that_is_signed_from_end_to_end_is_found(tmp_path: Path) -> None:
    found = codes(swapped(a_log()).write(tmp_path / "log"))
    assert "other_root" not in found
    assert "number_skipped" in found


def test_two_histories_told_to_two_people_are_found_by_comparing_heads(tmp_path: Path) -> None:
    log, other = a_log(), swapped(a_log())
    folder = log.write(tmp_path / "log", 5)
    assert codes(folder, heads=[other.head(5).signed(KEY)]) == set()
    assert codes(folder, heads=[other.head(15).signed(KEY)]) == {"other_root"}
    assert "split_view" in codes(folder, heads=[other.head().signed(KEY)])


def test_a_head_that_a_stranger_signed_or_of_another_log_is_refused(tmp_path: Path) -> None:
    log = a_log()
    folder = log.write(tmp_path / "log")
    stranger = Published(log.leaves, SigningKey.generate()).head().signed(SigningKey.generate())
    assert codes(folder, heads=[stranger]) == {"bad_head"}
    other = log.head(4).signed(KEY)
    (folder / HEADS).write_text((folder / HEADS).read_text() + other)
    assert codes(folder) == {"line_unended"}


def test_a_log_with_too_few_or_too_many_leaves_is_found(tmp_path: Path) -> None:
    log = a_log()
    folder = log.write(tmp_path / "log")
    (folder / LEAVES).write_bytes(b"".join(leaf + b"\n" for leaf in log.leaves[:-2]))
    assert codes(folder) == {"leaves_missing"}
    (folder / LEAVES).write_bytes(b"".join(leaf + b"\n" for leaf in [*log.leaves, log.leaves[0]]))
    assert "leaves_unsigned" in codes(folder)


def test_a_receipt_that_the_log_forgot_is_found_once_its_minute_is_over(tmp_path: Path) -> None:
    log = a_log()
    forgotten = Published([*log.leaves[:1], *log.leaves[2:]], KEY)
    receipt = log.receipt(1, FIRST).signed(KEY)
    assert "receipt_broken" in codes(forgotten.write(tmp_path / "log"), receipts=[receipt])
    early = Published(forgotten.leaves, KEY, at=log.receipt(1, FIRST).due - timedelta(seconds=1))
    assert "receipt_awaited" in codes(early.write(tmp_path / "early"), receipts=[receipt])
    assert codes(log.write(tmp_path / "whole"), receipts=[receipt[:-9] + "AAAAAAAAA"]) == {"bad_receipt"}


def a_simulated(log: Published, folder: Path, *, simulated: bool = True) -> Path:
    """The same log under one more head, which says that the gate's time is set."""
    log.write(folder)
    with (folder / HEADS).open("a") as file:
        file.write(log.head(3, simulated=simulated).signed(KEY) + "\n")
    return folder


def test_no_gate_excuses_itself_by_saying_that_its_time_is_simulated(tmp_path: Path) -> None:
    queue = PublicQueue()
    queue.joins()
    queue.now -= timedelta(minutes=10)
    queue.joins()
    late = Published([leaf.written() for leaf in queue.leaves], KEY)
    assert codes(late.write(tmp_path / "real")) == {"time_ran_back"}
    folder = a_simulated(late, tmp_path / "excused")
    assert codes(folder) == {"time_ran_back", "simulated_time"}
    assert codes(folder, simulated=True) == {"real_time"}
    (folder / HEADS).write_text(late.head(simulated=True).signed(KEY) + "\n")
    assert codes(folder, simulated=True) == set()


def test_a_receipt_that_calls_itself_simulated_is_no_excuse_for_having_forgotten_it(tmp_path: Path) -> None:
    log = a_log()
    forgotten = Published([*log.leaves[:1], *log.leaves[2:]], KEY)
    receipt = replace(log.receipt(1, FIRST), simulated=True).signed(KEY)
    assert {"receipt_broken", "simulated_time"} <= codes(forgotten.write(tmp_path / "log"), receipts=[receipt])


def test_who_holds_a_perishables_receipt_learns_its_lot_once_the_day_is_over(tmp_path: Path) -> None:
    queue = PublicQueue()
    mine = queue.joins(TicketClass.P2)
    place = len(queue.leaves) - 1
    sealed = Published([leaf.written() for leaf in queue.leaves], KEY)
    assert verify_folder(sealed.write(tmp_path / "day"), [sealed.receipt(place, mine).signed(KEY)]).lots == {}
    queue.now += timedelta(days=1)
    queue.joins()
    log = Published([leaf.written() for leaf in queue.leaves], KEY, at=queue.now)
    report = verify_folder(log.write(tmp_path / "next"), [log.receipt(place, mine).signed(KEY)])
    assert report.findings == []
    assert list(report.lots.values()) == [lot_of(seed_of(day_of(TEN)), mine).hex()]


def test_a_perishables_slot_draws_no_lot_between_equals(tmp_path: Path) -> None:
    queue = PublicQueue()
    queue.turn_seeds()
    place = Place(FIRST, TicketClass.P2, Line.BOOKED)
    queue.tell_of(Kind.BOOKED, place, slot=TEN + timedelta(hours=2), minutes=60, places=1)
    queue.now += timedelta(days=1)
    queue.tell_of(Kind.UNBOOKED, place, slot=TEN + timedelta(hours=2), cause="GIVEN_UP")
    log = Published([leaf.written() for leaf in queue.leaves], KEY, at=queue.now)
    booked = next(at for at, leaf in enumerate(queue.leaves) if leaf.kind is Kind.BOOKED)
    report = verify_folder(log.write(tmp_path / "log"), [log.receipt(booked, FIRST).signed(KEY)])
    assert (report.findings, report.receipts, report.lots) == ([], 1, {})


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[Any]]]:
    """Runs the command; gives its exit code and what it printed."""

    def run(*arguments: object) -> tuple[int, list[Any]]:
        code = main([str(argument) for argument in arguments])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def proved(log: Published, index: int, folder: Path) -> dict[str, Path]:
    """A receipt, a head, a proof and the keys as files."""
    tail = Tail()
    tail.grow(leaf_hash(leaf) for leaf in log.leaves)
    path = Tree(tail).path(inclusion_spans(index, tail.size))
    told = {
        "receipt": log.receipt(index, FIRST).signed(KEY).encode() + b"\n",
        "head": log.head().signed(KEY).encode(),
        "proof": Inclusion(ROUTE, index, tail.size, tuple(path)).written(),
        "keys": key_set([KEY]).encode(),
    }
    files = {name: folder / name for name in told}
    for name, content in told.items():
        files[name].write_bytes(content)
    return files


def options(files: dict[str, Path]) -> list[object]:
    return [part for name, path in files.items() for part in (f"--{name}", path)]


def test_the_command_verifies_one_receipt_offline(tmp_path: Path, say: Callable[..., tuple[int, list[Any]]]) -> None:
    code, (told,) = say("verify", *options(proved(a_log(), 1, tmp_path)))
    assert (code, told["ok"], told["log"], told["ticket"]) == (0, True, ROUTE, str(FIRST))
    assert told["leaf"]["promise"] == 1


@given(data=st.data())
@ONE_FOLDER
def test_any_byte_changed_in_a_head_a_proof_or_a_receipt_is_refused(
    tmp_path: Path, say: Callable[..., tuple[int, list[Any]]], data: st.DataObject
) -> None:
    files = proved(a_log(), 1, tmp_path)
    path = files[data.draw(st.sampled_from(["receipt", "head", "proof"]))]
    raw = path.read_bytes()
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda other: other != raw[place]))
    path.write_bytes(raw[:place] + bytes([byte]) + raw[place + 1 :])
    code, (told,) = say("verify", *options(files))
    assert (code, told["ok"]) == (1, False)
    assert set(told["message"]) == {"vi", "zh", "en"}


def test_the_command_tells_in_three_languages_what_it_found(
    tmp_path: Path, say: Callable[..., tuple[int, list[Any]]]
) -> None:
    code, (summary,) = say("verify", a_log().write(tmp_path / "log"))
    assert (code, summary["ok"], summary["leaves"]) == (0, True, 18)
    code, (*findings, summary) = say("verify", swapped(a_log()).write(tmp_path / "lies"))
    assert (code, summary["ok"], summary["wrong"]) == (1, False, len(findings))
    assert all(set(finding["message"]) == {"vi", "zh", "en"} for finding in findings)
    assert not any("–" in text or "{" in text for finding in findings for text in finding["message"].values())


def test_a_command_that_names_too_little_or_no_files_is_misused(
    tmp_path: Path, say: Callable[..., tuple[int, list[Any]]]
) -> None:
    assert say("verify")[0] == 2
    assert say("verify", tmp_path / "nothing")[0] == 2


@pytest.mark.parametrize("damaged", [b"no keys", b"[1]", b'{"keys": [{"crv": "Ed25519"}]}', b"\xff"])
def test_keys_that_cannot_be_read_are_told_in_three_languages(
    tmp_path: Path, say: Callable[..., tuple[int, list[Any]]], damaged: bytes
) -> None:
    folder = a_log().write(tmp_path / "log")
    (folder / KEYS).write_bytes(damaged)
    code, (told,) = say("verify", folder)
    assert (code, told["code"], set(told["message"])) == (2, "ledger.damaged_keys", {"vi", "zh", "en"})
    assert all(str(folder / KEYS) in message for message in told["message"].values())
