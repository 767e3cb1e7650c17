"""Good values of every kind, as hypothesis finds them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bordergate.border import Reference
from bordergate.border.data import rows
from bordergate.border.iso import container_check_digit

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def with_tax_check_digit(nine: str) -> str:
    remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True)) % 11
    return nine + str((10 - remainder) % 10)


PROVINCES = [f"{code:02d}" for code in range(11, 100)]
SERIES = [*"ABCDEFGHKLMNPSTUVXYZ", "LD", "KT", "DA", "MK", "TD", "HC", "R", "RM"]
VIETNAMESE_PLATES = joined(st.sampled_from(PROVINCES), st.sampled_from(SERIES), digits(4) | digits(5))

PLACES = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
CHINESE_PLATES = joined(
    st.sampled_from(["", *"京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"]),
    st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    st.text(PLACES, min_size=5, max_size=6) | st.text(PLACES, min_size=4, max_size=4).map("{}挂".format),
)

FIRMS = digits(9).filter(lambda nine: nine[2:] != "0000000").map(with_tax_check_digit)
BRANCHES = st.integers(1, 999).map("-{:03}".format)
TAX_CODES = FIRMS | joined(FIRMS, BRANCHES) | digits(12)

CONTAINERS = joined(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3), st.sampled_from("UJZ"), digits(6)
).map(lambda ten: f"{ten}{container_check_digit(ten)}")

VINS = st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17)
DECLARATION_NUMBERS = joined(st.sampled_from(["10", "30"]), digits(10))
TYPE_CODES = joined(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), digits(2))
HS_CODES = joined(st.sampled_from([row["code"] for row in rows("hs6.csv")]), digits(2))
CITIZEN_IDS = digits(12).filter(lambda number: not number.startswith("000"))
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
REFERENCES = st.builds(
    lambda prefix, day, random: str(Reference.draw(prefix, day, random)),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=6),
    DAYS,
    st.randoms(),
)

GOOD: dict[str, st.SearchStrategy[str]] = {
    "tax-code": TAX_CODES,
    "plate": VIETNAMESE_PLATES | CHINESE_PLATES,
    "container": CONTAINERS,
    "vin": VINS,
    "declaration-number": DECLARATION_NUMBERS,
    "type-code": TYPE_CODES,
    "hs-code": HS_CODES,
    "citizen-id": CITIZEN_IDS,
    "reference": REFERENCES,
}
