"""Crossings, vehicles and drivers as the registration desk knows them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from bordergate.event import Event
from bordergate.ids import new_id
from events.vehicle_registration import Filing
from events.words import Direction, Failure, Goods, PaperKind
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.domain.demands import Standing
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.fleet import Country, Papers, Person, VehicleType
from services.vehicle_registration.domain.papers import PaperTerms
from services.vehicle_registration.domain.plan import Plan, Truck
from services.vehicle_registration.domain.plates import PlateCode
from services.vehicle_registration.domain.verdict import Assessment

MORNING = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
DURIAN = Goods(hs_chapters=("08",), shelf_life_hours=54.0, weight_kg=18_000)
UNKNOWN_DECLARATION = Failure(code="R004", field="$.declarations[0]", value="308000000000")


def a_plan(**changes: Any) -> Plan:  # noqa: ANN401 - any field
    """A laden export by Hữu Nghị tomorrow morning."""
    usual: dict[str, Any] = {
        "route": "hn-1119",
        "direction": Direction.EXPORT,
        "window_from": MORNING,
        "window_to": MORNING + timedelta(hours=12),
        "vehicle_id": new_id(),
        "declarations": ("308000000000",),
    }
    return Plan(**(usual | changes))


def an_empty_plan(**changes: Any) -> Plan:  # noqa: ANN401 - any field
    """A truck that comes with nothing on it."""
    return a_plan(**({"declarations": (), "declared_empty": True} | changes))


def a_filing(**changes: Any) -> Filing:  # noqa: ANN401 - any field
    """What was filed of a laden export."""
    trader, carrier = new_id(), new_id()
    usual: dict[str, Any] = {
        "reference": "LSG-260504-7K2QD-B",
        "registration_id": new_id(),
        "trader": trader,
        "carrier": carrier,
        "parties": (trader, carrier),
        "plate": "12C12345",
    }
    return Filing(**(dict(a_plan()) | usual | changes))


def a_dossier(
    truck: Truck | None = None,
    taken: frozenset[str] = frozenset(),
    standing: Standing | None = None,
    **filed: Any,  # noqa: ANN401 - any field
) -> Dossier:
    """What the rules look at."""
    named = truck or Truck("12C12345")
    filing = a_filing(**({"plate": named.plate} | filed))
    return Dossier(filing, named.vin, tractor=named.tractor, taken=taken, standing=standing)


def a_crossing(truck: Truck | None = None, **filed: Any) -> Crossing:  # noqa: ANN401 - any field
    """A laden crossing, still a draft."""
    named = truck or Truck("12C12345")
    return Crossing.draft(new_id(), a_filing(**({"plate": named.plate} | filed)), named)


def an_empty_crossing(**filed: Any) -> Crossing:  # noqa: ANN401 - any field
    """An empty crossing, still a draft."""
    usual: dict[str, Any] = {"declarations": (), "declared_empty": True}
    return a_crossing(**(usual | filed))


def an_assessment(*failures: Failure, goods: Goods = DURIAN) -> Assessment:
    """What customs said."""
    return Assessment(failures=failures, goods=goods)


def told_by(crossing: Crossing) -> list[Event]:
    """What the crossing has stated since it was last asked."""
    return [recorded.event for recorded in crossing.release()]


def papers(**changes: Any) -> Papers:  # noqa: ANN401 - any field
    """A Vietnamese truck of 8 t."""
    usual: dict[str, Any] = {
        "plate": "12C-123.45",
        "country": Country.VN,
        "vehicle_type": VehicleType.VT4,
        "axles": 2,
        "tare_kg": 7_000,
        "gross_kg": 15_000,
    }
    return Papers(**(usual | changes))


def a_paper(**changes: Any) -> PaperTerms:  # noqa: ANN401 - any term
    """A transport permit for the whole of the year of MORNING."""
    usual: dict[str, Any] = {
        "kind": PaperKind.TRANSPORT_PERMIT,
        "paper_number": "GP-0001",
        "issuer": "Sở Xây dựng",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }
    return PaperTerms(**(usual | changes))


def a_person(**changes: Any) -> Person:  # noqa: ANN401 - any field
    """A driver."""
    usual = {"full_name": "Lái xe A", "citizen_id": "020095012345", "licence": "L-0001", "phone": "+84 900 000 000"}
    return Person(**(usual | changes))


def shipped_plate_codes() -> list[PlateCode]:
    """Which provinces issue plates, as the project ships it."""
    text = (files("services.vehicle_registration") / "reference" / "plate_provinces.csv").read_text("utf-8")
    return [PlateCode.read(row) for row in csv.DictReader(text.splitlines())]
