"""What became of a crossing at the desk: who did what when, and where the changes of two people are at odds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from bordergate.errors import Wrong
from events.filing import as_form, differences
from events.vehicle_registration import Filing

BY_ANOTHER = "vehicle_registration.changed_meanwhile"
BY_BOTH = "vehicle_registration.changed_by_both"
NOTHING = "–"
DRIVER = "vehicle_registration.driver_changed_meanwhile"


class Act(StrEnum):
    """What is done to a crossing at the desk."""

    FILE = "FILE"
    SUBMIT = "SUBMIT"
    AMEND = "AMEND"
    CORRECT_VEHICLE = "CORRECT_VEHICLE"
    CANCEL = "CANCEL"
    EXPIRE = "EXPIRE"


@dataclass(frozen=True)
class Told:
    """One act in a crossing's history.

    `by` is an organisation, `caller` the account that acted, `acting_for` in whose name; `before` what was filed until
    an amendment, whose version and revision are those it made.
    """

    at: datetime
    act: Act
    version: int
    revision: int
    by: UUID | None = None
    role: str | None = None
    caller: str | None = None
    acting_for: UUID | None = None
    before: Filing | None = None
    reason: str | None = None


def differing(base: Filing, now: Filing) -> list[Wrong]:
    """What another has changed since somebody looked, place by place."""
    return [
        Wrong(f"$.{change.field}", BY_ANOTHER, {"before": change.before or NOTHING, "after": change.after or NOTHING})
        for change in differences(base, now)
    ]


def at_odds(base: Filing, now: Filing, asked: Filing) -> list[Wrong]:
    """What another has changed since a form was filled in, by the form's fields.

    Where the form says what stood there before, its author left the field alone: the other's value is his too. Where
    both wrote, and not the same, he must choose. `now` is what the form would hold.
    """
    was, held, said = as_form(base), as_form(now), as_form(asked)
    found = []
    for name, value in held.items():
        if value in (was[name], said[name]):
            continue
        told = {"before": _shown(was[name]), "after": _shown(value), "now": value}
        found.append(Wrong(f"$.{name}", BY_ANOTHER if said[name] == was[name] else BY_BOTH, told))
    if base.driver_id != now.driver_id:
        found.append(Wrong("$.driver", DRIVER))
    return found


def _shown(value: str | list[Any]) -> str:
    parts = [value] if isinstance(value, str) else value
    return ", ".join(part if isinstance(part, str) else " · ".join(part.values()) for part in parts) or NOTHING
