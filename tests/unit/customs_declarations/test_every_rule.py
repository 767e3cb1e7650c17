"""Every rule of customs: what passes, what only just passes, what fails, and what is then said in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from bordergate.i18n import LANGUAGES, hint, text
from events.words import Direction, Share
from services.customs_declarations.domain import rules
from services.customs_declarations.domain.declaration import Declaration
from services.customs_declarations.domain.goods import Approved, GoodsNumbers, Line, PlaceKind
from services.customs_declarations.domain.lists import Types
from services.customs_declarations.domain.rules import RULES, Dossier, Filed, Judged
from services.customs_declarations.domain.split import Amounts, declared
from tests.builders.customs import (
    DURIAN,
    EXPORT,
    FULL,
    IMPORT,
    LETTUCE,
    LISTS,
    NUMBERS,
    PETROL,
    TILES,
    TRADER,
    a_declaration,
    asked,
    some_papers,
)
from tests.builders.statements import EIGHT

PLACES = (Approved(PlaceKind.PUC, "VN-LSOR-0001", "081060", "CN"), Approved(PlaceKind.PHC, "VN-LSPH-001", "08", "CN"))
R021 = replace(NUMBERS, asked=(asked("R021", "081060", partner="CN"),), approved=PLACES)
R022 = replace(NUMBERS, asked=(asked("R022", "08"),))
R023 = replace(NUMBERS, asked=(asked("R023", "07"), asked("R023", "08")))
AWAITED = Declaration.state(TRADER, EXPORT, Direction.EXPORT, TRADER, TRADER, EIGHT)
IMPORTED = some_papers(IMPORT, "A11", Direction.IMPORT)


def filed(**parts: Any) -> Filed:  # noqa: ANN401 - any part of the papers
    return Filed(some_papers(**parts), LISTS)


def line(of: Line = DURIAN, **parts: Any) -> Filed:  # noqa: ANN401 - any field
    return filed(lines=(replace(of, **parts),))


def judged(numbers: GoodsNumbers, of: Line = FULL, lines: tuple[int, ...] | None = None) -> Judged:
    return Judged(some_papers(lines=(of,)), numbers, lines=lines)


def carrying(
    declaration: Declaration | None = None,
    amounts: Amounts | None = None,
    *,
    numbers: tuple[str, ...] = (EXPORT,),
    **parts: Any,  # noqa: ANN401 - any field
) -> Dossier:
    """A crossing that names a declaration, and carries all of it unless said otherwise."""
    found = {declaration.number: declaration} if declaration else {}
    carries = {number: declared(one.lines) if amounts is None else amounts for number, one in found.items()}
    known: dict[str, Any] = {"direction": Direction.EXPORT, "declared_empty": False, "asked": NUMBERS}
    return Dossier(**(known | {"numbers": numbers, "filed": found, "carries": carries} | parts))


def cancelled() -> Declaration:
    declaration = a_declaration()
    declaration.cancel("nhầm")
    return declaration


def goods(*lines: Line) -> Declaration:
    return a_declaration(some_papers(lines=lines))


@dataclass(frozen=True)
class Tried:
    """What a rule says nothing of, what it only just says nothing of, and what it stops, each with where and what."""

    passes: Any
    boundary: Any
    fails: Mapping[tuple[str, str, Any], Any]


ABOLISHED = Types(abolished={"B11": "a new decision"})
PART = Share(declaration=EXPORT, line=1, quantity=Decimal(1))


@cache
def cases() -> Mapping[Callable[..., Any], Tried]:
    """What each rule is tried with; declarations are made only once their table is known."""
    return {
        rules.number_tells_the_direction: Tried(
            filed(), filed(number="300000000000"), {("R003", "$.number", "30800000000"): filed(number="30800000000")}
        ),
        rules.type_fits_the_direction: Tried(
            filed(), filed(type_code="E56"), {("R001", "$.type_code", "A11"): filed(type_code="A11")}
        ),
        rules.type_is_in_force: Tried(
            filed(), filed(type_code="X99"), {("R005", "$.type_code", "E56"): filed(type_code="E56")}
        ),
        rules.hs_codes_are_known: Tried(
            filed(), line(hs_code="08106099"), {("R020", "$.lines[0].hs_code", "08106100"): line(hs_code="08106100")}
        ),
        rules.un_numbers_are_known: Tried(
            line(PETROL),
            line(),
            {("customs_declarations.un_number", "$.lines[0].un_number", "9999"): line(un_number="9999")},
        ),
        rules.units_are_known: Tried(
            line(FULL), line(), {("customs_declarations.unit", "$.lines[0].unit", "KILO"): line(unit="KILO")}
        ),
        rules.package_kinds_are_known: Tried(
            line(FULL),
            line(),
            {("customs_declarations.package_kind", "$.lines[0].package_kind", "QQ"): line(package_kind="QQ")},
        ),
        rules.countries_are_known: Tried(
            line(FULL),
            filed(destination="CN"),
            {
                ("customs_declarations.country", "$.lines[0].origin", "XX"): line(origin="XX"),
                ("customs_declarations.country", "$.destination", "XX"): filed(destination="XX"),
            },
        ),
        rules.currencies_are_known: Tried(
            line(FULL), line(), {("customs_declarations.currency", "$.lines[0].currency", "XYZ"): line(currency="XYZ")}
        ),
        rules.amounts_say_what_they_count: Tried(
            line(FULL),
            line(),
            {
                ("customs_declarations.incomplete", "$.lines[0].unit", None): line(quantity=Decimal(1)),
                ("customs_declarations.incomplete", "$.lines[0].value", None): line(currency="VND"),
            },
        ),
        rules.net_weight_is_within_gross: Tried(
            line(net_kg=1),
            line(net_kg=18_000),
            {("customs_declarations.net_weight", "$.lines[0].net_kg", 18_001): line(net_kg=18_001)},
        ),
        rules.coldest_is_below_warmest: Tried(
            line(coldest_c=Decimal(2), warmest_c=Decimal(4)),
            line(coldest_c=Decimal(2), warmest_c=Decimal(2)),
            {
                ("customs_declarations.temperature", "$.lines[0].warmest_c", "1.9"): line(
                    coldest_c=Decimal(2), warmest_c=Decimal("1.9")
                )
            },
        ),
        rules.growers_and_packers_are_listed: Tried(
            judged(R021),
            judged(R021, replace(DURIAN, hs_code="08106100")),
            {
                ("R021", "$.lines[0].planting_area", "VN-LSOR-0009"): judged(
                    R021, replace(FULL, planting_area="VN-LSOR-0009")
                ),
                ("R021", "$.lines[0].packing_house", "08106000"): judged(R021, replace(FULL, packing_house=None)),
            },
        ),
        rules.plants_have_a_certificate: Tried(
            judged(R022),
            judged(R022, replace(DURIAN, hs_code="07999999")),
            {("R022", "$.lines[0].phytosanitary", "08106000"): judged(R022, DURIAN)},
        ),
        rules.declaration_goes_the_crossing_s_way: Tried(
            carrying(a_declaration()),
            carrying(a_declaration(), asked=replace(NUMBERS, types=ABOLISHED)),
            {
                ("R001", "$.declarations[0]", IMPORT): carrying(a_declaration(IMPORTED), numbers=(IMPORT,)),
                ("R001", "$.declarations[0]", EXPORT): carrying(a_declaration(), direction=Direction.IMPORT),
            },
        ),
        rules.enough_is_left_of_the_declaration: Tried(
            carrying(a_declaration()),
            carrying(AWAITED, {}),
            {
                ("R002", "$.declarations[0]", EXPORT): carrying(a_declaration(), {}),
                ("R002", "$.shares[0].quantity", EXPORT): carrying(a_declaration(), {}, shares=(PART, PART)),
            },
        ),
        rules.number_fits_the_crossing: Tried(
            carrying(),
            carrying(numbers=(IMPORT,), direction=Direction.IMPORT),
            {
                ("R003", "$.declarations[1]", "12"): carrying(numbers=(EXPORT, "12")),
                ("R003", "$.declarations[0]", IMPORT): carrying(numbers=(IMPORT,)),
            },
        ),
        rules.declaration_is_filed_and_holds: Tried(
            carrying(a_declaration()),
            carrying(numbers=(), declared_empty=True),
            {
                ("R004", "$.declarations", None): carrying(numbers=()),
                ("R004", "$.declarations[0]", EXPORT): carrying(cancelled()),
                ("R004", "$.declarations[1]", "308000000002"): carrying(
                    a_declaration(), numbers=(EXPORT, "308000000002"), declared_empty=True
                ),
            },
        ),
        rules.customs_has_told_what_is_declared: Tried(
            carrying(a_declaration()),
            carrying(),
            {("customs_declarations.awaiting_customs", "$.declarations[0]", EXPORT): carrying(AWAITED)},
        ),
        rules.declared_type_is_in_force: Tried(
            carrying(a_declaration()),
            carrying(AWAITED, asked=replace(NUMBERS, types=ABOLISHED)),
            {("R005", "$.declarations[0]", "B11"): carrying(a_declaration(), asked=replace(NUMBERS, types=ABOLISHED))},
        ),
        rules.goods_have_what_is_asked_of_them: Tried(
            carrying(goods(FULL), asked=R022),
            carrying(goods(FULL, DURIAN), {1: Decimal(1)}, asked=R022),
            {
                ("R022", "$.declarations[0].lines[1].phytosanitary", "08106000"): carrying(
                    goods(FULL, DURIAN), asked=R022
                )
            },
        ),
        rules.two_way_truck_carries_one_kind_of_produce: Tried(
            carrying(goods(DURIAN, LETTUCE), asked=R023),
            carrying(goods(DURIAN, replace(DURIAN, hs_code="08106099"), TILES), two_way=True, asked=R023),
            {("R023", "$.two_way", "070511, 081060"): carrying(goods(DURIAN, LETTUCE), two_way=True, asked=R023)},
        ),
    }


def test_no_rule_is_left_out() -> None:
    assert set(cases()) == set(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_passes_what_it_should_and_what_it_only_just_should(rule: Callable[..., Any]) -> None:
    tried = cases()[rule]
    assert (rule(tried.passes), rule(tried.boundary)) == ([], [])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_that_fails_says_where_what_and_what_to_do_in_every_language(rule: Callable[..., Any]) -> None:
    for expected, case in cases()[rule].fails.items():
        (failure,) = rule(case)
        assert (failure.code, failure.field, failure.value) == expected
        for language in LANGUAGES:
            said, step = (told(failure.code, language, value=failure.value) for told in (text, hint))
            assert said != failure.code
            assert step
            assert "None" not in f"{said}{step}"
            assert "–" not in said
            if failure.value is not None:
                assert str(failure.value) in said
