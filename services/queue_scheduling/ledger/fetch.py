"""Downloading a route's log into files, to be verified where there is no network; goes on where it ended."""

from __future__ import annotations

from pathlib import Path

import httpx

from bordergate.errors import Conflict, Unavailable
from bordergate.ledger import TreeHead
from services.queue_scheduling.ledger.public import AT_ONCE
from services.queue_scheduling.ledger.verify import HEADS, KEYS, LEAVES, Keys, keys_of

API = "/api/queue-scheduling/ledger"


class KeysChanged(Conflict):
    """A key that was published before is gone, or is another now."""

    code = "ledger.keys_changed"


class NotFetched(Unavailable):
    """The gate did not give what was asked for."""

    code = "ledger.not_fetched"


def fetch(client: httpx.Client, route: str, folder: Path) -> int:
    """Bring the folder up to the log's last head; returns how many leaves are new. Raises KeysChanged, NotFetched."""
    size = int(_get(client, f"{API}/{route}/head").json()["size"])
    folder.mkdir(parents=True, exist_ok=True)
    keys = _keys(folder / KEYS, _get(client, f"{API}/keys"))
    known = _count(folder / LEAVES)
    with (folder / LEAVES).open("ab") as file:
        have = known
        while have < size:
            asked = {"first": have, "count": min(AT_ONCE, size - have)}
            lines = _get(client, f"{API}/{route}/leaves", **asked).content
            if lines.count(b"\n") != asked["count"]:
                raise NotFetched(path=f"{route}/leaves", status=200)
            file.write(lines)
            have += asked["count"]
    _heads(client, route, folder / HEADS, keys, size)
    return have - known


def _keys(path: Path, answer: httpx.Response) -> Keys:
    """Keys are added, never changed: otherwise what was signed before could be signed anew."""
    told = keys_of(answer.content, answer.url.path)
    before = keys_of(path.read_bytes(), path) if path.exists() else {}
    if any(kid not in told or told[kid] != key for kid, key in before.items()):
        raise KeysChanged
    path.write_text(answer.text, "utf-8")
    return told


def _heads(client: httpx.Client, route: str, path: Path, keys: Keys, size: int) -> None:
    """The heads signed since, up to the leaves that are here."""
    known = path.read_bytes().splitlines() if path.exists() else []
    above = _size(known[-1], keys) if known else 0
    with path.open("ab") as file:
        while above < size:
            lines = _get(client, f"{API}/{route}/heads", above=above).content.splitlines()
            within = [line for line in lines if _size(line, keys) <= size]
            if not within:
                raise NotFetched(path=f"{route}/heads", status=200)
            file.writelines(line + b"\n" for line in within)
            above = _size(within[-1], keys)


def _size(statement: bytes, keys: Keys) -> int:
    return TreeHead.read(statement.decode("latin-1"), keys).size


def _count(path: Path) -> int:
    """How many lines are here."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _get(client: httpx.Client, path: str, **asked: int) -> httpx.Response:
    try:
        answer = client.get(path, params=asked)
    except httpx.HTTPError as error:
        raise NotFetched(path=path, status=type(error).__name__) from error
    if answer.status_code != httpx.codes.OK:
        raise NotFetched(path=path, status=answer.status_code)
    return answer
