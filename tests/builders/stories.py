"""A crossing's story, told event by event as its services would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Self
from uuid import UUID

from bordergate.broker import Record
from bordergate.clock import HANOI
from bordergate.event import Actor, ActorKind, Envelope
from bordergate.ids import new_id
from events.customs_declarations import DeclarationsAssessed
from events.gate_operations import (
    Authority,
    AuthorityLagging,
    CrossingCompleted,
    CrossingReleased,
    FactKind,
    FactStated,
    PlateRead,
    TruckArriving,
    TruckCheckedIn,
    TruckInYard,
)
from events.queue_scheduling import (
    CallMissed,
    Closure,
    ClosureCause,
    OpenHours,
    RoutePublished,
    TruckCalled,
    TruckQueued,
)
from events.streams import CROSSINGS, CrossingEvent
from events.tracking import AreaEntered, AreaKind
from events.vehicle_registration import CrossingNotReady, CrossingReady, CrossingSubmitted, Filing
from events.words import Channel, Direction, Failure, Goods, TicketClass
from tests.builders.clock import A_MORNING

SYSTEM = Actor(kind=ActorKind.SYSTEM, id="test")
NUMBERS = count(1)
FREIGHT = "hn-1119"


def a_plate(number: int, direction: Direction) -> str:
    """A plate as that side's trucks have."""
    return f"12C{10000 + number % 90000}" if direction is Direction.EXPORT else f"桂F{10000 + number % 90000}"


@dataclass
class Story:
    """Tells what happens to one crossing; each word takes `pace` of the border's time unless told otherwise."""

    route: str = FREIGHT
    direction: Direction = Direction.EXPORT
    parties: tuple[UUID, ...] = field(default_factory=lambda: (new_id(),))
    at: datetime = A_MORNING
    pace: timedelta = timedelta(minutes=2)
    empty: bool = False
    crossing_id: UUID = field(default_factory=new_id)
    number: int = field(default_factory=lambda: next(NUMBERS))
    told: list[Envelope[CrossingEvent]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sequences: dict[str, Iterator[int]] = {}

    @property
    def reference(self) -> str:
        """A reference in its printed form."""
        return f"LSG-{self.at:%y%m%d}-{self.number:05d}-7"

    @property
    def plate(self) -> str:
        """The truck's plate."""
        return a_plate(self.number, self.direction)

    def tell(self, event: CrossingEvent, at: datetime | None = None) -> Self:
        """Anything."""
        source = event.name.partition(".")[0]
        sequence = next(self._sequences.setdefault(source, count(1)))
        self.at = at or self.at + self.pace
        self.told.append(Envelope(new_id(), source, sequence, self.at, SYSTEM, event, occurred=self.at))
        return self

    def filed(self) -> Self:
        """The trader files it."""
        filing = Filing(
            reference=self.reference,
            registration_id=new_id(),
            route=self.route,
            direction=self.direction,
            window_from=self.at,
            window_to=self.at + timedelta(hours=6),
            trader=self.parties[0],
            carrier=self.parties[-1],
            parties=self.parties,
            vehicle_id=new_id(),
            plate=self.plate,
            trailer=f"12R{10000 + self.number % 90000}" if not self.empty else None,
            containers=() if self.empty else ("CSQU3054383",),
            declarations=() if self.empty else ("301234567890",),
            declared_empty=self.empty,
        )
        return self.tell(CrossingSubmitted(crossing_id=self.crossing_id, filing=filing))

    def refused(self, *codes: str) -> Self:
        """Something is missing or wrong."""
        failures = tuple(Failure(code=code, field="$.containers[0]", value="CSQU3054384") for code in codes)
        return self.tell(CrossingNotReady(crossing_id=self.crossing_id, failures=failures))

    def assessed(self, channel: Channel = Channel.GREEN) -> Self:
        """Customs has looked at the declarations."""
        return self.tell(
            DeclarationsAssessed(crossing_id=self.crossing_id, failures=(), goods=Goods(), channel=channel)
        )

    def ready(self, goods: Goods | None = None) -> Self:
        """Nothing is missing."""
        return self.tell(
            CrossingReady(
                crossing_id=self.crossing_id,
                reference=self.reference,
                route=self.route,
                direction=self.direction,
                window_from=self.at,
                window_to=self.at + timedelta(hours=6),
                carrier=self.parties[-1],
                parties=self.parties,
                vehicle_id=new_id(),
                plate=self.plate,
                goods=goods or Goods(),
                empty=self.empty,
            )
        )

    def queued(self, promise: int | None = 40, ticket_class: TicketClass = TicketClass.P4, ahead: int = 12) -> Self:
        """It takes its place."""
        return self.tell(
            TruckQueued(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                ticket_class=ticket_class,
                first_come=promise,
                promise=promise,
                ahead=ahead,
            )
        )

    def called(self, number: int | None = 31, *, override: bool = False) -> Self:
        """It may come forward."""
        return self.tell(
            TruckCalled(
                crossing_id=self.crossing_id,
                route=self.route,
                direction=self.direction,
                number=number,
                override=override,
                valid_until=self.at + timedelta(minutes=60),
            )
        )

    def missed(self) -> Self:
        """It did not come."""
        return self.tell(CallMissed(crossing_id=self.crossing_id, valid_until=self.at))

    def near(self, kind: AreaKind = AreaKind.GATE) -> Self:
        """It enters an area."""
        return self.tell(AreaEntered(crossing_id=self.crossing_id, area=f"{self.route}-{kind.lower()}", kind=kind))

    def seen_by(self, authority: Authority) -> Self:
        """An authority confirms its arrival; the first one makes it ARRIVING, the second CHECKED_IN."""
        arrived = any(isinstance(told.data, TruckArriving) for told in self.told)
        self.tell(
            FactStated(
                crossing_id=self.crossing_id,
                fact_id=new_id(),
                kind=FactKind.ARRIVAL_CONFIRMED,
                authority=authority,
                at=self.at + self.pace,
            )
        )
        stage = TruckCheckedIn(crossing_id=self.crossing_id) if arrived else None
        return self.tell(stage or TruckArriving(crossing_id=self.crossing_id, first=authority), at=self.at)

    def read(self, plate: str, lane: str | None = "2") -> Self:
        """A plate reader reads what comes."""
        return self.tell(
            PlateRead(
                crossing_id=self.crossing_id,
                reading_id=new_id(),
                plate=plate,
                authority=Authority.GATE_OPERATOR,
                at=self.at + self.pace,
                lane=lane,
            )
        )

    def lagging(self, which: Authority = Authority.CUSTOMS) -> Self:
        """The second authority keeps it waiting."""
        since = self.at
        return self.tell(
            AuthorityLagging(crossing_id=self.crossing_id, which=which, since=since), at=since + timedelta(minutes=5)
        )

    def checked_in(self) -> Self:
        """Both authorities have confirmed it."""
        return self.seen_by(Authority.BORDER_GUARD).seen_by(Authority.CUSTOMS)

    def released(self) -> Self:
        """It stood in the yard, and customs released it."""
        self.tell(TruckInYard(crossing_id=self.crossing_id))
        return self.tell(CrossingReleased(crossing_id=self.crossing_id))

    def completed(self) -> Self:
        """It is over."""
        return self.tell(CrossingCompleted(crossing_id=self.crossing_id))

    def records(self) -> list[Record]:
        """What the relays would have sent."""
        return [Record(CROSSINGS, told.data.key, told.headers(), told.body()) for told in self.told]


def a_route(route: str = FREIGHT, gate: str = "Hữu Nghị", label: str = "1119–1120") -> RoutePublished:
    """A route open every day from seven to seven."""
    hours = tuple(
        OpenHours(weekday=day, opens="07:00", closes="19:00", export_per_hour=22, import_per_hour=48)
        for day in range(7)
    )
    return RoutePublished(route=route, gate=gate, label=label, opposite="Youyi Guan", hours=hours)


def a_route_closed(*closures: tuple[int, int | None, str, str], route: str = FREIGHT) -> RoutePublished:
    """The same with closures: from so many days after the morning's, for so many days, from hour to hour."""
    today = A_MORNING.astimezone(HANOI).date()
    told = tuple(
        Closure(
            first_day=today + timedelta(days=ahead),
            after=today + timedelta(days=ahead + days) if days else None,
            starts=starts,
            ends=ends,
            cause=ClosureCause.WORKS,
        )
        for ahead, days, starts, ends in closures
    )
    return a_route(route).model_copy(update={"closures": told})
