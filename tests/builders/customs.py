"""Declarations and loads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from bordergate.ids import new_id
from events.words import Direction
from services.customs_declarations.domain.declaration import Declaration, Papers
from services.customs_declarations.domain.goods import Asked, GoodsNumbers, Line, ShelfLife
from services.customs_declarations.domain.lists import Lists, Types
from services.customs_declarations.domain.load import Load
from tests.builders.statements import EIGHT

EXPORT, IMPORT = "308000000001", "108000000001"
DURIAN = Line("08106000", 18_000)
LETTUCE = Line("07051100", 4_000)
PHONES = Line("85171300", 900)
PIGS = Line("01039200", 9_000)
PETROL = Line("27101211", 20_000, un_number="1203")
TILES = Line("69072100", 24_000)
FULL = Line(
    "08106000",
    18_000,
    quantity=Decimal("17500.5"),
    unit="KGM",
    description="Sầu riêng tươi",
    origin="VN",
    net_kg=17_501,
    value=Decimal(1_250_000_000),
    currency="VND",
    packages=900,
    package_kind="CT",
    coldest_c=Decimal("13.5"),
    warmest_c=Decimal(15),
    planting_area="VN-LSOR-0001",
    packing_house="VN-LSPH-001",
    phytosanitary="VN-26-0012345",
)
"""Durian with all that a line can say."""

LAW = "Decision 1357/QĐ-TCHQ of 2021"
TYPES = Types(
    in_force={
        "A11": (Direction.IMPORT, LAW),
        "B11": (Direction.EXPORT, LAW),
        "B12": (Direction.EXPORT, LAW),
    },
    abolished={"E56": f"{LAW}, which abolished it"},
)
NUMBERS = GoodsNumbers(
    shelf_lives=(
        ShelfLife("07", 54),
        ShelfLife("0705", 30),
        ShelfLife("0713", None),
        ShelfLife("08", 54),
        ShelfLife("0810", 54),
    ),
    time_critical=frozenset({"85"}),
    types=TYPES,
)

LISTS = Lists(
    hs_codes=frozenset({"081060", "070511", "851713", "010392", "271012", "690721"}),
    un_numbers=frozenset({"1203"}),
    units=frozenset({"KGM", "H87"}),
    package_kinds=frozenset({"CT", "PX"}),
    countries=frozenset({"VN", "CN"}),
    currencies=frozenset({"VND", "CNY"}),
    types=TYPES,
)
"""What the builders' declarations name, as it is in force."""


def some_papers(
    number: str = EXPORT,
    type_code: str = "B11",
    direction: Direction = Direction.EXPORT,
    lines: Sequence[Line] = (DURIAN,),
    destination: str | None = None,
) -> Papers:
    """What a declaration says."""
    return Papers(number, type_code, direction, tuple(lines), destination)


TRADER = UUID(int=11)


def a_declaration(
    papers: Papers | None = None, declarant: UUID = TRADER, shared_with: Sequence[UUID] = ()
) -> Declaration:
    """A filed declaration."""
    return Declaration.register(new_id(), papers or some_papers(), declarant, declarant, EIGHT, shared_with)


def a_load(
    *numbers: str,
    parties: Sequence[UUID] = (),
    direction: Direction = Direction.EXPORT,
    empty: bool = False,
    at: datetime = EIGHT,
    by: UUID | None = TRADER,
) -> Load:
    """What a crossing says it carries; the declarations' owner names them unless said otherwise."""
    load = Load(new_id(), direction)
    load.name(numbers, parties, direction, empty=empty, at=at, by=by)
    return load


def later(minutes: float) -> datetime:
    """So many minutes after eight."""
    return EIGHT + timedelta(minutes=minutes)


def asked(rule: str, prefix: str, *, illustrative: bool = False, partner: str | None = None) -> Asked:
    """A row of what a rule asks of exports."""
    return Asked(rule, prefix, Direction.EXPORT, partner, "a list", illustrative)
