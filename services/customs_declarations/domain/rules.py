"""The rules about declarations; each returns its failures, and all are asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from bordergate.border import DeclarationNumber
from events.words import Direction, Failure, Severity, Share
from services.customs_declarations.domain.declaration import Declaration, Papers, Stage
from services.customs_declarations.domain.goods import Asked, GoodsNumbers, Line, PlaceKind
from services.customs_declarations.domain.lists import Lists, Types
from services.customs_declarations.domain.split import Amounts

NUMBERS_LAW = "VNACCS declaration numbers: 10 import, 30 export"
HS_DIGITS = 8
NOTHING_ASKED = GoodsNumbers((), frozenset())
TOGETHER = (("quantity", "unit"), ("value", "currency"), ("packages", "package_kind"))
"""What says nothing without the other: an amount and what it is counted in."""


@dataclass(frozen=True)
class Filed:
    """A declaration as it is filed, and the lists of that time."""

    papers: Papers
    lists: Lists

    def each(self) -> Iterator[tuple[str, Line]]:
        """Where each line stands, and the line."""
        for place, line in enumerate(self.papers.lines):
            yield f"$.lines[{place}]", line

    def unlisted(self, code: str, name: str, known: frozenset[str], source: str) -> list[Failure]:
        """The lines whose field says something that is not in its list."""
        return [
            Failure(code=code, field=f"{place}.{name}", value=said, source=source)
            for place, line in self.each()
            if (said := getattr(line, name)) is not None and said not in known
        ]


@dataclass(frozen=True)
class Judged:
    """A declaration's goods, and what is asked of such goods at one time; `at` is where the declaration stands.

    `lines` are those in question, counted from one; None: all.
    """

    papers: Papers
    numbers: GoodsNumbers
    at: str = "$"
    lines: Collection[int] | None = None

    def each(self, rule: str) -> Iterator[tuple[str, Line, Asked]]:
        """Where each line stands of whose goods a rule asks something, the line, and what asks it."""
        for place, line in enumerate(self.papers.lines):
            if self.lines is not None and place + 1 not in self.lines:
                continue
            asked = self.numbers.asking(rule, line, self.papers.direction, self.papers.partner(line))
            if asked:
                yield f"{self.at}.lines[{place}]", line, asked


@dataclass(frozen=True)
class Dossier:
    """A crossing's declarations: the numbers it names, those that are filed, and what it carries of each.

    It carries nothing of one of which there is not enough left; `shares` are the parts it asks for. `two_way` when the
    truck carries goods both ways on one journey.
    """

    direction: Direction
    numbers: tuple[str, ...]
    declared_empty: bool
    filed: Mapping[str, Declaration]
    carries: Mapping[str, Amounts]
    shares: tuple[Share, ...] = ()
    two_way: bool = False
    asked: GoodsNumbers = NOTHING_ASKED

    def each(self) -> Iterator[tuple[str, str, Declaration | None]]:
        """Where each number stands, the number, and its declaration if it is filed."""
        for place, number in enumerate(self.numbers):
            yield f"$.declarations[{place}]", number, self.filed.get(number)

    def judged(self) -> Iterator[Judged]:
        """The goods of each declaration that holds."""
        for at, _, declaration in self.each():
            if declaration and declaration.holds:
                yield Judged(declaration.papers, self.asked, at, self.carries.get(declaration.number) or None)


FilingRule = Callable[[Filed], list[Failure]]
GoodsRule = Callable[[Judged], list[Failure]]
CrossingRule = Callable[[Dossier], list[Failure]]


def goes(number: str) -> Direction | None:
    """The direction a declaration number tells; None when it is no such number."""
    if DeclarationNumber.read(number).blocked:
        return None
    return Direction(DeclarationNumber.parse(number).direction)


def number_tells_the_direction(filed: Filed) -> list[Failure]:
    """Twelve digits, and the first two say which way the goods go."""
    number = filed.papers.number
    if goes(number) is filed.papers.direction:
        return []
    return [Failure(code="R003", field="$.number", value=number, source=NUMBERS_LAW)]


def type_fits_the_direction(filed: Filed) -> list[Failure]:
    """An export is not declared under an import's type."""
    code, types = filed.papers.type_code, filed.lists.types
    if code in types.abolished or types.way(code) is filed.papers.direction:
        return []
    return [Failure(code="R001", field="$.type_code", value=code, source=types.law(code))]


def type_is_in_force(filed: Filed) -> list[Failure]:
    """An abolished type gets its own message, so that nobody looks for a typing error."""
    code, types = filed.papers.type_code, filed.lists.types
    return [Failure(code="R005", field="$.type_code", value=code, source=law) for law in _ended(types, code)]


def hs_codes_are_known(filed: Filed) -> list[Failure]:
    """Eight digits, of which the first six are in the list of the Harmonized System of that time."""
    return [
        Failure(code="R020", field=f"{place}.hs_code", value=line.hs_code, source="Harmonized System")
        for place, line in filed.each()
        if not is_hs_code(line.hs_code) or line.subheading not in filed.lists.hs_codes
    ]


def is_hs_code(text: str) -> bool:
    """Whether a text has the form of the tariff's codes."""
    return len(text) == HS_DIGITS and text.isascii() and text.isdigit()


def un_numbers_are_known(filed: Filed) -> list[Failure]:
    """Dangerous goods travel under a number of the United Nations' list."""
    known = filed.lists.un_numbers
    return filed.unlisted("customs_declarations.un_number", "un_number", known, "UN Model Regulations")


def units_are_known(filed: Filed) -> list[Failure]:
    """A quantity is counted in a unit that customs everywhere read the same."""
    return filed.unlisted("customs_declarations.unit", "unit", filed.lists.units, "UN/ECE Recommendation 20")


def package_kinds_are_known(filed: Filed) -> list[Failure]:
    """Packages are of a kind that customs everywhere read the same."""
    known = filed.lists.package_kinds
    return filed.unlisted("customs_declarations.package_kind", "package_kind", known, "UN/ECE Recommendation 21")


def countries_are_known(filed: Filed) -> list[Failure]:
    """Goods come from a country, and exports end in one."""
    code, known, source = "customs_declarations.country", filed.lists.countries, "ISO 3166-1"
    end = filed.papers.destination
    ends = [] if end is None or end in known else [Failure(code=code, field="$.destination", value=end, source=source)]
    return [*ends, *filed.unlisted(code, "origin", known, source)]


def currencies_are_known(filed: Filed) -> list[Failure]:
    """A value is stated in money that is legal tender somewhere."""
    return filed.unlisted("customs_declarations.currency", "currency", filed.lists.currencies, "ISO 4217")


def amounts_say_what_they_count(filed: Filed) -> list[Failure]:
    """Twelve of what, or a hundred of which money, nobody can check."""
    return [
        Failure(code="customs_declarations.incomplete", field=f"{place}.{missing}")
        for place, line in filed.each()
        for pair in TOGETHER
        for missing, there in (pair, pair[::-1])
        if getattr(line, missing) is None and getattr(line, there) is not None
    ]


def net_weight_is_within_gross(filed: Filed) -> list[Failure]:
    """Goods weigh no more than goods with their packing."""
    return [
        Failure(code="customs_declarations.net_weight", field=f"{place}.net_kg", value=line.net_kg)
        for place, line in filed.each()
        if line.net_kg is not None and line.net_kg > line.weight_kg
    ]


def coldest_is_below_warmest(filed: Filed) -> list[Failure]:
    """Goods travel between two temperatures, the lower one first."""
    return [
        Failure(code="customs_declarations.temperature", field=f"{place}.warmest_c", value=str(line.warmest_c))
        for place, line in filed.each()
        if line.coldest_c is not None and line.warmest_c is not None and line.warmest_c < line.coldest_c
    ]


FILING_RULES: tuple[FilingRule, ...] = (
    number_tells_the_direction,
    type_fits_the_direction,
    type_is_in_force,
    hs_codes_are_known,
    un_numbers_are_known,
    units_are_known,
    package_kinds_are_known,
    countries_are_known,
    currencies_are_known,
    amounts_say_what_they_count,
    net_weight_is_within_gross,
    coldest_is_below_warmest,
)


def growers_and_packers_are_listed(judged: Judged) -> list[Failure]:
    """Fruit for a country that approves its growers comes from a planting area and a packing house on its list."""
    return [
        Failure(
            code="R021",
            severity=asked.severity,
            field=f"{place}.{name}",
            value=getattr(line, name) or line.hs_code,
            source=asked.source,
        )
        for place, line, asked in judged.each("R021")
        for name, kind in (("planting_area", PlaceKind.PUC), ("packing_house", PlaceKind.PHC))
        if not judged.numbers.approves(kind, getattr(line, name), line, judged.papers.partner(line))
    ]


def plants_have_a_certificate(judged: Judged) -> list[Failure]:
    """Plant goods cross with a phytosanitary certificate."""
    return [
        Failure(
            code="R022",
            severity=asked.severity,
            field=f"{place}.phytosanitary",
            value=line.hs_code,
            source=asked.source,
        )
        for place, line, asked in judged.each("R022")
        if line.phytosanitary is None
    ]


GOODS_RULES: tuple[GoodsRule, ...] = (growers_and_packers_are_listed, plants_have_a_certificate)
"""What goods still lack when they are declared: the paper may come later, the truck waits for it."""


def declaration_goes_the_crossing_s_way(dossier: Dossier) -> list[Failure]:
    """Goods declared for import do not leave the country."""
    types = dossier.asked.types
    return [
        Failure(code="R001", field=place, value=number, source=types.law(declaration.type_code))
        for place, number, declaration in dossier.each()
        if declaration and declaration.is_declared and declaration.type_code not in types.abolished
        if types.way(declaration.type_code) is not dossier.direction
    ]


def enough_is_left_of_the_declaration(dossier: Dossier) -> list[Failure]:
    """A declaration's goods are on one truck at a time; split over several, never more is carried than declared."""
    asked = {share.declaration: place for place, share in reversed(list(enumerate(dossier.shares)))}
    return [
        Failure(code="R002", field=f"$.shares[{asked[number]}].quantity" if number in asked else place, value=number)
        for place, number, declaration in dossier.each()
        if declaration and declaration.is_declared and not dossier.carries.get(number)
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


def customs_has_told_what_is_declared(dossier: Dossier) -> list[Failure]:
    """Of a number that was stated alone customs' own system says what is declared; until then the truck waits."""
    return [
        Failure(code="customs_declarations.awaiting_customs", field=place, value=number)
        for place, number, declaration in dossier.each()
        if declaration and declaration.stage is Stage.AWAITED
    ]


def declared_type_is_in_force(dossier: Dossier) -> list[Failure]:
    """A type may be abolished between filing and crossing."""
    return [
        Failure(code="R005", field=place, value=declaration.type_code, source=law)
        for place, _, declaration in dossier.each()
        if declaration
        for law in _ended(dossier.asked.types, declaration.type_code)
    ]


def _ended(types: Types, code: str) -> list[str]:
    """The law that abolished a type, if one did."""
    return [types.abolished[code]] if code in types.abolished else []


def goods_have_what_is_asked_of_them(dossier: Dossier) -> list[Failure]:
    """What is asked of goods is there before their truck comes."""
    return [failure for judged in dossier.judged() for rule in GOODS_RULES for failure in rule(judged)]


def two_way_truck_carries_one_kind_of_produce(dossier: Dossier) -> list[Failure]:
    """A truck that carries goods both ways carries agricultural goods of one subheading only, not mixed ones."""
    if not dossier.two_way:
        return []
    produce = [(line, asked) for judged in dossier.judged() for _, line, asked in judged.each("R023")]
    kinds = sorted({line.subheading for line, _ in produce})
    if len(kinds) <= 1:
        return []
    blocks = len({line.subheading for line, asked in produce if not asked.illustrative}) > 1
    severity = Severity.BLOCK if blocks else Severity.WARN
    source = produce[0][1].source
    return [Failure(code="R023", severity=severity, field="$.two_way", value=", ".join(kinds), source=source)]


CROSSING_RULES: tuple[CrossingRule, ...] = (
    declaration_goes_the_crossing_s_way,
    enough_is_left_of_the_declaration,
    number_fits_the_crossing,
    declaration_is_filed_and_holds,
    customs_has_told_what_is_declared,
    declared_type_is_in_force,
    goods_have_what_is_asked_of_them,
    two_way_truck_carries_one_kind_of_produce,
)


RULES: tuple[Callable[..., list[Failure]], ...] = (*FILING_RULES, *GOODS_RULES, *CROSSING_RULES)


def broken_by(filed: Filed) -> tuple[Failure, ...]:
    """Everything wrong with a declaration as filed."""
    return tuple(failure for rule in FILING_RULES for failure in rule(filed))


def lacking(judged: Judged) -> tuple[Failure, ...]:
    """Everything a declaration's goods still lack."""
    return tuple(failure for rule in GOODS_RULES for failure in rule(judged))


def failures_of(dossier: Dossier) -> tuple[Failure, ...]:
    """Everything wrong with a crossing's declarations."""
    return tuple(failure for rule in CROSSING_RULES for failure in rule(dossier))
