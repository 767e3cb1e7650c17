"""A carrier's trucks and drivers."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from bordergate.border import BadValue
from bordergate.border.written import form_in
from bordergate.errors import Refusal, wrong_places
from bordergate.i18n import LANGUAGES, Language, catalogue
from bordergate.ids import new_id
from events.vehicle_registration import VehicleRegistered
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.fleet import (
    Country,
    Driver,
    Papers,
    Person,
    Vehicle,
    VehicleType,
    faults_of,
    refuse_all,
)
from services.vehicle_registration.sealing import FILE, KeyRing
from tests.builders.registration import a_person, papers

CARRIER = new_id()


def a_driver(ring: KeyRing, person: Person) -> Driver:
    identity = new_id()
    sealed = ring.seal(person, identity)
    return Driver(identity, CARRIER, [CARRIER], sealed, ring.current, datetime(2026, 5, 4, tzinfo=UTC))


def test_a_registered_truck_is_news_of_the_fleet_with_its_plate_in_one_form() -> None:
    vehicle = Vehicle.register(new_id(), CARRIER, papers(plate="12c-123.45"))
    (recorded,) = vehicle.release()
    assert isinstance(recorded.event, VehicleRegistered)
    assert (recorded.event.plate, vehicle.plate_typed) == ("12C12345", "12c-123.45")


def test_a_chinese_plate_is_read_as_chinese() -> None:
    assert Vehicle.register(new_id(), CARRIER, papers(plate="桂F·12345", country=Country.CN)).plate == "桂F12345"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"plate": "12C123"}, "$.plate"), ({"country": Country.CN}, "$.plate"), ({"vin": "LZZ5ELNDXJW00000O"}, "$.vin")],
)
def test_papers_that_cannot_be_right_are_refused_where_they_are_wrong(changed: dict[str, str], field: str) -> None:
    with pytest.raises(BadValue) as refused:
        Vehicle.register(new_id(), CARRIER, papers(**changed))
    assert refused.value.field == field


def test_all_that_is_wrong_with_papers_is_found_at_once_where_it_stands() -> None:
    bad = papers(plate="12C123", vin="LZZ5ELNDXJW00000O", gross_kg=7_000)
    faults = faults_of(bad, "$.vehicles[3]")
    assert [fault.field for fault in faults] == ["$.vehicles[3].plate", "$.vehicles[3].vin", "$.vehicles[3].gross_kg"]
    with pytest.raises(refusals.WrongPapers) as refused:
        refuse_all(faults)
    assert [wrong.field for wrong in wrong_places(refused.value)] == [fault.field for fault in faults]
    with pytest.raises(refusals.WeightsReversed):
        refuse_all(faults[2:])
    refuse_all(faults_of(papers(), "$"))


def test_nothing_that_papers_lack_is_told_as_more_than_missing_and_a_plate_is_judged_without_its_country() -> None:
    with pytest.raises(ValidationError) as refused:
        Papers.model_validate({"tare_kg": 9_000, "plate": "桂F1"})
    told = {(str(one["loc"][0]), one["type"]) for one in refused.value.errors()}
    assert told == {(field, "missing") for field in ("country", "vehicle_type", "axles", "gross_kg")} | {
        ("plate", "plate.cn_length")
    }
    with form_in("vi"), pytest.raises(ValidationError) as refused:
        Papers.model_validate({"tare_kg": "9.000", "gross_kg": "8.000", "axles": "2,5"})
    assert [one["type"] for one in refused.value.errors() if one["type"] != "missing"] == [
        "payload.not_whole",
        "vehicle_registration.weights_reversed",
    ]


@pytest.mark.parametrize("field", ["axles", "tare_kg", "gross_kg"])
def test_a_number_of_kilograms_or_axles_is_a_number_or_a_forms_text(field: str) -> None:
    for told in (True, "7000"):
        with pytest.raises(ValidationError, match="int_type"):
            papers(**{field: told})
    with form_in("vi"):
        assert papers(tare_kg="7.000").tare_kg == 7_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_truck_weighs_the_same_however_its_thousands_are_grouped(language: Language) -> None:
    with form_in(language):
        for told in ("7000", "7.000", "7,000", "7 000", "7\u202f000"):
            assert papers(tare_kg=told, gross_kg="12.000").tare_kg == 7_000
        for told in ("7.00", "7.0000", "0.700", "7.000,0", "70.00", "-7.000"):
            with pytest.raises(ValidationError, match="not_whole"):
                papers(tare_kg=told, gross_kg="12.000")


@pytest.mark.parametrize("gross", [6_999, 7_000])
def test_a_truck_weighs_more_laden_than_empty(gross: int) -> None:
    with pytest.raises(refusals.WeightsReversed):
        Vehicle.register(new_id(), CARRIER, papers(gross_kg=gross))
    assert Vehicle.register(new_id(), CARRIER, papers(gross_kg=7_001)).gross_kg == 7_001


def test_a_vt6_is_a_tractor_unless_its_papers_say_otherwise() -> None:
    assert papers(vehicle_type=VehicleType.VT6).hauls
    assert not papers(vehicle_type=VehicleType.VT6, tractor=False).hauls
    assert not papers(vehicle_type=VehicleType.VT5).hauls


def test_a_truck_is_named_by_its_carrier_and_those_it_is_lent_to() -> None:
    trader = new_id()
    vehicle = Vehicle.register(new_id(), CARRIER, papers(), (trader, CARRIER))
    assert vehicle.parties == [CARRIER, trader]
    vehicle.change(papers(axles=3), ())
    assert (vehicle.parties, vehicle.axles) == ([CARRIER], 3)


def test_a_sealed_person_opens_for_his_own_row_only() -> None:
    ring = KeyRing.generate()
    driver, other = a_driver(ring, a_person()), a_driver(ring, a_person(full_name="Lái xe B"))
    assert ring.open(driver) == a_person()
    assert b"020095012345" not in driver.sealed
    other.sealed = driver.sealed
    with pytest.raises(InvalidTag):
        ring.open(other)


def test_a_rotated_ring_opens_the_old_and_seals_with_the_new() -> None:
    ring = KeyRing.generate()
    driver = a_driver(ring, a_person())
    newer = ring.rotated()
    assert newer.open(driver) == a_person()
    driver.reseal(newer.seal(a_person(), driver.id), newer.current)
    assert newer.open(driver) == a_person()
    with pytest.raises(KeyError):
        ring.open(driver)


def test_the_ring_is_made_once_and_kept_where_only_its_owner_reads(tmp_path: Path) -> None:
    first = KeyRing.read(tmp_path / "keys")
    assert KeyRing.read(tmp_path / "keys") == first
    assert stat.S_IMODE((tmp_path / "keys" / FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [FILE]


def test_a_person_is_never_shown_in_a_log() -> None:
    assert "Lái xe" not in f"{a_person()} {a_person()!r}"


def test_a_citizen_id_that_cannot_be_one_is_refused_and_a_foreign_driver_has_none() -> None:
    with pytest.raises(BadValue):
        a_person(citizen_id="000095012345").check()
    a_person(citizen_id=None).check()


def test_every_refusal_of_the_desk_is_told_in_three_languages() -> None:
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    codes = [kind.code for kind in kinds]
    own = [code for code in codes if code.startswith("vehicle_registration.")]
    assert own
    for code in own:
        assert set(catalogue().entries[code].message) == set(LANGUAGES), code
