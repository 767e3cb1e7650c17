"""Whoever has a slot has a receipt of it, which anybody verifies without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bordergate.auth import Role, read_key_set
from bordergate.ids import new_id
from bordergate.ledger import Inclusion, Receipt, TreeHead
from events.gate_operations import Authority, TruckArriving
from events.vehicle_registration import CrossingReady
from services.queue_scheduling.ledger.command import main
from services.queue_scheduling.ledger.fetch import fetch
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.verify import KEYS, verify_folder
from tests.builders.callers import a_caller
from tests.builders.queue import DURIAN
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    asks,
    filed,
    holds,
    reserves,
    told,
)

LOG = f"{API}/ledger/hn-1119"


def receipt_of(border: Border, holder: CrossingReady) -> Any:  # noqa: ANN401 - any JSON
    return told(border.trader(holder.parties[0]).get(f"{API}/slots/{holder.crossing_id}/receipt"))


def said(border: Border, holder: CrossingReady) -> Leaf:
    keys = read_key_set(border.gate.client.get(f"{API}/ledger/keys").text)
    receipt = Receipt.read(receipt_of(border, holder)["receipt"], keys)
    assert receipt.fits()
    assert receipt.subject == holder.crossing_id
    return Leaf.read(receipt.leaf)


def test_a_holder_proves_his_slot_from_files_alone(
    border: Border, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holder = holds(border, EIGHT)
    before = receipt_of(border, holder)
    assert before["index"] is None
    assert border.wrong_in_log() == []
    view, folder = receipt_of(border, holder), tmp_path / "log"
    head = told(border.gate.client.get(f"{LOG}/head"))
    proof = border.gate.client.get(f"{LOG}/entries/{view['entry']}/inclusion", params={"size": head["size"]})
    fetch(border.gate.client, "hn-1119", folder)
    keys = read_key_set((folder / KEYS).read_text())
    Inclusion.read(proof.content).check(
        Receipt.read(view["receipt"], keys).hash, TreeHead.read(head["statement"], keys).root
    )
    report = verify_folder(folder, [view["receipt"]])
    assert (report.findings, report.receipts) == ([], 1)
    files = {"receipt": view["receipt"].encode(), "head": head["statement"].encode(), "proof": proof.content}
    asked = [f"--keys={folder / KEYS}"]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        asked.append(f"--{name}={tmp_path / name}")
    assert main(["verify", *asked]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["ticket"], shown["leaf"]["kind"]) == (str(holder.crossing_id), "BOOKED")
    assert shown["leaf"]["slot"] == EIGHT.isoformat().replace("+00:00", "Z")


def test_a_slot_that_was_moved_has_a_receipt_of_its_new_hour(border: Border) -> None:
    holder = holds(border, EIGHT)
    told(asks(border, holder, "move", starts=NINE.isoformat(), accepts="0.5"))
    leaf = said(border, holder)
    assert (leaf.kind, leaf.slot) == (Kind.BOOKED, NINE)


def test_a_holder_keeps_his_receipt_when_his_truck_is_at_the_gate(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder)
    border.hears(TruckArriving(crossing_id=holder.crossing_id, first=Authority.CUSTOMS), source="gate_operations")
    assert said(border, holder).slot == EIGHT


def test_what_is_not_confirmed_has_no_receipt_and_nobody_else_gets_one(border: Border) -> None:
    holder, asking = holds(border, EIGHT), filed(border, DURIAN)
    told(reserves(border, asking, EIGHT), 201)
    answer = border.trader(asking.parties[0]).get(f"{API}/slots/{asking.crossing_id}/receipt")
    assert told(answer, 404)["code"] == "queue_scheduling.no_receipt"
    path = f"{API}/slots/{holder.crossing_id}/receipt"
    driver = border.gate.as_(a_caller(Role.DRIVER, crossing=holder.crossing_id))
    assert told(driver.get(path))["log"] == "hn-1119"
    assert told(border.trader(new_id()).get(path), 404)["code"] == "slots.no_slot"
    assert border.gate.client.get(path).status_code == 401
