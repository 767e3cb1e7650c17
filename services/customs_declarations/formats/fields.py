"""What may stand in the fields of a declaration, in whichever form it is sent."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bordergate.border import Amount
from bordergate.border.value import LONGEST, plain

MOST_LINES = 200
HEAVIEST = 1_000_000
LARGEST = Decimal(1_000_000_000)
DEAREST = Decimal(10**15)
HIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Marks that nobody sees and that turn the reading of others round, or end a text early."""


def visible(text: str) -> str:
    """A text that reads as it is written; raises ValueError."""
    if HIDDEN.search(text):
        raise ValueError("marks that nobody sees")
    return text


Sharers = Annotated[tuple[UUID, ...], Field(max_length=50)]
Typed = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(plain)]
Paper = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, min_length=1, max_length=40),
    AfterValidator(visible),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(visible)]
Degrees = Annotated[Amount, Field(ge=-100, le=100, max_digits=4, decimal_places=1)]
Quantity = Annotated[Amount, Field(gt=0, le=LARGEST, decimal_places=6)]
Value = Annotated[Amount, Field(ge=0, le=DEAREST, decimal_places=4)]
Gross = Annotated[Amount, Field(gt=0, le=HEAVIEST, decimal_places=6)]


class Body(BaseModel):
    """What is sent; nothing unknown."""

    model_config = ConfigDict(extra="forbid")
