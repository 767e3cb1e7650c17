"""The public ledger on the real database: what is decided is a leaf, has its place soon, and is proven to anybody."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.exc import ProgrammingError

from bordergate.auth import Role, read_key_set
from bordergate.ids import new_id
from bordergate.ledger import Consistency, Inclusion, Receipt, Tile, TreeHead, leaf_hash, root_of
from events.gate_operations import Authority, TruckArriving
from events.vehicle_registration import CrossingCancelled
from services.queue_scheduling.dispatch.urgency import lot_of
from services.queue_scheduling.domain.hours import midnight
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.fetch import KeysChanged, fetch
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.seeds import begins
from services.queue_scheduling.ledger.sequencer import Sequencer, ring_of
from services.queue_scheduling.ledger.verify import KEYS, verify_folder
from tests.builders.callers import a_caller
from tests.builders.queue import DURIAN, FUEL, MACHINES, a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border

ROUTE = "hn-1119"
LOG = f"{API}/ledger/{ROUTE}"


def told(answer: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401 - any JSON
    assert answer.status_code == status, answer.text
    return answer.json()


def sequenced(border: Border) -> int:
    """Let every leaf have its place; returns how many the longest route had."""
    sequencer, most = Sequencer(border.gate.gate), 0
    while count := sequencer.step():
        most += count
    return most


def leaves(border: Border, route: str = ROUTE) -> list[Leaf]:
    """The log of a route as anybody reads it."""
    sequenced(border)
    found, first = list[Leaf](), 0
    while lines := border.gate.client.get(f"{API}/ledger/{route}/leaves", params={"first": first}).content.splitlines():
        found += [Leaf.read(line) for line in lines]
        first = len(found)
    return found


def kinds(border: Border, ticket: UUID | None = None, route: str = ROUTE) -> list[str]:
    """What was told, of one ticket or of all."""
    wanted = commitment(border, ticket) if ticket else None
    return [leaf.kind.value for leaf in leaves(border, route) if wanted in (None, leaf.commitment)]


def commitment(border: Border, ticket: UUID) -> str:
    receipt = Receipt.read(receipt_of(border, ticket)["receipt"], keys(border))
    assert receipt.fits()
    return Leaf.read(receipt.leaf).commitment or ""


def receipt_of(border: Border, ticket: UUID) -> Any:  # noqa: ANN401 - any JSON
    return told(border.operator().get(f"{API}/tickets/{ticket}/receipt"))


def keys(border: Border) -> Any:  # noqa: ANN401 - public keys by name
    return read_key_set(border.gate.client.get(f"{API}/ledger/keys").text)


def head(border: Border, route: str = ROUTE) -> TreeHead:
    shown = told(border.gate.client.get(f"{API}/ledger/{route}/head"))
    head = TreeHead.read(shown["statement"], keys(border))
    assert (shown["size"], shown["root"]) == (head.size, head.root.hex())
    return head


def fetched(border: Border, folder: Path) -> Path:
    sequenced(border)
    fetch(border.gate.client, ROUTE, folder)
    return folder


def test_every_decision_about_a_place_is_a_leaf(border: Border) -> None:
    first, second, third, fourth, fifth = border.trucks_join(5)
    border.is_not_ready(first)
    border.hears(CrossingCancelled(crossing_id=third, reason="other plans"))
    border.hears(TruckArriving(crossing_id=fourth, first=Authority.CUSTOMS), source="gate_operations")
    border.opens(minutes=3)
    told(border.two_operators().post(f"{API}/tickets/{fifth}/override", json={"reason": "medicine"}))
    border.gate.wait(minutes=61)
    assert kinds(border, first) == ["JOINED", "PASSED"]
    assert kinds(border, second)[:3] == ["JOINED", "CALLED", "MISSED"]
    assert kinds(border, third) == ["JOINED", "WITHDRAWN"]
    assert kinds(border, fourth) == ["JOINED", "LEFT"]
    assert kinds(border, fifth)[:2] == ["JOINED", "OVERRIDDEN"]


def test_a_number_exchanged_for_an_earlier_one_is_told_too(border: Border) -> None:
    border.trucks_join(1)
    (perishable,) = border.trucks_join(1, goods=DURIAN)
    border.trucks_join(1)
    border.hears(CrossingCancelled(crossing_id=perishable, reason="other plans"))
    border.trucks_join(1)
    (told,) = (leaf for leaf in leaves(border) if leaf.kind is Kind.EXCHANGED)
    assert (told.line, told.number, told.to) == ("STANDARD", 3, 2)


def test_other_goods_and_another_route_are_told_as_such(border: Border) -> None:
    one, other = border.trucks_join(2)
    border.joins(a_ready_crossing(one, goods=MACHINES, empty=True))
    border.joins(a_ready_crossing(other, route="tt-1088"))
    assert [(leaf.kind, leaf.cause) for leaf in leaves(border) if leaf.kind is Kind.LEFT] == [
        (Kind.LEFT, "CHANGED"),
        (Kind.LEFT, "MOVED"),
    ]
    assert kinds(border, other, "tt-1088") == ["JOINED"]


def test_what_was_refused_leaves_no_leaf(border: Border) -> None:
    trader = new_id()
    (mine,) = border.trucks_join(1, parties=(trader,))
    before = len(leaves(border))
    answer = border.trader(trader).post(
        f"{API}/tickets/{mine}/withdraw", json={"reason": "sold"}, headers={"If-Match": '"99"'}
    )
    told(answer, 412)
    assert len(leaves(border)) == before


def test_a_leaf_names_no_plate_no_person_and_no_reference(border: Border) -> None:
    crossing = a_ready_crossing(goods=DURIAN)
    border.joins(crossing)
    sequenced(border)
    text = border.gate.client.get(f"{LOG}/leaves").text
    for hidden in (crossing.plate, crossing.reference, crossing.crossing_id, crossing.carrier, crossing.driver_id):
        assert str(hidden) not in text


def test_the_holder_of_a_place_gets_a_receipt_and_a_proof_that_fits_it(border: Border) -> None:
    trader = new_id()
    (mine,) = border.trucks_join(1, parties=(trader,))
    view = told(border.trader(trader).get(f"{API}/tickets/{mine}/receipt"))
    receipt = Receipt.read(view["receipt"], keys(border))
    assert (receipt.subject, receipt.log, view["index"]) == (mine, ROUTE, None)
    assert receipt.fits()
    assert receipt.due == receipt.at + timedelta(seconds=60)
    leaf = Leaf.read(receipt.leaf)
    assert (leaf.kind, leaf.first_come, leaf.promise) == (Kind.JOINED, 1, 1)
    waiting = border.gate.client.get(f"{LOG}/entries/{receipt.entry}/inclusion")
    sequenced(border)
    standing = head(border)
    answer = border.gate.client.get(f"{LOG}/entries/{receipt.entry}/inclusion", params={"size": standing.size})
    Inclusion.read(answer.content).check(receipt.hash, standing.root)
    assert told(waiting, 404)["code"] in {"queue_scheduling.no_log", "queue_scheduling.not_in_log_yet"}
    assert receipt_of(border, mine)["index"] is not None


def test_nobody_else_gets_a_receipt(border: Border) -> None:
    (mine,) = border.trucks_join(1)
    driver = border.gate.as_(a_caller(Role.DRIVER, crossing=mine))
    assert told(driver.get(f"{API}/tickets/{mine}/receipt"))["log"] == ROUTE
    assert told(border.trader(new_id()).get(f"{API}/tickets/{mine}/receipt"), 404)
    assert border.gate.client.get(f"{API}/tickets/{mine}/receipt").status_code == 401


def test_a_whole_log_is_downloaded_and_found_without_a_broken_promise(border: Border, tmp_path: Path) -> None:
    border.trucks_join(30)
    border.trucks_join(6, goods=DURIAN)
    border.trucks_join(4, goods=FUEL)
    empties = border.trucks_join(4, empty=True)
    border.opens(minutes=20)
    folder = fetched(border, tmp_path / "log")
    border.hears(CrossingCancelled(crossing_id=empties[0], reason="other plans"))
    for _ in range(40):
        border.gate.wait(minutes=1)
    assert fetched(border, folder) == folder
    report = verify_folder(folder, [receipt_of(border, empties[1])["receipt"]])
    assert report.findings == []
    assert (report.leaves, report.receipts) == (len(leaves(border)), 1)
    assert report.heads >= 2
    rows = border.gate.rows(
        "queue_scheduling", "SELECT count(*) FROM queue_scheduling.places WHERE queue = %s", f"{ROUTE}/EXPORT"
    )
    assert report.waiting["EXPORT"] == rows[0].count > 0


def test_tiles_heads_and_proofs_of_a_long_log_fit_one_another(border: Border) -> None:
    border.trucks_join(300)
    sequenced(border)
    first = head(border)
    border.trucks_join(300)
    sequenced(border)
    second = head(border)
    assert second.size > first.size > 256
    raw = border.gate.client.get(f"{LOG}/leaves").content.splitlines()
    hashes = [leaf_hash(line) for line in raw]
    assert (root_of(hashes[: first.size]), root_of(hashes)) == (first.root, second.root)
    tile = border.gate.client.get(f"{LOG}/tiles/0/1")
    assert tile.content == b"".join(hashes[256:512])
    assert "immutable" in tile.headers["cache-control"]
    sizes = {"first": first.size, "second": second.size}
    growth = border.gate.client.get(f"{LOG}/consistency", params=sizes)
    Consistency.read(growth.content).check(first.root, second.root)
    for index in (0, 255, 256, 300, 511, 512, second.size - 1):
        proof = border.gate.client.get(f"{LOG}/leaves/{index}/inclusion", params={"size": second.size})
        Inclusion.read(proof.content).check(hashes[index], second.root)
        if index < first.size:
            earlier = border.gate.client.get(f"{LOG}/leaves/{index}/inclusion", params={"size": first.size})
            Inclusion.read(earlier.content).check(hashes[index], first.root)
    statements = border.gate.client.get(f"{LOG}/heads", params={"above": 0}).text.splitlines()
    signed = [TreeHead.read(statement, keys(border)) for statement in statements]
    assert [one.size for one in signed][-2:] == [first.size, second.size]


def test_an_old_head_is_signed_anew_though_nothing_was_added(border: Border) -> None:
    border.trucks_join(1)
    sequenced(border)
    before = head(border)
    border.gate.clock.forward(minutes=5)
    after = head(border)
    assert (after.size, after.root) == (before.size, before.root)
    assert after.at >= before.at + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("xx-0000/head", 404),
        ("xx-0000/leaves", 404),
        (f"{ROUTE}/tiles/0/7", 404),
        (f"{ROUTE}/tiles/9/0", 422),
        (f"{ROUTE}/leaves/4000/inclusion", 404),
        (f"{ROUTE}/leaves/0/inclusion?size=4000", 404),
        (f"{ROUTE}/entries/4000/inclusion", 404),
        (f"{ROUTE}/consistency?first=3&second=2", 404),
        (f"{ROUTE}/consistency?first=1&second=4000", 404),
        (f"{ROUTE}/leaves?count=100000", 422),
        (f"{ROUTE}/leaves/{2**80}/inclusion", 422),
    ],
)
def test_what_the_log_does_not_have_is_said_so(border: Border, path: str, status: int) -> None:
    border.trucks_join(1)
    sequenced(border)
    assert set(told(border.gate.client.get(f"{API}/ledger/{path}"), status)["messages"]) == {"vi", "zh", "en"}


def test_anybody_reads_it_from_any_page(border: Border) -> None:
    border.trucks_join(1)
    sequenced(border)
    logs = told(border.gate.client.get(f"{API}/ledger"))
    assert ROUTE in [log["log"] for log in logs]
    for path in ("/ledger", "/ledger/keys", f"/ledger/{ROUTE}/head", f"/ledger/{ROUTE}/leaves"):
        answer = border.gate.client.get(API + path)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "max-age" in answer.headers["cache-control"]


@pytest.mark.parametrize("table", ["leaves", "tiles", "tree_heads"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET route = 'xx'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_gate_itself_cannot_rewrite_its_log(border: Border, table: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        border.gate.do(
            "queue_scheduling",
            lambda session: session.connection().exec_driver_sql(statement.format(f"queue_scheduling.{table}")),
        )


def test_many_sequencers_give_every_leaf_one_place(border: Border) -> None:
    border.trucks_join(120)
    border.trucks_join(40, route="tt-1088")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            sequencer = Sequencer(border.gate.gate)
            for _ in range(20):
                sequencer.step()
        except BaseException as error:  # a thread's failure is the test's
            failures.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    sequenced(border)
    rows = border.gate.rows(
        "queue_scheduling",
        "SELECT route, count(*), max(index) AS last, count(DISTINCT entry) AS entries"
        " FROM queue_scheduling.leaves GROUP BY route",
    )
    assert all(row.count == row.last + 1 == row.entries for row in rows)
    assert not border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.pending_leaves")


def test_a_queue_older_than_its_ledger_begins_with_who_waits(border: Border, tmp_path: Path) -> None:
    border.trucks_join(3)
    absent, _, _, _ = border.trucks_join(4, goods=DURIAN)
    border.opens(minutes=8)
    border.is_not_ready(absent)
    border.gate.do(
        "queue_scheduling",
        lambda session: session.connection().exec_driver_sql(
            "WITH gone AS (DELETE FROM queue_scheduling.pending_leaves RETURNING 1)"
            " UPDATE queue_scheduling.queues SET logged = false, hours = NULL WHERE (SELECT count(*) FROM gone) > 0"
        ),
    )
    border.trucks_join(2)
    border.gate.wait(minutes=65)
    report = verify_folder(fetched(border, tmp_path / "log"))
    assert report.findings == []
    assert kinds(border)[:2] == ["OPENED", "STANDING"]
    assert {"CALLED", "MISSED"} <= set(kinds(border))
    (called, *_) = (leaf for leaf in leaves(border) if leaf.kind is Kind.STANDING and leaf.valid_until)
    assert [leaf.kind for leaf in leaves(border) if leaf.commitment == called.commitment][1] is Kind.MISSED


def test_a_gate_that_changes_its_keys_is_found_out(border: Border, tmp_path: Path) -> None:
    border.trucks_join(1)
    folder = fetched(border, tmp_path / "log")
    ring_of(border.gate.gate.settings).rotate()
    fetched(border, folder)
    told_keys = (folder / KEYS).read_text()
    assert len(read_key_set(told_keys)) == 2
    ring_of(border.gate.gate.settings).published.write_text('{"keys": []}')
    ring_of(border.gate.gate.settings).rotate()
    with pytest.raises(KeysChanged):
        fetch(border.gate.client, ROUTE, folder)


def test_a_days_seed_is_sealed_before_the_day_and_shown_after_it(border: Border, tmp_path: Path) -> None:
    (mine,) = border.trucks_join(1, goods=DURIAN)
    for _ in range(3):
        border.gate.clock.set(midnight(border.gate.clock.now()) + timedelta(days=1, minutes=1))
        border.gate.settle()
    border.trucks_join(2, goods=DURIAN)
    sealed = {leaf.day: leaf.at for leaf in leaves(border) if leaf.kind is Kind.SEALED}
    shown = {leaf.day: leaf.seed for leaf in leaves(border) if leaf.kind is Kind.UNSEALED}
    first, *later = sorted(sealed)
    assert all(sealed[day] < begins(day) - timedelta(days=1) for day in later[1:])
    assert list(shown) == sorted(sealed)[:3]
    report = verify_folder(fetched(border, tmp_path / "log"), [receipt_of(border, mine)["receipt"]])
    assert report.findings == []
    assert list(report.lots.values()) == [lot_of(bytes.fromhex(shown[first] or ""), mine).hex()]


def test_other_terms_are_told_before_anybody_joins_under_them(border: Border, tmp_path: Path) -> None:
    border.trucks_join(2, empty=True)
    border.gate.do(
        "queue_scheduling",
        lambda session: session.connection().exec_driver_sql(
            "UPDATE queue_scheduling.parameters SET value = 5 WHERE name = 'empty_m'"
        ),
    )
    border.trucks_join(3, empty=True)
    told = [(leaf.line, leaf.beta, leaf.m) for leaf in leaves(border) if leaf.kind is Kind.TERMS]
    assert told[0] == ("EMPTY", "0.5", 60)
    assert told[3] == ("EMPTY", "0.5", 5)
    assert verify_folder(fetched(border, tmp_path / "log")).findings == []


def test_the_check_of_the_log_knows_who_waits(border: Border) -> None:
    border.trucks_join(5)
    border.opens(minutes=5)
    check = LogCheck("hn-1119")
    assert [finding for leaf in leaves(border) for finding in check.read(leaf)] == []
    (queue,) = (queue for direction, queue in check.queues.items() if direction == "EXPORT")
    assert (queue.number, queue.numbered) == (border.queue().called, border.queue().numbered)


def test_a_proof_of_a_tile_is_read_from_one_tile_a_level(border: Border) -> None:
    border.trucks_join(300)
    sequenced(border)
    rows = border.gate.rows(
        "queue_scheduling", "SELECT level, index FROM queue_scheduling.tiles WHERE route = %s", ROUTE
    )
    assert [Tile(row.level, row.index) for row in rows] == [Tile(0, 0)]
