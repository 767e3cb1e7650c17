from __future__ import annotations

import os
import stat
import time
from pathlib import Path

from bordergate.auth import read_key_set
from bordergate.auth.ring import THIRTY_DAYS, KeyRing


def test_keys_are_drawn_once_readable_by_their_owner_only_and_two_stay_published(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "private", tmp_path / "callers.json")
    first = ring.signing()
    assert ring.signing().kid == first.kid
    (stored,) = (tmp_path / "private").glob("*.pem")
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    second, third = ring.rotate(), ring.rotate()
    assert ring.signing().kid == third.kid
    published = ring.published.read_text()
    assert first.kid not in published
    assert second.kid in published
    assert third.kid in published


def test_an_old_key_is_followed_by_a_new_one(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "private", tmp_path / "callers.json")
    first = ring.signing()
    long_ago = time.time() - THIRTY_DAYS - 1
    os.utime(tmp_path / "private" / f"{first.kid}.pem", (long_ago, long_ago))
    second = ring.signing()
    assert second.kid != first.kid
    assert first.kid in ring.published.read_text()


def test_how_long_a_key_signs_is_its_ring_s_to_say(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "private", tmp_path / "references.json", rotated_after=3 * THIRTY_DAYS)
    first = ring.signing()
    long_ago = time.time() - THIRTY_DAYS - 1
    os.utime(tmp_path / "private" / f"{first.kid}.pem", (long_ago, long_ago))
    assert ring.signing().kid == first.kid


def test_a_ring_for_ever_publishes_every_key_it_ever_drew(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "private", tmp_path / "ledger.json", for_ever=True)
    drawn = [ring.signing().kid, ring.rotate().kid, ring.rotate().kid, ring.rotate().kid]
    assert list(read_key_set(ring.published.read_text())) == drawn
    assert len(list((tmp_path / "private").glob("*.pem"))) == 2
