"""The check of what was published, from files alone: heads, leaves, promises and receipts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bordergate.auth import read_key_set
from bordergate.errors import Invalid, Refusal
from bordergate.ledger import Inclusion, Receipt, Tail, TreeHead, UnprovenClaim, leaf_hash
from events.words import TicketClass
from services.queue_scheduling.dispatch.urgency import lot_of
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.finding import Finding
from services.queue_scheduling.ledger.leaf import Kind, Leaf, MalformedLeaf
from services.queue_scheduling.ledger.seeds import day_of

KEYS, HEADS, LEAVES = "keys.json", "heads.ndjson", "leaves.ndjson"
Keys = Mapping[str, Ed25519PublicKey]


class DamagedKeys(Invalid):
    """What should be the published keys cannot be read as such."""

    code = "ledger.damaged_keys"


def keys_of(text: bytes, where: Path | str) -> Keys:
    """The published keys that a file or an answer holds; raises DamagedKeys, which names where it is from."""
    try:
        return read_key_set(text.decode("utf-8"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedKeys(file=str(where)) from error


@dataclass
class Report:
    """What was looked at, and all that is wrong with it; `waiting` are those with a place, by direction.

    `terms` are the graces in force at the end of the log, `lots` what receipts of perishables drew, by entry.
    `unordered` is how many places before all others no written order stands for, `alone` how many calls of dangerous
    goods above their share, and `dealt` whether it is known to the end who holds which number, by direction.
    """

    log: str = ""
    leaves: int = 0
    heads: int = 0
    receipts: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    unordered: dict[str, int] = field(default_factory=dict)
    alone: dict[str, int] = field(default_factory=dict)
    dealt: dict[str, bool] = field(default_factory=dict)
    terms: dict[str, dict[str, str]] = field(default_factory=dict)
    lots: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, index: int, code: str, **details: object) -> None:
        """Something is wrong at a leaf, or with a head of this size."""
        self.findings.append(Finding(index, code, details))


def verify_receipt(receipt: str, head: str, proof: bytes, keys: Keys) -> Receipt:
    """That a receipt's leaf is in the tree of a signed head; raises what is wrong."""
    told, standing, shown = Receipt.read(receipt, keys), TreeHead.read(head, keys), Inclusion.read(proof)
    if not told.fits() or (shown.log, shown.size) != (standing.log, standing.size) or told.log != standing.log:
        raise UnprovenClaim
    shown.check(told.hash, standing.root)
    return told


def verify_folder(
    folder: Path, receipts: Iterable[str] = (), heads: Iterable[str] = (), *, simulated: bool = False
) -> Report:
    """Check a whole downloaded log: every leaf is under every head, every promise was kept, every receipt is in it.

    `heads` are others', to compare views. Only the reader says that the log is of `simulated` time, which is not judged
    by it: what the gate signed cannot excuse the gate.
    """
    report = Report()
    keys = keys_of((folder / KEYS).read_bytes(), folder / KEYS)
    signed = _heads(report, [*_lines(report, folder / HEADS), *(head.encode() for head in heads)], keys)
    told = _receipts(report, receipts, keys)
    _same_time(report, [*signed, *told.values()], simulated=simulated)
    check, awaited = LogCheck(report.log, simulated=simulated), dict(told)
    _walk(report, _lines(report, folder / LEAVES), _by_size(report, signed), check, awaited)
    last = max(signed, key=lambda head: head.at, default=None)
    for receipt in awaited.values():
        late = last is not None and last.at > receipt.due and not simulated
        report.add(report.leaves, "ledger.receipt_broken" if late else "ledger.receipt_awaited", entry=receipt.entry)
    report.waiting = {direction.value: len(queue.waiting) for direction, queue in check.queues.items()}
    report.unordered = {direction.value: queue.unordered for direction, queue in check.queues.items()}
    report.alone = {direction.value: queue.hours.alone for direction, queue in check.queues.items()}
    report.dealt = {direction.value: queue.dealing.book is not None for direction, queue in check.queues.items()}
    report.terms = {direction.value: queue.bounds.told() for direction, queue in check.queues.items()}
    report.lots = dict(_lots((receipt for key, receipt in told.items() if key not in awaited), check))
    return report


def verify_roots(folder: Path) -> Report:
    """Whether the leaves of a downloaded log are under every head that was signed, whatever they say."""
    report = Report()
    signed = _heads(report, _lines(report, folder / HEADS), read_key_set((folder / KEYS).read_text("utf-8")))
    _walk(report, _lines(report, folder / LEAVES), _by_size(report, signed), None, {})
    return report


def _same_time(report: Report, signed: Iterable[TreeHead | Receipt], *, simulated: bool) -> None:
    """What is said to be of simulated time has no place in the log of a real gate, nor the other way round."""
    other = sum(one.simulated is not simulated for one in signed)
    if other:
        report.add(report.leaves, "ledger.real_time" if simulated else "ledger.simulated_time", count=other)


def _lots(receipts: Iterable[Receipt], check: LogCheck) -> Iterator[tuple[int, str]]:
    """What perishables drew between equals; known once the seed of the day they joined was shown."""
    for receipt in receipts:
        leaf = Leaf.read(receipt.leaf)
        seed = check.queues[leaf.direction].seeds.shown.get(day_of(leaf.at))
        numbered = leaf.kind is Kind.JOINED and leaf.promise is not None
        if leaf.ticket_class is TicketClass.P2 and numbered and seed is not None:
            yield receipt.entry, lot_of(seed, receipt.subject).hex()


def _heads(report: Report, lines: Iterable[bytes], keys: Keys) -> list[TreeHead]:
    """The heads that were signed with the published keys."""
    found = []
    for number, line in enumerate(lines):
        try:
            found.append(TreeHead.read(line.decode("latin-1"), keys))
        except Refusal as refusal:
            report.add(number, "ledger.bad_head", why=refusal.code)
    report.heads, report.log = len(found), found[0].log if found else ""
    return found


def _by_size(report: Report, heads: Iterable[TreeHead]) -> list[TreeHead]:
    """One head of each size, smallest first; two of one size with two roots are two histories told to two people."""
    found: dict[int, TreeHead] = {}
    for head in heads:
        other = found.setdefault(head.size, head)
        if other.root != head.root:
            report.add(head.size, "ledger.split_view", size=head.size)
        if head.log != report.log:
            report.add(head.size, "ledger.other_log", log=head.log)
    return sorted(found.values(), key=lambda head: head.size)


def _receipts(report: Report, receipts: Iterable[str], keys: Keys) -> dict[bytes, Receipt]:
    """Receipts by the hash of the leaf they promise."""
    awaited = {}
    for text in receipts:
        try:
            receipt = Receipt.read(text, keys)
        except Refusal as refusal:
            report.add(report.receipts, "ledger.bad_receipt", why=refusal.code)
            continue
        report.receipts += 1
        if not receipt.fits() or receipt.log != report.log:
            report.add(receipt.entry, "ledger.other_log", log=receipt.log)
        awaited[receipt.hash] = receipt
    return awaited


def _walk(
    report: Report,
    lines: Iterator[bytes],
    heads: list[TreeHead],
    check: LogCheck | None,
    awaited: dict[bytes, Receipt],
) -> None:
    """Read the leaves once, and see at each head's size whether they give its root."""
    tail, waiting, hashes = Tail(), list(reversed(heads)), list[bytes]()
    while waiting and waiting[-1].size == 0:
        _compare(report, tail, waiting.pop())
    for line in lines:
        hashes.append(leaf_hash(line))
        awaited.pop(hashes[-1], None)
        if check is not None:
            _read(report, line, check)
        report.leaves += 1
        if waiting and waiting[-1].size == report.leaves:
            tail.grow(hashes)
            hashes.clear()
            _compare(report, tail, waiting.pop())
    if waiting:
        report.add(report.leaves, "ledger.leaves_missing", count=waiting[0].size - report.leaves)
    elif hashes:
        report.add(report.leaves, "ledger.leaves_unsigned", count=len(hashes))


def _read(report: Report, line: bytes, check: LogCheck) -> None:
    try:
        report.findings += check.read(Leaf.read(line))
    except MalformedLeaf:
        report.add(report.leaves, MalformedLeaf.code)
        check.size += 1


def _compare(report: Report, tail: Tail, head: TreeHead) -> None:
    if tail.root != head.root:
        report.add(head.size, "ledger.other_root", size=head.size)


def _lines(report: Report, path: Path) -> Iterator[bytes]:
    """The lines of a file, each ended by one newline and nothing else."""
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if not line.endswith(b"\n"):
                report.add(number, "ledger.line_unended", file=path.name)
            yield line.removesuffix(b"\n")
