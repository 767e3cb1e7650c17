"""Heads, receipts and proofs as they are published: read back as they were, and not once anything of them changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.auth import NotGenuine, SigningKey
from bordergate.errors import Invalid
from bordergate.ledger import (
    Consistency,
    Inclusion,
    NotCanonical,
    Receipt,
    TreeHead,
    UnprovenClaim,
    canonical,
    commitment,
    leaf_hash,
    node_hash,
    read_canonical,
)

AT = datetime(2026, 5, 4, 1, 30, tzinfo=UTC)
KEY, OTHER = SigningKey.generate(), SigningKey.generate()
KEYS = {KEY.kid: KEY.private.public_key()}
HEAD = TreeHead("hn-1119", 700, leaf_hash(b"root"), AT)
TICKET, NONCE = UUID(int=7), bytes(range(16))
LEAF = canonical({"kind": "JOINED", "commitment": commitment(NONCE, TICKET.bytes).hex(), "promise": 12})
RECEIPT = Receipt("hn-1119", 41, LEAF, NONCE, TICKET, AT)
LEFT, RIGHT = leaf_hash(b"left"), leaf_hash(b"right")
PROOF = Inclusion("hn-1119", 1, 2, (LEFT,))
GROWTH = Consistency("hn-1119", 1, 2, (RIGHT,))
JSON = st.recursive(
    st.one_of(st.integers(-(2**53), 2**53), st.text(max_size=8), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)


def changed_once(text: bytes, data: st.DataObject) -> bytes:
    place = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda other: other != text[place]))
    return text[:place] + bytes([byte]) + text[place + 1 :]


@given(simulated=st.booleans(), size=st.integers(0, 2**40))
def test_a_head_says_what_was_signed(simulated: bool, size: int) -> None:  # noqa: FBT001 - drawn
    head = TreeHead("tt-1088", size, LEFT, AT, simulated)
    assert TreeHead.read(head.signed(KEY), KEYS) == head


@given(data=st.data())
def test_any_byte_changed_in_a_head_or_a_receipt_is_found(data: st.DataObject) -> None:
    for text, read in ((HEAD.signed(KEY), TreeHead.read), (RECEIPT.signed(KEY), Receipt.read)):
        damaged = changed_once(text.encode(), data).decode("latin-1")
        with pytest.raises(Invalid):
            read(damaged, KEYS)


def test_a_receipt_says_what_was_signed_and_opens_its_own_commitment() -> None:
    read = Receipt.read(RECEIPT.signed(KEY), KEYS)
    assert read == RECEIPT
    assert read.fits()
    assert read.hash == leaf_hash(LEAF)
    assert read.due == AT + timedelta(seconds=60)
    assert not Receipt("hn-1119", 41, LEAF, NONCE, UUID(int=8), AT).fits()
    assert not Receipt("hn-1119", 41, LEAF, bytes(16), TICKET, AT).fits()


def test_what_another_signed_or_for_another_purpose_is_refused() -> None:
    with pytest.raises(NotGenuine):
        TreeHead.read(HEAD.signed(SigningKey(KEY.kid, OTHER.private)), KEYS)
    with pytest.raises(Invalid):
        TreeHead.read(HEAD.signed(OTHER), KEYS)
    with pytest.raises(Invalid):
        TreeHead.read(RECEIPT.signed(KEY), KEYS)
    with pytest.raises(Invalid):
        Receipt.read(HEAD.signed(KEY), KEYS)


@given(data=st.data())
def test_any_byte_changed_in_a_proof_is_found(data: st.DataObject) -> None:
    root = node_hash(LEFT, RIGHT)
    with pytest.raises((NotCanonical, UnprovenClaim)):
        _checked(Inclusion.read(changed_once(PROOF.written(), data)), root)
    growth = changed_once(GROWTH.written(), data)
    with pytest.raises((NotCanonical, UnprovenClaim)):
        _grown(Consistency.read(growth), root)


def _checked(proof: Inclusion, root: bytes) -> None:
    """As a reader does who knows which log he asked about, and how large its signed tree is."""
    if (proof.log, proof.size) != ("hn-1119", 2):
        raise UnprovenClaim
    proof.check(RIGHT, root)


def _grown(proof: Consistency, root: bytes) -> None:
    if (proof.log, proof.first, proof.second) != ("hn-1119", 1, 2):
        raise UnprovenClaim
    proof.check(LEFT, root)


def test_a_proof_is_read_back_as_it_was_written() -> None:
    assert Inclusion.read(PROOF.written()) == PROOF
    assert Consistency.read(GROWTH.written()) == GROWTH
    PROOF.check(RIGHT, node_hash(LEFT, RIGHT))
    GROWTH.check(LEFT, node_hash(LEFT, RIGHT))


@given(value=st.dictionaries(st.text(max_size=6), JSON, max_size=5))
def test_a_value_is_written_in_one_way(value: dict[str, object]) -> None:
    raw = canonical(value)
    assert read_canonical(raw) == value
    assert b"\n" not in raw
    assert raw.isascii()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"7",
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1,"a":1}',
        b'{"a":NaN}',
        '{"a":"ữ"}'.encode(),
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_any_other_way_is_refused(raw: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_canonical(raw)


def test_a_short_nonce_commits_to_nothing() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(b"short", TICKET.bytes)
