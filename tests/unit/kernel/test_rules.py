"""The catalogue of rules, read off the functions that judge."""

from __future__ import annotations

import re

import pytest

from bordergate.i18n import LANGUAGES, hint, text
from bordergate.rules import Ruling, codes_of, rulings
from bordergate.service import Service, installed
from events.words import Failure

SERVICES = installed()


def container_is_readable(number: str) -> Failure | None:
    return Failure(code="R014", field="$.containers", value=number) if len(number) != 11 else None


def every_line_has_its_code(lines: list[str]) -> list[Failure]:
    return [Failure(code="R020", field=f"$.lines[{place}]") for place, line in enumerate(lines) if not line]


def test_a_rule_is_listed_under_the_codes_it_states_also_within_a_comprehension() -> None:
    assert codes_of(container_is_readable) == ("R014",)
    assert codes_of(every_line_has_its_code) == ("R020",)


@pytest.mark.parametrize(
    ("service", "rule"),
    [(service, rule) for service in SERVICES for rule in service.rules],
    ids=lambda part: part.name if isinstance(part, Service) else part.__name__,
)
def test_every_rule_that_judges_states_a_code_with_its_texts(service: Service, rule: object) -> None:
    codes = codes_of(rule)  # type: ignore[arg-type] # a rule is a function
    assert codes, f"{service.name} judges by a rule that names no code"
    for code in codes:
        assert all(text(code, language) and hint(code, language) for language in LANGUAGES), code


def test_the_catalogue_names_all_rules_that_are_written_down() -> None:
    listed = rulings(SERVICES)
    assert Ruling("R014", "vehicle_registration") in listed
    numbers = {ruling.code for ruling in listed if re.fullmatch(r"R\d{3}", ruling.code)}
    wanted = {*range(1, 6), *range(10, 17), 20, 21, 22, 23, 30, 31, 40, 41, 60, 61}
    assert {int(code[1:]) for code in numbers} >= wanted
