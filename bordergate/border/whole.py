"""Numbers as they are sent: by machines as numbers, by people in forms as they are used to writing them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticKnownError

from bordergate.border.written import amount_of, form_language, kilograms_of, whole_of


def _kilograms(given: object) -> object:
    return kilograms_of(given) if form_language() and isinstance(given, str) else _whole(given)


def _whole(given: object) -> object:
    if isinstance(given, bool):
        raise PydanticKnownError("int_type")
    if not isinstance(given, str):
        return given
    language = form_language()
    if language is None:
        raise PydanticKnownError("int_type")
    return whole_of(given, language)


def _amount(given: object) -> object:
    language = form_language()
    return amount_of(given, language) if language and isinstance(given, str) else given


Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number in a request: a count or a weight.

From a machine it is a JSON number and nothing else: Python would take `true` for 1, and a lorry would weigh a kilogram.
From a form it is read as the form's reader groups its digits, or refused.
"""

Kilograms = Annotated[int, BeforeValidator(_kilograms)]
"""What a truck weighs: a whole number that a form may group as any of its readers do, as 9.000, 9,000 and 9 000.

Not what goods weigh: 12.500 is twelve and a half kilograms to one who copies an invoice.
"""

Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""A number that may have a fraction; from a form it is read only if it can be meant in one way."""
