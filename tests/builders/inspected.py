"""Months at the gate as the inspectorate hears of them: honest ones, and what dishonest people do in them."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from uuid import UUID

from events.queue_scheduling import Hindrance
from services.inspectorate.domain.likeness import VALUES, WEIGHTS
from services.inspectorate.domain.numbers import Numbers
from services.inspectorate.domain.trace import Detector, Sign, Trace
from tests.builders.statements import EIGHT

QUEUE = "hn-1119/EXPORT"
CHAPTERS = {"03": 30.0, "08": 54.0, "07": 95.0}
SIGNS = "".join(VALUES)


@cache
def shipped_numbers() -> Numbers:
    """The thresholds as the service ships them."""
    folder = files("services.inspectorate") / "reference"
    limits, lives = (
        list(csv.DictReader((folder / name).read_text("utf-8").splitlines())) for name in ("limits.csv", "lives.csv")
    )
    return Numbers(
        {(row["detector"], row["name"]): float(row["value"]) for row in limits},
        {row["chapter"]: (float(row["shortest_hours"]), float(row["longest_hours"])) for row in lives},
    )


@dataclass(frozen=True)
class Vehicle:
    """A carrier's truck."""

    id: UUID
    carrier: UUID
    plate: str
    vin: str


@dataclass
class Month:
    """So many trucks a day for so many days, drawn from a seed; `planted` says by detector of whom it must speak."""

    seed: int
    trucks: int = 200
    days: int = 30
    carriers: int = 60
    officers: int = 12
    dice: Random = field(init=False)
    told: list[Trace] = field(default_factory=list)
    planted: dict[Detector, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311 - a test's own dice
        self.firms = [self.an_id() for _ in range(self.carriers)]
        self.people = [(self.an_id(), self.dice.gammavariate(6, 1 / 6)) for _ in range(self.officers)]
        self.fleet = [vehicle for firm in self.firms for vehicle in self._a_fleet(firm)]

    def an_id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128))

    def tell(self, sign: Sign, at: datetime, **said: object) -> None:
        self.told.append(Trace(self.an_id(), sign, at, **said))  # type: ignore[arg-type]  # a trace's fields

    def _a_fleet(self, firm: UUID) -> Iterator[Vehicle]:
        """Plates and VINs in a row, as fleets are bought; half of all makers write check digits."""
        first, checked = self.dice.randrange(10_000, 89_000), self.dice.random() < 1 / 2
        stem = "".join(self.dice.choice(SIGNS) for _ in range(11))
        for number in range(max(4, round(self.trucks * 4 / self.carriers))):
            vin = f"{stem}{first + number:06d}"
            vehicle = Vehicle(self.an_id(), firm, f"12C{first + number:05d}", with_check_digit(vin) if checked else vin)
            self.tell(
                Sign.REGISTERED, EIGHT, carrier=firm, vehicle_id=vehicle.id, plate=vehicle.plate, word=vehicle.vin
            )
            self.tell(Sign.ENROLLED, EIGHT, carrier=firm, vehicle_id=vehicle.id, word=f"T{vehicle.id.hex[:12]}")
            yield vehicle

    def honest(self) -> Month:
        """What happens every month: withdrawals, no-shows, breakdowns, late goods, sold trucks, busy shifts."""
        for day in range(self.days):
            start = EIGHT + timedelta(days=day)
            for vehicle in self.dice.sample(self.fleet, min(self.trucks, len(self.fleet))):
                self.visits(vehicle, start + timedelta(hours=self.dice.uniform(0, 8)))
            for officer, often in self.people:
                for _ in range(self._times(0.35 * often)):
                    self.overrides(officer, start + timedelta(hours=self.dice.uniform(0, 10)))
            self._is_excused(start)
            for sold in self.dice.sample(self.fleet, day % 3 == 0):
                device = f"T{sold.id.hex[:12]}"
                self.tell(Sign.ENROLLED, start, carrier=self.dice.choice(self.firms), vehicle_id=sold.id, word=device)
        return self

    def _is_excused(self, start: datetime) -> None:
        """A truck here and there could not be there for its slot; on one day in six one thing keeps many back."""
        for officer, often in self.people:
            for _ in range(self._times(0.25 * often)):
                self.excuses(officer, start + timedelta(hours=self.dice.uniform(0, 10)))
        if self.dice.random() < 1 / 6:
            shift, cause = self.dice.sample(self.people, 2), self.dice.choice((Hindrance.GATE, Hindrance.WEATHER))
            for _ in range(self.dice.randint(5, 25)):
                officer, _often = self.dice.choice(shift)
                self.excuses(officer, start + timedelta(hours=self.dice.uniform(0, 10)), cause=cause)

    def _times(self, norm: float) -> int:
        limit, product, count = math.exp(-norm), self.dice.random(), 0
        while product > limit:
            product *= self.dice.random()
            count += 1
        return count

    def visits(
        self,
        vehicle: Vehicle,
        at: datetime,
        *,
        plate: str | None = None,
        hours: float | None = None,
        comes: bool = True,
    ) -> UUID:
        """A truck files, joins, is called an hour or six later, and mostly comes."""
        crossing, called_at = self.an_id(), at + timedelta(hours=self.dice.uniform(1, 6))
        chapter = self.dice.choice(["84", "84", *CHAPTERS])
        if hours is None and chapter in CHAPTERS:
            hours = max(1.0, CHAPTERS[chapter] - self.dice.lognormvariate(math.log(9), 0.6))
        word = chapter if chapter in CHAPTERS or hours is None else "08"
        self.files(crossing, vehicle, at, plate, hours, word)
        if self.dice.random() < 1 / 5:
            self.tell(Sign.RESERVED, at, crossing_id=crossing)
            if self.dice.random() < 1 / 12:
                self.tell(Sign.RELEASED, at + timedelta(hours=1), crossing_id=crossing, word="GIVEN_UP")
        self.tell(Sign.JOINED, at, crossing_id=crossing, queue=QUEUE)
        if self.dice.random() < 1 / 400:
            self.files(
                crossing, self.dice.choice(self._of(vehicle.carrier)), at + timedelta(minutes=30), None, hours, word
            )
        ends_well = comes and self.dice.random() > 1 / 12
        if ends_well or self.dice.random() < 1 / 2:
            self.tell(Sign.CALLED, called_at, crossing_id=crossing, queue=QUEUE)
        after = called_at + timedelta(minutes=45)
        self.tell(Sign.SEEN if ends_well else Sign.GONE, after, crossing_id=crossing)
        return crossing

    def files(
        self, crossing: UUID, vehicle: Vehicle, at: datetime, plate: str | None, hours: float | None, word: str
    ) -> None:
        about = {"carrier": vehicle.carrier, "vehicle_id": vehicle.id, "plate": plate or vehicle.plate}
        self.tell(Sign.READY, at - timedelta(minutes=5), crossing_id=crossing, hours=hours, word=word, **about)

    def _of(self, firm: UUID) -> list[Vehicle]:
        return [vehicle for vehicle in self.fleet if vehicle.carrier == firm]

    def overrides(
        self, officer: UUID, at: datetime, vehicle: Vehicle | None = None, sign: Sign = Sign.OVERRIDDEN
    ) -> None:
        """Called out of turn by this officer and some second one, or sent ahead by an order."""
        crossing = self.visits(vehicle or self.dice.choice(self.fleet), at - timedelta(hours=7))
        self.tell(sign, at, crossing_id=crossing, officers=(officer, self._another(officer)))

    def excuses(
        self, officer: UUID, at: datetime, vehicle: Vehicle | None = None, cause: Hindrance | None = None
    ) -> None:
        """Excused from being there, by this officer; where the slot was lost already, by some second one too."""
        crossing = self.visits(vehicle or self.dice.choice(self.fleet), at - timedelta(hours=7))
        officers = (officer, self._another(officer)) if self.dice.random() < 1 / 4 else (officer,)
        word = (cause or self.dice.choice(list(Hindrance))).value
        self.tell(Sign.EXCUSED, at, crossing_id=crossing, queue=QUEUE, officers=officers, word=word)

    def _another(self, officer: UUID) -> UUID:
        return self.dice.choice([one for one, _ in self.people if one != officer])

    def dishonest(self, *detectors: Detector) -> Month:
        """One who does each of these, among all the others."""
        for detector in detectors or tuple(Detector):
            self.planted[detector] = PLANTS[detector](self)
        return self

    def in_order(self) -> list[Trace]:
        """All of it by time."""
        return sorted(self.told, key=lambda trace: (trace.at, trace.id))

    def some_day(self) -> datetime:
        return EIGHT + timedelta(days=self.dice.uniform(1, self.days - 2))


def with_check_digit(vin: str) -> str:
    """The VIN with the ninth sign that the others make."""
    rest = sum(VALUES[sign] * weight for sign, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return f"{vin[:8]}{'X' if rest == 10 else rest}{vin[9:]}"


def a_reseller(month: Month) -> str:
    """He files for slots alone: whatever he cannot sell never becomes ready."""
    firm = month.dice.choice(month.firms)
    for number in range(24):
        crossing = month.an_id()
        month.tell(Sign.FILED, month.some_day(), crossing_id=crossing, carrier=firm)
        month.tell(Sign.RESERVED, month.some_day(), crossing_id=crossing)
        if number < 20:
            month.tell(Sign.RELEASED, month.some_day(), crossing_id=crossing, word="GIVEN_UP")
    return str(firm)


def a_shared_tracker(month: Month) -> str:
    for firm in month.dice.sample(month.firms, 4):
        month.tell(Sign.ENROLLED, month.some_day(), carrier=firm, vehicle_id=month.an_id(), word="SHARED-TRACKER")
    return "SHARED-TRACKER"


def a_double_holder(month: Month) -> str:
    firm = month.dice.choice(month.firms)
    for _ in range(4):
        vehicle, at = month.dice.choice(month._of(firm)), month.some_day()
        month.visits(vehicle, at)
        twin = vehicle.plate[:-1] + ("X" if vehicle.plate[-1] != "X" else "Y")
        month.visits(vehicle, at + timedelta(minutes=2), plate=twin, comes=False)
    return str(firm)


def a_second_identity(month: Month) -> str:
    real = with_check_digit("".join(month.dice.choice(SIGNS) for _ in range(17)))
    false = real[:4] + ("A" if real[4] != "A" else "B") + real[5:]
    for vin in (real, false):
        firm, plate = month.dice.choice(month.firms), f"15C{month.dice.randrange(10_000, 99_999)}"
        month.tell(Sign.REGISTERED, month.some_day(), carrier=firm, vehicle_id=month.an_id(), plate=plate, word=vin)
    return " ".join(sorted((real, false)))


def a_seller_of_places(month: Month) -> str:
    """He waits with one truck and lets another come shortly before the call, whatever he was promised."""
    firm = month.dice.choice(month.firms)
    for _ in range(4):
        first, second = month.dice.sample(month._of(firm), 2)
        crossing, at = month.an_id(), month.some_day()
        month.files(crossing, first, at, None, 40.0, "08")
        month.tell(Sign.JOINED, at, crossing_id=crossing, queue=QUEUE)
        month.files(crossing, second, at + timedelta(minutes=190), None, 40.0, "08")
        month.tell(Sign.CALLED, at + timedelta(minutes=195), crossing_id=crossing, queue=QUEUE)
        month.tell(Sign.SEEN, at + timedelta(minutes=230), crossing_id=crossing)
    return str(firm)


def a_busy_officer(month: Month) -> str:
    officer = month.people[0][0]
    for _ in range(60):
        month.overrides(officer, month.some_day())
    return str(officer)


def a_friend_of_one(month: Month) -> str:
    officer, firm = month.an_id(), month.dice.choice(month.firms)
    for number in range(9):
        sign = Sign.EMERGENCY if number % 2 else Sign.OVERRIDDEN
        month.overrides(officer, month.some_day(), month.dice.choice(month._of(firm)) if number < 8 else None, sign)
    return str(officer)


def a_lenient_officer(month: Month) -> str:
    officer = month.people[1][0]
    for _ in range(30):
        month.excuses(officer, month.some_day())
    return str(officer)


def an_excuser_of_one(month: Month) -> str:
    officer, firm = month.an_id(), month.dice.choice(month.firms)
    for number in range(9):
        month.excuses(officer, month.some_day(), month.dice.choice(month._of(firm)) if number < 8 else None)
    return str(officer)


def a_liar(month: Month) -> str:
    firm = month.dice.choice(month.firms)
    for _ in range(1 + len(month.told) // (len(month.firms) * 5)):
        month.visits(month.dice.choice(month._of(firm)), month.some_day(), hours=month.dice.uniform(130, 200))
    return str(firm)


PLANTS: Mapping[Detector, Callable[[Month], str]] = {
    Detector.REPEATED_RELEASES: a_reseller,
    Detector.DEVICE_OF_MANY: a_shared_tracker,
    Detector.PLATES_APART: a_double_holder,
    Detector.VINS_APART: a_second_identity,
    Detector.TRACTOR_CHANGED: a_seller_of_places,
    Detector.OVERRIDES_BEYOND: a_busy_officer,
    Detector.OVERRIDES_FOR_ONE: a_friend_of_one,
    Detector.EXCUSES_BEYOND: a_lenient_officer,
    Detector.EXCUSES_FOR_ONE: an_excuser_of_one,
    Detector.LIVES_BEYOND: a_liar,
}
