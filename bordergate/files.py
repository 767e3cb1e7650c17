"""Files that must not be lost: written whole or not at all, and there after the power fails."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, content: bytes, mode: int) -> None:
    """Put a file in its place, or in that of an older one; readers never see half of it."""
    half = _half(path, content, mode)
    half.replace(path)
    _keep_names(path.parent)


def write_once(path: Path, content: bytes, mode: int) -> None:
    """Put a file in its place unless there is one: of several who try at once exactly one does."""
    half = _half(path, content, mode)
    with suppress(FileExistsError):
        path.hardlink_to(half)
    half.unlink()
    _keep_names(path.parent)


def _half(path: Path, content: bytes, mode: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return half


def _keep_names(folder: Path) -> None:
    """A file is found again only when its folder's list of names is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
