"""What a running gate decided is in its public log soon after, and the log keeps every promise."""

from __future__ import annotations

from pathlib import Path

from events.words import Direction
from services.queue_scheduling.ledger.fetch import fetch
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.verify import LEAVES, verify_folder
from tests.builders.journey import Travellers
from tests.builders.stories import FREIGHT

API = "/api/queue-scheduling"


def test_the_log_of_a_running_gate_holds_what_it_decided(live_travellers: Travellers, tmp_path: Path) -> None:
    crossing = live_travellers.files(Direction.EXPORT)
    live_travellers.is_called(crossing)
    receipt = live_travellers.firm.get(f"{API}/tickets/{crossing}/receipt").json()
    folder, client = tmp_path / "log", live_travellers.gate.client
    live_travellers.let_happen(lambda: client.get(f"{API}/ledger/{FREIGHT}/head").is_success)

    def told() -> list[Kind]:
        fetch(client, FREIGHT, folder)
        return [Leaf.read(line).kind for line in (folder / LEAVES).read_bytes().splitlines()]

    live_travellers.let_happen(lambda: Kind.CALLED in told())
    report = verify_folder(folder, [receipt["receipt"]])
    assert report.findings == []
    assert report.receipts == 1
