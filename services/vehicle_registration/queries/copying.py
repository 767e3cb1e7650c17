"""A copy of an earlier crossing, as it would be filed: what it states, what was left out, what stands against it."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from pydantic import BaseModel

from bordergate.i18n import LANGUAGES, hint, texts
from events.filing import LeftOut
from events.words import Direction, RouteCode, Share
from services.vehicle_registration.queries.filing import FailureView


class StatedView(BaseModel):
    """What a copy states; only its window is still to be said."""

    route: RouteCode
    direction: Direction
    vehicle_id: UUID
    trailer: str | None
    containers: tuple[str, ...]
    driver_id: UUID | None
    declarations: tuple[str, ...]
    declared_empty: bool
    two_way: bool
    shares: tuple[Share, ...]


class LeftOutView(BaseModel):
    """What was not copied, and why."""

    field: str
    code: str
    value: tuple[str, ...]
    message: dict[str, str]
    hint: dict[str, str]

    @classmethod
    def of(cls, left: LeftOut) -> Self:
        """What was left out, with its texts in all languages."""
        shown = ", ".join(left.value)
        hints = {language: hint(left.code, language, value=shown) for language in LANGUAGES}
        return cls(
            field=f"$.{left.field}",
            code=left.code,
            value=left.value,
            message=texts(left.code, value=shown),
            hint={language: told for language, told in hints.items() if told},
        )


class CopyView(BaseModel):
    """A copy as it would be filed now; `failures` are what the rules say of it today, its window not yet chosen."""

    stated: StatedView
    left_out: list[LeftOutView]
    failures: list[FailureView]
