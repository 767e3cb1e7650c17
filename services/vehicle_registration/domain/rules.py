"""The rules of the registration desk: each a function that returns its reason, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from bordergate.border import ContainerNumber, Plate
from bordergate.border.value import plain
from events.vehicle_registration import Filing
from events.words import Failure
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.paper_rules import (
    inspection_holds,
    insurance_holds,
    licence_holds,
    payer_has_a_tax_code,
    payer_is_verified,
    trailer_inspection_holds,
    trailer_insurance_holds,
    transport_permit_holds,
)
from services.vehicle_registration.domain.plates import PLATES
from services.vehicle_registration.domain.route_rules import (
    route_opens_in_the_window,
    route_takes_the_goods,
    truck_comes_in_its_window,
)
from services.vehicle_registration.domain.sanction_rules import nobody_is_sanctioned

Rule = Callable[[Dossier], Failure | None]


def plate_mark(plate: str) -> str:
    """What one active crossing bears alone: a plate, a Chinese one without its province's character."""
    return f"PLATE {tail_of(plate)}"


def vin_mark(vin: str) -> str:
    """What one active crossing bears alone: a VIN."""
    return f"VIN {vin}"


def driver_mark(driver_id: UUID) -> str:
    """What one active crossing bears alone: a driver, who drives one truck at a time."""
    return f"DRIVER {driver_id}"


def marks_of(filing: Filing, vin: str | None) -> tuple[str, ...]:
    """The marks of a crossing: the plates of truck and trailer, the truck's VIN, and its driver."""
    plates = [plate_mark(plate) for plate in (filing.plate, filing.trailer) if plate]
    driver = [driver_mark(filing.driver_id)] if filing.driver_id else []
    return tuple(dict.fromkeys([*plates, *([vin_mark(vin)] if vin else []), *driver]))


@lru_cache(maxsize=PLATES)
def tail_of(plate: str) -> str:
    """What a plate is compared on; an unreadable one on all of it."""
    return Plate.parse(plate).tail if is_plate(plate) else plain(plate) or plate


@lru_cache(maxsize=PLATES)
def is_plate(text: str) -> bool:
    """Whether it can be read as a plate of either side."""
    return not Plate.national(text).read(text).blocked


def is_container(text: str) -> bool:
    """Whether it is a container's number and its check digit holds."""
    return not ContainerNumber.read(text).blocked


def plate_is_readable(dossier: Dossier) -> Failure | None:
    """A plate nobody could have been issued stops the truck at the barrier; here it costs a correction."""
    plate = dossier.filing.plate
    return None if _is_issued(plate, dossier) else Failure(code="R010", field="$.plate", value=plate)


def trailer_plate_is_readable(dossier: Dossier) -> Failure | None:
    """A trailer has a plate of its own."""
    trailer = dossier.filing.trailer
    wrong = trailer and not _is_issued(trailer, dossier)
    return Failure(code="R010", field="$.trailer", value=trailer) if wrong else None


def _is_issued(plate: str, dossier: Dossier) -> bool:
    standing = dossier.standing
    return is_plate(plate) and not (standing and standing.misissued(plate, dossier.filing))


def plate_is_not_active(dossier: Dossier) -> Failure | None:
    """A truck is on one crossing at a time: two places in the queue for one plate is how places are sold."""
    plate = dossier.filing.plate
    return Failure(code="R011", field="$.plate", value=plate) if plate_mark(plate) in dossier.taken else None


def trailer_is_not_active(dossier: Dossier) -> Failure | None:
    """A trailer is on one crossing at a time: changing tractors does not jump the queue."""
    trailer = dossier.filing.trailer
    taken = trailer and plate_mark(trailer) in dossier.taken
    return Failure(code="R011", field="$.trailer", value=trailer) if taken else None


def vin_is_not_active(dossier: Dossier) -> Failure | None:
    """The same truck under another plate is the same truck."""
    vin = dossier.vin
    taken = vin and vin_mark(vin) in dossier.taken
    return Failure(code="R012", field="$.vehicle_id", value=vin, source="ISO 3779") if taken else None


def driver_is_not_active(dossier: Dossier) -> Failure | None:
    """A driver is on one crossing at a time: he cannot bring two trucks."""
    driver = dossier.filing.driver_id
    taken = driver and driver_mark(driver) in dossier.taken
    return Failure(code="R061", field="$.driver_id") if taken else None


def tractor_has_its_load(dossier: Dossier) -> Failure | None:
    """A tractor carries goods on a trailer or in a container; alone it may only go home empty."""
    filing = dossier.filing
    carries = not filing.declared_empty or filing.empty_for is not None
    alone = not filing.trailer and not filing.containers
    return Failure(code="R013", field="$.trailer") if dossier.tractor and carries and alone else None


def container_check_digit(dossier: Dossier) -> Failure | None:
    """A mistyped container is caught at the desk, not at the gate (ISO 6346)."""
    wrong = [container for container in dossier.filing.containers if not is_container(container)]
    return Failure(code="R014", field="$.containers", value=wrong, source="ISO 6346") if wrong else None


RULES: tuple[Rule, ...] = (
    plate_is_readable,
    trailer_plate_is_readable,
    plate_is_not_active,
    trailer_is_not_active,
    vin_is_not_active,
    tractor_has_its_load,
    container_check_digit,
    transport_permit_holds,
    insurance_holds,
    inspection_holds,
    trailer_insurance_holds,
    trailer_inspection_holds,
    payer_has_a_tax_code,
    payer_is_verified,
    licence_holds,
    driver_is_not_active,
    route_opens_in_the_window,
    route_takes_the_goods,
    nobody_is_sanctioned,
    truck_comes_in_its_window,
)


def failures_of(dossier: Dossier) -> tuple[Failure, ...]:
    """All that is wrong, at once."""
    return tuple(failure for rule in RULES if (failure := rule(dossier)) is not None)
