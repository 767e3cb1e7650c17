"""Where the scans of this installation lie, and how those go that no paper has any more."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from bordergate.http.door import Doorway
from services.vehicle_registration import commands
from services.vehicle_registration.documents import Cabinet


def cabinet_of(door: Doorway) -> Cabinet:
    """Where the scans lie."""
    return Cabinet(door.settings.var / "documents")


def swept(door: Doorway, names: Iterable[str | None]) -> None:
    """Throw away, after the commit, scans that a paper had; one that another paper has stays.

    A process that dies before leaves a file nobody refers to; of a driver's, the key is gone with the paper.
    """
    cabinet = cabinet_of(door)
    for name in names:
        if name:
            door.step(partial(commands.throw_away, name, cabinet), scope="all")  # it may be another firm's as well
