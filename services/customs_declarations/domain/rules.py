"""The rules about declarations; each returns its failures, and all are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bordergate.border import DeclarationNumber, HsCode, TypeCode
from events.words import Direction, Failure
from services.customs_declarations.domain.declaration import Declaration, Papers, Stage

TYPES_LAW = "Decision 1357/QĐ-TCHQ of 2021"
NUMBERS_LAW = "VNACCS declaration numbers: 10 import, 30 export"


@dataclass(frozen=True)
class Filed:
    """A declaration as it is filed, with those of its UN numbers that exist."""

    papers: Papers
    un_numbers: frozenset[str]


@dataclass(frozen=True)
class Dossier:
    """A crossing's declarations: the numbers it names, those that are filed, those another crossing carries."""

    direction: Direction
    numbers: tuple[str, ...]
    declared_empty: bool
    filed: Mapping[str, Declaration]
    taken: frozenset[str]

    def each(self) -> Iterator[tuple[str, str, Declaration | None]]:
        """Where each number stands, the number, and its declaration if it is filed."""
        for place, number in enumerate(self.numbers):
            yield f"$.declarations[{place}]", number, self.filed.get(number)


FilingRule = Callable[[Filed], list[Failure]]
CrossingRule = Callable[[Dossier], list[Failure]]


def goes(number: str) -> Direction | None:
    """The direction a declaration number tells; None when it is no such number."""
    if DeclarationNumber.read(number).blocked:
        return None
    return Direction(DeclarationNumber.parse(number).direction)


def goes_as(type_code: str) -> Direction | None:
    """The direction a type in force is for."""
    if TypeCode.read(type_code).blocked:
        return None
    return Direction(TypeCode.parse(type_code).direction)


def is_abolished(type_code: str) -> bool:
    """Whether the type was once in force and no longer is."""
    return any(problem.code == "type_code.abolished" for problem in TypeCode.read(type_code).problems)


def number_tells_the_direction(filed: Filed) -> list[Failure]:
    """Twelve digits, and the first two say which way the goods go."""
    number = filed.papers.number
    if goes(number) is filed.papers.direction:
        return []
    return [Failure(code="R003", field="$.number", value=number, source=NUMBERS_LAW)]


def type_fits_the_direction(filed: Filed) -> list[Failure]:
    """An export is not declared under an import's type."""
    code = filed.papers.type_code
    if is_abolished(code) or goes_as(code) is filed.papers.direction:
        return []
    return [Failure(code="R001", field="$.type_code", value=code, source=TYPES_LAW)]


def type_is_in_force(filed: Filed) -> list[Failure]:
    """An abolished type gets its own message, so that nobody looks for a typing error."""
    code = filed.papers.type_code
    return [Failure(code="R005", field="$.type_code", value=code, source=TYPES_LAW)] if is_abolished(code) else []


def hs_codes_are_known(filed: Filed) -> list[Failure]:
    """Eight digits, of which the first six are in the list of the Harmonized System."""
    return [
        Failure(code="R020", field=f"$.lines[{place}].hs_code", value=line.hs_code, source="Harmonized System")
        for place, line in enumerate(filed.papers.lines)
        if HsCode.read(line.hs_code).blocked
    ]


def un_numbers_are_known(filed: Filed) -> list[Failure]:
    """Dangerous goods travel under a number of the United Nations' list."""
    return [
        Failure(code="customs_declarations.un_number", field=f"$.lines[{place}].un_number", value=line.un_number)
        for place, line in enumerate(filed.papers.lines)
        if line.un_number is not None and line.un_number not in filed.un_numbers
    ]


FILING_RULES: tuple[FilingRule, ...] = (
    number_tells_the_direction,
    type_fits_the_direction,
    type_is_in_force,
    hs_codes_are_known,
    un_numbers_are_known,
)


def declaration_goes_the_crossing_s_way(dossier: Dossier) -> list[Failure]:
    """Goods declared for import do not leave the country."""
    return [
        Failure(code="R001", field=place, value=number, source=TYPES_LAW)
        for place, number, declaration in dossier.each()
        if declaration and not is_abolished(declaration.type_code)
        if goes_as(declaration.type_code) is not dossier.direction
    ]


def declaration_is_on_no_other_crossing(dossier: Dossier) -> list[Failure]:
    """A declaration's goods are on one truck at a time."""
    return [
        Failure(code="R002", field=place, value=number)
        for place, number, _ in dossier.each()
        if number in dossier.taken
    ]


def number_fits_the_crossing(dossier: Dossier) -> list[Failure]:
    """A mistyped number is caught at the desk, not at the gate."""
    return [
        Failure(code="R003", field=place, value=number, source=NUMBERS_LAW)
        for place, number, _ in dossier.each()
        if goes(number) is not dossier.direction
    ]


def declaration_is_filed_and_holds(dossier: Dossier) -> list[Failure]:
    """A laden truck's goods are declared before it comes."""
    if not dossier.numbers and not dossier.declared_empty:
        return [Failure(code="R004", field="$.declarations")]
    return [
        Failure(code="R004", field=place, value=number)
        for place, number, declaration in dossier.each()
        if goes(number) and (declaration is None or declaration.stage is Stage.CANCELLED)
    ]


def declared_type_is_in_force(dossier: Dossier) -> list[Failure]:
    """A type may be abolished between filing and crossing."""
    return [
        Failure(code="R005", field=place, value=declaration.type_code, source=TYPES_LAW)
        for place, _, declaration in dossier.each()
        if declaration and is_abolished(declaration.type_code)
    ]


CROSSING_RULES: tuple[CrossingRule, ...] = (
    declaration_goes_the_crossing_s_way,
    declaration_is_on_no_other_crossing,
    number_fits_the_crossing,
    declaration_is_filed_and_holds,
    declared_type_is_in_force,
)


def broken_by(filed: Filed) -> tuple[Failure, ...]:
    """Everything wrong with a declaration as filed."""
    return tuple(failure for rule in FILING_RULES for failure in rule(filed))


def failures_of(dossier: Dossier) -> tuple[Failure, ...]:
    """Everything wrong with a crossing's declarations."""
    return tuple(failure for rule in CROSSING_RULES for failure in rule(dossier))
