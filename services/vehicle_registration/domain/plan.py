"""What a trader or carrier states of one crossing in advance, and the truck it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from bordergate.border import Moment
from bordergate.border.value import plain
from bordergate.errors import Refusal
from events.vehicle_registration import Filing
from events.words import Direction, Part, RouteCode, Share
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.fleet import Country, VehicleType

Typed = Annotated[str, Field(min_length=1, max_length=20)]


@dataclass(frozen=True)
class Truck:
    """What a crossing must know of the vehicle it names."""

    plate: str
    vin: str | None = None
    tractor: bool = False
    country: Country | None = None
    vehicle_type: VehicleType | None = None


class Plan(Part):
    """What a trader or carrier states of one crossing."""

    model_config = ConfigDict(extra="forbid")

    route: RouteCode
    direction: Direction
    window_from: Moment
    window_to: Moment
    vehicle_id: UUID
    trailer: Typed | None = None
    containers: tuple[Typed, ...] = Field(default=(), max_length=4)
    driver_id: UUID | None = None
    declarations: tuple[Typed, ...] = Field(default=(), max_length=50)
    declared_empty: bool = False
    empty_for: UUID | None = None
    two_way: bool = False
    shares: tuple[Share, ...] = Field(default=(), max_length=200)

    @classmethod
    def of(cls, filing: Filing, **changed: object) -> Plan:
        """What was planned when the filing was made, with what is changed now; raises pydantic's ValidationError."""
        return cls.model_validate({name: getattr(filing, name) for name in cls.model_fields} | changed)

    def normal(self) -> dict[str, object]:
        """Its fields, with what was typed in its one written form."""
        written = {
            "trailer": plain(self.trailer) or self.trailer if self.trailer else None,
            "containers": tuple(plain(container) for container in self.containers),
            "declarations": tuple(dict.fromkeys(plain(number) for number in self.declarations)),
            "shares": tuple(
                share.model_copy(update={"declaration": plain(share.declaration)}) for share in self.shares
            ),
        }
        return dict(self) | written

    def faults(self, at: str, longest: int | None) -> Iterator[Refusal]:
        """Everything in which it contradicts itself, `at` says where; what the rules judge is left to them.

        `longest` is how many hours its window may have, None: as many as it likes.
        """
        if self.window_to <= self.window_from:
            yield refusals.WindowBackwards(field=f"{at}.window_to")
        elif self.lasts_too_long(longest):
            yield refusals.WindowTooLong(field=f"{at}.window_to", hours=longest)
        if self.empty_for is not None and not self.declared_empty:
            yield refusals.NotEmpty(field=f"{at}.declared_empty")
        for place in self.shares_of_nothing():
            yield refusals.ShareOfNothing(field=f"{at}.shares[{place}].declaration")

    def lasts_too_long(self, longest: int | None) -> bool:
        """Whether its window has more hours than a window may: who may come at any time is expected at none."""
        return longest is not None and self.window_to - self.window_from > timedelta(hours=longest)

    def shares_of_nothing(self) -> list[int]:
        """Where a part is named of a declaration that the crossing does not name."""
        named = {plain(number) for number in self.declarations}
        return [place for place, share in enumerate(self.shares) if plain(share.declaration) not in named]

    def must_lie_ahead(self, now: datetime, at: str) -> None:
        """Refuse a window that is over: the truck could only come too late."""
        if self.window_to <= now:
            raise refusals.WindowOver(field=f"{at}.window_to")
