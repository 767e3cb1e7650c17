from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from bordergate.border import (
    BadValue,
    CitizenId,
    ContainerNumber,
    DeclarationNumber,
    HsCode,
    Plate,
    Severity,
    TaxCode,
    TypeCode,
    Vin,
)
from bordergate.border.data import rows
from bordergate.border.value import Value
from bordergate.errors import Invalid
from bordergate.money import Money


class Truck(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plate: Plate
    container: ContainerNumber | None = None


def codes_of(kind: type[Value], text: str) -> list[str]:
    with pytest.raises(BadValue) as refused:
        kind.parse(text)
    return [problem.code for problem in refused.value.problems]


def test_a_value_cannot_be_built_wrong_nor_changed() -> None:
    with pytest.raises(BadValue):
        ContainerNumber("CSQU3054384")

    container = ContainerNumber("CSQU3054383")
    with pytest.raises(FrozenInstanceError):
        container.canonical = "CSQU3054384"  # type: ignore[misc]


def test_a_bad_value_is_a_refusal_that_carries_its_own_code_and_not_the_text() -> None:
    with pytest.raises(Invalid) as refused:
        CitizenId.parse("000095012345")

    assert refused.value.code == "citizen_id.province"
    assert "95012345" not in f"{refused.value} {refused.value.details} {refused.value.args}"


def test_values_are_equal_when_their_written_forms_are() -> None:
    assert TaxCode.parse(" 0314409058 002") == TaxCode.parse("0314409058-002")
    assert len({ContainerNumber.parse("csqu 305438 3"), ContainerNumber.parse("CSQU3054383")}) == 1
    assert len({DeclarationNumber.parse("108000000000"), TaxCode.parse("108000000000")}) == 2


def test_a_branch_names_its_firm() -> None:
    branch = TaxCode.parse("0314409058002")

    assert (str(branch), branch.firm, branch.branch, branch.personal) == ("0314409058-002", "0314409058", "002", False)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("0100109107", ["tax_code.check_digit"]),
        ("0100109106000", ["tax_code.branch_zero"]),
        ("0100000009", ["tax_code.zero_serial", "tax_code.check_digit"]),
        ("01001091O6", ["tax_code.form"]),
        ("٠١٠٠١٠٩١٠٦", ["tax_code.form"]),
        ("", ["tax_code.form"]),
    ],
)
def test_what_is_wrong_with_a_tax_code_has_its_own_code(typed: str, codes: list[str]) -> None:
    assert codes_of(TaxCode, typed) == codes


def test_a_tax_code_that_was_never_issued_is_only_doubtful() -> None:
    doubtful = TaxCode.parse("4900000120")

    assert [(doubt.code, doubt.severity) for doubt in doubtful.doubts] == [("tax_code.never_issued", Severity.WARN)]
    assert codes_of(TaxCode, "4900000121") == ["tax_code.check_digit"]


def test_a_persons_numbers_do_not_show_in_logs() -> None:
    assert "020095012345" not in repr([TaxCode.parse("020095012345"), CitizenId.parse("020095012345")])
    assert "0100109106" in repr(TaxCode.parse("0100109106"))


def test_a_container_has_owner_category_and_check_digit() -> None:
    container = ContainerNumber.parse("msku 123456 5")

    assert (container.owner, container.category, container.shown) == ("MSK", "U", "MSKU 123456 5")
    assert codes_of(ContainerNumber, "ABCD1234567") == ["container.category", "container.check_digit"]
    assert codes_of(ContainerNumber, "MSKU12345") == ["container.form"]


def test_a_remainder_of_ten_counts_as_zero() -> None:
    assert str(ContainerNumber.parse("MSKU0000080")) == "MSKU0000080"


def test_a_vin_has_17_places_and_never_i_o_or_q() -> None:
    assert str(Vin.parse("lzz5elndxjw000001")) == "LZZ5ELNDXJW000001"
    assert codes_of(Vin, "LZZ5ELNDXJW00000") == ["vin.length"]
    assert codes_of(Vin, "LZZ5ELNDXJW00000O") == ["vin.characters"]
    assert codes_of(Vin, "IOQ") == ["vin.length", "vin.characters"]


def test_a_declarations_number_tells_its_direction() -> None:
    assert DeclarationNumber.parse("105 123 456 789").direction == "IMPORT"
    assert DeclarationNumber.parse("301234567890").direction == "EXPORT"
    assert codes_of(DeclarationNumber, "201234567890") == ["declaration_number.direction"]
    assert codes_of(DeclarationNumber, "30123456789") == ["declaration_number.form"]


def test_a_type_code_is_a_letter_and_two_digits_whether_or_not_it_is_in_force() -> None:
    assert (str(TypeCode.parse("a11")), str(TypeCode.parse("E-56"))) == ("A11", "E56")
    for wrong in ("", "A1", "A111", "11A", "Ａ11"):
        assert codes_of(TypeCode, wrong) == ["type_code.form"]


def test_goods_are_known_by_their_first_six_digits() -> None:
    durian = HsCode.parse("0810.60.00")

    assert (str(durian), durian.shown, durian.chapter, durian.heading, durian.subheading) == (
        "08106000",
        "0810.60.00",
        "08",
        "0810",
        "081060",
    )
    assert codes_of(HsCode, "0810.61.00") == ["hs_code.unknown"]
    assert codes_of(HsCode, "081060") == ["hs_code.form"]
    assert len(rows("hs6.csv")) == 5613


@pytest.mark.parametrize(
    ("number", "province", "sex", "year"),
    [("001099000001", "001", "M", 1999), ("020163000001", "020", "F", 1963), ("020307000001", "020", "F", 2007)],
)
def test_a_citizens_number_tells_place_sex_and_year_of_birth(number: str, province: str, sex: str, year: int) -> None:
    citizen = CitizenId.parse(number)

    assert (citizen.province, citizen.sex, citizen.birth_year) == (province, sex, year)


def test_a_request_takes_values_as_text_and_gives_them_back_as_text() -> None:
    truck = Truck.model_validate_json('{"plate": "12c-123.45", "container": "CSQU 305438 3"}')

    assert truck.plate == Plate.parse("12C12345")
    assert truck.model_dump(mode="json") == {"plate": "12C12345", "container": "CSQU3054383"}
    assert Truck(plate=truck.plate).plate is truck.plate


def test_every_wrong_field_of_a_request_carries_its_own_refusal() -> None:
    with pytest.raises(ValidationError) as refused:
        Truck.model_validate({"plate": "12I-12345", "container": "CSQU3054384"})

    assert [(error["type"], error["loc"][0], type(error["ctx"]["error"])) for error in refused.value.errors()] == [
        ("plate.series", "plate", BadValue),
        ("container.check_digit", "container", BadValue),
    ]


def test_a_number_is_not_a_plate() -> None:
    with pytest.raises(ValidationError, match="string_type"):
        Truck.model_validate({"plate": 1212345})


def test_the_schema_of_a_request_says_what_a_value_is() -> None:
    plate = Truck.model_json_schema()["properties"]["plate"]

    assert (plate["type"], plate["examples"]) == ("string", ["12C12345"])
    assert "number plate" in plate["description"]


def test_money_is_whole_dong_as_each_reader_writes_it() -> None:
    fee = Money(300_000) * 2 + Money(90_000) - Money(1)

    assert fee == Money(689_999)
    assert "689.999" in fee.shown("vi")
    assert "689,999" in fee.shown("en")
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]
